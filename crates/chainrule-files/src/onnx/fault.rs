//! What can be wrong with an ONNX file, or with a model that should become one.
//!
//! Every variant carries the parts of its sentence. Names come from the file: they are cut and escaped before they are shown. The
//! path of the file is not known here: whoever read the bytes puts it in front.

use super::{FIRST_OPSET_READ, FIRST_OPSET_WRITTEN, LAST_OPSET_READ, LAST_OPSET_WRITTEN, MAX_BYTES};

/// Why an ONNX file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Bytes that are no protobuf.
    #[error("ONNX file, byte {offset}: {fault}; expected the bytes of a protobuf")]
    Broken {
        /// Where.
        offset: usize,
        /// What is wrong there.
        fault: &'static str,
    },

    /// A field is longer than what it lies in.
    #[error(
        "ONNX file, byte {offset}: a field reaches beyond its end; expected at most {available} bytes, got {declared}\n\
         help: the file was cut short, or is no ONNX file; copy or export it again"
    )]
    BeyondEnd {
        /// Where its length stands.
        offset: usize,
        /// Its length.
        declared: u64,
        /// The bytes that are left.
        available: usize,
    },

    /// More parts than a model of layers has.
    #[error("ONNX file: it has too many {what}; expected at most {limit}")]
    TooManyParts {
        /// Messages or fields.
        what: &'static str,
        /// The most that are read.
        limit: usize,
    },

    /// Sound protobuf that is not what the fields of ONNX hold.
    #[error("ONNX file: a field does not hold what ONNX puts there")]
    Decode {
        /// Which one.
        #[source]
        source: prost::DecodeError,
    },

    /// No graph in it.
    #[error("ONNX file: it has no {what}; expected a model with a graph and the version of its operations")]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },

    /// A version of the operations whose meaning is not known here.
    #[error(
        "ONNX file: its operations are of version {got}; expected {FIRST_OPSET_READ} to {LAST_OPSET_READ}"
    )]
    Opset {
        /// `opset_import` of the file.
        got: i64,
    },

    /// A version of the operations in which the graph cannot be written.
    #[error(
        "version of ONNX to write: out of range; expected {FIRST_OPSET_WRITTEN} to {LAST_OPSET_WRITTEN}, got {got}"
    )]
    OpsetToWrite {
        /// What was asked for.
        got: i64,
    },

    /// Numbers that lie in another file.
    #[error(
        "tensor `{tensor}`: its numbers lie in another file, `{path}`, which is never opened; expected them in the file itself\n\
         help: in Python, onnx.save(onnx.load(\"model.onnx\"), \"whole.onnx\") writes one file"
    )]
    ExternalData {
        /// The name of the tensor.
        tensor: String,
        /// What the file says where they lie.
        path: String,
    },

    /// A tensor that cannot be used.
    #[error("tensor `{tensor}`: {fault}")]
    Tensor {
        /// Its name.
        tensor: String,
        /// What is wrong with it.
        fault: String,
    },

    /// An operation that no layer here is made of.
    #[error(
        "node `{node}`: the operation `{op}` cannot be imported; expected those of a network of layers: {}", supported.join(", ")
    )]
    Unsupported {
        /// The name of the node.
        node: String,
        /// The operation, with its domain if that is not ONNX's own.
        op: String,
        /// All that can.
        supported: &'static [&'static str],
    },

    /// An operation that can be imported, but not as it is used here.
    #[error("node `{node}` ({op}): {fault}")]
    Node {
        /// The name of the node.
        node: String,
        /// Its operation.
        op: String,
        /// What is wrong.
        fault: String,
    },

    /// A node that uses what is not there, or not yet.
    #[error("node `{node}` ({op}): its input `{input}` {}", if *.later {
        "is made by a later node; expected an order without cycles"
    } else {
        "is made by no node, and is neither an input nor an initializer of the graph"
    })]
    Dangling {
        /// The name of the node.
        node: String,
        /// Its operation.
        op: String,
        /// The missing value.
        input: String,
        /// Whether it is made further down.
        later: bool,
    },

    /// A name that two values have.
    #[error("ONNX graph: the value `{name}` is made twice; expected each name once")]
    MadeTwice {
        /// The name.
        name: String,
    },

    /// Not one input.
    #[error("ONNX graph: expected one input with a row for each example, got {count}{}", named(.names))]
    Inputs {
        /// How many.
        count: usize,
        /// The names of the first few.
        names: Vec<String>,
    },

    /// An input whose type or shape is not that of rows.
    #[error("input `{name}`: {fault}")]
    Input {
        /// Its name.
        name: String,
        /// What is wrong.
        fault: String,
    },

    /// The outputs are not what a network of layers puts out.
    #[error("ONNX graph: {fault}")]
    Outputs {
        /// What is wrong.
        fault: String,
    },

    /// A model beyond the limit of the format.
    #[error(
        "ONNX file: the model is too large for one file of this format; expected at most {MAX_BYTES} bytes, got {bytes}\n\
         help: export it with --pytorch, which has no such limit"
    )]
    TooLarge {
        /// What it would take.
        bytes: usize,
    },

    /// Preprocessing that no graph can express.
    #[error("column `{column}`: {fault}")]
    Column {
        /// The name of the column.
        column: String,
        /// What cannot be written.
        fault: String,
    },

    /// Records to write whose widths do not go together.
    #[error("ONNX graph to write: {part} does not fit; expected {expected} numbers, got {got}")]
    Width {
        /// Which part.
        part: String,
        /// What it should have.
        expected: usize,
        /// What it has.
        got: usize,
    },
}

/// `: `a`, `b``; nothing for no names.
fn named(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(": `{}`", names.join("`, `")) }
}

/// A name of the file as it can be shown: control characters escaped, and cut after 60 characters.
pub(super) fn shown(name: &str) -> String {
    const MOST: usize = 60;
    let start: String = name.chars().take(MOST).collect();
    let dots = if start.len() < name.len() { "..." } else { "" };
    format!("{}{dots}", start.escape_debug())
}
