//! The header of a safetensors file, read strictly: each key once, and no more of anything than the limits allow.
//!
//! The safetensors library reads the header again afterwards; this pass refuses first what the library would accept in
//! silence (a name twice), pay for (a million entries) or report without a name.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::Error;
use crate::json_error::byte_offset;
use crate::limits::{MAX_HEADER_BYTES, MAX_RANK, MAX_TENSORS};
use crate::magic::looks_like;
use crate::tensor::check_name;

/// The bytes before the header: its length, 64 bits, little-endian.
const LENGTH_BYTES: usize = 8;

/// What the header declares.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// The tensors, in the order of the header.
    pub(crate) tensors: Vec<Declared>,
    /// The keys of the metadata.
    pub(crate) metadata_keys: BTreeSet<String>,
}

/// A tensor as the header declares it; nothing is checked against the file yet.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) dtype: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) data_offsets: (usize, usize),
}

/// Reads the header of `file` and gives it with the bytes that follow it.
pub(crate) fn read(file: &[u8]) -> Result<(Header, &[u8]), Error> {
    let (text, data) = split(file)?;
    let text = std::str::from_utf8(text)
        .map_err(|source| Error::HeaderText { offset: LENGTH_BYTES + source.valid_up_to(), source })?;
    let mut notes = Notes::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = deserializer.deserialize_map(HeaderVisitor(&mut notes));
    match result.and_then(|header| deserializer.end().map(|()| header)) {
        Ok(header) => Ok((header, data)),
        Err(source) => Err(notes.explain(text, source)),
    }
}

/// Cuts `file` into the text of the header and the bytes after it.
fn split(file: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let (length, rest) =
        file.split_first_chunk::<LENGTH_BYTES>().ok_or(Error::TooShort { bytes: file.len() })?;
    let declared = u64::from_le_bytes(*length);
    let cut = usize::try_from(declared).ok().and_then(|length| rest.split_at_checked(length));
    let available = rest.len() as u64;
    let cut =
        cut.ok_or_else(|| Error::HeaderBeyondFile { declared, available, looks_like: looks_like(file) })?;
    if declared > MAX_HEADER_BYTES {
        return Err(Error::HeaderTooLong { declared });
    }
    Ok(cut)
}

/// What the visitor knows and a parser's error cannot carry.
#[derive(Default)]
struct Notes {
    /// Why the visitor itself stopped.
    refusal: Option<Error>,
    /// The key whose value was being read.
    key: Option<String>,
}

impl Notes {
    /// Stops the parser with an error of ours.
    fn refuse<T, E: serde::de::Error>(&mut self, refusal: Error) -> Result<T, E> {
        self.refusal = Some(refusal);
        Err(E::custom("refused"))
    }

    /// The error behind the parser's error.
    fn explain(self, text: &str, source: serde_json::Error) -> Error {
        let offset = LENGTH_BYTES + byte_offset(text, &source);
        match (self.refusal, self.key) {
            (Some(refusal), _) => refusal,
            (None, Some(name)) => Error::HeaderEntry { name, offset, source },
            (None, None) => Error::HeaderJson { offset, source },
        }
    }
}

struct HeaderVisitor<'a>(&'a mut Notes);

impl<'de> Visitor<'de> for HeaderVisitor<'_> {
    type Value = Header;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let notes = self.0;
        let mut header = Header::default();
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let is_metadata = key == "__metadata__";
            if let (false, Err(refusal)) = (is_metadata, check_name(&key)) {
                return notes.refuse(refusal);
            }
            if !seen.insert(key.clone()) {
                return notes.refuse(Error::DuplicateName { name: key });
            }
            notes.key = Some(key.clone());
            if is_metadata {
                header.metadata_keys = map.next_value::<UniqueKeys>()?.0;
            } else if header.tensors.len() == MAX_TENSORS {
                return notes.refuse(Error::TooManyTensors);
            } else {
                header.tensors.push(map.next_value::<Entry>()?.named(key));
            }
            notes.key = None;
        }
        Ok(header)
    }
}

/// The value of a tensor's key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    dtype: String,
    #[serde(deserialize_with = "short_shape")]
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl Entry {
    fn named(self, name: String) -> Declared {
        Declared { name, dtype: self.dtype, shape: self.shape, data_offsets: self.data_offsets }
    }
}

/// Reads a list of at most [`MAX_RANK`] lengths, and stops there.
fn short_shape<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<usize>, D::Error> {
    struct ShortShape;
    impl<'de> Visitor<'de> for ShortShape {
        type Value = Vec<usize>;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            write!(formatter, "a list of at most {MAX_RANK} whole numbers")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<usize>, A::Error> {
            let mut shape = Vec::with_capacity(MAX_RANK);
            while let Some(length) = list.next_element()? {
                if shape.len() == MAX_RANK {
                    return Err(A::Error::invalid_length(MAX_RANK + 1, &self));
                }
                shape.push(length);
            }
            Ok(shape)
        }
    }
    deserializer.deserialize_seq(ShortShape)
}

/// The keys of an object, each once and at most [`MAX_TENSORS`] of them; the values are skipped.
struct UniqueKeys(BTreeSet<String>);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueKeysVisitor)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = UniqueKeys;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with text values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueKeys, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            if keys.len() == MAX_TENSORS {
                return Err(A::Error::custom(format_args!("more than {MAX_TENSORS} keys")));
            }
            if keys.contains(&key) {
                return Err(A::Error::custom(format_args!("duplicate key `{}`", key.escape_debug())));
            }
            keys.insert(key);
        }
        Ok(UniqueKeys(keys))
    }
}
