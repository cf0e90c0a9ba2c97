//! Text as a grid of cells: names of the columns, and the data rows with their line numbers.
//!
//! It must not know features and targets.

use super::cell::Cell;
use super::lines::Lines;
use super::record::{Record, Splitter};
use super::rows::next_row;
use super::{DecimalMark, Format, Header, Options, fields, separator, text};
use crate::Error;
use crate::error::shorten;

/// The most columns of a table: names and cells of more would take many times the memory of the text.
pub(super) const MOST_COLUMNS: usize = 1 << 18;

/// A table of text: its format, its column names, and its rows, read one by one.
pub(super) struct Grid<'a> {
    pub(super) text: &'a str,
    pub(super) format: Format,
    pub(super) names: Vec<String>,
    /// Line of the first record, from 1.
    pub(super) first_line: u64,
    /// Where the first data row starts, or blank lines before it.
    data: usize,
    /// Where the rest starts.
    at: usize,
    splitter: Splitter,
    lines: Lines<'a>,
}

impl<'a> Grid<'a> {
    /// Checks the text, finds its separator and its header, and stops before the first data row.
    pub(super) fn open(bytes: &'a [u8], options: &Options) -> Result<Self, Error> {
        let text = text::decode(bytes)?;
        separator::check(options.separator)?;
        let separator = options.separator.or_else(|| separator::detect(text)).unwrap_or(b',');
        fields::check(text, separator)?;
        let mut splitter = Splitter::new(separator);
        let (first, below) = next_record(&mut splitter, text, 0).ok_or(Error::Empty)?;
        let second = next_record(&mut splitter, text, below).map(|(record, _)| record);
        let has_header = match options.header {
            Header::Present => true,
            Header::Absent => false,
            Header::Detect => is_header(&first, second.as_ref(), options.decimal_mark),
        };
        let mut lines = Lines::new(text.as_bytes());
        let first_line = lines.at(0);
        let names = if has_header { header_names(&first)? } else { numbered_names(first.len())? };
        if has_header && second.is_none() {
            return Err(Error::HeaderOnly { line: first_line, header: names });
        }
        let data = if has_header { below } else { 0 };
        let format = Format { separator, has_header };
        Ok(Self { text, format, names, first_line, data, at: data, splitter, lines })
    }

    /// Where the next data row starts, or `None` at the end. Blank lines are no rows.
    pub(super) fn next_row(&mut self) -> Option<usize> {
        let line_ends =
            self.text.as_bytes()[self.at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        self.at += line_ends.count();
        (self.at < self.text.len()).then_some(self.at)
    }

    /// Goes on behind a row that ends at `end`.
    pub(super) fn skip_to(&mut self, end: usize) {
        self.at = end;
    }

    /// The line, from 1, of the row that starts at `start`. Starts must not fall, but for [`Grid::rewind`].
    pub(super) fn line(&mut self, start: usize) -> u64 {
        self.lines.at(start)
    }

    /// Reads the row that starts at `start` into `row`, goes on behind it, and gives its line number.
    ///
    /// # Errors
    /// [`Error::Ragged`] if it has not as many fields as there are columns.
    pub(super) fn read_row(&mut self, start: usize, row: &mut Record) -> Result<u64, Error> {
        let taken = self.splitter.read(&self.text.as_bytes()[start..], row);
        self.at = taken.map_or(self.text.len(), |taken| start + taken);
        let line = self.line(start);
        if row.len() != self.names.len() {
            return Err(Error::Ragged { line, got: row.len(), expected: self.names.len() });
        }
        Ok(line)
    }

    /// Goes back to the first data row.
    pub(super) fn rewind(&mut self) {
        self.at = self.data;
        self.lines = Lines::new(self.text.as_bytes());
    }

    /// The position of a column, from 0.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column == name)
    }
}

/// The record that starts at `at` or after blank lines, and where it ends.
pub(super) fn next_record(splitter: &mut Splitter, text: &str, at: usize) -> Option<(Record, usize)> {
    let mut record = Record::default();
    let at = next_row(text, at);
    let taken = splitter.read(&text.as_bytes()[at..], &mut record)?;
    Some((record, at + taken))
}

