//! Examples: what a network learns from, in memory that somebody else may own.
//!
//! Features stay in the form they came in (numbers, or the bytes of images) and are converted batch by batch into the
//! plan's own buffer: one gather per batch. Must not know: files, networks.

use core::array;
use std::borrow::Cow;

use chainrule_engine::{Level, Scalar, dispatch};

use crate::Error;

/// The features of all examples, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Features<'a> {
    /// Numbers.
    Real {
        /// Features of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [f64]>,
    },
    /// Bytes, such as the pixels of images; each stands for `byte / divisor`.
    Bytes {
        /// Features of an example.
        width: usize,
        /// `[rows, width]`, row-major.
        values: Cow<'a, [u8]>,
        /// What 1 stands for: 255 maps bytes to [0, 1].
        divisor: f64,
    },
}

impl Features<'_> {
    /// Features of an example.
    pub fn width(&self) -> usize {
        match self {
            Features::Real { width, .. } | Features::Bytes { width, .. } => *width,
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.len() / self.width().max(1)
    }

    /// The number of values in all rows.
    fn len(&self) -> usize {
        match self {
            Features::Real { values, .. } => values.len(),
            Features::Bytes { values, .. } => values.len(),
        }
    }

    /// Writes the given rows one after another: `out: [rows.len(), width]`.
    ///
    /// # Panics
    /// If a row does not exist or `out` has another length.
    pub fn gather<T: Scalar>(&self, rows: &[usize], out: &mut [T]) {
        let width = self.width();
        assert_eq!(out.len(), rows.len() * width, "gather: one row of the output for each row asked for");
        match self {
            Features::Real { values, .. } => {
                copy_rows(
                    rows,
                    width,
                    values,
                    out,
                    #[inline(always)]
                    |x| T::from_f64(*x),
                );
            }
            // Not worth 256 quotients.
            Features::Bytes { values, divisor, .. } if out.len() < 256 => {
                copy_rows(
                    rows,
                    width,
                    values,
                    out,
                    #[inline(always)]
                    |x| T::from_f64(f64::from(*x) / divisor),
                );
            }
            Features::Bytes { values, divisor, .. } => {
                Quotients::new(*divisor).gather(rows, width, values, out);
            }
        }
    }
}

/// `out[i, j] = convert(values[rows[i], j])`, as vector code.
#[inline(always)]
fn copy_rows<S, T: Scalar>(
    rows: &[usize],
    width: usize,
    values: &[S],
    out: &mut [T],
    convert: impl Fn(&S) -> T,
) {
    dispatch(
        #[inline(always)]
        || {
            for (row, out) in rows.iter().zip(out.chunks_exact_mut(width.max(1))) {
                let row = &values[row * width..][..width];
                out.iter_mut().zip(row).for_each(
                    #[inline(always)]
                    |(out, x)| *out = convert(x),
                );
            }
        },
    );
}

/// The values `byte / divisor`, each the number nearest to the quotient.
///
/// A division takes longest of all, and a table has to be read number by number. With `r` the number nearest to `1 / d`, two
/// fused operations correct the estimate `q = b r`, and vectors do all three:
///
/// ```text
/// e = b - q d   (exact),   b / d = q + e r
/// ```
///
/// The result is the nearest number wherever q was within one unit in the last place (P. Markstein, "Computation of elementary
/// functions on the IBM RISC System/6000 processor", 1990, theorem 2). Whether it is the table's, is not left to theory: it is
/// asked for all 256 bytes, and the table serves where it is not. 32 images of 784 bytes, from anywhere in 47 MB, took 12 us by
/// the table and take 3.2 us (Zen 5).
struct Quotients<T> {
    table: [T; 256],
    divisor: T,
    reciprocal: T,
    corrected: bool,
}

impl<T: Scalar> Quotients<T> {
    fn new(divisor: f64) -> Self {
        let table = array::from_fn(|byte| T::from_f64(byte as f64 / divisor));
        let (nearest, reciprocal) = (T::from_f64(divisor), T::from_f64(1.0 / divisor));
        let mut quotients = Quotients { table, divisor: nearest, reciprocal, corrected: false };
        let estimates: [T; 256] = dispatch(
            #[inline(always)]
            || {
                array::from_fn(
                    #[inline(always)]
                    |byte| quotients.estimate(byte as u8),
                )
            },
        );
        // Without fused instructions a table is faster.
        quotients.corrected = Level::detected() > Level::Portable && estimates == table;
        quotients
    }

    #[inline(always)]
    fn estimate(&self, byte: u8) -> T {
        let b = T::from_f64(f64::from(byte));
        let q = b * self.reciprocal;
        let e = (-q).mul_add(self.divisor, b);
        e.mul_add(self.reciprocal, q)
    }

    fn gather(&self, rows: &[usize], width: usize, values: &[u8], out: &mut [T]) {
        if self.corrected {
            copy_rows(
                rows,
                width,
                values,
                out,
                #[inline(always)]
                |byte| self.estimate(*byte),
            );
        } else {
            copy_rows(
                rows,
                width,
                values,
                out,
                #[inline(always)]
                |byte| self.table[usize::from(*byte)],
            );
        }
    }
}

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
        if let Features::Real { values, .. } = &self.features {
            finite(values, width, "feature")?;
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

fn finite(values: &[f64], width: usize, what: &str) -> Result<(), Error> {
    match values.iter().position(|value| !value.is_finite()) {
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
    use chainrule_engine::Scalar;

    fn real(values: &[f64]) -> Features<'_> {
        Features::Real { width: 2, values: values.into() }
    }

    #[test]
    fn bytes_are_scaled_when_they_are_gathered() {
        let features = Features::Bytes { width: 2, values: vec![0, 255, 51, 102].into(), divisor: 255.0 };
        let mut out = [0.0f32; 4];
        features.gather(&[1, 0], &mut out);
        assert_eq!(out, [0.2, 0.4, 0.0, 1.0]);
    }

    /// Every byte by many divisors, in both types, alone and among so many that vectors are worth their while.
    #[test]
    fn bytes_become_the_numbers_nearest_to_their_quotients() {
        fn check<T: Scalar>(divisor: f64) {
            let bytes: Vec<u8> = (0..=255).collect();
            let features = Features::Bytes { width: 1, values: bytes.into(), divisor };
            let rows: Vec<usize> = (0..1000).map(|row| row * 7 % 256).collect();
            let (mut many, mut one) = (vec![T::ONE; rows.len()], [T::ONE]);
            features.gather(&rows, &mut many);
            for (row, found) in rows.iter().zip(many) {
                let expected = T::from_f64(*row as f64 / divisor);
                features.gather(&[*row], &mut one);
                let bits = [found, one[0], expected].map(|x| x.to_f64().to_bits());
                assert!(
                    bits[0] == bits[2] && bits[1] == bits[2],
                    "{row} / {divisor}: {found} and {}",
                    one[0]
                );
            }
        }
        let odd = [255.5, 0.1, 1e-3, 3.0e38, 1e-38, 1e300, 1e-300, -255.0];
        for divisor in (1..=300).map(f64::from).chain(odd) {
            check::<f32>(divisor);
            check::<f64>(divisor);
        }
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
