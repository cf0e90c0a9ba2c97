//! What becomes of the cells of one column: plain values, to be stored in a model file. A table.
//!
//! It must not know other columns.

use crate::DateOrder;
use crate::frame::{Cells, Wanted};

/// What becomes of the cells of one column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// A number: one input, or two with the indicator.
    Number(Number),
    /// One of two texts: 0 or 1, not scaled; one input, or two with the indicator. Other usual texts for no and yes, such as
    /// `false` and `true` or `0` and `1`, are read as these.
    Boolean {
        /// The text that becomes 0, in lower case.
        no: String,
        /// The text that becomes 1, in lower case.
        yes: String,
        /// What a missing cell, or another text, becomes: 0 or 1, whichever was more frequent.
        fill: f64,
        /// Whether a second input is 1 where the cell is missing: if training rows had missing cells.
        indicator: bool,
    },
    /// One of several levels.
    Category(Category),
    /// A point in time: its parts, then the indicator.
    Times(Times),
}

/// A number, centred and scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// What a missing cell becomes, before scaling: the median of the training rows.
    pub fill: f64,
    /// Whether a second input is 1 where the cell is missing: if training rows had missing cells.
    pub indicator: bool,
    /// How the number is scaled.
    pub scale: Scale,
}

/// `z = (x - centre) / spread`, or 0 where the spread is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What is subtracted; finite.
    pub centre: f64,
    /// What is divided by; finite, at least 0, and 0 for a constant.
    pub spread: f64,
}

/// Levels of a category.
///
/// With [`Encoding::OneHot`] there is one input per level, then one for `other` if training rows had such, then one for
/// missing cells if training rows had such. A level that the training had not is `other`; if no training row was, all
/// inputs are 0, since nothing was learned about it. A missing cell that the training had not is treated likewise.
///
/// With [`Encoding::Code`] there is one input, a whole number: level `k` is `k`, `other` is the number of levels,
/// missing is one more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The levels, the most frequent of the training rows first, equally frequent ones by their bytes.
    pub levels: Vec<String>,
    /// Whether training rows had levels that are not kept.
    pub other: bool,
    /// Whether training rows had missing cells.
    pub missing: bool,
    /// How a level becomes inputs.
    pub encoding: Encoding,
}

/// How a level becomes inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// One input per level, 1 for the level of the cell, else 0.
    #[default]
    OneHot,
    /// One input, the number of the level: for an embedding.
    Code,
}

/// A point in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// How it was written; `None` for cells that were points in time already, of which texts may be in any usual form.
    pub order: Option<DateOrder>,
    /// Seconds since 1970-01-01T00:00:00Z from which [`TimePart::ElapsedDays`] counts: the earliest of the training.
    pub origin: f64,
    /// What a missing cell becomes, in the same seconds: the median of the training rows.
    pub fill: f64,
    /// Whether a last input is 1 where the cell is missing: if training rows had missing cells.
    pub indicator: bool,
    /// The parts that differ between training rows, each one input, scaled.
    pub parts: Vec<(TimePart, Scale)>,
}

/// A number that is taken from a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimePart {
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

impl Rule {
    /// Number of inputs.
    pub fn width(&self) -> usize {
        match self {
            Self::Number(number) => 1 + usize::from(number.indicator),
            Self::Boolean { indicator, .. } => 1 + usize::from(*indicator),
            Self::Category(category) => category.width(),
            Self::Times(times) => times.parts.len() + usize::from(times.indicator),
        }
    }

    /// The number of codes, for a category that is given as code.
    pub fn codes(&self) -> Option<usize> {
        match self {
            Self::Category(category) if category.encoding == Encoding::Code => Some(category.codes()),
            _ => None,
        }
    }

    /// How many cells hold a text that the rule can make nothing of and takes for missing: of a boolean, one that means
    /// neither no nor yes. Such a text in a number or a date is an error, and in a category a level like any other.
    pub fn unread(&self, cells: &Cells) -> usize {
        super::apply::unread(self, cells)
    }

    /// What a reader has to read the column as.
    pub fn wanted(&self) -> Wanted {
        match self {
            Self::Number(_) => Wanted::Number,
            // Points in time where the format has such a type, else text.
            Self::Times(_) => Wanted::Auto,
            Self::Boolean { .. } | Self::Category(_) => Wanted::Text,
        }
    }
}

impl Scale {
    /// The scaled number: `(number - centre) / spread`, or 0 for a constant.
    pub fn apply(&self, number: f64) -> f64 {
        if self.spread > 0.0 { (number - self.centre) / self.spread } else { 0.0 }
    }
}

impl Category {
    /// Number of inputs.
    pub fn width(&self) -> usize {
        match self.encoding {
            Encoding::OneHot => self.levels.len() + usize::from(self.other) + usize::from(self.missing),
            Encoding::Code => 1,
        }
    }

    /// Number of codes with [`Encoding::Code`]: the levels, `other` and missing.
    pub fn codes(&self) -> usize {
        self.levels.len() + 2
    }
}
