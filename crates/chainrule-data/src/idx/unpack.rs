//! An IDX array out of gzip data, in one pass and without trust in its declared size.
//!
//! Deflate cannot pack better than 1032 to 1, so nothing is unpacked if the packed bytes cannot hold what the header
//! declares, and never more than one byte beyond the declared end.
//!
//! Source: P. Deutsch, RFC 1951 and RFC 1952; the bound: M. Adler, zlib technical details.
//!
//! It must not know element types.

use std::io::Read;

use super::header::{Header, MAGIC, header_length};
use super::values::{Array, Values};
use crate::Error;
use crate::compressed::{Packer, Unpacked};

/// The most bytes that one packed byte can become.
const HIGHEST_RATIO: u64 = 1032;

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

pub(super) fn read_gzip(packed: &[u8]) -> Result<Array, Error> {
    let mut decoder = Unpacked::new(Packer::Gzip, packed);
    let mut head = Vec::new();
    append(&mut decoder, &mut head, MAGIC)?;
    if let Some(magic) = head.first_chunk::<MAGIC>() {
        let rest = header_length(*magic) - MAGIC;
        append(&mut decoder, &mut head, rest)?;
    }
    let header = Header::parse(&head)?;
    let room = room(&header, packed.len())?;
    let mut body = Vec::with_capacity(room);
    append(&mut decoder, &mut body, room)?;
    header.check_body(body.len())?;
    Ok(Array { dims: header.sizes()?, values: Values::from_big_endian(header.element, body) })
}

/// How many bytes to unpack at most: one more than declared, so that trailing bytes show.
///
/// Counts in the wrong byte order need room too, to be told from a file that is cut off.
fn room(header: &Header, packed: usize) -> Result<usize, Error> {
    let most = (packed as u64).saturating_mul(HIGHEST_RATIO);
    let possible = |length: Option<u64>| length.filter(|length| *length <= most);
    let declared = possible(header.body()).or_else(|| possible(header.swapped_body()));
    match declared.and_then(|length| usize::try_from(length + 1).ok()) {
        Some(room) => Ok(room),
        None if header.body().is_none() => Err(header.overflow()),
        None => Err(header.truncated(format!("at most the {most} that {packed} packed bytes can hold"))),
    }
}

/// Appends at most `count` unpacked bytes.
fn append(decoder: &mut impl Read, bytes: &mut Vec<u8>, count: usize) -> Result<(), Error> {
    decoder.take(count as u64).read_to_end(bytes).map(|_| ()).map_err(Error::from_source)
}
