//! Moons: two half circles that reach into each other.
//!
//! ```text
//! class 0: (cos t, sin t)      class 1: (1 - cos t, 1/2 - sin t)      t = pi p,  p in [0, 1]
//! ```
//!
//! Source: scikit-learn, `make_moons`.

use std::f64::consts::PI;

use super::{Points, RandomSource};
use crate::{Dataset, Error};

/// What [`super::load`] takes: 500 rows, noise 0.1.
pub const MOONS: Points = Points { rows: 500, noise: 0.1 };

/// Points evenly on two half circles of radius 1 that reach into each other, with normal noise; classes `0` and `1`.
///
/// # Errors
/// [`Error::Setting`] for rows or noise out of range.
pub fn moons(points: Points, source: &mut dyn RandomSource) -> Result<Dataset, Error> {
    points.in_classes("moons", 2, source, |class, p| {
        let (x, y) = (libm::cos(PI * p), libm::sin(PI * p));
        if class == 0 { [x, y] } else { [1.0 - x, 0.5 - y] }
    })
}
