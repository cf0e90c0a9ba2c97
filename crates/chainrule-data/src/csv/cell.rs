//! What one cell holds.
//!
//! It must not know where the cell stands.

use super::{DecimalMark, Dialect};
use crate::number::number;

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A finite number.
    Number(f64),
    /// Nothing, or a usual marker for nothing.
    Missing,
    /// NaN, an infinity, or a number beyond the range of `f64`.
    NotFinite,
    /// Anything else.
    Text,
}

impl Cell {
    /// Reads a cell of a column that may hold numbers, blanks around it ignored.
    pub(super) fn read(text: &str, dialect: &Dialect) -> Self {
        let text = text.trim();
        if dialect.missing.is_missing_number(text) {
            return Self::Missing;
        }
        match number(text, dialect.decimal_mark) {
            Some(value) if dialect.missing.is_missing_value(value) => Self::Missing,
            Some(value) if value.is_finite() => Self::Number(value),
            Some(_) => Self::NotFinite,
            None => Self::Text,
        }
    }

    /// Reads a cell, blanks around it ignored.
    pub(super) fn parse(text: &str, mark: DecimalMark) -> Self {
        let text = text.trim();
        match number(text, mark) {
            Some(value) if value.is_finite() => Self::Number(value),
            Some(_) => Self::NotFinite,
            None if is_missing(text) => Self::Missing,
            None => Self::Text,
        }
    }
}

/// The usual markers for a missing value, as pandas reads them but for words that may be classes.
fn is_missing(text: &str) -> bool {
    text.is_empty()
        || ["?", "NA", "N/A", "#N/A", "null"].iter().any(|marker| text.eq_ignore_ascii_case(marker))
}

#[cfg(test)]
mod tests {
    use super::super::Missing;
    use super::*;

    #[test]
    fn cells_are_told_apart() {
        let cases = [
            ("1", Cell::Number(1.0)),
            (" -2.5e3 ", Cell::Number(-2500.0)),
            ("+.5", Cell::Number(0.5)),
            ("0.1", Cell::Number(0.1)),
            ("", Cell::Missing),
            ("  ", Cell::Missing),
            ("na", Cell::Missing),
            ("?", Cell::Missing),
            ("NaN", Cell::NotFinite),
            ("-inf", Cell::NotFinite),
            ("1e400", Cell::NotFinite),
            ("red", Cell::Text),
            ("1,5", Cell::Text),
            ("0x10", Cell::Text),
        ];
        for (text, expected) in cases {
            assert_eq!(Cell::parse(text, DecimalMark::Point), expected, "{text}");
        }
    }

    #[test]
    fn a_dialect_says_which_cells_are_missing() {
        let usual = Dialect::default();
        for text in ["", " ", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", " . "] {
            assert_eq!(Cell::read(text, &usual), Cell::Missing, "{text}");
        }
        assert_eq!(Cell::read("none", &usual), Cell::Text);
        assert_eq!(Cell::read("inf", &usual), Cell::NotFinite);
        assert_eq!(Cell::read("-999", &usual), Cell::Number(-999.0));
        let own = Dialect { missing: Missing::only(vec!["-999".into()]), ..usual };
        assert_eq!((Cell::read("-999.0", &own), Cell::read("", &own)), (Cell::Missing, Cell::Missing));
        assert_eq!((Cell::read("NaN", &own), Cell::read("NA", &own)), (Cell::NotFinite, Cell::Text));
    }

    #[test]
    fn a_decimal_comma_is_read_only_if_asked_for() {
        assert_eq!(Cell::parse("1,5", DecimalMark::Comma), Cell::Number(1.5));
        assert_eq!(Cell::parse("1.5", DecimalMark::Comma), Cell::Text);
        assert_eq!(Cell::parse("1,5,6", DecimalMark::Comma), Cell::Text);
    }
}
