//! How a text table is written: what splits it, and what stands for nothing.
//!
//! It must not know columns.

use super::{DecimalMark, Header};

/// How a text table is written. Everything has a default that looks at the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dialect {
    /// The byte between fields; `None`, the default, looks for a comma, semicolon, tab or bar.
    pub separator: Option<u8>,
    /// Whether the first row is a header.
    pub header: Header,
    /// What stands between the whole part and the fraction of a number.
    pub decimal_mark: DecimalMark,
    /// Which cells count as missing.
    pub missing: Missing,
}

/// Which cells count as missing, blanks around them ignored. Empty cells always do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Markers in every column.
    everywhere: Vec<String>,
    /// Markers in columns of numbers only: in others they may be classes.
    among_numbers: Vec<String>,
    /// The markers that are numbers, by value.
    values: Vec<Value>,
}

/// A finite number that can be compared.
#[derive(Clone, Copy, Debug)]
struct Value(f64);

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Value {}

impl Default for Missing {
    /// The usual markers.
    fn default() -> Self {
        let list = |markers: &[&str]| markers.iter().map(|marker| (*marker).to_owned()).collect();
        Self { everywhere: list(&EVERYWHERE), among_numbers: list(&AMONG_NUMBERS), values: Vec::new() }
    }
}

/// The usual markers for a missing value.
const EVERYWHERE: [&str; 13] =
    ["NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "null", "NULL", "None", "?"];

/// Signs that are missing numbers, but may be classes: credit approvals are `+` and `-`.
const AMONG_NUMBERS: [&str; 2] = ["-", "."];

impl Missing {
    /// These markers in every column, and no others. A marker that is a number, such as `-999`, also stands for the same
    /// number in another form. Cannot fail.
    pub fn only(markers: Vec<String>) -> Self {
        let values = numbers(&markers);
        Self { everywhere: markers, among_numbers: Vec::new(), values }
    }

    /// The usual markers, and these as in [`Missing::only`]. Cannot fail.
    pub fn with(markers: &[String]) -> Self {
        let mut missing = Self::default();
        missing.everywhere.extend_from_slice(markers);
        Self { values: numbers(markers), ..missing }
    }

    /// The markers in every column. Cannot fail.
    pub fn everywhere(&self) -> &[String] {
        &self.everywhere
    }

    /// The further markers in columns of numbers, which may be classes in others. Cannot fail.
    pub fn among_numbers(&self) -> &[String] {
        &self.among_numbers
    }

    /// Whether some numbers stand for missing ones.
    pub(super) fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    /// Whether a number stands for a missing one.
    pub(super) fn is_missing_value(&self, number: f64) -> bool {
        self.values.iter().any(|value| value.0 == number)
    }

    /// Whether a cell of a column of numbers is missing; `text` has no blanks around it.
    pub(super) fn is_missing_number(&self, text: &str) -> bool {
        self.is_missing(text) || self.among_numbers.iter().any(|marker| marker == text)
    }

    /// Whether a cell of any column is missing; `text` has no blanks around it.
    pub(super) fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.everywhere.iter().any(|marker| marker == text)
    }
}

fn numbers(markers: &[String]) -> Vec<Value> {
    let number = |marker: &String| marker.parse().ok().filter(|number: &f64| number.is_finite());
    markers.iter().filter_map(number).map(Value).collect()
}
