//! One column of a table: its name and its cells.
//!
//! It must not know other columns.

use std::borrow::Cow;

use super::Texts;
use super::texts::TextsBuilder;
use crate::Error;
use crate::number::DecimalMark;

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    name: String,
    cells: Cells,
}

/// The cells of a column, one per row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Numbers; NaN is a missing one, and infinities come from no reader of this crate.
    Numbers(Vec<f64>),
    /// Texts.
    Texts(Texts),
    /// Points in time: seconds since 1970-01-01T00:00:00Z; NaN is a missing one. Formats with types of their own give
    /// them; text is read as text, and [`infer`](crate::infer) finds the dates in it.
    Times(Vec<f64>),
}

impl Column {
    /// A column. Nothing is checked: names are when a [`Frame`](super::Frame) is made.
    pub fn new(name: impl Into<String>, cells: Cells) -> Self {
        Self { name: name.into(), cells }
    }

    /// A column of numbers, NaN for a missing one.
    pub fn numbers(name: impl Into<String>, numbers: Vec<f64>) -> Self {
        Self::new(name, Cells::Numbers(numbers))
    }

    /// A column of texts, `None` for a missing one.
    pub fn texts<'a>(name: impl Into<String>, cells: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        Self::new(name, Cells::Texts(Texts::from_cells(cells)))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its cells.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The cells without the name.
    pub fn into_cells(self) -> Cells {
        self.cells
    }

    /// The same cells under another name.
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self::new(name, self.cells)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// The given rows, which must be below the number of rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self { name: self.name.clone(), cells: self.cells.select(rows) }
    }

    /// Adds the rows of `other` below, whatever its name; `mark` is that of numbers that become texts.
    pub(super) fn append(&mut self, other: Self, mark: DecimalMark) -> Result<(), Error> {
        self.cells.append(&self.name, other.cells, mark)
    }

    /// Gives the memory back that [`Column::append`] uses.
    pub(super) fn settle(&mut self) {
        if let Cells::Texts(texts) = &mut self.cells {
            texts.settle();
        }
    }

    /// How many cells are missing.
    pub fn missing(&self) -> usize {
        (0..self.rows()).filter(|row| self.cells.is_missing(*row)).count()
    }
}

impl Cells {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Numbers(numbers) | Self::Times(numbers) => numbers.len(),
            Self::Texts(texts) => texts.codes().len(),
        }
    }

    /// Whether the cell of a row is missing.
    ///
    /// # Panics
    /// If `row` is not below the number of rows, as indexing a slice does.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) | Self::Times(numbers) => numbers[row].is_nan(),
            Self::Texts(texts) => texts.codes()[row] == super::MISSING,
        }
    }

    /// The cell of a row as text, or `None` if it is missing: a number in the shortest form that reads back as it, a
    /// point in time as `2024-01-31T12:00:00`.
    ///
    /// # Panics
    /// If `row` is not below the number of rows, as indexing a slice does.
    pub fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            _ if self.is_missing(row) => None,
            Self::Numbers(numbers) => Some(number_text(numbers[row]).into()),
            Self::Times(times) => Some(crate::calendar::Moment::from_seconds(times[row]).to_string().into()),
            Self::Texts(texts) => texts.text(row).map(Cow::Borrowed),
        }
    }

    /// The given rows, which must be below the number of rows.
    fn select(&self, rows: &[usize]) -> Self {
        let pick = |numbers: &[f64]| rows.iter().map(|row| numbers[*row]).collect();
        match self {
            Self::Numbers(numbers) => Self::Numbers(pick(numbers)),
            Self::Times(times) => Self::Times(pick(times)),
            Self::Texts(texts) => Self::Texts(texts.select(rows)),
        }
    }

    /// Adds the rows of `other` below. A column without any value takes the type of the other.
    fn append(&mut self, name: &str, other: Self, mark: DecimalMark) -> Result<(), Error> {
        match (&mut *self, other) {
            (Self::Numbers(all), Self::Numbers(more)) | (Self::Times(all), Self::Times(more)) => {
                all.extend(more);
            }
            (Self::Texts(all), Self::Texts(more)) => all.append(&more),
            (Self::Texts(all), Self::Numbers(more)) => all.append(&as_texts(&more, mark)),
            (Self::Numbers(all), Self::Texts(more)) => {
                let mut texts = as_texts(all, mark);
                texts.append(&more);
                *self = Self::Texts(texts);
            }
            (Self::Times(all), Self::Numbers(more)) if is_empty(&more) => all.extend(more),
            (Self::Numbers(all), Self::Times(more)) if is_empty(all) => {
                all.extend(more);
                *self = Self::Times(std::mem::take(all));
            }
            (above, below) => {
                return Err(Error::Shape {
                    what: "columns of two frames",
                    expected: format!("{} in column `{}`", above.type_name(), crate::error::shorten(name)),
                    got: below.type_name().to_owned(),
                });
            }
        }
        Ok(())
    }

    /// What the cells are, in a word.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "numbers",
            Self::Texts(_) => "text",
            Self::Times(_) => "points in time",
        }
    }
}

