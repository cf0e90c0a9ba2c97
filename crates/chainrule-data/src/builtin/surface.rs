//! Surface: a smooth function of two variables, sampled: a regression to look at.
//!
//! ```text
//! f(x, y) = 1/2 sin(pi x) cos(pi y) + exp(-8 ((x - 1/2)^2 + (y - 1/2)^2)) - exp(-8 ((x + 1/2)^2 + (y + 1/2)^2))
//! ```
//!
//! on the square [-1, 1] x [-1, 1]: waves, a hill at (1/2, 1/2) and a hollow at (-1/2, -1/2). It is odd:
//! `f(-x, -y) = -f(x, y)`, so its mean over the square is 0.
//!
//! Source: our own, for the demonstration that a network approximates a function by its samples.

use std::f64::consts::PI;

use super::points::coordinates;
use super::{Points, RandomSource};
use crate::{Dataset, Error, Features, Target};

/// What [`super::load`] takes: 1000 rows without noise.
pub const SURFACE: Points = Points { rows: 1000, noise: 0.0 };

/// The height of the surface at a point; any finite point is allowed. Cannot fail.
///
/// ```
/// use chainrule_data::builtin::surface_height;
///
/// assert_eq!(surface_height(0.0, 0.0), 0.0);
/// assert!((surface_height(0.5, 0.5) - 1.0).abs() < 1e-6);
/// ```
pub fn surface_height(x: f64, y: f64) -> f64 {
    let bump = |centre: f64| libm::exp(-8.0 * ((x - centre) * (x - centre) + (y - centre) * (y - centre)));
    0.5 * libm::sin(PI * x) * libm::cos(PI * y) + bump(0.5) - bump(-0.5)
}

/// Points uniform in the square, with their heights, to which normal noise is added.
///
/// # Errors
/// [`Error::Setting`] for rows or noise out of range.
pub fn surface(points: Points, source: &mut dyn RandomSource) -> Result<Dataset, Error> {
    let points = points.check()?;
    let mut places = Vec::with_capacity(2 * points.rows);
    let mut heights = Vec::with_capacity(points.rows);
    for _ in 0..points.rows {
        let (x, y) = (2.0 * source.uniform() - 1.0, 2.0 * source.uniform() - 1.0);
        places.extend([x, y]);
        heights.push(surface_height(x, y) + points.noise * source.normal());
    }
    let target = Target::values(vec!["height".into()], heights)?;
    Dataset::new("surface", coordinates(), Features::real(2, places)?, target)
}
