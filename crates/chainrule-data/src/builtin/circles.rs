//! Circles: a small circle inside a large one.
//!
//! ```text
//! class 0: (cos t, sin t)      class 1: (cos t, sin t) / 2      t = 2 pi p,  p in [0, 1)
//! ```
//!
//! Source: scikit-learn, `make_circles` (factor 0.5).

use std::f64::consts::TAU;

use super::{Points, RandomSource};
use crate::{Dataset, Error};

/// What [`super::load`] takes: 500 rows, noise 0.05.
pub const CIRCLES: Points = Points { rows: 500, noise: 0.05 };

/// Points evenly on circles of radius 1 (class `0`) and 1/2 (class `1`), with normal noise.
///
/// # Errors
/// [`Error::Setting`] for rows or noise out of range.
pub fn circles(points: Points, source: &mut dyn RandomSource) -> Result<Dataset, Error> {
    let per_class = (points.rows.max(2) / 2) as f64;
    points.in_classes("circles", 2, source, |class, p| {
        // The last point stops one step before the first, as on a clock.
        let angle = TAU * p * (per_class - 1.0).max(1.0) / per_class;
        let radius = if class == 0 { 1.0 } else { 0.5 };
        [radius * libm::cos(angle), radius * libm::sin(angle)]
    })
}
