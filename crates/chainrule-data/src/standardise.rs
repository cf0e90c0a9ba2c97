//! Centring and scaling of feature columns: `z = (x - centre) / spread`.
//!
//! Fitted on the training rows only, with the mean and the standard deviation of each column,
//!
//! ```text
//! centre = 1/n sum x_i        spread = sqrt(1/n sum (x_i - centre)^2)
//! ```
//!
//! so that test rows never leak into training. A constant column has spread 0 and is scaled to 0, not to NaN.
//!
//! Source: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp" (1998), section 4.3.
//!
//! It must not know targets, nor how it is stored in a model: it is two plain vectors.

use crate::{Error, Features};

/// How each feature column is centred and scaled. Plain numbers, to be stored in a model file.
///
/// ```
/// use chainrule_data::{Features, Scaling};
///
/// let features = Features::real(2, vec![1.0, 7.0, 3.0, 7.0])?;
/// let scaling = Scaling::fit(&features, &[0, 1])?;
/// assert_eq!(scaling, Scaling { centre: vec![2.0, 7.0], spread: vec![1.0, 0.0] });
///
/// let mut batch = [9.0_f32; 2];
/// scaling.copy_rows_f32(&features, &[1], &mut batch);
/// assert_eq!(batch, [1.0, 0.0]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// What is subtracted, `[width]`.
    pub centre: Vec<f64>,
    /// What is divided by, `[width]`; at least 0, and 0 means that the column becomes 0.
    pub spread: Vec<f64>,
}

impl Scaling {
    /// Mean and standard deviation of each column over the given rows of `features: [rows, width]`.
    ///
    /// The deviation divides by n, as scikit-learn's `StandardScaler` does. A column whose values are all equal gets
    /// spread 0 exactly. No rows give centre 0 and spread 0.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] if a row is not below the number of rows; [`Error::TooLarge`] if the mean or the
    /// deviation of a column is beyond the range of `f64`.
    pub fn fit(features: &Features, rows: &[usize]) -> Result<Self, Error> {
        if let Some(&row) = rows.iter().find(|row| **row >= features.rows()) {
            return Err(Error::RowOutOfRange { row, rows: features.rows() });
        }
        let mut moments = Moments::new(features.width());
        let mut values = vec![0.0; features.width()];
        for row in rows {
            features.copy_rows_f64(&[*row], &mut values);
            moments.add(&values);
        }
        let scaling = moments.into_scaling();
        let finite =
            |column: &usize| scaling.centre[*column].is_finite() && scaling.spread[*column].is_finite();
        match (0..scaling.width()).find(|column| !finite(column)) {
            Some(column) => Err(Error::TooLarge { column }),
            None => Ok(scaling),
        }
    }

    /// The scaling that changes nothing: what images need, whose bytes are already divided.
    pub fn identity(width: usize) -> Self {
        Self { centre: vec![0.0; width], spread: vec![1.0; width] }
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.centre.len()
    }

    /// Fills `batch: [rows.len(), width]` with scaled rows; computed in `f64` from the values as read, rounded once to
    /// `f32`. Allocates nothing.
    ///
    /// # Panics
    /// If a row is out of range, or the lengths disagree.
    pub fn copy_rows_f32(&self, features: &Features, rows: &[usize], batch: &mut [f32]) {
        let width = self.width();
        assert_eq!(width, features.width(), "a scaling of {width} columns");
        assert_eq!(batch.len(), rows.len() * width, "a batch of {} rows of {width} columns", rows.len());
        for (row, target) in rows.iter().zip(batch.chunks_exact_mut(width.max(1))) {
            let columns = row * width..(row + 1) * width;
            match features {
                Features::Real { values, .. } => self.scale_row(&values[columns], target, |value| value),
                Features::Bytes { values, divisor, .. } => {
                    let divisor = f64::from(*divisor);
                    self.scale_row(&values[columns], target, |byte| f64::from(byte) / divisor);
                }
            }
        }
    }

    /// Scales a batch in place, `batch: [n, width]`.
    ///
    /// # Panics
    /// If the width does not divide the batch.
    pub fn apply_f64(&self, batch: &mut [f64]) {
        self.each(batch, scale);
    }

    /// Undoes [`Scaling::apply_f64`] in place: `x = z * spread + centre`. A constant column gets its constant back.
    ///
    /// # Panics
    /// If the width does not divide the batch.
    pub fn invert_f64(&self, batch: &mut [f64]) {
        self.each(batch, |value, centre, spread| value * spread + centre);
    }

    fn scale_row<T: Copy>(&self, values: &[T], target: &mut [f32], number: impl Fn(T) -> f64) {
        let scales = self.centre.iter().zip(&self.spread);
        for ((out, value), (centre, spread)) in target.iter_mut().zip(values).zip(scales) {
            *out = scale(number(*value), *centre, *spread) as f32;
        }
    }

    fn each<T: Copy>(&self, batch: &mut [T], rule: impl Fn(T, f64, f64) -> T) {
        let width = self.width().max(1);
        assert!(batch.len().is_multiple_of(width), "a batch of {} values for {width} columns", batch.len());
        for row in batch.chunks_exact_mut(width) {
            for ((value, centre), spread) in row.iter_mut().zip(&self.centre).zip(&self.spread) {
                *value = rule(*value, *centre, *spread);
            }
        }
    }
}

