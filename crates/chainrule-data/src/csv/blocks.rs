//! Bytes of a source in blocks of whole records, checked to be text.
//!
//! A block is cut behind the last line end that no quote holds. What is left over goes to the next block, so memory does
//! not grow with the source; only a record longer than a block makes the block grow, up to a limit.
//!
//! It must not know columns.

use std::io::Read;

use super::fields::{LONGEST_FIELD, scan};
use super::lines::line_of;
use super::text;
use crate::Error;

/// Bytes of a block: large against a record, small against memory, and it stays in the second or third cache.
const BLOCK: usize = 1 << 20;

/// Bytes that are looked at for separator and header.
const HEAD: usize = 1 << 20;

/// The most bytes of one record: 16 MiB, a row of as many numbers as a table may have columns.
const LONGEST_RECORD: usize = 1 << 24;

/// A source that is read block by block.
pub(super) struct Blocks<R> {
    source: R,
    /// What was read and not yet given.
    pending: Vec<u8>,
    /// Whether the source has ended.
    ended: bool,
    block: usize,
    /// Offset of the first pending byte in the source.
    offset: usize,
}

impl<R: Read> Blocks<R> {
    /// Reads the beginning of a source, refuses other formats and takes byte order marks off.
    pub(super) fn open(source: R) -> Result<Self, Error> {
        Self::with_block(source, BLOCK)
    }

    /// The same with blocks of another size, at least 1.
    pub(super) fn with_block(source: R, block: usize) -> Result<Self, Error> {
        let mut blocks = Self { source, pending: Vec::new(), ended: false, block, offset: 0 };
        blocks.fill(HEAD)?;
        text::check_format(&blocks.pending)?;
        let marks = text::byte_order_marks(&blocks.pending);
        blocks.pending.drain(..marks);
        blocks.offset = marks;
        Ok(blocks)
    }

    /// The text at the beginning, of a length that does not depend on the size of the blocks: for a look at it.
    pub(super) fn head(&self) -> Result<&str, Error> {
        let head = &self.pending[..self.pending.len().min(HEAD)];
        match std::str::from_utf8(head) {
            Ok(text) => Ok(text),
            Err(error)
                if error.error_len().is_none() && !(self.ended && head.len() == self.pending.len()) =>
            {
                text::decode_block(&head[..error.valid_up_to()], 0, 1)
            }
            Err(_) => text::decode_block(head, self.offset, 1),
        }
    }

    /// The whole records at the beginning: so many that they are enough, or all there are.
    pub(super) fn beginning(&mut self, separator: u8, enough: impl Fn(&str) -> bool) -> Result<&str, Error> {
        loop {
            let end = self.whole_records(self.pending.len(), separator, 1)?;
            let text = text::decode_block(&self.pending[..end], self.offset, 1)?;
            if self.ended || enough(text) {
                return text::decode_block(&self.pending[..end], self.offset, 1);
            }
            if self.pending.len() > LONGEST_RECORD {
                return Err(Error::RecordTooLong { line: 1, limit: LONGEST_RECORD });
            }
            self.fill(2 * self.pending.len())?;
        }
    }

    /// Leaves out the next bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.pending.drain(..bytes);
        self.offset += bytes;
    }

    /// Puts the next block into `block`; `false` at the end. `line` is that of its first byte, from 1.
    pub(super) fn next(&mut self, block: &mut String, separator: u8, line: u64) -> Result<bool, Error> {
        block.clear();
        let mut size = self.block;
        let end = loop {
            self.fill(size)?;
            let end = self.whole_records(size, separator, line)?;
            if end > 0 || self.pending.is_empty() {
                break end;
            }
            if size > LONGEST_RECORD {
                return Err(Error::RecordTooLong { line, limit: LONGEST_RECORD });
            }
            size *= 2;
        };
        // What is left over moves, and the block stays where it was read.
        let mut rest = std::mem::take(block).into_bytes();
        rest.extend_from_slice(&self.pending[end..]);
        self.pending.truncate(end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        *block = text::decode_owned(bytes, self.offset, line)?;
        self.offset += end;
        Ok(end > 0)
    }

    /// Where the whole records among the first `size` bytes end.
    fn whole_records(&mut self, size: usize, separator: u8, line: u64) -> Result<usize, Error> {
        let size = size.min(self.pending.len());
        let last = self.ended && size == self.pending.len();
        // A line feed may follow, which belongs to it.
        let cut = !last && self.pending[..size].last() == Some(&b'\r');
        let bytes = &self.pending[..size - usize::from(cut)];
        let found = scan(bytes, separator).map_err(|error| at_line(error, line))?;
        match found.open {
            Some(field) if last => Err(self.unclosed(field, line)),
            Some(field) if bytes.len() - field > LONGEST_FIELD + 1 => {
                let has_quote = memchr::memchr(b'"', &self.pending[bytes.len()..]).is_some();
                let closed = has_quote || self.has_quote_ahead()?;
                Err(if closed { self.too_long(field, line) } else { self.unclosed(field, line) })
            }
            _ if last => Ok(size),
            _ => Ok(found.records),
        }
    }

    fn unclosed(&self, field: usize, line: u64) -> Error {
        at_line(Error::UnclosedQuote { line: line_of(&self.pending, field) }, line)
    }

    fn too_long(&self, field: usize, line: u64) -> Error {
        let relative = line_of(&self.pending, field);
        at_line(Error::FieldTooLong { line: relative, limit: LONGEST_FIELD }, line)
    }

    /// Whether the source holds another quote, wherever it is: then a field is too long, else a quote is not closed.
    fn has_quote_ahead(&mut self) -> Result<bool, Error> {
        let mut part = Vec::new();
        loop {
            part.clear();
            self.source.by_ref().take(BLOCK as u64).read_to_end(&mut part).map_err(Error::from_source)?;
            if part.is_empty() || memchr::memchr(b'"', &part).is_some() {
                return Ok(!part.is_empty());
            }
        }
    }

    /// Reads until so many bytes are pending, or to the end.
    fn fill(&mut self, bytes: usize) -> Result<(), Error> {
        let lacking = bytes.saturating_sub(self.pending.len());
        if lacking > 0 && !self.ended {
            let read = self.source.by_ref().take(lacking as u64).read_to_end(&mut self.pending);
            self.ended = read.map_err(Error::from_source)? < lacking;
        }
        Ok(())
    }
}

/// An error whose line is counted from 1 in a block, in the lines of the source.
fn at_line(error: Error, first: u64) -> Error {
    let more = usize::try_from(first - 1).unwrap_or(usize::MAX);
    match error {
        Error::UnclosedQuote { line } => Error::UnclosedQuote { line: line.saturating_add(more) },
        Error::FieldTooLong { line, limit } => Error::FieldTooLong { line: line.saturating_add(more), limit },
        other => other,
    }
}
