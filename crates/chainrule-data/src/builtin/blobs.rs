//! Blobs: three round clouds of points, at equal distances.
//!
//! ```text
//! class k: (5 cos t, 5 sin t) + noise N(0, 1)      t = 2 pi k / 3
//! ```

use std::f64::consts::TAU;

use super::{Points, RandomSource};
use crate::{Dataset, Error};

/// What [`super::load`] takes: 300 rows, noise 1.
pub const BLOBS: Points = Points { rows: 300, noise: 1.0 };

/// Normal clouds around three points of the circle of radius 5; classes `0`, `1`, `2`.
///
/// # Errors
/// [`Error::Setting`] for rows or noise out of range.
pub fn blobs(points: Points, source: &mut dyn RandomSource) -> Result<Dataset, Error> {
    points.in_classes("blobs", 3, source, |class, _| {
        let angle = TAU * f64::from(class) / 3.0;
        [5.0 * libm::cos(angle), 5.0 * libm::sin(angle)]
    })
}
