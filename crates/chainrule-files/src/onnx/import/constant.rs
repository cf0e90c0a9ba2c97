//! Constants of a graph: their numbers out of the forms in which a tensor can hold them.
//!
//! A length is compared with the bytes that are there before anything is made of it. Must not know: who uses a constant.

use crate::Values;
use crate::onnx::Fault;
use crate::onnx::fault::shown;
use crate::onnx::proto::{TensorProto, data_type};

/// A constant array.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    /// The length of each axis; empty for a single number.
    pub(super) dims: Vec<usize>,
    /// What it holds, row-major.
    pub(super) data: Data,
}

/// The elements of a constant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    /// Real numbers.
    Numbers(Values),
    /// Whole numbers: shapes, axes, classes.
    Integers(Integers),
    /// Texts: classes.
    Texts(Vec<String>),
    /// Elements of a type that no part of a network has.
    Other(i32),
}

/// Whole numbers, in as many bytes as the file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Integers {
    /// 32 bits.
    Narrow(Vec<i32>),
    /// 64 bits.
    Wide(Vec<i64>),
}

impl Integers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(values) => values.len(),
            Self::Wide(values) => values.len(),
        }
    }

    /// The number at a place below [`len`](Self::len).
    fn at(&self, place: usize) -> i64 {
        match self {
            Self::Narrow(values) => i64::from(values[place]),
            Self::Wide(values) => values[place],
        }
    }

    /// The numbers in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len()).map(|place| self.at(place))
    }
}

impl Constant {
    /// One number.
    pub(super) fn number(value: f64) -> Self {
        Constant { dims: Vec::new(), data: Data::Numbers(Values::F64(vec![value])) }
    }

    /// The shape as it is shown.
    pub(super) fn shape(&self) -> String {
        format!("{:?}", self.dims)
    }

    /// The real numbers.
    ///
    /// # Errors
    /// The sentence that says which type came instead.
    pub(super) fn numbers(&self) -> Result<&Values, String> {
        let got = match &self.data {
            Data::Numbers(values) => return Ok(values),
            Data::Integers(_) => "whole numbers".to_owned(),
            Data::Texts(_) => "STRING".to_owned(),
            Data::Other(data_type) => data_type::name(*data_type),
        };
        Err(format!("expected numbers of type FLOAT or DOUBLE, got {got}"))
    }

    /// The whole numbers.
    ///
    /// # Errors
    /// That they are no whole numbers.
    pub(super) fn integers(&self) -> Result<&Integers, String> {
        match &self.data {
            Data::Integers(values) => Ok(values),
            _ => Err("expected whole numbers, such as INT64".to_owned()),
        }
    }
}

/// Refuses numbers that lie in another file.
pub(super) fn refuse_external(tensor: &TensorProto) -> Result<(), Fault> {
    if tensor.data_location.unwrap_or(0) == 0 && tensor.external_data.is_empty() {
        return Ok(());
    }
    let location = tensor.external_data.iter().find(|entry| entry.key.as_deref() == Some("location"));
    let path = location.and_then(|entry| entry.value.as_deref()).unwrap_or("");
    Err(Fault::ExternalData { tensor: shown(tensor.name.as_deref().unwrap_or("")), path: shown(path) })
}

/// Reads a tensor.
///
/// # Errors
/// [`Fault::Tensor`] if its shape and its bytes do not go together; [`Fault::ExternalData`].
pub(super) fn read(tensor: TensorProto) -> Result<Constant, Fault> {
    refuse_external(&tensor)?;
    let name = shown(tensor.name.as_deref().unwrap_or(""));
    contents(tensor).map_err(|fault| Fault::Tensor { tensor: name, fault })
}

fn contents(tensor: TensorProto) -> Result<Constant, String> {
    if tensor.segment.is_some() {
        return Err("it is one segment of several; expected whole tensors".to_owned());
    }
    let dims = lengths(&tensor.dims)?;
    let expected = dims.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let expected =
        expected.ok_or_else(|| format!("its shape {dims:?} has more elements than memory can hold"))?;
    let (data, got) = data(tensor)?;
    match got {
        Some(got) if got != expected => {
            Err(format!("its numbers do not fill its shape {dims:?}; expected {expected}, got {got}"))
        }
        _ => Ok(Constant { dims, data }),
    }
}

fn lengths(dims: &[i64]) -> Result<Vec<usize>, String> {
    const MOST: usize = 8;
    if dims.len() > MOST {
        return Err(format!("it has too many axes; expected at most {MOST}, got {}", dims.len()));
    }
    let length =
        |dim: &i64| usize::try_from(*dim).map_err(|_| format!("its shape {dims:?} has a negative length"));
    dims.iter().map(length).collect()
}

/// The elements, and how many there are if they were looked at.
fn data(tensor: TensorProto) -> Result<(Data, Option<usize>), String> {
    let data_type = tensor.data_type.unwrap_or(0);
    let raw = tensor.raw_data.as_deref();
    let data = match data_type {
        data_type::FLOAT => Data::Numbers(Values::F32(match raw {
            Some(raw) => pieces(raw, f32::from_le_bytes)?,
            None => tensor.float_data,
        })),
        data_type::DOUBLE => Data::Numbers(Values::F64(match raw {
            Some(raw) => pieces(raw, f64::from_le_bytes)?,
            None => tensor.double_data,
        })),
        data_type::INT64 => Data::Integers(Integers::Wide(match raw {
            Some(raw) => pieces(raw, i64::from_le_bytes)?,
            None => tensor.int64_data,
        })),
        data_type::INT32 => Data::Integers(Integers::Narrow(match raw {
            Some(raw) => pieces(raw, i32::from_le_bytes)?,
            None => tensor.int32_data,
        })),
        // Single switches; long arrays of bytes are no part of a network, and would take four times their size.
        data_type::BOOL | data_type::UINT8 if raw.map_or(tensor.int32_data.len(), <[u8]>::len) <= 8 => {
            Data::Integers(Integers::Narrow(match raw {
                Some(raw) => raw.iter().map(|byte| i32::from(*byte)).collect(),
                None => tensor.int32_data,
            }))
        }
        data_type::STRING => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Data::Texts(tensor.string_data.iter().map(|bytes| text(bytes)).collect())
        }
        other => return Ok((Data::Other(other), None)),
    };
    let count = match &data {
        Data::Numbers(values) => values.len(),
        Data::Integers(values) => values.len(),
        Data::Texts(texts) => texts.len(),
        Data::Other(_) => 0,
    };
    Ok((data, Some(count)))
}

/// Numbers of `N` bytes each, one after another.
fn pieces<const N: usize, T>(raw: &[u8], read: impl Fn([u8; N]) -> T) -> Result<Vec<T>, String> {
    let (pieces, rest) = raw.as_chunks::<N>();
    if !rest.is_empty() {
        return Err(format!("its bytes end within a number; expected a multiple of {N}, got {}", raw.len()));
    }
    Ok(pieces.iter().map(|piece| read(*piece)).collect())
}
