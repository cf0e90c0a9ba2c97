//! What one cell holds.
//!
//! It must not know where the cell stands.

use super::{DecimalMark, Dialect};

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

/// Whether a text that reads as a number is rather a code: a whole number with a leading zero, such as `01`.
pub(crate) fn is_code(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['+', '-']).as_bytes();
    matches!(digits, [b'0', next, ..] if next.is_ascii_digit())
}

/// The finite number that a text says, unless it is a code.
pub(crate) fn plain_number(text: &str, mark: DecimalMark) -> Option<f64> {
    if is_code(text) { None } else { any_number(text, mark) }
}

/// The finite number that a text says, codes such as `01` among them.
pub(crate) fn any_number(text: &str, mark: DecimalMark) -> Option<f64> {
    number(text.trim(), mark).filter(|number| number.is_finite())
}

/// How a number is written that is not read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// With a decimal comma, as `1,5`.
    Comma,
    /// With separators of thousands, as `1,234.5`.
    Thousands,
    /// With a unit that everybody knows, as `$5` or `12%`.
    Unit,
}

/// How a text is a number to people, if it is and [`plain_number`] with a decimal point says none.
pub(crate) fn formatted(text: &str) -> Option<Format> {
    let text = text.trim();
    let bare = text.trim_start_matches(['$', '€', '£']).trim_end_matches(['%', '€', '$', '£']).trim();
    let digits = bare.trim_start_matches(['+', '-']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    if groups.iter().any(|group| group.is_empty())
        || !groups.iter().all(|group| only_digits(group))
        || !only_digits(fraction)
    {
        return None;
    }
    match &groups[..] {
        // Nobody groups the digits of `0,125` by thousands.
        [first, _] if fraction.is_empty() && first.starts_with('0') => Some(Format::Comma),
        [_] => (bare != text).then_some(Format::Unit),
        [first, others @ ..] if first.len() <= 3 && others.iter().all(|group| group.len() == 3) => {
            Some(Format::Thousands)
        }
        [_, _] if fraction.is_empty() => Some(Format::Comma),
        _ => None,
    }
}

/// Whether a text would be a number with the other decimal mark.
pub(super) fn has_other_mark(text: &str, mark: DecimalMark) -> bool {
    let other = match mark {
        DecimalMark::Point => DecimalMark::Comma,
        DecimalMark::Comma => DecimalMark::Point,
    };
    number(text.trim(), other).is_some_and(f64::is_finite)
}

/// The usual markers for a missing value, as pandas reads them but for words that may be classes.
fn is_missing(text: &str) -> bool {
    text.is_empty()
        || ["?", "NA", "N/A", "#N/A", "null"].iter().any(|marker| text.eq_ignore_ascii_case(marker))
}

fn number(text: &str, mark: DecimalMark) -> Option<f64> {
    match mark {
        DecimalMark::Point => text.parse().ok(),
        DecimalMark::Comma if text.contains('.') => None,
        DecimalMark::Comma => text.replacen(',', ".", 1).parse().ok(),
    }
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
        assert!(has_other_mark("1,5", DecimalMark::Point) && !has_other_mark("red", DecimalMark::Point));
    }

    #[test]
    fn numbers_for_people_are_known() {
        for (text, format) in [
            ("1,5", Some(Format::Comma)),
            ("-0,25", Some(Format::Comma)),
            ("0,125", Some(Format::Comma)),
            ("-0,125", Some(Format::Comma)),
            ("00,125", Some(Format::Comma)),
            ("1,234", Some(Format::Thousands)),
            ("1,234,567.8", Some(Format::Thousands)),
            ("$1,234", Some(Format::Thousands)),
            ("12%", Some(Format::Unit)),
            ("€ 5", Some(Format::Unit)),
            ("5", None),
            ("1,2,3", None),
            ("red", None),
            ("$", None),
            ("1,", None),
            ("", None),
        ] {
            assert_eq!(formatted(text), format, "{text}");
        }
    }

    #[test]
    fn a_leading_zero_makes_a_code() {
        assert!(is_code("01") && is_code("-007"));
        assert!(!is_code("0") && !is_code("0.5") && !is_code("10") && !is_code("0e3"));
    }
}
