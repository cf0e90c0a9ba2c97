//! What can be wrong with a model, or with the bytes that should be one.
//!
//! Every variant carries the numbers of its sentence. The path of the file is not known here: whoever read the bytes
//! puts it in front.

use crate::limits::{MAX_HEADER_BYTES, MAX_RANK, MAX_TENSORS};

/// Why a model could not be read from bytes or written to them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer bytes than the length of the header takes.
    #[error("model file: too short; expected at least 8 bytes, got {bytes}")]
    TooShort {
        /// The bytes there are.
        bytes: usize,
    },

    /// The header is declared to be longer than the file.
    #[error("model file, byte 0: the header does not fit; expected at most {available} bytes, got {declared}{}", hint(*.looks_like))]
    HeaderBeyondFile {
        /// The declared length.
        declared: u64,
        /// The bytes after the length.
        available: u64,
        /// What the file seems to be instead.
        looks_like: Option<&'static str>,
    },

    /// The header is longer than [`MAX_HEADER_BYTES`].
    #[error(
        "model file, byte 0: the header is too long; expected at most {MAX_HEADER_BYTES} bytes, got {declared}"
    )]
    HeaderTooLong {
        /// The declared length.
        declared: u64,
    },

    /// The header is not UTF-8.
    #[error("model file, byte {offset}: the header is not UTF-8")]
    HeaderText {
        /// Where the first byte that is not lies in the file.
        offset: usize,
        /// The decoder's reason.
        #[source]
        source: std::str::Utf8Error,
    },

    /// The header is not JSON, or not an object.
    #[error("model file, byte {offset}: the header is not a JSON object of the safetensors format")]
    HeaderJson {
        /// Where the fault lies in the file.
        offset: usize,
        /// The parser's reason.
        #[source]
        source: serde_json::Error,
    },

    /// An entry of the header is not as the format asks.
    #[error("model file, byte {offset}: the header's entry `{name}` is malformed")]
    HeaderEntry {
        /// The key of the entry: the name of a tensor, or `__metadata__`.
        name: String,
        /// Where the fault lies in the file.
        offset: usize,
        /// The parser's reason.
        #[source]
        source: serde_json::Error,
    },

    /// A key of the header, or a name among the tensors to write, occurs twice.
    #[error("model file: the name `{name}` occurs twice; expected each name once")]
    DuplicateName {
        /// The name.
        name: String,
    },

    /// More than [`MAX_TENSORS`] tensors.
    #[error("model file: too many tensors; expected at most {MAX_TENSORS}")]
    TooManyTensors,

    /// A text that cannot be the name of a tensor; see [`Tensor::name`](crate::Tensor::name).
    #[error("tensor `{start}`: its name {fault}")]
    Name {
        /// The start of the name, control characters escaped.
        start: String,
        /// What is wrong with it.
        fault: String,
    },

    /// More than [`MAX_RANK`] dimensions.
    #[error("tensor `{name}`: too many dimensions; expected at most {MAX_RANK}, got {rank}")]
    Rank {
        /// The name of the tensor.
        name: String,
        /// How many dimensions it has.
        rank: usize,
    },

    /// A dimension of length 0.
    #[error("tensor `{name}`: it has no elements; expected each dimension to be at least 1, got {shape:?}")]
    NoElements {
        /// The name of the tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },

    /// The product of the dimensions does not fit in a machine word.
    #[error("tensor `{name}`: its shape {shape:?} has more elements than memory can hold")]
    ShapeOverflow {
        /// The name of the tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },

    /// A tensor to write has another number of values than its shape says.
    #[error("tensor `{name}`: its values do not fill its shape {shape:?}; expected {expected}, got {got}")]
    ValueCount {
        /// The name of the tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The product of the shape.
        expected: usize,
        /// How many values there are.
        got: usize,
    },

    /// A type of number other than `F32` and `F64`.
    #[error("tensor `{name}`: its type is not one of a model; expected F32 or F64, got {dtype}")]
    Dtype {
        /// The name of the tensor.
        name: String,
        /// The declared type.
        dtype: String,
    },

    /// Type and shape disagree with the length of the tensor's bytes.
    #[error("tensor `{name}`: its bytes do not fill {dtype} {shape:?}; expected {expected}, got {got}")]
    ByteLength {
        /// The name of the tensor.
        name: String,
        /// The declared type.
        dtype: String,
        /// The declared shape.
        shape: Vec<usize>,
        /// The bytes that type and shape take.
        expected: usize,
        /// The bytes between the declared offsets.
        got: usize,
    },

    /// A tensor's bytes end before they begin.
    #[error("tensor `{name}`: its bytes end before they begin; got offsets [{begin}, {end}]")]
    RangeReversed {
        /// The name of the tensor.
        name: String,
        /// The declared first byte.
        begin: usize,
        /// The declared byte after the last.
        end: usize,
    },

    /// A tensor's bytes reach beyond the file.
    #[error(
        "tensor `{name}`: its bytes reach beyond the file; expected an end of at most {available}, got {end}\n\
         help: the file seems cut short; copy it again"
    )]
    RangeBeyondFile {
        /// The name of the tensor.
        name: String,
        /// The declared byte after the last.
        end: usize,
        /// The bytes that follow the header.
        available: usize,
    },

    /// A tensor's bytes overlap those of the tensor before it.
    #[error(
        "tensor `{name}`: its bytes overlap another tensor's; expected them to begin at {expected}, got {begin}"
    )]
    RangeOverlap {
        /// The name of the tensor.
        name: String,
        /// Where the tensor before it ends.
        expected: usize,
        /// The declared first byte.
        begin: usize,
    },

    /// Bytes before a tensor belong to none.
    #[error(
        "tensor `{name}`: a hole lies before its bytes; expected them to begin at {expected}, got {begin}"
    )]
    RangeHole {
        /// The name of the tensor.
        name: String,
        /// Where the tensor before it ends.
        expected: usize,
        /// The declared first byte.
        begin: usize,
    },

    /// Bytes after the last tensor.
    #[error("model file: bytes follow the last tensor; expected {expected} bytes of tensors, got {got}")]
    TrailingBytes {
        /// Where the last tensor ends.
        expected: usize,
        /// The bytes that follow the header.
        got: usize,
    },

    /// NaN or an infinity among the values.
    #[error(
        "tensor `{name}`: the value at {index} is {value}; expected finite numbers\n\
         help: the training that made it diverged; a lower learning rate helps there"
    )]
    NonFinite {
        /// The name of the tensor.
        name: String,
        /// The position of the value, row-major.
        index: usize,
        /// The value.
        value: f64,
    },

    /// A sound safetensors file that `chainrule` did not write.
    #[error(
        "model file: its metadata has no entry `{key}`; it is a safetensors file of another program (tensors: {tensors})\n\
         help: a file of weights alone does not say which network they belong to; train with `chainrule train --out FILE`"
    )]
    NotChainrule {
        /// The key of the entry that was looked for.
        key: &'static str,
        /// How many tensors the file holds.
        tensors: usize,
    },

    /// A checkpoint where a model was expected.
    #[error(
        "model file: it is the checkpoint of a run that is not over\nhelp: go on with the run: chainrule train --resume FOLDER"
    )]
    IsCheckpoint,

    /// A model where a checkpoint was expected.
    #[error("checkpoint: it is a model, which does not remember how its run stood")]
    IsModel,

    /// The JSON text of a checkpoint's entry is not as it should be.
    #[error(
        "checkpoint, metadata `chainrule_checkpoint`, byte {offset} of its text: not a record of format {format}"
    )]
    CheckpointEntry {
        /// The format that the text was read as.
        format: u64,
        /// Where in the text the fault lies.
        offset: usize,
        /// The parser's reason.
        #[source]
        source: serde_json::Error,
    },

    /// The bytes of a checkpoint are not those that were written.
    #[error(
        "checkpoint: the checksum does not match; expected {}, got {got}\n\
         help: the file was damaged after it was written; take the previous checkpoint", .expected.escape_debug()
    )]
    CheckpointChecksum {
        /// The checksum in the file.
        expected: String,
        /// The checksum of the bytes.
        got: String,
    },

    /// A tensor of a checkpoint reaches beyond the file.
    #[error(
        "checkpoint: the bytes of `{name}` reach beyond the file; expected an end of at most {available}, got {end}\n\
         help: the file seems cut short; take the previous checkpoint"
    )]
    CheckpointCutShort {
        /// The name of the tensor.
        name: String,
        /// The declared byte after the last.
        end: usize,
        /// The bytes that follow the header.
        available: usize,
    },

    /// A part of a checkpoint that does not fit the others.
    #[error("checkpoint: `{}` {fault}", .part.escape_debug())]
    CheckpointPart {
        /// The part, such as `best`.
        part: String,
        /// What is wrong with it.
        fault: String,
    },

    /// The file has a format that this version does not know yet.
    #[error(
        "model file: written by version {} in format {format}; this is version {} and reads formats up to {newest}\n\
         help: install a newer chainrule; the file is left as it is", .written_by.escape_debug(), env!("CARGO_PKG_VERSION")
    )]
    NewerFormat {
        /// The version of `chainrule` that wrote it.
        written_by: String,
        /// Its format version.
        format: u64,
        /// The newest format version known here.
        newest: u64,
    },

    /// A format version that never was.
    #[error("model file: there is no format {format}; expected 1 to {newest}")]
    UnknownFormat {
        /// The format version in the file.
        format: u64,
        /// The newest format version known here.
        newest: u64,
    },

    /// The JSON text of the entry `chainrule` is not as it should be.
    #[error("model file, metadata `chainrule`, byte {offset} of its text: not a record of format {format}")]
    Entry {
        /// The format that the text was read as.
        format: u64,
        /// Where in the text the fault lies.
        offset: usize,
        /// The parser's reason.
        #[source]
        source: serde_json::Error,
    },

    /// The bytes are not those that were written.
    #[error(
        "model file: the checksum does not match; expected {}, got {got}\n\
         help: the file was damaged or edited after it was written; copy it again", .expected.escape_debug()
    )]
    Checksum {
        /// The checksum in the file.
        expected: String,
        /// The checksum of the bytes.
        got: String,
    },

    /// A name in the list of frozen tensors belongs to no tensor.
    #[error("model file, metadata `chainrule`: `frozen` names `{}`, which is no tensor of the file", .name.escape_debug())]
    UnknownFrozen {
        /// The name.
        name: String,
    },

    /// A field of the record is out of range or disagrees with another one.
    #[error("model record: `{field}` {fault}")]
    Record {
        /// The path of the field, such as `scaling.mean`.
        field: String,
        /// What is wrong with it.
        fault: String,
    },

    /// The record cannot be written as JSON.
    #[error("model record: it cannot be written as JSON")]
    RecordJson {
        /// The serializer's reason.
        #[source]
        source: serde_json::Error,
    },

    /// Tensors are missing or extra.
    #[error("model file: its tensors are not those of its network{}{}", listed("missing", .missing), listed("not expected", .extra))]
    TensorList {
        /// The names that the network needs and the file lacks.
        missing: Vec<String>,
        /// The names that the file has and the network does not.
        extra: Vec<String>,
    },

    /// A tensor has another shape than the network needs.
    #[error("tensor `{name}`: its shape does not fit the network; expected {expected:?}, got {got:?}")]
    TensorShape {
        /// The name of the tensor.
        name: String,
        /// The shape that the network needs.
        expected: Vec<usize>,
        /// The shape in the file.
        got: Vec<usize>,
    },

    /// Arrays that do not go into an `.npz` file.
    #[error("archive: {fault}")]
    Archive {
        /// What is wrong.
        fault: &'static str,
    },

    /// An ONNX file that cannot be read, or a model that cannot be written as one.
    #[error(transparent)]
    Onnx(#[from] crate::onnx::Fault),

    /// A part of a model has no form in a program of its own.
    #[error("`{part}`: {fault}")]
    Standalone {
        /// The part: `inputs`, or the start of a name.
        part: String,
        /// What is wrong with it.
        fault: String,
    },

    /// A tensor of a state dict has numbers of a type that weights do not have.
    #[error("tensor `{name}`: its type is not one of weights; expected F64, F32, F16 or BF16, got {dtype}")]
    StateDictType {
        /// The name of the tensor.
        name: String,
        /// The declared type.
        dtype: String,
    },

    /// Tensors of a state dict are missing or extra.
    #[error("state dict: its tensors are not those of the network{}{}", listed("missing", .missing), listed("not expected", .extra))]
    StateDictList {
        /// The names that the network needs and the state dict lacks.
        missing: Vec<String>,
        /// The names that the state dict has and the network does not.
        extra: Vec<String>,
    },

    /// A tensor of a state dict has another shape than its layer.
    #[error("tensor `{name}`: its shape does not fit `{layer}`; expected {expected:?}, got {got:?}")]
    StateDictShape {
        /// The name in the state dict.
        name: String,
        /// The layer of the network.
        layer: String,
        /// The shape that the layer needs.
        expected: Vec<usize>,
        /// The shape in the state dict.
        got: Vec<usize>,
    },

    /// Modules of a state dict whose order cannot be told.
    #[error(
        "state dict: neither numbers in their names nor their shapes tell the order of its modules{}\n\
         help: name them as `nn.Sequential` does: 0, 2, 4 ...", listed("got", .names)
    )]
    StateDictOrder {
        /// The names of the modules.
        names: Vec<String>,
    },

    /// A text of settings that cannot be read.
    #[error("line {line}, column {column}: {fault}")]
    Settings {
        /// The line, from 1.
        line: usize,
        /// The character of the line, from 1.
        column: usize,
        /// What is wrong there.
        fault: String,
    },

    /// The safetensors library refused what our checks let pass.
    #[error("model file: not a valid safetensors file")]
    Container {
        /// The library's reason.
        #[source]
        source: safetensors::SafeTensorError,
    },
}

/// The second line of a message about a file that is something else.
fn hint(looks_like: Option<&str>) -> String {
    looks_like.map_or_else(String::new, |kind| {
        format!("\nhelp: it looks like {kind}; expected a .safetensors file")
    })
}

/// `; what `a`, `b``, the first ten of them; nothing for an empty list.
fn listed(what: &str, names: &[String]) -> String {
    const SHOWN: usize = 10;
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let rest = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("; {what} {}{rest}", shown.join(", "))
}
