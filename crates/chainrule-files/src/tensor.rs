//! A named array of numbers, as it lies in a file.
//!
//! Must not know: the container around it, the network it belongs to.

use safetensors::tensor::Dtype;

use crate::Error;
use crate::limits::{MAX_NAME_BYTES, MAX_RANK};

/// A named array of `f32` or `f64`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The name, unique in the file: not empty, no control characters, at most
    /// [`MAX_NAME_BYTES`] bytes, and not `__metadata__`.
    pub name: String,
    /// The length of each dimension, none of them 0; empty for a single number.
    pub shape: Vec<usize>,
    /// The numbers, the last dimension varying fastest; as many as the product of `shape`.
    pub values: Values,
    /// Whether training changes the tensor: true for weights, false for running statistics.
    pub trainable: bool,
}

impl Tensor {
    /// A trainable tensor; nothing is checked before [`encode`](crate::encode).
    pub fn new(name: &str, shape: &[usize], values: Values) -> Self {
        Self { name: name.to_owned(), shape: shape.to_vec(), values, trainable: true }
    }

    /// The same tensor, marked as not changed by training.
    #[must_use]
    pub fn frozen(self) -> Self {
        Self { trainable: false, ..self }
    }

    /// Checks the name, the shape against the number of values, and the values.
    pub(crate) fn check(&self, non_finite: NonFinite) -> Result<(), Error> {
        check_name(&self.name)?;
        let elements = count_elements(&self.name, &self.shape)?;
        if elements != self.values.len() {
            return Err(Error::ValueCount {
                name: self.name.clone(),
                shape: self.shape.clone(),
                expected: elements,
                got: self.values.len(),
            });
        }
        match (non_finite, self.values.first_non_finite()) {
            (NonFinite::Refuse, Some((index, value))) => {
                Err(Error::NonFinite { name: self.name.clone(), index, value })
            }
            _ => Ok(()),
        }
    }
}

/// The numbers of a [`Tensor`], with their type.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit numbers, `F32` in the file.
    F32(Vec<f32>),
    /// 64-bit numbers, `F64` in the file.
    F64(Vec<f64>),
}

impl Values {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values in 64 bits, which change none.
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Self::F64(values) => values.clone(),
        }
    }

    /// The values, little-endian.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::F32(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::F64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    /// How many bytes each number takes.
    pub(crate) fn bytes_each(&self) -> usize {
        match self {
            Self::F32(_) => size_of::<f32>(),
            Self::F64(_) => size_of::<f64>(),
        }
    }

    /// That many zeros in the type of these numbers.
    pub(crate) fn zeros_of_same_type(&self, count: usize) -> Self {
        match self {
            Self::F32(_) => Self::F32(vec![0.0; count]),
            Self::F64(_) => Self::F64(vec![0.0; count]),
        }
    }

    /// The position and value of the first NaN or infinity, if any.
    fn first_non_finite(&self) -> Option<(usize, f64)> {
        match self {
            Self::F32(values) => {
                values.iter().position(|v| !v.is_finite()).map(|i| (i, f64::from(values[i])))
            }
            Self::F64(values) => values.iter().position(|v| !v.is_finite()).map(|i| (i, values[i])),
        }
    }
}

/// The type of the numbers, as the safetensors library has it.
pub(crate) fn dtype(values: &Values) -> Dtype {
    match values {
        Values::F32(_) => Dtype::F32,
        Values::F64(_) => Dtype::F64,
    }
}

/// What to do with a tensor that holds NaN or an infinity.
///
/// A network with such a weight predicts nonsense without a word, so the default is to refuse it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NonFinite {
    /// Return [`Error::NonFinite`], which names the tensor and the place.
    #[default]
    Refuse,
    /// Keep the value, with its bits; for looking into a run that diverged.
    Allow,
}

/// Checks that `name` can be the name of a tensor: see [`Tensor::name`].
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let fault = if name.is_empty() {
        "is empty".to_owned()
    } else if name == "__metadata__" {
        "is reserved by the format".to_owned()
    } else if name.len() > MAX_NAME_BYTES {
        format!("is too long; expected at most {MAX_NAME_BYTES} bytes, got {}", name.len())
    } else if name.chars().any(char::is_control) {
        "holds a control character".to_owned()
    } else {
        return Ok(());
    };
    let start = name.chars().take(40).collect::<String>().escape_debug().to_string();
    Err(Error::Name { start, fault })
}

/// The product of `shape`, or why `shape` is not that of a tensor of ours.
pub(crate) fn count_elements(name: &str, shape: &[usize]) -> Result<usize, Error> {
    if shape.len() > MAX_RANK {
        return Err(Error::Rank { name: name.to_owned(), rank: shape.len() });
    }
    if shape.contains(&0) {
        return Err(Error::NoElements { name: name.to_owned(), shape: shape.to_vec() });
    }
    shape
        .iter()
        .try_fold(1_usize, |product, &length| product.checked_mul(length))
        .ok_or_else(|| Error::ShapeOverflow { name: name.to_owned(), shape: shape.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_has_one_element() {
        assert_eq!(count_elements("s", &[]).unwrap(), 1);
    }

    #[test]
    fn names_that_a_header_or_a_terminal_cannot_hold_are_refused() {
        for name in ["", "__metadata__", "a\u{1b}[31m", &"x".repeat(257)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert!(check_name(&"x".repeat(256)).is_ok());
    }

    #[test]
    fn the_first_non_finite_value_is_found() {
        let values = Values::F32(vec![0.0, f32::NEG_INFINITY, f32::NAN]);
        assert_eq!(values.first_non_finite(), Some((1, f64::NEG_INFINITY)));
        assert_eq!(Values::F64(vec![f64::MAX, -0.0]).first_non_finite(), None);
    }
}
