//! The JSON text under the key `chainrule_checkpoint` of a file's metadata: an envelope around the record, as in a model file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::CheckpointRecord;
use crate::Error;
use crate::entry::{self, Sealed, checksum};

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
    let fault = |offset, source| Error::CheckpointEntry { format: CHECKPOINT_FORMAT_VERSION, offset, source };
    let envelope: Envelope = entry::envelope(text, CHECKPOINT_FORMAT_VERSION, fault)?;
    entry::check_sum(&envelope.checksum, tensors, envelope.checkpoint.get())?;
    let record: CheckpointRecord = entry::record(text, envelope.checkpoint, fault)?;
    Ok(CheckpointRecord { written_by: envelope.written_by, ..record })
}
