//! Polynomial decay: a power of the share of the training that is left; linear by default.
//!
//! ```text
//! factor = end + (1 - end) (1 - progress)^power
//! ```
//!
//! As PyTorch's `PolynomialLR`, stepped every step. Must not know: optimizers.

use chainrule_engine::Real;

use super::Position;
use crate::Error;
use crate::validate::Settings;

/// A fall from 1 to the end along a power.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polynomial {
    /// The exponent, above 0; 1: linear.
    pub power: f64,
    /// The factor when all planned steps are made, in \[0, 1\]; 0.
    pub end: f64,
}

impl Default for Polynomial {
    fn default() -> Self {
        Self { power: 1.0, end: 0.0 }
    }
}

impl Polynomial {
    pub(super) fn factor(&self, position: Position) -> f64 {
        self.end + (1.0 - self.end) * Real::pow(1.0 - position.progress(), self.power)
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.positive("power", self.power)?;
        settings.fraction("end", self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::{Polynomial, Position};

    #[test]
    fn the_end_is_a_share_of_the_start() {
        let at = |step| Position { step, total_steps: 4, ..Position::default() };
        let schedule = Polynomial { power: 2.0, end: 0.5 };
        assert_eq!([0, 2, 4].map(|step| schedule.factor(at(step))), [1.0, 0.625, 0.5]);
    }
}
