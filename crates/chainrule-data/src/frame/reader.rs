//! What every reader of tables can do: give names, and then rows as frames, part by part.
//!
//! It must not know formats.

use super::Frame;
use crate::Error;

/// What a column is to be read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Not at all: the column is not in the frame.
    Skip,
    /// Numbers; text is an error.
    Number,
    /// Text as it stands.
    Text,
    /// What it holds: numbers if every cell is a number or missing and none is a code with a leading zero such as `01`,
    /// points in time if the format has such a type, else text.
    #[default]
    Auto,
}

/// A source of a table that is read part by part, in memory that does not grow with the table.
pub trait TableReader {
    /// The names of the columns, distinct, in the order of the source.
    fn names(&self) -> &[String];

    /// The next rows, at least one and at most `most_rows` (0 counts as 1), or `None` behind the last one.
    ///
    /// `wanted` has an entry for each of [`TableReader::names`]; the frame has the columns that are not skipped, in the
    /// order of the source. A column wanted as [`Wanted::Auto`] may be numbers in one frame and text in the next.
    ///
    /// # Errors
    /// What is wrong, and where; then further calls give `None` or an error. [`Error::Shape`] if `wanted` has another
    /// length than the names.
    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error>;
}

impl<R: TableReader + ?Sized> TableReader for Box<R> {
    fn names(&self) -> &[String] {
        (**self).names()
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        (**self).next_frame(wanted, most_rows)
    }
}

/// All rows of a reader in one frame; `wanted` says by name what a column is read as.
///
/// A text table whose numbers turn into text on the way loses how those numbers were written; for such a table,
/// [`csv::read_frame`](crate::csv::read_frame) reads the column again.
///
/// # Errors
/// Those of the reader; [`Error::Empty`] if there are no rows.
pub fn read_all(reader: &mut dyn TableReader, wanted: &dyn Fn(&str) -> Wanted) -> Result<Frame, Error> {
    let wanted: Vec<Wanted> = reader.names().iter().map(|name| wanted(name)).collect();
    let mut all = reader.next_frame(&wanted, usize::MAX)?.ok_or(Error::Empty)?;
    while let Some(frame) = reader.next_frame(&wanted, usize::MAX)? {
        all.append(frame)?;
    }
    Ok(all.settled())
}

/// Refuses `wanted` of another length than the names of a reader.
pub(crate) fn check_wanted(wanted: &[Wanted], columns: usize) -> Result<(), Error> {
    if wanted.len() == columns {
        return Ok(());
    }
    let (expected, got) = (format!("one for each of {columns} columns"), wanted.len().to_string());
    Err(Error::Shape { what: "wanted columns", expected, got })
}
