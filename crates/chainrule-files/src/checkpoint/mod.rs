//! Checkpoints: a run of training at a moment, as one safetensors file with a checksum.
//!
//! The container is that of model files. The metadata's entry [`CHECKPOINT_KEY`] is a JSON object
//!
//! ```json
//! {"format_version": 1, "written_by": "0.1.0", "checksum": "crc32:5f1d3a09", "checkpoint": {"network": "identity:4,relu:16,softmax:3", ...}}
//! ```
//!
//! where `checkpoint` is a [`CheckpointRecord`]. The tensors are, with n parameters in their declared order:
//!
//! ```text
//! weights.NAME   the parameters by name                                finite
//! best           [n]: the parameters of the best epoch so far          finite
//! average        [n]: their moving average, where there is one
//! optimizer      [k, n]: the optimizer's vectors, where it has any
//! history        [epochs, 8], F64: a row for each epoch that is over   (see [`HISTORY_COLUMNS`])
//! ```
//!
//! All but `history` are of one type, `F32` or `F64`. The checksum covers the same as that of a model file. Must not know: the
//! file system, optimizers (they are names and numbers here), how a run goes on.

mod decode;
mod encode;
mod entry;
mod file;
mod number;
mod record;

pub use decode::decode_checkpoint;
pub use encode::encode_checkpoint;
pub use entry::{CHECKPOINT_FORMAT_VERSION, CHECKPOINT_KEY};
pub use file::{CheckpointFile, HISTORY_COLUMNS};
pub use number::Number;
pub use record::{CheckpointProgress, CheckpointRecord, OptimizerRecord, PlateauRecord};