/// Whether the first record holds names, by the rules of [`Header::Detect`].
pub(super) fn is_header(first: &Record, second: Option<&Record>, mark: DecimalMark) -> bool {
    let is_number = |text: &str| matches!(Cell::parse(text, mark), Cell::Number(_) | Cell::NotFinite);
    let is_text = |text: &str| Cell::parse(text, mark) == Cell::Text;
    let text_over_number = |second: &Record| {
        first.iter().zip(second.iter()).any(|(above, below)| is_text(above) && is_number(below))
    };
    !first.iter().any(is_number) || second.is_some_and(text_over_number)
}

/// Names of the header; an empty one is called by its position.
///
/// Byte order marks, which cannot be seen, are taken off: files joined together, or starting with a blank line, have
/// them inside.
pub(super) fn header_names(record: &Record) -> Result<Vec<String>, Error> {
    check_width(record.len())?;
    let are_quoted = record.iter().all(|cell| in_single_quotes(cell.trim_matches(is_blank)).is_some());
    let name = |(at, cell): (usize, &str)| {
        let cell = cell.trim_matches(is_blank);
        match if are_quoted { in_single_quotes(cell).unwrap_or(cell) } else { cell } {
            "" => numbered_name(at),
            name => name.to_owned(),
        }
    };
    let names: Vec<String> = record.iter().enumerate().map(name).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|at| (&names[*at], *at));
    match order.windows(2).find(|pair| names[pair[0]] == names[pair[1]]) {
        Some(pair) => Err(Error::DuplicateColumn {
            name: shorten(&names[pair[0]]),
            first: pair[0] + 1,
            second: pair[1] + 1,
        }),
        None => Ok(names),
    }
}

/// What stands between single quotes, as some programs write every name.
fn in_single_quotes(name: &str) -> Option<&str> {
    name.strip_prefix('\'')?.strip_suffix('\'')
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter == '\u{feff}'
}

/// The names of columns without header.
pub(super) fn numbered_names(count: usize) -> Result<Vec<String>, Error> {
    check_width(count)?;
    Ok((0..count).map(numbered_name).collect())
}

fn check_width(count: usize) -> Result<(), Error> {
    if count <= MOST_COLUMNS {
        return Ok(());
    }
    Err(Error::TooManyColumns { limit: MOST_COLUMNS })
}

fn numbered_name(at: usize) -> String {
    format!("column_{}", at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Grid<'_> {
        Grid::open(text.as_bytes(), &Options::default()).unwrap()
    }

    fn lines(text: &str) -> Vec<u64> {
        let mut grid = open(text);
        let mut row = Record::default();
        std::iter::from_fn(|| grid.next_row().map(|start| grid.read_row(start, &mut row).unwrap())).collect()
    }

    #[test]
    fn headers_are_told_from_data() {
        assert!(open("a,b\n1,2\n").format.has_header);
        assert!(open("a,1990\n1,2\n").format.has_header);
        assert!(open("a,b\nx,y\n").format.has_header);
        assert!(!open("1,2\n3,4\n").format.has_header);
        assert!(!open("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n").format.has_header);
        assert_eq!(open("1,2\n3,4\n").names, ["column_1", "column_2"]);
    }

    #[test]
    fn line_numbers_count_all_line_ends_and_blank_lines() {
        assert_eq!(lines("a,b\n1,2\n3,4"), [2, 3]);
        assert_eq!(lines("a,b\r\n1,2\r\n3,4\r\n"), [2, 3]);
        assert_eq!(lines("a,b\n\n1,2\n\n\n3,4\n"), [3, 6]);
        assert_eq!(lines("a,b\n\"x\ny\",2\n3,4\n"), [2, 4]);
    }

    #[test]
    fn names_lose_blanks_and_byte_order_marks() {
        assert_eq!(open("\n\u{feff}a, b ,\n1,2,3\n").names, ["a", "b", "column_3"]);
    }

    #[test]
    fn names_lose_single_quotes_only_where_all_have_them() {
        assert_eq!(open("'a'\t'b c'\n1\t2\n").names, ["a", "b c"]);
        assert_eq!(open("'a',b\n1,2\n").names, ["'a'", "b"]);
        assert_eq!(open("',b\n1,2\n").names, ["'", "b"]);
    }

    #[test]
    fn two_columns_of_one_name_are_both_given() {
        let error = Grid::open(b"a,b,a\n1,2,3\n", &Options::default()).err().unwrap();
        insta::assert_snapshot!(error, @"header: column 1 and column 3 are both called `a`; expected distinct names");
    }
}
