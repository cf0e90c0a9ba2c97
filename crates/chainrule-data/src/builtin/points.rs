//! What the generators of points in the plane share: their settings and the making of the table.
//!
//! It must not know any shape.

use super::RandomSource;
use crate::{Dataset, Error, Features, Target};

/// How many points to generate, and how noisy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// Number of rows, 1 to 10,000,000.
    pub rows: usize,
    /// Standard deviation of the normal noise added to each coordinate (to the value, for [`super::surface`]); at
    /// least 0.
    pub noise: f64,
}

/// The most rows that are generated.
const MOST_ROWS: usize = 10_000_000;

impl Points {
    /// Refuses settings out of range.
    pub(super) fn check(self) -> Result<Self, Error> {
        if !(1..=MOST_ROWS).contains(&self.rows) {
            return Err(Error::Setting {
                name: "rows",
                expected: "1 to 10000000",
                got: self.rows.to_string(),
            });
        }
        if !(self.noise.is_finite() && self.noise >= 0.0) {
            return Err(Error::Setting {
                name: "noise",
                expected: "a finite number, at least 0",
                got: self.noise.to_string(),
            });
        }
        Ok(self)
    }

    /// Makes a table of points in `classes` classes: row `i` has class `i % classes` and is its point `i / classes`.
    ///
    /// `place(class, p)` gives the point at `p` in [0, 1], the position within the class.
    pub(super) fn in_classes(
        self,
        name: &str,
        classes: u32,
        source: &mut dyn RandomSource,
        place: impl Fn(u32, f64) -> [f64; 2],
    ) -> Result<Dataset, Error> {
        let points = self.check()?;
        let mut values = Vec::with_capacity(2 * points.rows);
        let mut labels = Vec::with_capacity(points.rows);
        for (row, class) in (0..points.rows).zip((0..classes).cycle()) {
            let in_class = (points.rows - class as usize).div_ceil(classes as usize);
            let position = (row / classes as usize) as f64 / (in_class.max(2) - 1) as f64;
            values
                .extend(place(class, position).map(|coordinate| coordinate + points.noise * source.normal()));
            labels.push(class);
        }
        let names = (0..classes).map(|class| class.to_string()).collect();
        Dataset::new(
            name,
            coordinates(),
            Features::real(2, values)?,
            Target::classes("class", names, labels)?,
        )
    }
}

/// Names of the two coordinates.
pub(super) fn coordinates() -> Vec<String> {
    vec!["x".into(), "y".into()]
}

#[cfg(test)]
mod tests {
    use super::super::random::TestSource;
    use super::*;

    fn message(rows: usize, noise: f64) -> String {
        Points { rows, noise }.check().unwrap_err().to_string()
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        insta::assert_snapshot!(message(0, 0.0), @"`rows`: out of range; expected 1 to 10000000, got 0");
        insta::assert_snapshot!(message(usize::MAX, 0.0), @"`rows`: out of range; expected 1 to 10000000, got 18446744073709551615");
        insta::assert_snapshot!(message(1, f64::NAN), @"`noise`: out of range; expected a finite number, at least 0, got NaN");
    }

    #[test]
    fn each_class_runs_from_its_start_to_its_end() {
        let points = Points { rows: 7, noise: 0.0 };
        let table = points.in_classes("t", 2, &mut TestSource(1), |class, p| [f64::from(class), p]).unwrap();
        assert_eq!(table.features().column(0), [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(table.features().column(1), [0.0, 0.0, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0, 1.0]);
    }

    #[test]
    fn noise_has_the_deviation_asked_for() {
        let points = Points { rows: 20_000, noise: 0.5 };
        let table = points.in_classes("t", 1, &mut TestSource(7), |_, _| [3.0, 0.0]).unwrap();
        let column = table.features().column(0);
        let mean = column.iter().sum::<f64>() / 20_000.0;
        let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        // Standard errors are 0.5 / sqrt(20,000) = 0.0035 and 0.0025; four of each.
        assert!((mean - 3.0).abs() < 0.014 && (deviation - 0.5).abs() < 0.01, "{mean} {deviation}");
    }
}
