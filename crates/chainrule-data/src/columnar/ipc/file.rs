//! An Arrow IPC file: batches at places that a directory at the end gives.

use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_buffer::Buffer;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, root_as_footer};
use arrow_schema::Schema;

use super::super::columns::{Columns, Waiting};
use super::super::guard::guarded;
use super::message::{self, Message};
use super::{LONGEST_DESCRIPTION, PLACE, rows_at_once, wrong};
use crate::frame::check_wanted;
use crate::{Error, Frame, TableReader, Wanted};

/// The mark at both ends.
const MARK: [u8; 6] = *b"ARROW1";

/// A table in an Arrow IPC file, which is also called Feather (version 2).
///
/// Batches are decoded one at a time, whatever columns are wanted; dictionaries are held.
pub struct ArrowFileReader<R> {
    source: R,
    length: u64,
    decoder: FileDecoder,
    batches: VecDeque<Block>,
    columns: Columns,
    all: Vec<usize>,
    waiting: Waiting,
    next_row: usize,
}

/// What the directory says.
struct Directory {
    schema: Schema,
    version: arrow_ipc::MetadataVersion,
    dictionaries: Vec<Block>,
    batches: VecDeque<Block>,
}

impl<R: Read + Seek> ArrowFileReader<R> {
    /// Reads the directory and all dictionaries.
    ///
    /// # Errors
    /// [`Error::File`] if it is damaged, or has no column that can be read; [`Error::DuplicateColumn`]; [`Error::Source`].
    pub fn new(mut source: R) -> Result<Self, Error> {
        let length = source.seek(SeekFrom::End(0)).map_err(Error::Source)?;
        let footer = footer(&mut source, length)?;
        let Directory { schema, version, dictionaries, batches } =
            guarded(PLACE, || Directory::read(&footer))?;
        let columns = Columns::of(&schema, PLACE)?;
        let all = (0..schema.fields().len()).collect();
        let decoder = FileDecoder::new(Arc::new(schema), version);
        let waiting = Waiting::default();
        let mut reader = Self { source, length, decoder, batches, columns, all, waiting, next_row: 0 };
        for block in dictionaries {
            let buffer = reader.load(&block)?;
            guarded(PLACE, || reader.decoder.read_dictionary(&block, &buffer))?;
        }
        Ok(reader)
    }

    /// A sentence on each column that is set aside.
    pub fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    /// The bytes of a message, whose sizes have been checked.
    fn load(&mut self, block: &Block) -> Result<Buffer, Error> {
        let refuse = || wrong("a message lies beyond the end of the file");
        let start = u64::try_from(block.offset()).map_err(|_| refuse())?;
        let description = u64::try_from(block.metaDataLength()).map_err(|_| refuse())?;
        let body = u64::try_from(block.bodyLength()).map_err(|_| refuse())?;
        let count = description.checked_add(body).ok_or_else(refuse)?;
        if start.checked_add(count).is_none_or(|end| end > self.length) {
            return Err(refuse().into());
        }
        let bytes = read_at(&mut self.source, start, count)?;
        // Before version 0.15 there was a length of four bytes, and since then a mark in front of it.
        let prefix = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
        let (end, prefix) = (description as usize, prefix.min(description as usize));
        let message = Message { bytes, description: prefix..end };
        match guarded(PLACE, || message.are_sizes_believable())? {
            true => Ok(Buffer::from_vec(message.bytes)),
            false => Err(wrong("a packed part declares a size that it cannot have").into()),
        }
    }

    fn next(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        while self.waiting.is_empty() {
            let Some(block) = self.batches.pop_front() else { return Ok(None) };
            let buffer = self.load(&block)?;
            if let Some(batch) = guarded(PLACE, || self.decoder.read_record_batch(&block, &buffer))? {
                self.waiting.push(batch);
            }
        }
        let most = most_rows.clamp(1, rows_at_once(self.all.len()));
        let Some(batch) = self.waiting.take(most) else { return Ok(None) };
        let first = self.next_row;
        self.next_row += batch.num_rows();
        let frame = guarded(PLACE, || Ok::<_, String>(self.columns.frame(&batch, &self.all, wanted, first)))?;
        frame.map(Some)
    }
}

impl<R: Read + Seek> TableReader for ArrowFileReader<R> {
    fn names(&self) -> &[String] {
        &self.columns.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.columns.names.len())?;
        let next = self.next(wanted, most_rows);
        if next.is_err() {
            // What the decoder has done in part is not to be used.
            self.batches.clear();
            self.waiting = Waiting::default();
        }
        next
    }
}

/// The bytes of the directory.
fn footer(source: &mut (impl Read + Seek), length: u64) -> Result<Vec<u8>, Error> {
    let cut_off = || wrong("cut off; expected a directory and the mark `ARROW1` at the end");
    let end_at = length.checked_sub(10).filter(|at| *at >= MARK.len() as u64).ok_or_else(cut_off)?;
    let end = read_at(source, end_at, 10)?;
    let size = match end.split_first_chunk() {
        Some((size, mark)) if mark == MARK => u64::from(u32::from_le_bytes(*size)),
        _ => return Err(cut_off().into()),
    };
    if size > end_at.min(LONGEST_DESCRIPTION as u64) {
        return Err(wrong(&format!(
            "the directory is too long; expected at most {end_at} bytes, got {size}"
        ))
        .into());
    }
    read_at(source, end_at - size, size)
}

fn read_at(source: &mut (impl Read + Seek), start: u64, count: u64) -> Result<Vec<u8>, Error> {
    source.seek(SeekFrom::Start(start)).map_err(Error::Source)?;
    let mut bytes =
        vec![0; usize::try_from(count).map_err(|_| wrong("a part is too large for this machine"))?];
    source.read_exact(&mut bytes).map_err(Error::from_source)?;
    Ok(bytes)
}

impl Directory {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let footer = root_as_footer(bytes).map_err(|error| error.to_string())?;
        let schema = message::schema(footer.schema().ok_or("the directory has no schema")?)?;
        Ok(Self {
            schema,
            version: footer.version(),
            dictionaries: footer.dictionaries().iter().flatten().copied().collect(),
            batches: footer.recordBatches().iter().flatten().copied().collect(),
        })
    }
}
