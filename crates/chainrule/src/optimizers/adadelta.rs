//! Adadelta: steps as long as the last steps were, relative to the gradient, so that units fit without a learning rate.
//!
//! ```text
//! s <- rho s + (1 - rho) g^2
//! d  = sqrt(u + epsilon) / sqrt(s + epsilon) g
//! u <- rho u + (1 - rho) d^2
//! p <- p - learning_rate d
//! ```
//!
//! Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012. There the learning rate is 1, and epsilon stands
//! inside the roots.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::normal;
use crate::validate::Settings;

/// Adadelta: `p <- p - learning_rate sqrt(mean of d^2) / sqrt(mean of g^2) g`, d the last steps.
///
/// Keeps two moments: s, u. Default learning rate 1, the paper's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adadelta {
    /// The share of both mean squares that stays each step, in \[0, 1); 0.9.
    pub rho: f64,
    /// Starts the first steps and keeps the division finite, above 0; 1e-6.
    pub epsilon: f64,
}

impl Default for Adadelta {
    fn default() -> Self {
        Self { rho: 0.9, epsilon: 1e-6 }
    }
}

impl Rule for Adadelta {
    fn name(&self) -> &'static str {
        "adadelta"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        1.0
    }

    fn validate(&self) -> Result<(), Error> {
        let settings = Settings(self.name());
        settings.fraction_below_one("rho", self.rho)?;
        settings.positive("epsilon", self.epsilon)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::Adadelta(Prepared { settings: *self, learning_rate: progress.learning_rate })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: Adadelta,
    pub(super) learning_rate: f64,
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let shared = each.shared();
        let (kept, learning_rate) = (each.kept(group), each.number::<T>(|step| step.learning_rate));
        let (rho, fresh) = (T::from_f64(shared.settings.rho), T::from_f64(1.0 - shared.settings.rho));
        let epsilon = T::from_f64(shared.settings.epsilon);
        let [squares, steps] = state.ranges(group.range());
        for (((p, &g), s), u) in group.parameters.iter_mut().zip(group.gradients).zip(squares).zip(steps) {
            *s = normal(rho * *s + fresh * (g * g));
            let step = (*u + epsilon).sqrt() / (*s + epsilon).sqrt() * g;
            *u = normal(rho * *u + fresh * (step * step));
            *p = *p * kept - learning_rate * step;
        }
    }
}
