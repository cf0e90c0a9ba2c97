//! Parquet, one batch of rows after the other.
//!
//! Sizes that the file declares are held against the bytes that are there before anything is decoded; see `pages`.
//!
//! Source: Apache Parquet format, version 2.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;

use super::columns::{Columns, Waiting};
use super::guard::guarded;
use super::{pages, seek::Seekable};
use crate::file_error::FileError;
use crate::frame::check_wanted;
use crate::{Error, Frame, TableReader, Wanted};

const PLACE: &str = "Parquet";
/// The length of the directory, in four bytes, and four signs: what a file ends with.
const TAIL: u64 = 8;
/// So many cells are decoded at once, about 8 MB of numbers.
const CELLS_AT_ONCE: usize = 1 << 20;
/// The fewest and the most rows at once.
const ROWS_AT_ONCE: (usize, usize) = (256, 1 << 16);

/// A table in a Parquet file.
///
/// Only wanted columns are read. Memory: the pages that are open, one a column, and a batch of at most 65,536 rows.
pub struct ParquetReader<R> {
    source: Seekable<R>,
    metadata: ArrowReaderMetadata,
    columns: Columns,
    open: Option<Open>,
    waiting: Waiting,
    next_row: usize,
    has_failed: bool,
}

/// What is being decoded, for some of the columns.
struct Open {
    positions: Vec<usize>,
    batches: ParquetRecordBatchReader,
}

impl<R: Read + Seek + Send + 'static> ParquetReader<R> {
    /// Reads the directory at the end of the file.
    ///
    /// # Errors
    /// [`Error::File`] if it is damaged or encrypted, or has no column that can be read; [`Error::DuplicateColumn`];
    /// [`Error::Source`].
    pub fn new(source: R) -> Result<Self, Error> {
        let source = Seekable::new(source).map_err(Error::Source)?;
        // The Arrow schema that some programs embed says nothing that is needed, and is one more thing to be damaged.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        if let Some(directory) = directory(&source).map_err(Error::Source)? {
            guarded(PLACE, || pages::check_directory(&directory))?;
        }
        let metadata = guarded(PLACE, || ArrowReaderMetadata::load(&source, options))?;
        let columns = Columns::of(metadata.schema(), PLACE)?;
        let (waiting, open) = (Waiting::default(), None);
        Ok(Self { source, metadata, columns, open, waiting, next_row: 0, has_failed: false })
    }

    /// How many rows the file declares. That many need not be there.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// A sentence on each column that is set aside.
    pub fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    fn next(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        let positions = self.columns.positions(wanted);
        if self.open.as_ref().is_none_or(|open| open.positions != positions) {
            self.waiting = Waiting::default();
            self.open = Some(self.open(positions)?);
        }
        let Some(open) = &mut self.open else { return Ok(None) };
        if self.waiting.is_empty()
            && let Some(batch) = guarded(PLACE, || open.batches.next().transpose())?
        {
            self.waiting.push(batch);
        }
        let Some(batch) = self.waiting.take(most_rows.max(1)) else { return self.check_end().map(|()| None) };
        let first = self.next_row;
        self.next_row += batch.num_rows();
        let frame =
            guarded(PLACE, || Ok::<_, String>(self.columns.frame(&batch, &open.positions, wanted, first)))?;
        frame.map(Some)
    }

    /// Starts to decode some columns at the row that is next.
    fn open(&self, positions: Vec<usize>) -> Result<Open, Error> {
        self.check_pages(&positions)?;
        let (least, most) = ROWS_AT_ONCE;
        let rows = (CELLS_AT_ONCE / positions.len().max(1)).clamp(least, most);
        let batches = guarded(PLACE, || {
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
                self.source.clone(),
                self.metadata.clone(),
            );
            let mask = ProjectionMask::roots(builder.parquet_schema(), positions.iter().copied());
            builder.with_projection(mask).with_batch_size(rows).with_offset(self.next_row).build()
        })?;
        Ok(Open { positions, batches })
    }

    /// Checks the sizes of all pages of these columns.
    fn check_pages(&self, positions: &[usize]) -> Result<(), FileError> {
        let metadata = self.metadata.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let positions: HashSet<usize> = positions.iter().copied().collect();
        for group in metadata.row_groups() {
            for (leaf, chunk) in group.columns().iter().enumerate() {
                guarded(PLACE, || {
                    if !positions.contains(&schema.get_column_root_idx(leaf)) {
                        return Ok(());
                    }
                    let (start, length) = chunk.byte_range();
                    if start
                        .checked_add(length)
                        .is_none_or(|end| end > parquet::file::reader::Length::len(&self.source))
                    {
                        return Err(format!(
                            "a column has {length} bytes at byte {start}, beyond the end of the file"
                        ));
                    }
                    pages::check(length, |at| {
                        self.source.get_read(start + at).map_err(|error| error.to_string())
                    })
                })?;
            }
        }
        Ok(())
    }

    /// A file with fewer rows than declared is not a shorter table.
    fn check_end(&self) -> Result<(), Error> {
        let (declared, got) = (self.rows(), self.next_row as u64);
        if declared == got {
            return Ok(());
        }
        let wrong = format!("rows are missing; expected {declared} as declared, got {got}");
        Err(FileError::Columnar { place: PLACE.into(), wrong }.into())
    }
}

/// The directory at the end of a file; `None` where there is none that can be read, which the decoder has words for.
fn directory<R: Read + Seek>(source: &Seekable<R>) -> io::Result<Option<Vec<u8>>> {
    let end = source.length();
    let tail = source.read_at(end.saturating_sub(TAIL), TAIL)?;
    let Some((length, b"PAR1")) = tail.split_first_chunk::<4>() else { return Ok(None) };
    let length = u64::from(u32::from_le_bytes(*length));
    match end.checked_sub(TAIL + length) {
        Some(start) => source.read_at(start, length).map(Some),
        None => Ok(None),
    }
}

impl<R: Read + Seek + Send + 'static> TableReader for ParquetReader<R> {
    fn names(&self) -> &[String] {
        &self.columns.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.columns.names.len())?;
        if self.has_failed {
            return Ok(None);
        }
        let next = self.next(wanted, most_rows);
        self.has_failed = next.is_err();
        next
    }
}
