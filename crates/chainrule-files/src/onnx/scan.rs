//! A walk over the bytes of a protobuf file before anything is decoded, which finds the byte where a file is cut or broken.
//!
//! It also bounds what decoding can cost: each message and each small field takes more memory than bytes, so their numbers are
//! limited, and no length is believed beyond the end of what it lies in. Must not know: what a field means.

use super::Fault;

/// The most messages (nodes, attributes, tensors) in a file: with 500 bytes each, 25 MB.
pub(crate) const MAX_MESSAGES: usize = 50_000;

/// The most small fields (names, whole numbers) in a file: with 24 bytes each, 12 MB.
pub(crate) const MAX_FIELDS: usize = 500_000;

/// A kind of message, by the fields that lead further down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
    Shape,
    /// A message without messages in it.
    Leaf,
    /// Whole numbers one after another.
    Packed,
}

impl Kind {
    /// What the field `number` of a message holds; `None` for a text, numbers of fixed size, or bytes that are kept as they are.
    fn of_field(self, number: u64) -> Option<Kind> {
        Some(match (self, number) {
            (Self::Model, 7) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5) => Self::Tensor,
            (Self::Graph, 11 | 12) => Self::ValueInfo,
            (Self::Node, 5) => Self::Attribute,
            (Self::ValueInfo, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Model, 8 | 14) | (Self::Shape, 1) | (Self::Tensor, 13) => Self::Leaf,
            (Self::Tensor, 1 | 5 | 7) | (Self::Attribute, 8) => Self::Packed,
            _ => return None,
        })
    }
}

/// Checks the structure of a file.
///
/// # Errors
///
/// The first byte at which a field is cut off, reaches beyond its message or has a wire type that does not exist; too many
/// parts.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut walk = Walk { bytes, messages: 0, fields: 0 };
    walk.message(0..bytes.len(), Kind::Model)
}

struct Walk<'a> {
    bytes: &'a [u8],
    messages: usize,
    fields: usize,
}

impl Walk<'_> {
    /// Walks one message; recurses as deep as [`Kind::of_field`] leads, which is seven levels.
    fn message(&mut self, range: std::ops::Range<usize>, kind: Kind) -> Result<(), Fault> {
        self.messages += 1;
        if self.messages > MAX_MESSAGES {
            return Err(Fault::TooManyParts { what: "messages", limit: MAX_MESSAGES });
        }
        let mut at = range.start;
        while at < range.end {
            let start = at;
            let tag = self.varint(&mut at, range.end)?;
            match (tag >> 3, tag & 7) {
                (0, _) => return Err(Fault::Broken { offset: start, fault: "a field has the number 0" }),
                (_, 0) => {
                    self.varint(&mut at, range.end)?;
                    self.count(1)?;
                }
                (_, 1) => self.skip(&mut at, 8, range.end)?,
                (number, 2) => self.delimited(&mut at, range.end, kind.of_field(number))?,
                (_, 5) => self.skip(&mut at, 4, range.end)?,
                _ => {
                    return Err(Fault::Broken {
                        offset: start,
                        fault: "a field has a type that ONNX does not use",
                    });
                }
            }
        }
        Ok(())
    }

    /// Walks a field with a length in front.
    fn delimited(&mut self, at: &mut usize, end: usize, kind: Option<Kind>) -> Result<(), Fault> {
        let start = *at;
        let length = self.varint(at, end)?;
        let available = end - *at;
        let length = match usize::try_from(length) {
            Ok(length) if length <= available => length,
            _ => return Err(Fault::BeyondEnd { offset: start, declared: length, available }),
        };
        let range = *at..*at + length;
        *at = range.end;
        match kind {
            Some(Kind::Packed) => {
                let last_bytes = self.bytes[range].iter().filter(|byte| **byte < 0x80);
                self.count(last_bytes.count())
            }
            Some(kind) => self.message(range, kind),
            None => self.count(1),
        }
    }

    /// Reads a number of one to ten bytes.
    fn varint(&self, at: &mut usize, end: usize) -> Result<u64, Fault> {
        let start = *at;
        let mut value = 0;
        for place in 0..10 {
            let Some(byte) = self.bytes[..end].get(*at) else {
                return Err(Fault::Broken { offset: start, fault: "the file ends within a number" });
            };
            *at += 1;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Fault::Broken { offset: start, fault: "a number is longer than ten bytes" })
    }

    fn skip(&mut self, at: &mut usize, length: usize, end: usize) -> Result<(), Fault> {
        if end - *at < length {
            return Err(Fault::BeyondEnd { offset: *at, declared: length as u64, available: end - *at });
        }
        *at += length;
        self.count(1)
    }

    fn count(&mut self, more: usize) -> Result<(), Fault> {
        self.fields = self.fields.saturating_add(more);
        if self.fields > MAX_FIELDS {
            return Err(Fault::TooManyParts { what: "fields", limit: MAX_FIELDS });
        }
        Ok(())
    }
}
