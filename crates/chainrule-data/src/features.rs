//! The inputs of a table: one row per example, as numbers or as bytes.
//!
//! Values are stored row after row: element `(row, column)` is at `row * width + column`. Bytes mean
//! `byte / divisor`, so that an image of 0..=255 with divisor 255 has values in [0, 1]; the division is done when a
//! batch is filled, never for the whole table.
//!
//! It must not know names, targets, or where the values came from.

use crate::Error;

/// The inputs of a table, row after row.
///
/// ```
/// use chainrule_data::Features;
///
/// let pixels = Features::bytes(2, vec![0, 255, 51, 102], 255)?;
/// assert_eq!((pixels.rows(), pixels.width()), (2, 2));
/// assert_eq!(pixels.row(1), vec![0.2, 0.4]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Features {
    /// Numbers as read, `values: [rows, width]`.
    Real {
        /// Number of columns, at least 1.
        width: usize,
        /// Row-major values; all finite when they come from a reader of this crate.
        values: Vec<f64>,
    },
    /// Bytes that mean `byte / divisor`, `values: [rows, width]`: images, 8 times smaller than numbers.
    Bytes {
        /// Number of columns, at least 1.
        width: usize,
        /// Row-major bytes.
        values: Vec<u8>,
        /// What a byte is divided by to give the value: 255 for grey levels; at least 1.
        divisor: u8,
    },
}

impl Features {
    /// Makes features of numbers, `values: [rows, width]`.
    ///
    /// # Errors
    /// [`Error::Shape`] if `width` is 0 or does not divide the number of values.
    pub fn real(width: usize, values: Vec<f64>) -> Result<Self, Error> {
        check_width(width, values.len())?;
        Ok(Self::Real { width, values })
    }

    /// Makes features of bytes, `values: [rows, width]`, each meaning `byte / divisor`.
    ///
    /// # Errors
    /// [`Error::Shape`] if `width` is 0 or does not divide the number of bytes, [`Error::Setting`] if `divisor` is 0.
    pub fn bytes(width: usize, values: Vec<u8>, divisor: u8) -> Result<Self, Error> {
        check_width(width, values.len())?;
        if divisor == 0 {
            return Err(Error::Setting { name: "divisor", expected: "1 to 255", got: "0".into() });
        }
        Ok(Self::Bytes { width, values, divisor })
    }

    /// Number of examples. Zero for an empty table.
    pub fn rows(&self) -> usize {
        match self {
            Self::Real { width, values } => values.len() / (*width).max(1),
            Self::Bytes { width, values, .. } => values.len() / (*width).max(1),
        }
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        match self {
            Self::Real { width, .. } | Self::Bytes { width, .. } => *width,
        }
    }

    /// One value as a number: a byte comes divided.
    ///
    /// # Panics
    /// If `row` or `column` is out of range, as indexing a slice does.
    pub fn value(&self, row: usize, column: usize) -> f64 {
        assert!(column < self.width(), "column {column} of features with {} columns", self.width());
        match self {
            Self::Real { width, values } => values[row * width + column],
            Self::Bytes { width, values, divisor } => {
                f64::from(values[row * width + column]) / f64::from(*divisor)
            }
        }
    }

    /// One row as numbers, `[width]`: bytes come divided.
    ///
    /// # Panics
    /// If `row` is not below [`Features::rows`], as indexing a slice does.
    pub fn row(&self, row: usize) -> Vec<f64> {
        let mut values = vec![0.0; self.width()];
        self.copy_rows_f64(&[row], &mut values);
        values
    }

    /// One column as numbers, `[rows]`: bytes come divided.
    ///
    /// # Panics
    /// If `column` is not below [`Features::width`], as indexing a slice does.
    pub fn column(&self, column: usize) -> Vec<f64> {
        assert!(column < self.width(), "column {column} of features with {} columns", self.width());
        match self {
            Self::Real { width, values } => values.iter().skip(column).step_by(*width).copied().collect(),
            Self::Bytes { width, values, divisor } => {
                let divisor = f64::from(*divisor);
                values.iter().skip(column).step_by(*width).map(|byte| f64::from(*byte) / divisor).collect()
            }
        }
    }

    /// Fills `batch: [rows.len(), width]` with the given rows, rounded once to `f32`. Allocates nothing.
    ///
    /// # Panics
    /// If a row is out of range, or `batch` has another length than `rows.len() * width`.
    pub fn copy_rows_f32(&self, rows: &[usize], batch: &mut [f32]) {
        match self {
            Self::Real { width, values } => {
                copy_rows(rows, *width, values, batch, |value| value as f32);
            }
            Self::Bytes { width, values, divisor } => {
                let divisor = f32::from(*divisor);
                copy_rows(rows, *width, values, batch, |byte| f32::from(byte) / divisor);
            }
        }
    }

