//! The JSON text under the key `chainrule_checkpoint` of a file's metadata: an envelope around the record, as in a model file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::CheckpointRecord;
use crate::Error;
use crate::entry::{Origin, Sealed, checksum};
use crate::json_error::byte_offset;

/// The key of a checkpoint's entry in the metadata of a safetensors file.
pub const CHECKPOINT_KEY: &str = "chainrule_checkpoint";

/// The newest version of the format of checkpoints: the one that is written. All versions from 1 on are read.
pub const CHECKPOINT_FORMAT_VERSION: u64 = 1;

/// The envelope of format 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    format_version: u64,
    written_by: String,
    checksum: String,
    /// The record's text as it stands.
    #[serde(borrow)]
    checkpoint: &'a RawValue,
}

/// The text of the entry for `record` and a file of these `tensors`, in the order of the file.
pub(super) fn write(record: &CheckpointRecord, tensors: &[Sealed]) -> Result<String, Error> {
    let as_error = |source| Error::RecordJson { source };
    let text = serde_json::value::to_raw_value(record).map_err(as_error)?;
    let envelope = Envelope {
        format_version: CHECKPOINT_FORMAT_VERSION,
        written_by: record.written_by.clone(),
        checksum: checksum(tensors, text.get()),
        checkpoint: &text,
    };
    serde_json::to_string(&envelope).map_err(as_error)
}

/// The record in the `text` of a file of these `tensors`, in the order of the file: version, then checksum, then record.
pub(super) fn read(text: &str, tensors: &[Sealed]) -> Result<CheckpointRecord, Error> {
    let at = |start: usize, text: &str, source| {
        let offset = start + byte_offset(text, &source);
        Error::CheckpointEntry { format: CHECKPOINT_FORMAT_VERSION, offset, source }
    };
    let origin: Origin = serde_json::from_str(text).map_err(|source| at(0, text, source))?;
    origin.check(CHECKPOINT_FORMAT_VERSION)?;
    let envelope: Envelope = serde_json::from_str(text).map_err(|source| at(0, text, source))?;
    let record = envelope.checkpoint.get();
    let got = checksum(tensors, record);
    if got != envelope.checksum {
        return Err(Error::Checksum { expected: envelope.checksum.chars().take(40).collect(), got });
    }
    let start = record.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let record: CheckpointRecord =
        serde_json::from_str(record).map_err(|source| at(start, record, source))?;
    Ok(CheckpointRecord { written_by: envelope.written_by, ..record })
}
