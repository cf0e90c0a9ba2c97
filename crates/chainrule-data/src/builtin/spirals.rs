//! Spirals: two arms of three turns each, wound around each other.
//!
//! ```text
//! class 0: (r sin t, r cos t)      class 1: (-r sin t, -r cos t)      t = 6 pi p,  r = 6.5 (1 - 96 p / 104)
//! ```
//!
//! With 194 rows and no noise these are the points of the original benchmark.
//!
//! Source: K. Lang, M. Witbrock, "Learning to tell two spirals apart", Proc. 1988 Connectionist Models Summer School.

use std::f64::consts::TAU;

use super::{Points, RandomSource};
use crate::{Dataset, Error};

/// What [`super::load`] takes: the original 194 rows without noise.
pub const SPIRALS: Points = Points { rows: 194, noise: 0.0 };

/// Points evenly (by angle) on two spirals of radius 0.5 to 6.5, with normal noise; classes `0` and `1`.
///
/// # Errors
/// [`Error::Setting`] for rows or noise out of range.
pub fn spirals(points: Points, source: &mut dyn RandomSource) -> Result<Dataset, Error> {
    points.in_classes("spirals", 2, source, |class, p| {
        let (angle, radius) = (3.0 * TAU * p, 6.5 * (1.0 - 96.0 * p / 104.0));
        let side = if class == 0 { radius } else { -radius };
        [side * libm::sin(angle), side * libm::cos(angle)]
    })
}
