//! A text table read part by part, in memory that does not grow with the source.
//!
//! It must not know files, nor what columns mean.

use std::io::Read;

use super::blocks::Blocks;
use super::header::{header_names, is_header, next_record, numbered_names};
use super::lines::Lines;
use super::record::Splitter;
use super::rows::{Rows, Stretch, next_row};
use super::{Dialect, Format, Header, separator};
use crate::frame::{check_names, check_wanted};
use crate::{Error, Frame, TableReader, Wanted};

/// A text table that is read part by part, in some megabytes of memory however long it is.
///
/// What is read is what a look at the whole text would give: lines of messages, quotes over line ends, blank lines. Only
/// separator and header are found in the first megabyte. A column wanted as [`Wanted::Auto`] that turns out to be text
/// stays text in all later frames.
///
/// ```
/// use chainrule_data::csv::{Dialect, Stream};
/// use chainrule_data::{TableReader, Wanted};
///
/// let mut table = Stream::open(&b"size;colour\n1.5;red\n;blue\n"[..], &Dialect::default())?;
/// assert_eq!(table.names(), ["size", "colour"]);
/// let frame = table.next_frame(&[Wanted::Auto; 2], 100)?.unwrap();
/// assert_eq!(frame.column("size").unwrap().missing(), 1);
/// assert!(table.next_frame(&[Wanted::Auto; 2], 100)?.is_none());
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub struct Stream<R> {
    blocks: Blocks<R>,
    dialect: Dialect,
    format: Format,
    names: Vec<String>,
    /// Columns that turned out to be text.
    turned: Vec<bool>,
    /// The block at hand, how far it is read, and the line there.
    text: String,
    at: usize,
    line: u64,
    first_line: u64,
    failed: bool,
}

impl<R: Read> Stream<R> {
    /// Reads the beginning of a source: finds separator and header.
    ///
    /// # Errors
    /// [`Error::Source`] if the source fails, [`Error::Empty`], [`Error::HeaderOnly`], [`Error::DuplicateColumn`],
    /// [`Error::Setting`] for a separator that cannot be one, and what is wrong with the beginning of the text.
    pub fn open(source: R, dialect: &Dialect) -> Result<Self, Error> {
        Self::of_blocks(Blocks::open(source)?, dialect)
    }

    /// [`Stream::open`] with blocks of so many bytes, at least 1; less memory, and slower.
    ///
    /// # Errors
    /// As [`Stream::open`].
    pub fn with_block(source: R, dialect: &Dialect, bytes: usize) -> Result<Self, Error> {
        Self::of_blocks(Blocks::with_block(source, bytes.max(1))?, dialect)
    }

    fn of_blocks(mut blocks: Blocks<R>, dialect: &Dialect) -> Result<Self, Error> {
        separator::check(dialect.separator)?;
        let head = blocks.head()?;
        let separator = dialect.separator.or_else(|| separator::detect(head)).unwrap_or(b',');
        let start = Start::read(&mut blocks, dialect, separator)?;
        blocks.skip(start.data);
        Ok(Self {
            blocks,
            dialect: dialect.clone(),
            format: Format { separator, has_header: start.has_header },
            turned: vec![false; start.names.len()],
            names: start.names,
            text: String::new(),
            at: 0,
            line: start.data_line,
            first_line: start.first_line,
            failed: false,
        })
    }

    /// How the text is split.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The line of the first record, from 1.
    pub fn first_line(&self) -> u64 {
        self.first_line
    }

    /// Gives the columns these names: for a table without header that is read for a trained network.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many names as columns; [`Error::DuplicateColumn`].
    pub fn rename(&mut self, names: Vec<String>) -> Result<(), Error> {
        if names.len() != self.names.len() {
            let (expected, got) = (format!("{} names", self.names.len()), names.len().to_string());
            return Err(Error::Shape { what: "columns of a table", expected, got });
        }
        check_names(names.iter().map(String::as_str))?;
        self.names = names;
        Ok(())
    }

    fn next_part(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        let mut start = next_row(&self.text, self.at);
        while start == self.text.len() {
            self.line = Lines::resume(&self.text, self.at, self.line).at(self.text.len());
            if !self.blocks.next(&mut self.text, self.format.separator, self.line)? {
                return Ok(None);
            }
            self.at = 0;
            start = next_row(&self.text, 0);
        }
        let rows = Rows { names: &self.names, separator: self.format.separator, dialect: &self.dialect };
        let stretch = Stretch { text: &self.text, start: self.at, line: self.line, most_rows };
        let as_text = |(wanted, turned): (&Wanted, &bool)| match (wanted, turned) {
            (Wanted::Auto, true) => Wanted::Text,
            (wanted, _) => *wanted,
        };
        let mut reading: Vec<Wanted> = wanted.iter().zip(&self.turned).map(as_text).collect();
        let part = rows.read(stretch, &mut reading)?;
        (self.at, self.line) = (part.end, part.line);
        for ((turned, reading), wanted) in self.turned.iter_mut().zip(reading).zip(wanted) {
            *turned |= *wanted == Wanted::Auto && reading == Wanted::Text;
        }
        Ok(Some(part.frame))
    }
}

impl<R: Read> TableReader for Stream<R> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.names.len())?;
        if self.failed {
            return Ok(None);
        }
        let part = self.next_part(wanted, most_rows);
        self.failed = part.is_err();
        part
    }
}

/// What the beginning of a table says.
struct Start {
    has_header: bool,
    names: Vec<String>,
    first_line: u64,
    /// Where the data start, and the line there.
    data: usize,
    data_line: u64,
}

impl Start {
    fn read<R: Read>(blocks: &mut Blocks<R>, dialect: &Dialect, separator: u8) -> Result<Self, Error> {
        let two = |text: &str| {
            let mut splitter = Splitter::new(separator);
            let first = next_record(&mut splitter, text, 0);
            first.and_then(|(_, below)| next_record(&mut splitter, text, below)).is_some()
        };
        let text = blocks.beginning(separator, two)?;
        let mut splitter = Splitter::new(separator);
        let (first, below) = next_record(&mut splitter, text, 0).ok_or(Error::Empty)?;
        let second = next_record(&mut splitter, text, below).map(|(record, _)| record);
        let has_header = match dialect.header {
            Header::Present => true,
            Header::Absent => false,
            Header::Detect => is_header(&first, second.as_ref(), dialect.decimal_mark),
        };
        let mut lines = Lines::new(text.as_bytes());
        let first_line = lines.at(next_row(text, 0));
        let names = if has_header { header_names(&first)? } else { numbered_names(first.len())? };
        if has_header && second.is_none() {
            return Err(Error::HeaderOnly { line: first_line, header: names });
        }
        let data = next_row(text, if has_header { below } else { 0 });
        let data_line = lines.at(data);
        // A header of one field is more probably one whose separator is another.
        if let (true, Some(row), expected @ 2..) = (has_header, second, names.len())
            && row.len() != expected
        {
            return Err(Error::HeaderWidth { line: data_line, got: row.len(), expected });
        }
        Ok(Self { has_header, names, first_line, data, data_line })
    }
}