/// A number as a text that reads back as it: the shortest one. The two zeros are one.
pub(crate) fn number_text(number: f64) -> String {
    (number + 0.0).to_string()
}

fn as_texts(numbers: &[f64], mark: DecimalMark) -> Texts {
    let mut texts = TextsBuilder::default();
    for number in numbers {
        if number.is_nan() {
            texts.push_missing();
        } else {
            texts.push(&match mark {
                DecimalMark::Point => number_text(*number),
                DecimalMark::Comma => number_text(*number).replace('.', ","),
            });
        }
    }
    texts.finish()
}

fn is_empty(numbers: &[f64]) -> bool {
    numbers.iter().all(|number| number.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(mut above: Cells, below: Cells) -> Result<Cells, Error> {
        above.append("x", below, DecimalMark::Point).map(|()| above)
    }

    #[test]
    fn numbers_and_texts_join_as_texts() {
        let numbers = Cells::Numbers(vec![1.0, f64::NAN, 0.5]);
        let texts = Cells::Texts(Texts::from_cells([Some("red"), Some("0.5")]));
        let expected = Texts::from_cells([Some("1"), None, Some("0.5"), Some("red"), Some("0.5")]);
        assert_eq!(joined(numbers.clone(), texts.clone()).unwrap(), Cells::Texts(expected));
        let expected = Texts::from_cells([Some("red"), Some("0.5"), Some("1"), None, Some("0.5")]);
        assert_eq!(joined(texts, numbers.clone()).unwrap(), Cells::Texts(expected));
        let mut commas = numbers;
        let texts = Cells::Texts(Texts::from_cells([Some("n/a")]));
        commas.append("x", texts, DecimalMark::Comma).unwrap();
        assert_eq!(commas.text(2).unwrap(), "0,5");
    }

    #[test]
    fn a_column_without_values_takes_the_type_of_the_other() {
        let none = || Cells::Numbers(vec![f64::NAN]);
        let times = || Cells::Times(vec![86_400.0]);
        assert!(matches!(joined(none(), times()).unwrap(), Cells::Times(all) if all.len() == 2));
        assert!(matches!(joined(times(), none()).unwrap(), Cells::Times(all) if all.len() == 2));
        insta::assert_snapshot!(joined(times(), Cells::Numbers(vec![1.0])).unwrap_err(), @"columns of two frames: the shape does not fit; expected points in time in column `x`, got numbers");
    }

    #[test]
    fn every_cell_has_a_text() {
        assert_eq!(Cells::Numbers(vec![-0.0]).text(0).unwrap(), "0");
        assert_eq!(Cells::Times(vec![86_400.5]).text(0).unwrap(), "1970-01-02T00:00:00");
        assert_eq!(Cells::Times(vec![f64::NAN]).text(0), None);
    }
}
