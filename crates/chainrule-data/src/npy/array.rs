//! One array as a table: its rows in parts, in memory that does not grow with the array where the file has them in order.
//!
//! It must not know archives, nor which array is the target.

use std::io::Read;

use super::element::Element;
use super::header::{Header, Problem};
use crate::coerce::coerce;
use crate::file_error::FileError;
use crate::frame::{Column, Wanted};
use crate::{Error, error::shorten};

/// The most columns: a file of tables with more is surely something else, and each needs a name in memory.
const MOST_COLUMNS: u64 = 1_000_000;
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// An array whose rows are read one after the other.
pub(super) struct Array<R> {
    /// What messages call it: `array`, or the name in the archive.
    place: String,
    element: Element,
    columns: usize,
    rows: u64,
    next_row: u64,
    shape: Vec<u64>,
    source: R,
    /// All elements, if the file has them column by column.
    by_column: Option<Vec<u8>>,
    is_fortran: bool,
}

impl<R: Read> Array<R> {
    /// Reads the header, and checks what it declares against `length`, the bytes of the whole file where that is known.
    pub(super) fn open(place: &str, mut source: R, length: Option<u64>) -> Result<Self, Error> {
        let header = Header::read(&mut source).map_err(|problem| match problem {
            Problem::Source(error) => Error::from_source(error),
            Problem::Wrong(wrong) => wrong_header(place, wrong).into(),
        })?;
        let columns = columns(&header).map_err(|wrong| wrong_header(place, wrong))?;
        if header.shape[0] == 0 {
            let wrong =
                format!("no rows; expected at least one, got the shape {}", shape_text(&header.shape));
            return Err(wrong_header(place, wrong).into());
        }
        let array = Self {
            place: place.to_owned(),
            element: header.element,
            columns,
            rows: header.shape[0],
            next_row: 0,
            is_fortran: header.is_fortran && header.shape.len() > 1,
            by_column: None,
            source,
            shape: header.shape,
        };
        let declared = header.length.checked_add(array.bytes()?);
        if let Some(length) = length
            && declared != Some(length)
        {
            let expected = declared.map_or("more than 2^64".to_owned(), |bytes| bytes.to_string());
            let shape = array.shape_text();
            return Err(array
                .wrong(format!(
                    "the size does not fit; expected {expected} bytes for the shape {shape}, got {length}"
                ))
                .into());
        }
        Ok(array)
    }

    /// Number of columns, at least 1.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether it has one index only.
    pub(super) fn is_flat(&self) -> bool {
        self.shape.len() == 1
    }

    /// Whether it is held in memory as a whole, since the file has it column by column.
    pub(super) fn is_held(&self) -> bool {
        self.is_fortran
    }

    /// The shape as Python writes it.
    pub(super) fn shape_text(&self) -> String {
        shape_text(&self.shape)
    }

    /// The number of the row that is next.
    pub(super) fn next_row(&self) -> usize {
        self.next_row as usize
    }

    /// How many rows a part may have, at least one, such that it is read in one piece.
    pub(super) fn rows_at_once(&self) -> usize {
        (PIECE / (self.element.size * self.columns)).max(1)
    }

    /// The next `count` rows, which must be there, as columns of these names.
    pub(super) fn next(
        &mut self,
        names: &[String],
        wanted: &[Wanted],
        count: usize,
    ) -> Result<Vec<Column>, Error> {
        let columns = if self.is_fortran {
            self.by_columns(names, wanted, count)?
        } else {
            self.by_rows(names, wanted, count)?
        };
        self.next_row += count as u64;
        if self.next_row == self.rows {
            self.check_end()?;
        }
        Ok(columns)
    }

    fn by_rows(&mut self, names: &[String], wanted: &[Wanted], count: usize) -> Result<Vec<Column>, Error> {
        let size = self.element.size;
        let row = size * self.columns;
        let bytes = self.read(count as u64 * row as u64)?;
        let at = |column: usize| bytes.chunks_exact(row).map(move |row| &row[column * size..][..size]);
        self.make(names, wanted, at)
    }