    /// Fills `batch: [rows.len(), width]` with the given rows as `f64`: numbers as read, to the bit. Allocates nothing.
    ///
    /// # Panics
    /// If a row is out of range, or `batch` has another length than `rows.len() * width`.
    pub fn copy_rows_f64(&self, rows: &[usize], batch: &mut [f64]) {
        match self {
            Self::Real { width, values } => copy_rows(rows, *width, values, batch, |value| value),
            Self::Bytes { width, values, divisor } => {
                let divisor = f64::from(*divisor);
                copy_rows(rows, *width, values, batch, |byte| f64::from(byte) / divisor);
            }
        }
    }

    /// The given rows as new features, in the given order; a row may come twice.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] if a row is not below [`Features::rows`].
    pub fn select(&self, rows: &[usize]) -> Result<Self, Error> {
        if let Some(&row) = rows.iter().find(|row| **row >= self.rows()) {
            return Err(Error::RowOutOfRange { row, rows: self.rows() });
        }
        Ok(match self {
            Self::Real { width, values } => {
                Self::Real { width: *width, values: gather(rows, *width, values) }
            }
            Self::Bytes { width, values, divisor } => {
                Self::Bytes { width: *width, values: gather(rows, *width, values), divisor: *divisor }
            }
        })
    }
}

fn check_width(width: usize, length: usize) -> Result<(), Error> {
    if width > 0 && length.is_multiple_of(width) {
        return Ok(());
    }
    Err(Error::Shape {
        what: "features",
        expected: "a positive width that divides the number of values".into(),
        got: format!("width {width} and {length} values"),
    })
}

fn copy_rows<S: Copy, D>(
    rows: &[usize],
    width: usize,
    values: &[S],
    batch: &mut [D],
    convert: impl Fn(S) -> D,
) {
    assert_eq!(batch.len(), rows.len() * width, "a batch of {} rows of {width} columns", rows.len());
    for (row, target) in rows.iter().zip(batch.chunks_exact_mut(width.max(1))) {
        for (out, value) in target.iter_mut().zip(&values[row * width..(row + 1) * width]) {
            *out = convert(*value);
        }
    }
}

fn gather<T: Copy>(rows: &[usize], width: usize, values: &[T]) -> Vec<T> {
    let mut gathered = Vec::with_capacity(rows.len() * width);
    for row in rows {
        gathered.extend_from_slice(&values[row * width..(row + 1) * width]);
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_become_numbers_between_zero_and_one() {
        let pixels = Features::bytes(3, vec![0, 255, 128, 1, 2, 3], 255).unwrap();
        let mut batch = [9.0_f32; 3];
        pixels.copy_rows_f32(&[0], &mut batch);
        assert_eq!(batch, [0.0, 1.0, 128.0 / 255.0]);
        assert_eq!(pixels.column(2), vec![128.0 / 255.0, 3.0 / 255.0]);
    }

    #[test]
    fn a_width_that_does_not_divide_the_values_is_refused() {
        let error = Features::real(3, vec![1.0; 7]).unwrap_err();
        insta::assert_snapshot!(error, @"features: the shape does not fit; expected a positive width that divides the number of values, got width 3 and 7 values");
        assert!(Features::real(0, vec![]).is_err());
        assert!(Features::bytes(1, vec![1], 0).is_err());
    }

    #[test]
    fn a_row_out_of_range_is_refused_by_name() {
        let features = Features::real(1, vec![1.0, 2.0]).unwrap();
        insta::assert_snapshot!(features.select(&[0, 2]).unwrap_err(), @"row 2: out of range; expected a row below 2, counted from 0");
    }

    #[test]
    fn an_empty_table_has_no_rows_and_its_width() {
        let features = Features::real(4, vec![]).unwrap();
        assert_eq!((features.rows(), features.width()), (0, 4));
        assert_eq!(features.select(&[]).unwrap(), features);
    }

    proptest! {
        #[test]
        fn selected_rows_are_the_rows(values in prop::collection::vec(any::<i16>(), 1..60), picks in prop::collection::vec(0_usize..20, 0..30)) {
            let features = Features::real(3, values.iter().flat_map(|value| [f64::from(*value); 3]).collect()).unwrap();
            let picks: Vec<usize> = picks.into_iter().map(|pick| pick % values.len()).collect();
            let selected = features.select(&picks).unwrap();
            prop_assert_eq!(selected.rows(), picks.len());
            for (at, pick) in picks.iter().enumerate() {
                prop_assert_eq!(selected.row(at), features.row(*pick));
            }
        }
    }
}
