//! From the columns of a table to the inputs of a network, fitted on training rows and kept with the model.
//!
//! Each column has a [`Rule`]; rules are plain values, to be stored in a model file. A missing number becomes the median
//! of the training rows, and where they had missing ones, an input of its own says so. A category becomes one input
//! per level (or one code, for an embedding). A date becomes numbers. Numbers are centred and scaled.
//!
//! It must not know targets, files, or networks.

mod rule;

pub use rule::{Category, Encoding, Number, Rule, Scale, TimePart, Times};

use std::ops::Range;

use crate::frame::Wanted;
use crate::{Decision, Error, Frame};

/// How the columns of a table become the inputs of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    columns: Vec<Prepared>,
}

/// A column and its rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The name of the column.
    pub column: String,
    /// What becomes of its cells.
    pub rule: Rule,
}

/// The inputs that one column makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputGroup {
    /// The name of the column.
    pub column: String,
    /// Its inputs, by position.
    pub range: Range<usize>,
    /// For a category as code ([`Encoding::Code`]), the number of codes: what an embedding has rows for.
    pub codes: Option<usize>,
}

impl Preparation {
    /// A preparation of stored rules.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name; [`Error::Rule`] if a number is not finite, a deviation
    /// negative, a level there twice, or a column makes no input.
    pub fn new(columns: Vec<Prepared>) -> Result<Self, Error> {
        crate::frame::check_names(columns.iter().map(|prepared| prepared.column.as_str()))?;
        Ok(Self { columns })
    }

    /// Fits the rules to the training rows of a table, by what was decided for its columns; those that are set aside
    /// are left out.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`]; [`Error::MissingColumns`]; [`Error::TooLarge`] if numbers cannot be scaled;
    /// [`Error::NoFeatures`] if no column is left.
    pub fn fit(
        frame: &Frame,
        decisions: &[Decision],
        rows: &[usize],
        encoding: Encoding,
    ) -> Result<Self, Error> {
        let _ = (frame, decisions, rows, encoding);
        todo!()
    }

    /// The columns with their rules, in the order of the inputs.
    pub fn columns(&self) -> &[Prepared] {
        &self.columns
    }

    /// Number of inputs.
    pub fn width(&self) -> usize {
        self.columns.iter().map(|prepared| prepared.rule.width()).sum()
    }

    /// The inputs that each column makes, in order.
    pub fn inputs(&self) -> Vec<InputGroup> {
        todo!()
    }

    /// A name for each input, such as `colour=red`, `[width]`.
    pub fn input_names(&self) -> Vec<String> {
        todo!()
    }

    /// What the columns of a table of these names are to be read as; the others are skipped.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all columns that are needed and not there.
    pub fn wanted(&self, names: &[String]) -> Result<Vec<Wanted>, Error> {
        let _ = names;
        todo!()
    }

    /// The inputs for the rows of a table, `[rows, width]`, row after row. Columns are found by name, in any order.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all columns that are not there; [`Error::NotANumber`] for text where numbers
    /// stood in training.
    pub fn apply(&self, frame: &Frame) -> Result<Vec<f64>, Error> {
        let _ = frame;
        todo!()
    }

    /// [`Preparation::apply`], computed in `f64` and rounded once.
    ///
    /// # Errors
    /// As [`Preparation::apply`].
    pub fn apply_f32(&self, frame: &Frame) -> Result<Vec<f32>, Error> {
        let _ = frame;
        todo!()
    }
}
