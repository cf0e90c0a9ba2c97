//! From the columns of a table to the inputs of a network, fitted on training rows and kept with the model.
//!
//! Each column has a [`Rule`]; rules are plain values, to be stored in a model file. A missing number becomes the median
//! of the training rows, and where they had missing ones, an input of its own says so. A category becomes one input
//! per level (or one code, for an embedding). A date becomes numbers. Numbers are centred and scaled.
//!
//! Source for the indicator beside the median: J. Josse, N. Prost, E. Scornet, G. Varoquaux, "On the consistency of
//! supervised learning with missing values" (2019), section 4.
//!
//! It must not know targets, files, or networks.

mod apply;
mod category;
mod check;
mod fit;
mod names;
mod rule;
mod time;

pub use category::{MOST_CODES, MOST_LEVELS};
pub use rule::{Category, Encoding, Number, Rule, Scale, TimePart, Times};

pub(crate) use apply::{booleans, not_a_number, numbers as number_column};
pub(crate) use time::read as time_column;

use std::collections::HashMap;
use std::ops::Range;

use crate::frame::Wanted;
use crate::{Decision, Error, Frame, Scaling};

/// How the columns of a table become the inputs of a network.
///
/// ```
/// use chainrule_data::preparation::{Encoding, Preparation};
/// use chainrule_data::{Frame, Roles, frame::Column, infer};
///
/// let frame = Frame::new(vec![
///     Column::numbers("size", vec![1.0, f64::NAN, 3.0]),
///     Column::texts("colour", [Some("red"), Some("blue"), Some("red")]),
/// ])?;
/// let decisions = infer::decide(&frame, &Roles::default(), &infer::Wishes::default())?;
/// let preparation = Preparation::fit(&frame, &decisions.columns, &[0, 1, 2], Encoding::OneHot)?;
/// assert_eq!(preparation.input_names(), ["size", "size (missing)", "colour=red", "colour=blue"]);
/// assert_eq!(preparation.apply(&frame.select(&[1])?)?, [0.0, 1.0, 0.0, 1.0]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
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
    /// [`Error::DuplicateColumn`] if two columns have one name; [`Error::Rule`] if a number is not finite, a spread
    /// negative, a level or part there twice, or a column makes no input; [`Error::NoFeatures`] without columns.
    pub fn new(columns: Vec<Prepared>) -> Result<Self, Error> {
        if columns.is_empty() {
            return Err(Error::NoFeatures { target: Vec::new() });
        }
        crate::frame::check_names(columns.iter().map(|prepared| prepared.column.as_str()))?;
        columns.iter().try_for_each(check::check)?;
        Ok(Self { columns })
    }

    /// Fits the rules to the training rows of a table, by what was decided for its columns.
    ///
    /// Columns that are set aside make no inputs, nor do categories and dates that are the same in all training rows.
    /// A number that is, becomes 0.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`]; [`Error::MissingColumns`]; [`Error::CannotScale`] if numbers are too large to be scaled;
    /// [`Error::NotANumber`] and [`Error::NotADate`] for cells that are not what was decided; [`Error::NoFeatures`] if no
    /// column is left.
    pub fn fit(
        frame: &Frame,
        decisions: &[Decision],
        rows: &[usize],
        encoding: Encoding,
    ) -> Result<Self, Error> {
        fit::fit(frame, decisions, rows, encoding)
    }

    /// The preparation that only scales: what a model file without rules says.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many names as columns, and as [`Preparation::new`].
    pub fn from_scaling(names: &[String], scaling: &Scaling) -> Result<Self, Error> {
        if names.len() != scaling.width() {
            let (expected, got) = (format!("{} names", scaling.width()), names.len().to_string());
            return Err(Error::Shape { what: "scaling", expected, got });
        }
        let scales = scaling.centre.iter().zip(&scaling.spread);
        let rule = |(centre, spread): (&f64, &f64)| {
            let scale = Scale { centre: *centre, spread: *spread };
            Rule::Number(Number { fill: *centre, indicator: false, scale })
        };
        let columns = names.iter().cloned().zip(scales.map(rule));
        Self::new(columns.map(|(column, rule)| Prepared { column, rule }).collect())
    }

    /// The columns with their rules, in the order of the inputs.
    pub fn columns(&self) -> &[Prepared] {
        &self.columns
    }

    /// The names of the columns that are needed, in the order of the inputs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|prepared| prepared.column.as_str())
    }

    /// Number of inputs.
    pub fn width(&self) -> usize {
        self.columns.iter().map(|prepared| prepared.rule.width()).sum()
    }

    /// The inputs that each column makes, in order.
    pub fn inputs(&self) -> Vec<InputGroup> {
        let mut end = 0;
        let group = |prepared: &Prepared| {
            let start = end;
            end += prepared.rule.width();
            InputGroup { column: prepared.column.clone(), range: start..end, codes: prepared.rule.codes() }
        };
        self.columns.iter().map(group).collect()
    }

    /// A name for each input, such as `colour=red`, `[width]`.
    pub fn input_names(&self) -> Vec<String> {
        self.columns.iter().flat_map(names::input_names).collect()
    }

    /// What the columns of a table of these names are to be read as; columns that are not needed are skipped.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all columns that are needed and not there.
    pub fn wanted(&self, names: &[String]) -> Result<Vec<Wanted>, Error> {
        crate::roles::check_known(self.names(), names)?;
        let rules: HashMap<&str, &Rule> =
            self.columns.iter().map(|prepared| (prepared.column.as_str(), &prepared.rule)).collect();
        let wanted = |name: &String| rules.get(name.as_str()).map_or(Wanted::Skip, |rule| rule.wanted());
        Ok(names.iter().map(wanted).collect())
    }

    /// The inputs for the rows of a table, `[rows, width]`, row after row. Columns are found by name, in any order.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all columns that are not there; [`Error::NotANumber`] for text where numbers
    /// stood in training, [`Error::NotADate`] for text where dates stood.
    pub fn apply(&self, frame: &Frame) -> Result<Vec<f64>, Error> {
        apply::apply(self, frame, |value| value)
    }

    /// [`Preparation::apply`], computed in `f64` and rounded once.
    ///
    /// # Errors
    /// As [`Preparation::apply`].
    pub fn apply_f32(&self, frame: &Frame) -> Result<Vec<f32>, Error> {
        apply::apply(self, frame, |value| value as f32)
    }
}
