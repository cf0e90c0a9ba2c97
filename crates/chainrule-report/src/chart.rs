//! Charts as SVG: scales, frames with axes, lines, bars. Colours are the page's, by class, so they follow light, dark and paper.
//!
//! Must not know: what is drawn.

mod axis;
mod bars;
mod frame;

pub(crate) use axis::Axis;
pub(crate) use bars::{Bar, histogram, spark, whiskers};
pub(crate) use frame::Frame;

/// The most colours that tell lines apart; their classes are `s0` to `s5`.
pub(crate) const COLOURS: usize = 6;

/// The class of the colour of a line.
pub(crate) fn colour(number: usize) -> &'static str {
    ["s0", "s1", "s2", "s3", "s4", "s5"][number % COLOURS]
}

#[cfg(test)]
mod tests;
