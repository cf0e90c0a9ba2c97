//! The header of an IDX file, and the check of its dimensions against the bytes that follow.
//!
//! It must not know gzip: it sees plain bytes.

use super::values::Element;
use crate::Error;

/// Bytes of the magic number.
pub(super) const MAGIC: usize = 4;

/// Element type and dimensions, as declared.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) element: Element,
    dims: Vec<u32>,
}

impl Header {
    /// Reads the header at the start of `bytes`; its dimensions are only checked by [`Header::check_body`].
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let Some((magic, rest)) = bytes.split_first_chunk::<MAGIC>() else {
            return Err(Error::IdxHeader { expected: MAGIC, got: bytes.len() });
        };
        let element = check_magic(*magic)?;
        let expected = header_length(*magic);
        if bytes.len() < expected {
            return Err(Error::IdxHeader { expected, got: bytes.len() });
        }
        let (counts, _) = rest[..expected - MAGIC].as_chunks::<4>();
        Ok(Self { element, dims: counts.iter().map(|count| u32::from_be_bytes(*count)).collect() })
    }

    /// Bytes of the header itself.
    pub(super) fn length(&self) -> usize {
        MAGIC + 4 * self.dims.len()
    }

    /// Bytes that the elements need, or `None` if there are 2^63 or more.
    pub(super) fn body(&self) -> Option<u64> {
        body_length(self.element, &self.dims)
    }

    /// Bytes that the elements would need if the counts were little-endian.
    pub(super) fn swapped_body(&self) -> Option<u64> {
        body_length(self.element, &self.swapped_dims())
    }

    /// The dimensions as sizes of this machine.
    pub(super) fn sizes(&self) -> Result<Vec<usize>, Error> {
        let sizes = self.dims.iter().map(|dim| usize::try_from(*dim)).collect::<Result<_, _>>();
        sizes.map_err(|_| self.overflow())
    }

    /// Refuses a body of another length than the dimensions say, naming swapped counts where they would fit.
    pub(super) fn check_body(&self, length: usize) -> Result<(), Error> {
        let present = length as u64;
        if length > 0 && self.swapped_body() == Some(present) && self.body() != Some(present) {
            return Err(Error::IdxSwapped {
                read: self.dims.clone(),
                swapped: self.swapped_dims(),
                bytes: length,
            });
        }
        let file = self.length() as u64 + present;
        match self.body() {
            None => Err(self.overflow()),
            Some(body) if body > present => Err(self.truncated(file.to_string())),
            Some(body) if body < present => {
                let expected = self.length() as u64 + body;
                Err(Error::IdxTrailing { dims: self.dims.clone(), expected, got: file })
            }
            Some(_) => Ok(()),
        }
    }

    /// The error for fewer bytes than declared; `got` says how many.
    pub(super) fn truncated(&self, got: String) -> Error {
        let expected = self.length() as u64 + self.body().unwrap_or(u64::MAX >> 1);
        Error::IdxTruncated { dims: self.dims.clone(), expected, got }
    }

    /// The error for dimensions that cannot be counted.
    pub(super) fn overflow(&self) -> Error {
        Error::IdxOverflow { dims: self.dims.clone() }
    }

    fn swapped_dims(&self) -> Vec<u32> {
        self.dims.iter().map(|dim| dim.swap_bytes()).collect()
    }
}

/// Bytes of the header that starts with this magic number.
pub(super) fn header_length(magic: [u8; MAGIC]) -> usize {
    MAGIC + 4 * usize::from(magic[3])
}

fn check_magic(magic: [u8; MAGIC]) -> Result<Element, Error> {
    let help = match magic {
        [0, 0, _, 0] => "\nhelp: the rank, the fourth byte, must be at least 1",
        [0, 0, code, _] => return Element::from_code(code).ok_or(Error::IdxElement { got: magic }),
        [rank, code, 0, 0] if rank > 0 && Element::from_code(code).is_some() => {
            "\nhelp: these bytes are in little-endian order; write the header in big-endian order, as the IDX format demands"
        }
        _ => "",
    };
    Err(Error::IdxMagic { got: magic, help })
}

/// Bytes of all elements, or `None` if there are 2^63 or more.
fn body_length(element: Element, dims: &[u32]) -> Option<u64> {
    if dims.contains(&0) {
        return Some(0);
    }
    let product =
        dims.iter().try_fold(element.size(), |product, dim| product.checked_mul(u64::from(*dim)))?;
    (product < 1 << 63).then_some(product)
}
