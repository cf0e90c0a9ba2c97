//! One message: its description, and the sizes in it that are looked at before a decoder takes memory for them.

use std::ops::Range;

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::{Endianness, root_as_message};
use arrow_schema::Schema;

use super::super::columns::is_believable;

/// The bytes of a message: a prefix, the description, and the body.
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) description: Range<usize>,
}

impl Message {
    pub(super) fn read(&self) -> Result<arrow_ipc::Message<'_>, String> {
        root_as_message(&self.bytes[self.description.clone()]).map_err(|error| error.to_string())
    }

    pub(super) fn schema(&self) -> Result<Schema, String> {
        let message = self.read()?;
        schema(message.header_as_schema().ok_or("the first message is no schema")?)
    }

    /// Whether every packed buffer of the body is large enough for what it declares.
    pub(super) fn are_sizes_believable(&self) -> Result<bool, String> {
        let message = self.read()?;
        let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
        let Some(batch) = message.header_as_record_batch().or(dictionary) else { return Ok(true) };
        if batch.compression().is_none() {
            return Ok(true);
        }
        let body = &self.bytes[self.description.end..];
        let fits = |buffer: &arrow_ipc::Buffer| {
            let start = usize::try_from(buffer.offset()).ok()?;
            let declared = body.get(start..)?.first_chunk().map_or(0, |length| i64::from_le_bytes(*length));
            // Minus one says that the buffer is not packed.
            let packed = u64::try_from(buffer.length()).ok()?;
            Some(packed == 0 || declared < 0 || is_believable(packed, declared as u64))
        };
        Ok(batch.buffers().is_none_or(|buffers| buffers.iter().all(|buffer| fits(buffer) == Some(true))))
    }
}

/// A schema of little-endian numbers.
pub(super) fn schema(schema: arrow_ipc::Schema<'_>) -> Result<Schema, String> {
    if schema.endianness() != Endianness::Little {
        return Err("the numbers are big-endian; expected little-endian ones".into());
    }
    try_fb_to_schema(schema).map_err(|error| error.to_string())
}
