//! Inverse scaling: the learning rate falls with a power of the number of examples seen.
//!
//! ```text
//! factor = 1 / (1 + t)^power,   t: examples seen in all completed epochs
//! ```
//!
//! As scikit-learn's `learning_rate="invscaling"`, which counts examples, not steps, and changes the rate once an epoch: with
//! 1000 examples the second epoch already has about a thirtieth of the first one's rate. Must not know: optimizers.

use chainrule_engine::Real;

use super::Position;
use crate::Error;
use crate::validate::Settings;

/// Decay by a power of the number of examples seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InverseScaling {
    /// The exponent, at least 0; 0.5, as scikit-learn's `power_t`.
    pub power: f64,
}

impl Default for InverseScaling {
    fn default() -> Self {
        Self { power: 0.5 }
    }
}

impl InverseScaling {
    pub(super) fn factor(&self, position: Position) -> f64 {
        let seen = position.epoch() as f64 * position.examples_per_epoch as f64;
        1.0 / Real::pow(1.0 + seen, self.power)
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.not_negative("power", self.power)
    }
}

#[cfg(test)]
mod tests {
    use super::{InverseScaling, Position};

    #[test]
    fn examples_of_completed_epochs_count() {
        let at = |step| Position { step, total_steps: 30, steps_per_epoch: 10, examples_per_epoch: 99 };
        let schedule = InverseScaling::default();
        assert_eq!(
            (schedule.factor(at(0)), schedule.factor(at(9)), schedule.factor(at(10))),
            (1.0, 1.0, 0.1)
        );
    }
}