    fn by_columns(
        &mut self,
        names: &[String],
        wanted: &[Wanted],
        count: usize,
    ) -> Result<Vec<Column>, Error> {
        let bytes = match self.by_column.take() {
            Some(bytes) => bytes,
            None => self.read(self.bytes()?)?,
        };
        let (size, rows, first) = (self.element.size, self.rows as usize, self.next_row());
        let at = |column: usize| bytes[(column * rows + first) * size..][..count * size].chunks_exact(size);
        let columns = self.make(names, wanted, at);
        self.by_column = Some(bytes);
        columns
    }

    /// The wanted columns, whose elements `at` finds.
    fn make<'a, I: Iterator<Item = &'a [u8]>>(
        &self,
        names: &[String],
        wanted: &[Wanted],
        at: impl Fn(usize) -> I,
    ) -> Result<Vec<Column>, Error> {
        let kept = (0..self.columns).filter(|column| wanted[*column] != Wanted::Skip);
        let column = |column: usize| {
            let cells = self.element.cells(at(column)).map_err(|wrong| self.wrong(wrong))?;
            Ok(coerce(&names[column], cells, wanted[column], self.next_row())?)
        };
        kept.map(column).collect()
    }

    /// Bytes of all elements.
    fn bytes(&self) -> Result<u64, FileError> {
        let size = (self.columns as u64).checked_mul(self.element.size as u64);
        size.and_then(|row| row.checked_mul(self.rows)).filter(|bytes| *bytes <= i64::MAX as u64).ok_or_else(
            || {
                self.wrong(format!(
                    "the shape {} is too large; expected below 2^63 bytes, got more",
                    self.shape_text()
                ))
            },
        )
    }

    /// Reads so many bytes; memory grows with what is there, not with what was declared.
    fn read(&mut self, count: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(count.min(PIECE as u64) as usize);
        self.source.by_ref().take(count).read_to_end(&mut bytes).map_err(Error::from_source)?;
        if (bytes.len() as u64) < count {
            let (shape, got) = (self.shape_text(), bytes.len());
            let missing = count - got as u64;
            return Err(self
                .wrong(format!(
                    "cut off; expected all elements of the shape {shape}, got {missing} bytes too few"
                ))
                .into());
        }
        Ok(bytes)
    }

    fn check_end(&mut self) -> Result<(), Error> {
        match self.source.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => {
                let shape = self.shape_text();
                let wrong =
                    format!("bytes are left over; expected the end after the elements of the shape {shape}");
                Err(self.wrong(wrong).into())
            }
            Err(error) => Err(Error::from_source(error)),
        }
    }

    fn wrong(&self, wrong: String) -> FileError {
        FileError::Npy { place: shorten(&self.place), wrong }
    }
}

fn wrong_header(place: &str, wrong: String) -> FileError {
    FileError::Npy { place: format!("{}, header", shorten(place)), wrong }
}

/// The number of columns of a shape of one or two sizes.
fn columns(header: &Header) -> Result<usize, String> {
    let shape = &header.shape[..];
    let columns = match shape {
        [_] => 1,
        [_, columns @ 1..=MOST_COLUMNS] => *columns,
        [_, columns] => {
            return Err(format!(
                "the shape does not fit; expected 1 to {MOST_COLUMNS} columns, got {columns}"
            ));
        }
        _ => {
            let help = match shape {
                [] => "",
                _ => "\nhelp: array.reshape(len(array), -1) makes a table of it",
            };
            let got = shape_text(shape);
            return Err(format!(
                "the shape does not fit; expected (rows, columns) or (rows,), got {got}{help}"
            ));
        }
    };
    usize::try_from(columns).map_err(|_| "the shape is too large".to_owned())
}

fn shape_text(shape: &[u64]) -> String {
    let sizes: Vec<String> = shape.iter().take(8).map(u64::to_string).collect();
    match &sizes[..] {
        [one] => format!("({one},)"),
        more => format!("({})", more.join(", ")),
    }
}