fn scale(value: f64, centre: f64, spread: f64) -> f64 {
    if spread > 0.0 { (value - centre) / spread } else { 0.0 }
}

/// Running mean and sum of squared deviations of each column.
///
/// Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
/// Technometrics 4 (1962). One pass, and no cancellation where the mean is large against the deviation.
pub(crate) struct Moments {
    rows: usize,
    mean: Vec<f64>,
    squares: Vec<f64>,
    lowest: Vec<f64>,
    highest: Vec<f64>,
}

impl Moments {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            rows: 0,
            mean: vec![0.0; width],
            squares: vec![0.0; width],
            lowest: vec![f64::INFINITY; width],
            highest: vec![f64::NEG_INFINITY; width],
        }
    }

    pub(crate) fn add(&mut self, values: &[f64]) {
        self.rows += 1;
        let rows = self.rows as f64;
        for (column, value) in values.iter().enumerate() {
            let step = value - self.mean[column];
            self.mean[column] += step / rows;
            self.squares[column] += step * (value - self.mean[column]);
            self.lowest[column] = self.lowest[column].min(*value);
            self.highest[column] = self.highest[column].max(*value);
        }
    }

    pub(crate) fn range(&self, column: usize) -> (f64, f64) {
        (self.lowest[column], self.highest[column])
    }

    pub(crate) fn into_scaling(self) -> Scaling {
        let constant = |column: usize| self.lowest[column] == self.highest[column];
        let rows = self.rows.max(1) as f64;
        let spread = |(column, squares): (usize, &f64)| {
            if constant(column) { 0.0 } else { (squares / rows).sqrt() }
        };
        let centre =
            |(column, mean): (usize, &f64)| if constant(column) { self.lowest[column] } else { *mean };
        Scaling {
            centre: self.mean.iter().enumerate().map(centre).collect(),
            spread: self.squares.iter().enumerate().map(spread).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_constant_column_becomes_zero_and_comes_back() {
        let features = Features::real(1, vec![0.1; 7]).unwrap();
        let scaling = Scaling::fit(&features, &[0, 1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(scaling, Scaling { centre: vec![0.1], spread: vec![0.0] });
        let mut batch = [0.1, 5.0, f64::MAX];
        scaling.apply_f64(&mut batch);
        assert_eq!(batch, [0.0; 3]);
        scaling.invert_f64(&mut batch);
        assert_eq!(batch, [0.1; 3]);
    }

    #[test]
    fn only_the_given_rows_are_looked_at() {
        let features = Features::real(1, vec![1.0, 3.0, 1e9]).unwrap();
        let scaling = Scaling::fit(&features, &[0, 1]).unwrap();
        assert_eq!((scaling.centre[0], scaling.spread[0]), (2.0, 1.0));
        assert!(Scaling::fit(&features, &[3]).is_err());
    }

    #[test]
    fn values_too_large_to_scale_are_refused_by_column() {
        let features = Features::real(1, vec![1e308, -1e308]).unwrap();
        insta::assert_snapshot!(Scaling::fit(&features, &[0, 1]).unwrap_err(), @"feature column 0: the values are too large to be scaled; expected magnitudes below 1e154, got more");
    }

    #[test]
    fn scaled_rows_are_computed_before_the_rounding_to_f32() {
        let features = Features::real(1, vec![1e9 + 1.0, 1e9 + 3.0]).unwrap();
        let mut batch = [0.0_f32; 2];
        Scaling::fit(&features, &[0, 1]).unwrap().copy_rows_f32(&features, &[0, 1], &mut batch);
        assert_eq!(batch, [-1.0, 1.0]);
        let pixels = Features::bytes(2, vec![0, 255, 51, 0], 255).unwrap();
        let mut batch = [0.0_f32; 2];
        Scaling { centre: vec![0.1, 0.5], spread: vec![0.2, 0.25] }.copy_rows_f32(&pixels, &[1], &mut batch);
        assert_eq!(batch, [0.5, -2.0]);
    }

    #[test]
    fn a_large_mean_does_not_swallow_the_deviation() {
        let features = Features::real(1, vec![1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]).unwrap();
        let scaling = Scaling::fit(&features, &[0, 1, 2]).unwrap();
        assert!((scaling.spread[0] - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn scaled_columns_have_mean_zero_deviation_one_and_invert(values in prop::collection::vec(-1e6_f64..1e6, 2..50)) {
            let width = 1;
            let rows: Vec<usize> = (0..values.len()).collect();
            let scaling = Scaling::fit(&Features::real(width, values.clone()).unwrap(), &rows).unwrap();
            prop_assume!(scaling.spread[0] > 1e-3);
            let mut scaled = values.clone();
            scaling.apply_f64(&mut scaled);
            let count = values.len() as f64;
            let mean = scaled.iter().sum::<f64>() / count;
            let variance = scaled.iter().map(|z| z * z).sum::<f64>() / count;
            // 1e6 / 1e-3 costs nine of the sixteen digits; squares double that only through the mean.
            prop_assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6);
            scaling.invert_f64(&mut scaled);
            for (back, value) in scaled.iter().zip(&values) {
                prop_assert!((back - value).abs() <= 1e-9 * value.abs().max(1.0));
            }
        }
    }
}
