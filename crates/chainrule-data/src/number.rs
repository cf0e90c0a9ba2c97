//! Numbers in texts: which texts are numbers, which are codes, and which are numbers to people only.
//!
//! It must not know where a text stands.

use std::fmt;

/// What stands between the whole part and the fraction of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// A point, as in `3.14`.
    #[default]
    Point,
    /// A comma, as in `3,14`; points are refused.
    Comma,
}

/// Why a text is no number where one must stand. `Display` gives a step that helps, in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberFault {
    /// It says no number.
    Text,
    /// It is written with a decimal comma, as `1,5`, where points are expected.
    Comma,
    /// It is written with a point, as `1.5`, where a decimal comma was declared.
    Point,
    /// It may be written with a decimal comma or with a separator of thousands, as `1,234`.
    CommaOrThousands,
    /// It is written with separators of thousands, as `1,234.5`.
    Thousands,
    /// It is written with a unit, as `$5` or `12%`.
    Unit,
}

/// Units that everybody knows.
const UNITS: [char; 4] = ['$', '€', '£', '%'];

impl NumberFault {
    /// What is wrong with a text that is no number with this mark.
    pub(crate) fn of(text: &str, mark: DecimalMark) -> Self {
        let is_one_comma = || text.matches(',').count() == 1 && !text.contains('.');
        match formatted(text) {
            _ if mark == DecimalMark::Comma && has_other_mark(text, mark) => Self::Point,
            Some(_) if text.contains(UNITS) => Self::Unit,
            Some(NumberFormat::Unit) => Self::Unit,
            Some(NumberFormat::Comma) if mark == DecimalMark::Point => Self::Comma,
            Some(NumberFormat::Thousands) if mark == DecimalMark::Point && is_one_comma() => {
                Self::CommaOrThousands
            }
            Some(NumberFormat::Comma | NumberFormat::Thousands) => Self::Thousands,
            None => Self::Text,
        }
    }
}

impl fmt::Display for NumberFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "correct the cell, or leave it empty",
            Self::Comma => "the decimal mark looks like a comma: declare it, or write points",
            Self::Point => "the decimal mark looks like a point: do not declare a comma",
            Self::CommaOrThousands => {
                "if the comma is the decimal mark, declare it; if it separates thousands, write the numbers without it"
            }
            Self::Thousands => "write the numbers without separators of thousands",
            Self::Unit => "write the numbers without units and separators of thousands",
        })
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
pub(crate) enum NumberFormat {
    /// With a decimal comma, as `1,5`.
    Comma,
    /// With separators of thousands, as `1,234.5`.
    Thousands,
    /// With a unit that everybody knows, as `$5` or `12%`.
    Unit,
}

/// How a text is a number to people, if it is and [`plain_number`] with a decimal point says none.
pub(crate) fn formatted(text: &str) -> Option<NumberFormat> {
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
        [first, _] if fraction.is_empty() && first.starts_with('0') => Some(NumberFormat::Comma),
        [_] => (bare != text).then_some(NumberFormat::Unit),
        [first, others @ ..] if first.len() <= 3 && others.iter().all(|group| group.len() == 3) => {
            Some(NumberFormat::Thousands)
        }
        [_, _] if fraction.is_empty() => Some(NumberFormat::Comma),
        _ => None,
    }
}

/// Whether a text would be a number with the other decimal mark.
pub(crate) fn has_other_mark(text: &str, mark: DecimalMark) -> bool {
    let other = match mark {
        DecimalMark::Point => DecimalMark::Comma,
        DecimalMark::Comma => DecimalMark::Point,
    };
    number(text.trim(), other).is_some_and(f64::is_finite)
}

/// The number that a text without blanks around it says, which may not be finite.
pub(crate) fn number(text: &str, mark: DecimalMark) -> Option<f64> {
    match mark {
        DecimalMark::Point => text.parse().ok(),
        DecimalMark::Comma if text.contains('.') => None,
        DecimalMark::Comma => text.replacen(',', ".", 1).parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_the_other_mark_is_known() {
        assert!(has_other_mark("1,5", DecimalMark::Point) && !has_other_mark("red", DecimalMark::Point));
    }

    #[test]
    fn each_fault_has_its_advice() {
        let of = |text| NumberFault::of(text, DecimalMark::Point);
        let faults = ["red", "1,5", "0,125", "1,234", "1,234,567", "1,234.5", "$5", "$1,234"].map(of);
        use NumberFault::{Comma, CommaOrThousands, Point, Text, Thousands, Unit};
        assert_eq!(faults, [Text, Comma, Comma, CommaOrThousands, Thousands, Thousands, Unit, Unit]);
        let of = |text| NumberFault::of(text, DecimalMark::Comma);
        assert_eq!(["red", "1.5", "1,234,567", "5%"].map(of), [Text, Point, Thousands, Unit]);
    }

    #[test]
    fn numbers_for_people_are_known() {
        for (text, format) in [
            ("1,5", Some(NumberFormat::Comma)),
            ("-0,25", Some(NumberFormat::Comma)),
            ("0,125", Some(NumberFormat::Comma)),
            ("-0,125", Some(NumberFormat::Comma)),
            ("00,125", Some(NumberFormat::Comma)),
            ("1,234", Some(NumberFormat::Thousands)),
            ("1,234,567.8", Some(NumberFormat::Thousands)),
            ("$1,234", Some(NumberFormat::Thousands)),
            ("12%", Some(NumberFormat::Unit)),
            ("€ 5", Some(NumberFormat::Unit)),
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
