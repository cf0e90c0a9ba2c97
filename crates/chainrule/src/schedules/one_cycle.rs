//! One cycle: a rise to the full learning rate, then a long fall to almost nothing.
//!
//! ```text
//! step <= r:  from 1 / initial_divisor to 1,                     r = rising_share * total_steps - 1
//! then:       from 1 to 1 / (initial_divisor * final_divisor),   at the last step
//! ```
//!
//! both along half a cosine. The momentum stays as it is: cycling it too, as the paper does, needs an optimizer that has one.
//!
//! Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018; the
//! numbers are those of PyTorch's `OneCycleLR`, whose `max_lr` is our learning rate. Must not know: optimizers.

use super::{Position, half_cosine};
use crate::Error;
use crate::validate::Settings;

/// One rise and one fall over the whole training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneCycle {
    /// The share of the training in which the learning rate rises, in \[0, 1\]; 0.3.
    pub rising_share: f64,
    /// The full learning rate over the first one, at least 1; 25.
    pub initial_divisor: f64,
    /// The first learning rate over the last one, at least 1; 1e4.
    pub final_divisor: f64,
}

impl Default for OneCycle {
    fn default() -> Self {
        Self { rising_share: 0.3, initial_divisor: 25.0, final_divisor: 1e4 }
    }
}

impl OneCycle {
    pub(super) fn factor(&self, position: Position) -> f64 {
        let (step, total) = (position.step as f64, position.total_steps as f64);
        let (top, end) = (self.rising_share * total - 1.0, total - 1.0);
        let first = 1.0 / self.initial_divisor;
        if step <= top {
            half_cosine(first, 1.0, share(step, top))
        } else {
            half_cosine(1.0, first / self.final_divisor, share(step - top, end - top))
        }
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.fraction("rising_share", self.rising_share)?;
        settings.at_least_one("initial_divisor", self.initial_divisor)?;
        settings.at_least_one("final_divisor", self.final_divisor)
    }
}

/// The part of the whole, at most 1; a phase without length is complete.
fn share(part: f64, whole: f64) -> f64 {
    if part >= whole { 1.0 } else { part / whole }
}

#[cfg(test)]
mod tests {
    use super::{OneCycle, Position};

    #[test]
    fn short_and_overlong_trainings_stay_in_range() {
        let schedule = OneCycle::default();
        for total_steps in 0..5 {
            for step in 0..7 {
                let factor = schedule.factor(Position { step, total_steps, ..Position::default() });
                assert!((4e-6..=1.0).contains(&factor), "{step} of {total_steps}: {factor}");
            }
        }
    }
}
