//! Warm-up: a linear rise in front of another schedule.
//!
//! ```text
//! step < steps:  factor = (start + (1 - start) step / steps) f(0)
//! then:          factor = f(step - steps)
//! ```
//!
//! where f is the other schedule, in a training that begins when the warm-up ends. As PyTorch's `LinearLR` followed by
//! another one in a `SequentialLR`.
//!
//! Source: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2.
//! Must not know: optimizers.

use super::{Position, Schedule};
use crate::Error;
use crate::validate::Settings;

/// A linear rise over the first steps, then another schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Warmup {
    /// How many steps the rise takes; 100.
    pub steps: u64,
    /// The factor of the first step, in \[0, 1\]; 0.01.
    pub start: f64,
    /// What follows; constant.
    pub after: Box<Schedule>,
}

impl Default for Warmup {
    fn default() -> Self {
        Self { steps: 100, start: 0.01, after: Box::new(Schedule::Constant) }
    }
}

impl Warmup {
    pub(super) fn factor(&self, position: Position) -> f64 {
        let after = self.after.factor(position.begun_later(self.steps));
        if position.step >= self.steps {
            return after;
        }
        let share = position.step as f64 / self.steps as f64;
        (self.start + (1.0 - self.start) * share) * after
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.fraction("start", self.start)?;
        self.after.validate()
    }
}
