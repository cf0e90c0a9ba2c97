//! A text table read in blocks, in memory that does not grow with the file.
//!
//! It must not know files, nor what columns mean.

use std::io::Read;

use super::{Dialect, Format};
use crate::frame::check_wanted;
use crate::{Error, Frame, TableReader, Wanted};

/// A text table that is read in blocks.
pub struct Stream<R> {
    source: R,
    dialect: Dialect,
    format: Format,
    names: Vec<String>,
}

impl<R: Read> Stream<R> {
    /// Reads the beginning of a source: finds separator and header.
    ///
    /// # Errors
    /// [`Error::Source`] if the source fails, [`Error::Empty`], [`Error::HeaderOnly`], and what is wrong with the text.
    pub fn open(source: R, dialect: &Dialect) -> Result<Self, Error> {
        let _ = (source, dialect);
        todo!()
    }

    /// How the text is split.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Gives the columns these names: for a table without header that is read for a trained network.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many names as columns; [`Error::DuplicateColumn`].
    pub fn rename(&mut self, names: Vec<String>) -> Result<(), Error> {
        self.names = names;
        Ok(())
    }
}

impl<R: Read> TableReader for Stream<R> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.names.len())?;
        let _ = (&self.source, &self.dialect, most_rows);
        todo!()
    }
}

/// Reads all of a text table into a frame; `wanted` says by name what a column is read as.
///
/// A column whose numbers turn out to be text is read a second time, so that every cell is kept as it is written.
///
/// # Errors
/// As [`Stream::open`] and [`TableReader::next_frame`].
pub fn read_frame(
    bytes: &[u8],
    dialect: &Dialect,
    wanted: &dyn Fn(&str) -> Wanted,
) -> Result<(Frame, Format), Error> {
    let _ = (bytes, dialect, wanted);
    todo!()
}
