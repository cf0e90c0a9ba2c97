//! One target column while it is read: numbers as long as all cells are, or labels.
//!
//! Numbers need eight bytes a row. Labels keep every distinct text, which for a column of measurements is every row.
//!
//! It must not know features.

use std::cmp::Ordering;

use super::cell::Cell;
use super::labels::Labels;
use super::{DecimalMark, TargetKind, TargetReading};
use crate::number::is_code;
use crate::{Error, Target};

/// The most distinct whole numbers for which [`TargetReading::WholeNumbers`] is reported.
const FEW: usize = 50;

/// One target column while it is read.
pub(super) enum TargetColumn {
    /// Numbers, none of them a code such as `01`.
    Values(Values),
    /// Texts.
    Texts(Labels),
}

/// The numbers of one target column.
pub(super) struct Values {
    column: String,
    mark: DecimalMark,
    values: Vec<f64>,
}

/// What became of a cell.
pub(super) enum Taken {
    /// It is in the column.
    Yes,
    /// It is in the column and empty.
    Empty,
    /// The column takes no such cell.
    No,
}

impl TargetColumn {
    /// An empty column of numbers.
    pub(super) fn values(column: &str, mark: DecimalMark) -> Self {
        Self::Values(Values { column: column.to_owned(), mark, values: Vec::new() })
    }

    /// An empty column of texts.
    pub(super) fn texts(column: &str, mark: DecimalMark) -> Self {
        Self::Texts(Labels::new(column, mark))
    }

    /// Adds the cell of the next row.
    pub(super) fn push(&mut self, text: &str, line: impl FnOnce() -> u64) -> Taken {
        match self {
            Self::Texts(labels) => {
                if labels.push(text, line) {
                    Taken::Yes
                } else {
                    Taken::Empty
                }
            }
            Self::Values(values) => match Cell::parse(text, values.mark) {
                Cell::Number(value) if !is_code(text) => {
                    values.push(value);
                    Taken::Yes
                }
                _ => Taken::No,
            },
        }
    }

    /// Makes the target, and says how it was read.
    pub(super) fn into_target(self, kind: TargetKind) -> Result<(Target, TargetReading), Error> {
        match self {
            Self::Texts(labels) => labels.into_target(kind),
            Self::Values(Values { column, values, .. }) => {
                let reading = reading(&values);
                Ok((Target::values(vec![column], values)?, reading))
            }
        }
    }

    /// The texts, or `None` for numbers.
    pub(super) fn into_labels(self) -> Option<Labels> {
        match self {
            Self::Texts(labels) => Some(labels),
            Self::Values(_) => None,
        }
    }
}

impl Values {
    /// Adds the number of the next row.
    pub(super) fn push(&mut self, value: f64) {
        self.values.push(value);
    }
}

/// How numbers were read: whether they are few and whole. Mostly a glance at the first rows tells.
pub(crate) fn reading(values: &[f64]) -> TargetReading {
    let mut distinct: Vec<f64> = Vec::with_capacity(FEW + 1);
    for value in values {
        let Err(at) = distinct.binary_search_by(|known| known.partial_cmp(value).unwrap_or(Ordering::Equal))
        else {
            continue;
        };
        if value.fract() != 0.0 || distinct.len() == FEW {
            return TargetReading::Numbers;
        }
        distinct.insert(at, *value);
    }
    TargetReading::WholeNumbers { distinct: distinct.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_whole_numbers_are_counted() {
        assert_eq!(reading(&[3.0, 1.0, 3.0, -2.0]), TargetReading::WholeNumbers { distinct: 3 });
        assert_eq!(reading(&[0.0, -0.0]), TargetReading::WholeNumbers { distinct: 1 });
        assert_eq!(reading(&[1.0, 2.0, 0.5]), TargetReading::Numbers);
        let many: Vec<f64> = (0..FEW as u32 + 1).rev().map(f64::from).collect();
        assert_eq!(reading(&many), TargetReading::Numbers);
        assert_eq!(reading(&many[1..]), TargetReading::WholeNumbers { distinct: FEW });
    }

    #[test]
    fn numbers_take_no_codes_texts_or_gaps() {
        let mut column = TargetColumn::values("y", DecimalMark::Point);
        assert!(matches!(column.push(" 1.50", || 1), Taken::Yes));
        for text in ["01", "red", "", "NA", "inf"] {
            assert!(matches!(column.push(text, || 1), Taken::No), "{text}");
        }
        let (target, _) = column.into_target(TargetKind::Infer).unwrap();
        assert_eq!(target, Target::values(vec!["y".into()], vec![1.5]).unwrap());
    }
}
