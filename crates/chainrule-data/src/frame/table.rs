//! Columns of equal length under distinct names.
//!
//! It must not know which column is for what.

use std::collections::HashMap;

use super::{Column, RowLines};
use crate::Error;
use crate::error::{Place, shorten};
use crate::nearest::nearest;
use crate::number::DecimalMark;

/// A table: columns of equal length under distinct names.
///
/// ```
/// use chainrule_data::frame::{Column, Frame};
///
/// let frame = Frame::new(vec![
///     Column::numbers("size", vec![1.5, f64::NAN]),
///     Column::texts("colour", [Some("red"), Some("blue")]),
/// ])?;
/// assert_eq!(frame.rows(), 2);
/// assert_eq!(frame.column("colour").unwrap().cells().text(1).unwrap(), "blue");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    columns: Vec<Column>,
    rows: usize,
    /// Of no rows if the rows have no lines.
    lines: RowLines,
    /// What stands between whole part and fraction of numbers in texts.
    mark: DecimalMark,
}

impl Frame {
    /// A frame of these columns; without columns it has no rows.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ, [`Error::DuplicateColumn`] if two names are equal.
    pub fn new(columns: Vec<Column>) -> Result<Self, Error> {
        let rows = columns.first().map_or(0, Column::rows);
        if let Some(other) = columns.iter().find(|column| column.rows() != rows) {
            return Err(Error::Shape {
                what: "frame",
                expected: format!("{rows} rows in every column"),
                got: format!("{} in `{}`", other.rows(), shorten(other.name())),
            });
        }
        check_names(columns.iter().map(Column::name))?;
        Ok(Self { columns, rows, ..Self::default() })
    }

    /// A frame of columns that fit by construction, whose rows stood in these lines; it has rows without columns too.
    pub(crate) fn of_rows(columns: Vec<Column>, lines: RowLines) -> Self {
        debug_assert!(columns.iter().all(|column| column.rows() == lines.rows()), "columns of one length");
        Self { columns, rows: lines.rows(), lines, mark: DecimalMark::Point }
    }

    /// The same rows with other columns; lines and decimal mark are kept. With `retain(|_| false)`, rows are remembered without
    /// their cells, to get columns later.
    ///
    /// # Errors
    /// [`Error::Shape`] if a column has another number of rows, [`Error::DuplicateColumn`] if two names are equal.
    ///
    /// ```
    /// use chainrule_data::frame::{Column, Wanted, read_all};
    /// use chainrule_data::csv::{Dialect, Stream};
    ///
    /// let mut text = Stream::open(&b"a,b\n1,2\n\n3,4\n"[..], &Dialect::default())?;
    /// let rows = read_all(&mut text, &|_| Wanted::Auto)?.retain(|_| false);
    /// let last = rows.select(&[1])?.with_columns(vec![Column::numbers("c", vec![5.0])])?;
    /// assert_eq!(last.place(0).to_string(), "line 4");
    /// # Ok::<(), chainrule_data::Error>(())
    /// ```
    pub fn with_columns(self, columns: Vec<Column>) -> Result<Self, Error> {
        if let Some(other) = columns.iter().find(|column| column.rows() != self.rows) {
            let (expected, got) = (format!("{} rows", self.rows), other.rows().to_string());
            return Err(Error::Shape { what: "column of a frame", expected, got });
        }
        check_names(columns.iter().map(Column::name))?;
        Ok(Self { columns, ..self })
    }

    /// The frame with more columns behind its own.
    pub(crate) fn joined(mut self, more: Vec<Column>) -> Result<Self, Error> {
        let mut columns = std::mem::take(&mut self.columns);
        columns.extend(more);
        self.with_columns(columns)
    }

    /// The same frame, whose texts have such numbers.
    pub(crate) fn with_mark(self, mark: DecimalMark) -> Self {
        Self { mark, ..self }
    }

    /// What stands between whole part and fraction of numbers in texts.
    pub(crate) fn mark(&self) -> DecimalMark {
        self.mark
    }

    /// The same columns in the order of these names; others come last.
    pub(crate) fn ordered(mut self, names: &[String]) -> Self {
        let places: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
        self.columns.sort_by_key(|column| places.get(column.name()).copied().unwrap_or(usize::MAX));
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// All columns, in order, without the frame.
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(Column::name)
    }

    /// The position of a column, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name() == name)
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// The position of each column by its name: for many questions in a table of many columns.
    pub(crate) fn places(&self) -> HashMap<&str, usize> {
        self.names().zip(0..).collect()
    }

