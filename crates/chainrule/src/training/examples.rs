//! Examples: what a network learns from, in memory that somebody else may own.
//!
//! Must not know: files, networks.

use std::borrow::Cow;

use chainrule_engine::Scalar;

use super::features::Features;
use crate::Error;

/// What the network is to answer for each example.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<'a> {
    /// One of several classes.
    Classes {
        /// The number of classes.
        count: usize,
        /// `[rows]`, each below `count`.
        labels: Cow<'a, [u32]>,
    },
    /// Numbers: regression, or one 0-or-1 column for each of several labels.
    Values {
        /// Numbers of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [f64]>,
    },
}

impl Targets<'_> {
    fn rows(&self) -> usize {
        match self {
            Targets::Classes { labels, .. } => labels.len(),
            Targets::Values { width, values } => values.len() / (*width).max(1),
        }
    }

    /// Writes the targets of the given rows in the form that a loss of `width` numbers an example takes.
    ///
    /// A class becomes its index where `width` is 0 (the loss takes `[batch]`), one 0-or-1 number where it is 1, and a
    /// row with a single 1 otherwise.
    ///
    /// # Panics
    /// If a row does not exist or `out` has another length.
    pub fn gather<T: Scalar>(&self, rows: &[usize], width: usize, out: &mut [T]) {
        assert_eq!(out.len(), rows.len() * width.max(1), "gather: one target for each row asked for");
        for (row, out) in rows.iter().zip(out.chunks_exact_mut(width.max(1))) {
            match self {
                Targets::Classes { labels, .. } if width <= 1 => {
                    out[0] = T::from_f64(f64::from(labels[*row]));
                }
                Targets::Classes { labels, .. } => {
                    let label = labels[*row] as usize;
                    out.iter_mut().enumerate().for_each(|(class, out)| {
                        *out = if class == label { T::ONE } else { T::ZERO };
                    });
                }
                Targets::Values { width, values } => {
                    let row = &values[row * width..][..*width];
                    out.iter_mut().zip(row).for_each(|(out, value)| *out = T::from_f64(*value));
                }
            }
        }
    }
}

/// Features with targets, and how much each example counts.
///
/// ```
/// use chainrule::{Examples, Features, Targets};
/// let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
/// let targets = Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() };
/// let xor = Examples::new(features, targets)?;
/// assert_eq!(xor.rows(), 4);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Examples<'a> {
    features: Features<'a>,
    targets: Targets<'a>,
    weights: Option<Cow<'a, [f64]>>,
}

impl<'a> Examples<'a> {
    /// Examples that all count the same.
    ///
    /// # Errors
    /// [`Error::Examples`] if there are not as many features as targets, a number is not finite, or a label is not
    /// below the number of classes.
    pub fn new(features: Features<'a>, targets: Targets<'a>) -> Result<Self, Error> {
        let examples = Examples { features, targets, weights: None };
        examples.validate()?;
        Ok(examples)
    }

    /// The same examples, where example `i` counts `weights[i]` times: 0 is as if it were not there.
    ///
    /// # Errors
    /// [`Error::Examples`] unless there is one finite weight of at least 0 for each example and they are not all zero.
    pub fn with_weights(mut self, weights: impl Into<Cow<'a, [f64]>>) -> Result<Self, Error> {
        let weights = weights.into();
        if weights.len() != self.rows() {
            return Err(problem(format!("expected {} sample weights, got {}", self.rows(), weights.len())));
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            let got = weights[row];
            return Err(problem(format!(
                "row {row}: expected a finite sample weight of at least 0, got {got}"
            )));
        }
        if !weights.iter().any(|weight| *weight > 0.0) {
            return Err(problem("expected some sample weight above zero, got zero for every row".into()));
        }
        self.weights = Some(weights);
        Ok(self)
    }

    fn validate(&self) -> Result<(), Error> {
        let (width, rows) = (self.features.width(), self.rows());
        if width == 0 {
            return Err(problem("expected at least one feature, got 0".into()));
        }
        if self.features.len() != rows * width {
            let got = self.features.len();
            return Err(problem(format!(
                "expected {rows} rows of {width} features for {rows} targets, got {got} values"
            )));
        }
        match &self.features {
            Features::Real { values, .. } => finite(values, width, "feature")?,
            Features::Single { values, .. } => finite(values, width, "feature")?,
            Features::Bytes { .. } => {}
        }
        match &self.targets {
            Targets::Values { values, width } => finite(values, (*width).max(1), "target"),
            Targets::Classes { count, labels } => {
                match labels.iter().position(|label| *label as usize >= *count) {
                    Some(row) => {
                        let got = labels[row];
                        Err(problem(format!("row {row}: expected a label below {count}, got {got}")))
                    }
                    None => Ok(()),
                }
            }
        }
    }

    /// The number of examples.
    pub fn rows(&self) -> usize {
        self.targets.rows()
    }

    /// The features.
    pub fn features(&self) -> &Features<'a> {
        &self.features
    }

    /// The targets.
    pub fn targets(&self) -> &Targets<'a> {
        &self.targets
    }

    /// How much each example counts; `None` where all count the same.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// How much one example counts.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }
}

fn finite<T: Scalar>(values: &[T], width: usize, what: &str) -> Result<(), Error> {
    match values.iter().position(|value| !value.to_f64().is_finite()) {
        Some(at) => {
            let (row, column, got) = (at / width, at % width, values[at]);
            Err(problem(format!("row {row}, {what} {column}: expected a finite number, got {got}")))
        }
        None => Ok(()),
    }
}

fn problem(detail: String) -> Error {
    Error::Examples { detail }
}

#[cfg(test)]
mod tests {
    use super::{Examples, Features, Targets};

    fn real(values: &[f64]) -> Features<'_> {
        Features::Real { width: 2, values: values.into() }
    }

    #[test]
    fn classes_become_what_the_loss_takes() {
        let targets = Targets::Classes { count: 3, labels: vec![2, 0].into() };
        let mut index = [0.0; 2];
        targets.gather(&[0, 1], 0, &mut index);
        assert_eq!(index, [2.0, 0.0]);
        let mut rows = [9.0; 6];
        targets.gather(&[1, 0], 3, &mut rows);
        assert_eq!(rows, [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn bad_examples_are_refused_with_row_and_value() {
        let labels = |labels: &[u32]| Targets::Classes { count: 2, labels: labels.to_vec().into() };
        let error = |features, targets| Examples::new(features, targets).unwrap_err().to_string();
        insta::assert_snapshot!(error(real(&[1.0, f64::NAN]), labels(&[0])),
            @"examples: row 0, feature 1: expected a finite number, got NaN");
        insta::assert_snapshot!(error(real(&[1.0, 2.0]), labels(&[5])),
            @"examples: row 0: expected a label below 2, got 5");
        insta::assert_snapshot!(error(real(&[1.0]), labels(&[1])),
            @"examples: expected 1 rows of 2 features for 1 targets, got 1 values");
        let examples = Examples::new(real(&[1.0, 2.0]), labels(&[1])).unwrap();
        insta::assert_snapshot!(examples.clone().with_weights(vec![0.0]).unwrap_err(),
            @"examples: expected some sample weight above zero, got zero for every row");
        insta::assert_snapshot!(examples.with_weights(vec![-1.0]).unwrap_err(),
            @"examples: row 0: expected a finite sample weight of at least 0, got -1");
    }
}
