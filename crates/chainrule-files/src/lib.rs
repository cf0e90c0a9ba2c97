//! Bytes to models and back: one `.safetensors` file holds a trained network and all that is needed to use it.
//!
//! A file is a [safetensors] container: eight bytes of header length, a JSON header, then the tensors row by row,
//! little-endian. The tensors keep their names, so that Netron and the Python package `safetensors` open the file. One
//! entry of the header's metadata, under the key [`METADATA_KEY`], is a JSON object:
//!
//! ```json
//! {"format_version": 1, "written_by": "0.1.0", "checksum": "crc32:5f1d3a09", "frozen": ["norm.running_mean"],
//!  "model": {"network": "identity:4,relu:16,softmax:3", "task": "multiclass", ...}}
//! ```
//!
//! where `model` is a [`ModelRecord`]. The checksum is the CRC-32 of, for each tensor in the order of the file, its bytes
//! and the line `NAME TYPE [3, 2] trainable` (or `frozen`), and after them the text of `model`.
//!
//! - [`encode`] turns a [`ModelFile`] into bytes; the same model gives the same bytes.
//! - [`decode`] turns bytes into a [`ModelFile`], bit for bit what was encoded, or says what is wrong with them. No
//!   input makes it panic, and it never allocates from a size that the file merely declares.
//! - [`encode_checkpoint`] and [`decode_checkpoint`] do the same for a run that is not over.
//!
//! The module [`settings`] reads and writes the settings of a run, in TOML or JSON.
//!
//! Must not know: the file system (bytes come in and go out), the graph, training, the terminal.
//!
//! # Examples
//!
//! ```
//! use chainrule_files::{ModelFile, ModelRecord, Task, Tensor, Values, decode, encode};
//!
//! let model = ModelFile {
//!     record: ModelRecord::new("identity:2,sigmoid:1", Task::Binary, "binary_cross_entropy"),
//!     tensors: vec![
//!         Tensor::new("0.bias", &[1], Values::F32(vec![-0.5])),
//!         Tensor::new("0.weight", &[1, 2], Values::F32(vec![1.0, 2.0])),
//!     ],
//! };
//! let bytes = encode(&model)?;
//! assert_eq!(decode(&bytes)?, model);
//! # Ok::<(), chainrule_files::Error>(())
//! ```
//!
//! [safetensors]: https://github.com/huggingface/safetensors#format

mod c_header;
mod checkpoint;
mod decode;
mod encode;
mod entry;
mod error;
mod header;
mod json_error;
mod layout;
mod limits;
mod log;
mod magic;
mod model;
mod npz;
mod numpy_script;
pub mod onnx;
mod record;
pub mod settings;
mod stack;
mod standalone;
mod state_dict;
mod tensor;
mod tensorboard;

pub use c_header::{CType, c_header};
pub use checkpoint::{
    CHECKPOINT_FORMAT_VERSION, CHECKPOINT_KEY, CheckpointFile, CheckpointProgress, CheckpointRecord,
    HISTORY_COLUMNS, Number, OptimizerRecord, PlateauRecord, decode_checkpoint, encode_checkpoint,
};
pub use decode::{decode, decode_with};
pub use encode::{encode, encode_with};
pub use entry::{FORMAT_VERSION, METADATA_KEY};
pub use error::Error;
pub use limits::{MAX_HEADER_BYTES, MAX_NAME_BYTES, MAX_RANK, MAX_TENSORS};
pub use log::{EpochFigures, HISTORY_HEADING, LogEvent, history_line, history_until};
pub use model::ModelFile;
pub use npz::{NpyArray, npz};
pub use numpy_script::{NumpyScript, numpy_script};
pub use record::{
    CategoryEncoding, ColumnRule, DateOrder, Feature, FeatureKind, ModelRecord, Outputs, Preparation,
    PreparedColumn, Scaling, Target, Task, TimePart, TimePartKind, TrainingSummary,
};
pub use stack::{EmbedBlock, Function, LayerKind, Stack, StackLayer};
pub use standalone::{Answers, InputColumn, InputPart, InputRule, MissingCells, Standalone};
pub use state_dict::{Assigned, StateDict, assign, read_state_dict, sequential, suggest, write_state_dict};
pub use tensor::{NonFinite, Tensor, Values};
pub use tensorboard::{tensorboard_histograms, tensorboard_scalars, tensorboard_start, tensorboard_text};
