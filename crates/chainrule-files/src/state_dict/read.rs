//! The bytes of a safetensors file of another program to tensors and texts.

use std::collections::BTreeMap;

use safetensors::SafeTensors;

use super::half::{from_bf16, from_f16};
use crate::header::{self, Declared};
use crate::{Error, NonFinite, Tensor, Values, layout};

/// The tensors and texts of a safetensors file, whoever wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct StateDict {
    /// The tensors of real numbers in the order of their names; F16 and BF16 have become `F32`, which holds them exactly.
    pub tensors: Vec<Tensor>,
    /// The texts of the metadata.
    pub metadata: BTreeMap<String, String>,
}

/// Reads a safetensors file whose tensors have real numbers of 64, 32 or 16 bits; counts of batches
/// (`num_batches_tracked`) are left out.
///
/// Never panics. Memory grows with the bytes that are there, never with a declared size.
///
/// # Errors
///
/// As [`decode`](crate::decode) for a damaged file; [`Error::StateDictType`] for a tensor of another type,
/// [`Error::NonFinite`] for NaN or an infinity.
pub fn read_state_dict(bytes: &[u8]) -> Result<StateDict, Error> {
    let (mut header, data) = header::read(bytes)?;
    layout::check_with(&mut header.tensors, data.len(), width).map_err(other_type)?;
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|source| Error::Container { source })?;
    let texts = metadata.metadata().clone().unwrap_or_default();
    let is_count = |declared: &&Declared| declared.name.rsplit('.').next() == Some("num_batches_tracked");
    let wanted = header.tensors.iter().filter(|declared| !is_count(declared));
    let mut tensors = wanted.map(|declared| tensor(declared, data)).collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(StateDict { tensors, metadata: texts.into_iter().collect() })
}

/// The list of types in the message is that of weights.
fn other_type(error: Error) -> Error {
    match error {
        Error::Dtype { name, dtype } => Error::StateDictType { name, dtype },
        other => other,
    }
}

/// The bytes of a number of each type that the format knows by this name; types of parts of bytes are left out.
fn width(dtype: &str) -> Option<usize> {
    match dtype {
        "BOOL" | "U8" | "I8" => Some(1),
        "F16" | "BF16" | "U16" | "I16" => Some(2),
        "F32" | "U32" | "I32" => Some(4),
        "F64" | "U64" | "I64" => Some(8),
        _ => None,
    }
}

fn tensor(declared: &Declared, data: &[u8]) -> Result<Tensor, Error> {
    let Declared { name, dtype, shape, data_offsets: (begin, end) } = declared;
    let beyond = || Error::RangeBeyondFile { name: name.clone(), end: *end, available: data.len() };
    let bytes = data.get(*begin..*end).ok_or_else(beyond)?;
    let halves = || bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
    let values = match &dtype[..] {
        "F64" => Values::F64(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect()),
        "F32" => Values::F32(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        "F16" => Values::F32(halves().map(from_f16).collect()),
        "BF16" => Values::F32(halves().map(from_bf16).collect()),
        _ => return Err(Error::StateDictType { name: name.clone(), dtype: dtype.clone() }),
    };
    let tensor = Tensor::new(name, shape, values);
    tensor.check(NonFinite::Refuse)?;
    Ok(tensor)
}
