//! Text as a grid of cells: names of the columns, and the data rows with their line numbers.
//!
//! It must not know features and targets.

use ::csv::{Reader, ReaderBuilder, StringRecord};

use super::cell::Cell;
use super::lines::Lines;
use super::{DecimalMark, Format, Header, Options, separator, text};
use crate::Error;
use crate::error::shorten;

/// A table of text: its format, its column names, and its rows, read one by one.
pub(super) struct Grid<'a> {
    pub(super) format: Format,
    pub(super) names: Vec<String>,
    /// Line of the first record, from 1.
    pub(super) first_line: u64,
    reader: Reader<&'a [u8]>,
    lines: Lines<'a>,
    /// Rows read ahead for the detection of the header, last first.
    ahead: Vec<StringRecord>,
}

impl<'a> Grid<'a> {
    /// Checks the text, finds its separator and its header, and stops before the first data row.
    pub(super) fn open(bytes: &'a [u8], options: &Options) -> Result<Self, Error> {
        let text = text::decode(bytes)?;
        separator::check(options.separator)?;
        let separator = options.separator.or_else(|| separator::detect(text)).unwrap_or(b',');
        text::check_fields(text, separator)?;
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let first = next_record(&mut reader)?.ok_or(Error::Empty)?;
        let second = next_record(&mut reader)?;
        let has_header = match options.header {
            Header::Present => true,
            Header::Absent => false,
            Header::Detect => is_header(&first, second.as_ref(), options.decimal_mark),
        };
        let mut lines = Lines::new(text);
        let first_line = lines.at(offset(&first));
        let names = if has_header { header_names(&first)? } else { numbered_names(first.len()) };
        if has_header && second.is_none() {
            return Err(Error::HeaderOnly { line: first_line, header: names });
        }
        let mut ahead: Vec<StringRecord> = second.into_iter().collect();
        if !has_header {
            ahead.push(first);
        }
        Ok(Self { format: Format { separator, has_header }, names, first_line, reader, lines, ahead })
    }

    /// Reads the next data row into `row` and gives its line number, or `None` at the end.
    pub(super) fn next_row(&mut self, row: &mut StringRecord) -> Result<Option<u64>, Error> {
        if let Some(record) = self.ahead.pop() {
            *row = record;
        } else if !self.reader.read_record(row)? {
            return Ok(None);
        }
        let line = self.lines.at(offset(row));
        if row.len() != self.names.len() {
            return Err(Error::Ragged { line, got: row.len(), expected: self.names.len() });
        }
        Ok(Some(line))
    }

    /// The position of a column, from 0.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column == name)
    }
}

fn next_record(reader: &mut Reader<&[u8]>) -> Result<Option<StringRecord>, Error> {
    let mut record = StringRecord::new();
    Ok(reader.read_record(&mut record)?.then_some(record))
}

fn offset(record: &StringRecord) -> u64 {
    record.position().map_or(0, ::csv::Position::byte)
}

fn is_header(first: &StringRecord, second: Option<&StringRecord>, mark: DecimalMark) -> bool {
    let is_number = |text: &str| matches!(Cell::parse(text, mark), Cell::Number(_) | Cell::NotFinite);
    let is_text = |text: &str| Cell::parse(text, mark) == Cell::Text;
    let text_over_number = |second: &StringRecord| {
        first.iter().zip(second).any(|(above, below)| is_text(above) && is_number(below))
    };
    !first.iter().any(is_number) || second.is_some_and(text_over_number)
}

/// Names of the header; an empty one is called by its position.
///
/// Byte order marks, which cannot be seen, are taken off: files joined together, or starting with a blank line, have
/// them inside.
fn header_names(record: &StringRecord) -> Result<Vec<String>, Error> {
    let name = |(at, cell): (usize, &str)| match cell.trim_matches(is_blank) {
        "" => numbered_name(at),
        name => name.to_owned(),
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

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter == '\u{feff}'
}

fn numbered_names(count: usize) -> Vec<String> {
    (0..count).map(numbered_name).collect()
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
        let mut row = StringRecord::new();
        std::iter::from_fn(|| grid.next_row(&mut row).unwrap()).collect()
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
    fn two_columns_of_one_name_are_both_given() {
        let error = Grid::open(b"a,b,a\n1,2,3\n", &Options::default()).err().unwrap();
        insta::assert_snapshot!(error, @"header: column 1 and column 3 are both called `a`; expected distinct names");
    }
}
