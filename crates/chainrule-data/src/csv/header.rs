//! The first record of a text table: whether it holds names, and which.
//!
//! It must not know the rows below.

use super::DecimalMark;
use super::cell::Cell;
use super::record::{Record, Splitter};
use super::rows::next_row;
use crate::Error;
use crate::frame::check_names;

/// The most columns of a table: names and cells of more would take many times the memory of the text.
pub(super) const MOST_COLUMNS: usize = 1 << 18;

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
    check_names(names.iter().map(String::as_str))?;
    Ok(names)
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
    use super::super::{Dialect, Stream};
    use crate::TableReader;

    fn open(text: &str) -> Stream<&[u8]> {
        Stream::open(text.as_bytes(), &Dialect::default()).unwrap()
    }

    #[test]
    fn headers_are_told_from_data() {
        let has_header = |text| open(text).format().has_header;
        assert!(has_header("a,b\n1,2\n"));
        assert!(has_header("a,1990\n1,2\n"));
        assert!(has_header("a,b\nx,y\n"));
        assert!(!has_header("1,2\n3,4\n"));
        assert!(!has_header("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n"));
        assert_eq!(open("1,2\n3,4\n").names(), ["column_1", "column_2"]);
    }

    #[test]
    fn names_lose_blanks_and_byte_order_marks() {
        assert_eq!(open("\n\u{feff}a, b ,\n1,2,3\n").names(), ["a", "b", "column_3"]);
    }

    #[test]
    fn names_lose_single_quotes_only_where_all_have_them() {
        assert_eq!(open("'a'\t'b c'\n1\t2\n").names(), ["a", "b c"]);
        assert_eq!(open("'a',b\n1,2\n").names(), ["'a'", "b"]);
        assert_eq!(open("',b\n1,2\n").names(), ["'", "b"]);
    }

    #[test]
    fn two_columns_of_one_name_are_both_given() {
        let error = Stream::open(&b"a,b,a\n1,2,3\n"[..], &Dialect::default()).map(|_| ()).unwrap_err();
        insta::assert_snapshot!(error, @"header: column 1 and column 3 are both called `a`; expected distinct names");
    }
}
