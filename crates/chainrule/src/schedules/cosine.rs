//! Cosine annealing, over the whole training or with warm restarts.
//!
//! ```text
//! factor = minimum + (1 - minimum) (1 + cos(pi share)) / 2
//! ```
//!
//! where the share is that of the training, or that of the current period; periods may grow from one to the next.
//!
//! Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5; as PyTorch's
//! `CosineAnnealingLR` and `CosineAnnealingWarmRestarts`, stepped every step. Must not know: optimizers.

use super::{Position, half_cosine};
use crate::Error;
use crate::validate::Settings;

/// Half a cosine from 1 to the minimum, over the whole training.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cosine {
    /// The factor at the end, in \[0, 1\]; 0.
    pub minimum: f64,
}

impl Cosine {
    pub(super) fn factor(&self, position: Position) -> f64 {
        half_cosine(1.0, self.minimum, position.progress())
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.fraction("minimum", self.minimum)
    }
}

/// Half a cosine from 1 to the minimum in each period, then a jump back to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosineRestarts {
    /// The epochs of the first period, at least 1; 10.
    pub first_period: u64,
    /// How many times longer each period is than the one before, at least 1; 2.
    pub growth: u64,
    /// The factor at the end of a period, in \[0, 1\]; 0.
    pub minimum: f64,
}

impl Default for CosineRestarts {
    fn default() -> Self {
        Self { first_period: 10, growth: 2, minimum: 0.0 }
    }
}

impl CosineRestarts {
    pub(super) fn factor(&self, position: Position) -> f64 {
        half_cosine(1.0, self.minimum, self.share_of_period(position.epochs_passed()))
    }

    /// The share of its period that has passed after some epochs.
    fn share_of_period(&self, epochs: f64) -> f64 {
        let mut period = self.first_period.max(1) as f64;
        if self.growth <= 1 {
            return (epochs % period) / period;
        }
        let mut passed = epochs;
        while passed >= period {
            passed -= period;
            period *= self.growth as f64;
        }
        passed / period
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.at_least_one("first_period", self.first_period as f64)?;
        settings.at_least_one("growth", self.growth as f64)?;
        settings.fraction("minimum", self.minimum)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cosine, CosineRestarts, Position};

    #[test]
    fn periods_start_at_one_and_double() {
        let schedule = CosineRestarts { first_period: 1, ..CosineRestarts::default() };
        for epoch in [0, 1, 3, 7, 15, 31] {
            let position = Position { step: epoch * 4, steps_per_epoch: 4, ..Position::default() };
            assert_eq!(schedule.factor(position), 1.0, "epoch {epoch}");
        }
    }

    #[test]
    fn after_the_planned_end_the_minimum_stays() {
        let position = Position { step: 12, total_steps: 10, ..Position::default() };
        assert_eq!(Cosine { minimum: 0.25 }.factor(position), 0.25);
    }
}
