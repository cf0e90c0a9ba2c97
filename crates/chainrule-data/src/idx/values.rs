//! The elements of an IDX array.
//!
//! Unsigned bytes stay bytes; all other types become `f64`, which holds each of them exactly.
//!
//! It must not know headers.

/// An array with its dimensions, last dimension fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Size of each dimension; their product is the number of values.
    pub dims: Vec<usize>,
    /// The elements.
    pub values: Values,
}

/// The elements of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Unsigned bytes (type 08), as in all of MNIST.
    Bytes(Vec<u8>),
    /// Any other type, converted exactly.
    Numbers(Vec<f64>),
}

/// The element types of the format: a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    UnsignedByte,
    SignedByte,
    Short,
    Integer,
    Float,
    Double,
}

impl Element {
    pub(super) fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::UnsignedByte,
            0x09 => Self::SignedByte,
            0x0b => Self::Short,
            0x0c => Self::Integer,
            0x0d => Self::Float,
            0x0e => Self::Double,
            _ => return None,
        })
    }

    pub(super) fn size(self) -> u64 {
        match self {
            Self::UnsignedByte | Self::SignedByte => 1,
            Self::Short => 2,
            Self::Integer | Self::Float => 4,
            Self::Double => 8,
        }
    }
}

impl Values {
    /// Converts big-endian bytes; a remainder shorter than an element cannot be, since lengths were checked.
    pub(super) fn from_big_endian(element: Element, body: Vec<u8>) -> Self {
        match element {
            Element::UnsignedByte => Self::Bytes(body),
            Element::SignedByte => numbers(&body, |[byte]: [u8; 1]| f64::from(byte.cast_signed())),
            Element::Short => numbers(&body, |bytes| f64::from(i16::from_be_bytes(bytes))),
            Element::Integer => numbers(&body, |bytes| f64::from(i32::from_be_bytes(bytes))),
            Element::Float => numbers(&body, |bytes| f64::from(f32::from_be_bytes(bytes))),
            Element::Double => numbers(&body, f64::from_be_bytes),
        }
    }
}

fn numbers<const SIZE: usize>(body: &[u8], convert: impl Fn([u8; SIZE]) -> f64) -> Values {
    Values::Numbers(body.as_chunks::<SIZE>().0.iter().map(|bytes| convert(*bytes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_keeps_its_extremes() {
        let cases: [(u8, Vec<u8>, f64); 5] = [
            (0x09, vec![0x80], -128.0),
            (0x0b, i16::MIN.to_be_bytes().to_vec(), -32768.0),
            (0x0c, i32::MIN.to_be_bytes().to_vec(), -2_147_483_648.0),
            (0x0d, f32::MAX.to_be_bytes().to_vec(), f64::from(f32::MAX)),
            (0x0e, f64::MAX.to_be_bytes().to_vec(), f64::MAX),
        ];
        for (code, bytes, expected) in cases {
            let element = Element::from_code(code).unwrap();
            assert_eq!(element.size(), bytes.len() as u64);
            assert_eq!(Values::from_big_endian(element, bytes), Values::Numbers(vec![expected]));
        }
    }
}
