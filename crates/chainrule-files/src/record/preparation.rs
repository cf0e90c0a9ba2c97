//! How the columns of a table become the inputs of a network: records of rules that were fitted in training. A table.

use serde::{Deserialize, Serialize};

/// Rules for the columns of a table, in the order of the inputs that they make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    /// The columns, names unique, at least one.
    pub columns: Vec<PreparedColumn>,
    /// Texts that stand for a missing cell beside the usual ones, as the user gave them in training.
    pub missing: Vec<String>,
}

/// A column and its rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreparedColumn {
    /// The name of the column in a table.
    pub name: String,
    /// What becomes of its cells.
    pub rule: ColumnRule,
}

/// What becomes of the cells of a column. Every number is finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ColumnRule {
    /// One input, `(number - centre) / spread`, or 0 where the spread is 0; with the indicator a second one.
    Number {
        /// What a missing cell becomes, before scaling.
        fill: f64,
        /// Whether a further input is 1 where the cell is missing, else 0.
        indicator: bool,
        /// What is subtracted.
        centre: f64,
        /// What is divided by, at least 0.
        spread: f64,
    },
    /// One input, 0 or 1; with the indicator a second one.
    Boolean {
        /// The text, in lower case, that becomes 0.
        no: String,
        /// The text, in lower case, that becomes 1; another one.
        yes: String,
        /// What a missing cell, or any other text, becomes: 0 or 1.
        fill: f64,
        /// Whether a further input is 1 where the cell is missing, else 0.
        indicator: bool,
    },
    /// Inputs for the level of the cell.
    Category {
        /// The levels, unique.
        levels: Vec<String>,
        /// Whether the training rows had levels that are not kept.
        other: bool,
        /// Whether the training rows had missing cells.
        missing: bool,
        /// How a level becomes inputs.
        encoding: CategoryEncoding,
    },
    /// One input per part of a point in time; with the indicator one more.
    DateTime {
        /// How dates are written; `None` for data with a type for points in time.
        order: Option<DateOrder>,
        /// Seconds since 1970-01-01T00:00:00Z from which elapsed days count.
        origin: f64,
        /// What a missing cell becomes, in the same seconds.
        fill: f64,
        /// Whether a further input is 1 where the cell is missing, else 0.
        indicator: bool,
        /// The parts, each once.
        parts: Vec<TimePart>,
    },
}

/// How a level becomes inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryEncoding {
    /// An input per level, then one for `other` and one for missing cells, if the training rows had such.
    OneHot,
    /// One input: the number of the level, from 0; then `other`, then missing.
    Code,
}

/// In which order day, month and year are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2024-01-31`.
    YearMonthDay,
    /// `31.01.2024`.
    DayMonthYear,
    /// `01/31/2024`.
    MonthDayYear,
}

/// A part of a point in time, scaled as a number is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePart {
    /// Which part.
    pub part: TimePartKind,
    /// What is subtracted.
    pub centre: f64,
    /// What is divided by, at least 0.
    pub spread: f64,
}

/// Which number is taken from a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimePartKind {
    /// Such as 2024.
    Year,
    /// 1 to 12.
    Month,
    /// Monday is 0, Sunday is 6.
    DayOfWeek,
    /// 1 to 366.
    DayOfYear,
    /// 0 to 23.
    Hour,
    /// Days since the origin, with fractions.
    ElapsedDays,
}

impl ColumnRule {
    /// The number of inputs that the rule makes; `None` beyond `usize`.
    pub fn width(&self) -> Option<usize> {
        let with = |inputs: usize, more: bool| inputs.checked_add(usize::from(more));
        match self {
            Self::Number { indicator, .. } | Self::Boolean { indicator, .. } => with(1, *indicator),
            Self::Category { encoding: CategoryEncoding::Code, .. } => Some(1),
            Self::Category { levels, other, missing, .. } => with(with(levels.len(), *other)?, *missing),
            Self::DateTime { parts, indicator, .. } => with(parts.len(), *indicator),
        }
    }
}

impl Preparation {
    /// The number of inputs that all rules make; `None` beyond `usize`.
    pub fn width(&self) -> Option<usize> {
        self.columns.iter().try_fold(0_usize, |sum, column| sum.checked_add(column.rule.width()?))
    }
}
