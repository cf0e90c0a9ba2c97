//! The JSON text under the key `chainrule` of a file's metadata: an envelope around the record.
//!
//! The envelope comes first so that a reader of any age can say which version wrote the file, and tell a damaged record
//! from a strange one. Must not know: where the text and the tensors' bytes come from.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json_error::byte_offset;
use crate::{Error, ModelRecord};

/// The key of our entry in the metadata of a safetensors file.
pub const METADATA_KEY: &str = "chainrule";

/// The newest version of the file format: the one that is written. All versions from 1 on are read.
pub const FORMAT_VERSION: u64 = 1;

/// A tensor as the file holds it, for the checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) name: &'a str,
    /// `F32` or `F64`.
    pub(crate) dtype: &'a str,
    pub(crate) shape: &'a [usize],
    /// The values, little-endian.
    pub(crate) bytes: &'a [u8],
    pub(crate) frozen: bool,
}

/// What every version of the envelope has.
#[derive(Deserialize)]
struct Origin {
    format_version: u64,
    #[serde(default)]
    written_by: String,
}

/// The envelope of format 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    format_version: u64,
    written_by: String,
    checksum: String,
    /// The names of the tensors that training does not change, sorted.
    frozen: Vec<String>,
    /// The record's text as it stands.
    #[serde(borrow)]
    model: &'a RawValue,
}

/// The text of the entry for `record` and a file of these `tensors`, in the order of the file.
pub(crate) fn write(record: &ModelRecord, tensors: &[Sealed]) -> Result<String, Error> {
    let as_error = |source| Error::RecordJson { source };
    let model = serde_json::value::to_raw_value(record).map_err(as_error)?;
    let envelope = Envelope {
        format_version: FORMAT_VERSION,
        written_by: record.written_by.clone(),
        checksum: checksum(tensors, model.get()),
        frozen: frozen_names(tensors),
        model: &model,
    };
    serde_json::to_string(&envelope).map_err(as_error)
}

/// The record in the `text` of a file of these `tensors`, in the order of the file; fills in which are frozen.
///
/// The version is looked at before anything else, then the checksum, then the record.
pub(crate) fn read(text: &str, tensors: &mut [Sealed]) -> Result<ModelRecord, Error> {
    let fault = |offset, source| Error::Entry { format: FORMAT_VERSION, offset, source };
    let envelope: Envelope = envelope(text, FORMAT_VERSION, fault)?;
    mark_frozen(tensors, envelope.frozen)?;
    check_sum(&envelope.checksum, tensors, envelope.model.get())?;
    let record: ModelRecord = record(text, envelope.model, fault)?;
    let record = ModelRecord { written_by: envelope.written_by, ..record };
    record.check()?;
    Ok(record)
}

/// The envelope in the `text` of an entry, after a look at its version; `fault` makes an error of a place in the text.
pub(crate) fn envelope<'t, E: Deserialize<'t>>(
    text: &'t str,
    newest: u64,
    fault: impl Fn(usize, serde_json::Error) -> Error,
) -> Result<E, Error> {
    let at = |source| fault(byte_offset(text, &source), source);
    let origin: Origin = serde_json::from_str(text).map_err(at)?;
    origin.check(newest)?;
    serde_json::from_str(text).map_err(at)
}

/// Compares the checksum of an envelope with that of the tensors and the text of the record.
pub(crate) fn check_sum(expected: &str, tensors: &[Sealed], record: &str) -> Result<(), Error> {
    const SHOWN: usize = 40;
    let got = checksum(tensors, record);
    if got == expected {
        return Ok(());
    }
    Err(Error::Checksum { expected: expected.chars().take(SHOWN).collect(), got })
}

/// The record in the `text` of an entry, of which its own text `raw` is a part; `fault` as in [`envelope`].
pub(crate) fn record<R: DeserializeOwned>(
    text: &str,
    raw: &RawValue,
    fault: impl Fn(usize, serde_json::Error) -> Error,
) -> Result<R, Error> {
    let start = raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
    serde_json::from_str(raw.get()).map_err(|source| fault(start + byte_offset(raw.get(), &source), source))
}

fn frozen_names(tensors: &[Sealed]) -> Vec<String> {
    let frozen = tensors.iter().filter(|tensor| tensor.frozen);
    let names: BTreeSet<&str> = frozen.map(|tensor| tensor.name).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn mark_frozen(tensors: &mut [Sealed], names: Vec<String>) -> Result<(), Error> {
    let mut names: BTreeSet<String> = names.into_iter().collect();
    for tensor in tensors {
        tensor.frozen = names.remove(tensor.name);
    }
    match names.pop_first() {
        Some(name) => Err(Error::UnknownFrozen { name: name.chars().take(40).collect() }),
        None => Ok(()),
    }
}

impl Origin {
    /// Refuses a format that is newer than this version's newest, or none.
    fn check(self, newest: u64) -> Result<(), Error> {
        let Origin { format_version: format, written_by } = self;
        match format {
            0 => Err(Error::UnknownFormat { format, newest }),
            format if format <= newest => Ok(()),
            _ => Err(Error::NewerFormat { written_by, format, newest }),
        }
    }
}

/// CRC-32 (as in gzip) of everything that makes the model, as the envelope writes it.
///
/// Covered are, in this order: for each tensor its bytes and the line `NAME TYPE [3, 2] trainable` (or `frozen`), then
/// the text of the record.
pub(crate) fn checksum(tensors: &[Sealed], model: &str) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for Sealed { name, dtype, shape, bytes, frozen } in tensors {
        let state = if *frozen { "frozen" } else { "trainable" };
        hasher.update(bytes);
        hasher.update(format!("{name} {dtype} {shape:?} {state}\n").as_bytes());
    }
    hasher.update(model.as_bytes());
    format!("crc32:{:08x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_gzip() {
        // The check value of CRC-32/ISO-HDLC, for the digits 1 to 9.
        assert_eq!(checksum(&[], "123456789"), "crc32:cbf43926");
    }

    #[test]
    fn the_checksum_sees_every_part_of_a_tensor() {
        let tensor = Sealed { name: "w", dtype: "F32", shape: &[1, 2], bytes: &[0; 8], frozen: false };
        let changed = [
            Sealed { name: "v", ..tensor },
            Sealed { dtype: "F64", ..tensor },
            Sealed { shape: &[2, 1], ..tensor },
            Sealed { bytes: &[0, 0, 0, 0, 0, 0, 0, 1], ..tensor },
            Sealed { frozen: true, ..tensor },
        ];
        let sums: BTreeSet<String> = changed.iter().chain([&tensor]).map(|t| checksum(&[*t], "{}")).collect();
        assert_eq!(sums.len(), 6);
    }
}