    /// The columns of these names, in their order.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all that are missing, and the name nearest to the first.
    pub fn require<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<&Column>, Error> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        let places = self.places();
        for name in names {
            match places.get(name) {
                Some(at) => found.push(&self.columns[*at]),
                None => missing.push(name.to_owned()),
            }
        }
        let Some(first) = missing.first() else { return Ok(found) };
        let nearest = nearest(first, self.names()).map(str::to_owned);
        Err(Error::MissingColumns { missing, columns: self.names().map(str::to_owned).collect(), nearest })
    }

    /// Where a row stood: its line in the file that was read, from 1, or else its number, from 0.
    pub fn place(&self, row: usize) -> Place {
        self.lines.line(row).map_or(Place::Row(row), Place::Line)
    }

    /// Adds the rows of `other` below: the same columns in the same order.
    ///
    /// Where one has numbers and the other texts, the numbers become texts, in the shortest form that reads back as
    /// them; a column without any value takes the type of the other.
    ///
    /// # Errors
    /// [`Error::Shape`] if the columns differ, or points in time meet other values; then columns may be half joined.
    pub fn append(&mut self, other: Self) -> Result<(), Error> {
        if !self.names().eq(other.names()) {
            let names = |frame: &Self| frame.names().map(shorten).collect::<Vec<_>>().join("`, `");
            return Err(Error::Shape {
                what: "columns of two frames",
                expected: format!("`{}`", names(self)),
                got: format!("`{}`", names(&other)),
            });
        }
        let lined = self.rows == self.lines.rows() && other.rows == other.lines.rows();
        self.rows += other.rows;
        if lined {
            self.lines.append(&other.lines);
        } else {
            self.lines = RowLines::default();
        }
        for (column, more) in self.columns.iter_mut().zip(other.columns) {
            column.append(more, self.mark)?;
        }
        Ok(())
    }

    /// Gives the memory back that [`Frame::append`] uses: for a frame that is whole.
    pub(crate) fn settled(mut self) -> Self {
        self.columns.iter_mut().for_each(Column::settle);
        self
    }

    /// The given rows, in this order; a row may come more than once.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] if a row is not below the number of rows.
    pub fn select(&self, rows: &[usize]) -> Result<Self, Error> {
        if let Some(&row) = rows.iter().find(|row| **row >= self.rows) {
            return Err(Error::RowOutOfRange { row, rows: self.rows });
        }
        let columns = self.columns.iter().map(|column| column.select(rows)).collect();
        let lines = self.lines.select(rows);
        Ok(Self { columns, rows: rows.len(), lines, mark: self.mark })
    }

    /// A copy of the columns of these names, those that are there, in their order.
    pub(crate) fn clone_columns(&self, names: &[String]) -> Self {
        let columns = names.iter().filter_map(|name| self.column(name)).cloned().collect();
        Self { columns, rows: self.rows, lines: self.lines.clone(), mark: self.mark }
    }

    /// The columns for which `keep` says so, with all rows. Cannot fail.
    pub fn retain(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.columns.retain(|column| keep(column.name()));
        self
    }

    /// Puts a column in the place of the one with its name, or behind all others.
    ///
    /// # Errors
    /// [`Error::Shape`] if it has another number of rows.
    pub fn set(&mut self, column: Column) -> Result<(), Error> {
        if column.rows() != self.rows && (self.rows > 0 || !self.columns.is_empty()) {
            let (expected, got) = (format!("{} rows", self.rows), column.rows().to_string());
            return Err(Error::Shape { what: "column of a frame", expected, got });
        }
        self.rows = column.rows();
        match self.position(column.name()) {
            Some(at) => self.columns[at] = column,
            None => self.columns.push(column),
        }
        Ok(())
    }
}

/// Refuses names that occur twice, and gives both positions.
pub(crate) fn check_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut order: Vec<(&str, usize)> = names.zip(1..).collect();
    order.sort_unstable();
    match order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => {
            let (first, second) = (pair[0].1, pair[1].1);
            Err(Error::DuplicateColumn { name: shorten(pair[0].0), first, second })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(size: &[f64], colour: &[Option<&str>]) -> Frame {
        let colour = Column::texts("colour", colour.iter().copied());
        Frame::new(vec![Column::numbers("size", size.to_vec()), colour]).unwrap()
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let column = |name: &str, rows: usize| Column::numbers(name, vec![0.0; rows]);
        insta::assert_snapshot!(Frame::new(vec![column("a", 2), column("b", 3)]).unwrap_err(), @"frame: the shape does not fit; expected 2 rows in every column, got 3 in `b`");
        insta::assert_snapshot!(Frame::new(vec![column("a", 2), column("b", 2), column("a", 2)]).unwrap_err(), @"header: column 1 and column 3 are both called `a`; expected distinct names");
        assert_eq!(Frame::new(vec![]).unwrap().rows(), 0);
        insta::assert_snapshot!(frame(&[1.0], &[None]).set(column("a", 2)).unwrap_err(), @"column of a frame: the shape does not fit; expected 1 rows, got 2");
    }

    #[test]
    fn appended_rows_can_be_selected_again() {
        let (above, below) = (frame(&[1.0, 2.0], &[Some("a"), None]), frame(&[3.0], &[Some("b")]));
        let mut all = above.clone();
        all.append(below.clone()).unwrap();
        assert_eq!(all.select(&[0, 1]).unwrap().columns()[0], above.columns()[0]);
        assert_eq!(
            all.select(&[2]).unwrap().columns()[1].cells().text(0),
            below.columns()[1].cells().text(0)
        );
        assert_eq!(
            all.select(&[3]).unwrap_err().to_string(),
            Error::RowOutOfRange { row: 3, rows: 3 }.to_string()
        );
        insta::assert_snapshot!(all.append(above.retain(|name| name == "size")).unwrap_err(), @"columns of two frames: the shape does not fit; expected `size`, `colour`, got `size`");
    }

    #[test]
    fn missing_columns_are_all_named() {
        let frame = frame(&[1.0], &[None]);
        assert_eq!(frame.require(["colour", "size"]).unwrap()[0].name(), "colour");
        insta::assert_snapshot!(frame.require(["sise", "colour", "weight"]).unwrap_err(), @"
        header: column `sise`, `weight` is missing; expected it among `size`, `colour`
        help: did you mean `size`?
        ");
    }

    #[test]
    fn rows_remember_their_lines() {
        let mut lines = RowLines::default();
        [2, 3, 7].into_iter().for_each(|line| lines.push(line));
        let frame = Frame::of_rows(frame(&[1.0, 2.0, 3.0], &[None; 3]).into_columns(), lines);
        assert_eq!((frame.place(1), frame.place(2)), (Place::Line(3), Place::Line(7)));
        assert_eq!(frame.select(&[2, 0]).unwrap().place(0), Place::Line(7));
        let mut twice = frame.clone();
        twice.append(frame).unwrap();
        assert_eq!(twice.place(5), Place::Line(7));
    }
}
