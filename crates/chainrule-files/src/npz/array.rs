//! One array in numpy's format `.npy`, version 1.
//!
//! ```text
//! \x93NUMPY 1 0 | length of the header, 16 bits | {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } ... \n | values
//! ```
//!
//! The header is filled with blanks so that the values begin at a multiple of 64 bytes. Must not know: archives.

use crate::tensor::count_elements;
use crate::{Error, Values};

/// What the values begin at a multiple of.
const ALIGNMENT: usize = 64;

/// A named array, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpyArray {
    /// The name: what `numpy.load(...)[NAME]` takes.
    pub(super) name: String,
    /// The array as the bytes of an `.npy` file.
    pub(super) bytes: Vec<u8>,
}

impl NpyArray {
    /// Numbers of a shape, row-major, as `float32` or `float64`.
    ///
    /// # Errors
    ///
    /// [`Error::ValueCount`] if there are not as many values as the shape says; as [`Tensor::shape`](crate::Tensor::shape)
    /// for a shape that is not one of a tensor.
    pub fn numbers(name: &str, shape: &[usize], values: &Values) -> Result<Self, Error> {
        let expected = count_elements(name, shape)?;
        if expected != values.len() {
            let (name, shape, got) = (name.to_owned(), shape.to_vec(), values.len());
            return Err(Error::ValueCount { name, shape, expected, got });
        }
        let kind = match values {
            Values::F32(_) => "<f4",
            Values::F64(_) => "<f8",
        };
        let mut bytes = header(kind, shape);
        bytes.extend(values.to_bytes());
        Ok(NpyArray { name: name.to_owned(), bytes })
    }

    /// A text, as an array without dimensions: `str(array)` gives it back.
    ///
    /// numpy stores four bytes a character, and drops NUL characters at the end.
    pub fn text(name: &str, text: &str) -> Self {
        let length = text.chars().count().max(1);
        let mut bytes = header(&format!("<U{length}"), &[]);
        let characters = text.chars().map(u32::from).chain(text.is_empty().then_some(0));
        bytes.extend(characters.flat_map(u32::to_le_bytes));
        NpyArray { name: name.to_owned(), bytes }
    }

    /// The bytes of an `.npy` file that holds this array alone.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Everything before the values.
fn header(kind: &str, shape: &[usize]) -> Vec<u8> {
    let mut lengths: String = shape.iter().map(|length| format!("{length}, ")).collect();
    if shape.len() > 1 {
        lengths.truncate(lengths.len() - 2);
    }
    let text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({lengths}), }}");
    let before = b"\x93NUMPY\x01\x00".len() + size_of::<u16>();
    let blanks = (before + text.len() + 1).next_multiple_of(ALIGNMENT) - (before + text.len() + 1);
    let length = (text.len() + blanks + 1) as u16;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(std::iter::repeat_n(b' ', blanks));
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_what_numpy_writes() {
        let array = NpyArray::numbers("w", &[3, 2], &Values::F32(vec![0.0; 6])).unwrap();
        let head = b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }  ";
        assert!(array.as_bytes().starts_with(head));
        assert_eq!(array.as_bytes().len(), 128 + 24);
        let row = NpyArray::numbers("b", &[1], &Values::F64(vec![2.0])).unwrap();
        assert!(String::from_utf8_lossy(row.as_bytes()).contains("'shape': (1, ), }"));
        assert_eq!(row.as_bytes()[128..], 2.0_f64.to_le_bytes());
    }

    #[test]
    fn a_text_has_four_bytes_a_character() {
        let array = NpyArray::text("record", "né");
        assert!(
            String::from_utf8_lossy(array.as_bytes())
                .contains("'<U2', 'fortran_order': False, 'shape': (), }")
        );
        assert_eq!(array.as_bytes()[128..], [b'n', 0, 0, 0, 0xe9, 0, 0, 0]);
        assert!(String::from_utf8_lossy(NpyArray::text("e", "").as_bytes()).contains("'<U1'"));
    }

    #[test]
    fn values_have_to_fill_the_shape() {
        let error = NpyArray::numbers("w", &[3], &Values::F32(vec![0.0])).unwrap_err();
        assert_eq!(error.to_string(), "tensor `w`: its values do not fill its shape [3]; expected 3, got 1");
    }
}
