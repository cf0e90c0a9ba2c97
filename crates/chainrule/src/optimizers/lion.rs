//! Lion: only the sign of an interpolated gradient, found by a search over programs.
//!
//! ```text
//! p <- p - learning_rate sign(beta1 m + (1 - beta1) g)
//! m <- beta2 m + (1 - beta2) g
//! ```
//!
//! Every parameter moves by the learning rate, or not at all where the sign is 0; use a learning rate 3 to 10 times smaller
//! than Adam's and a weight decay that much larger.
//!
//! Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::{normal, sign};
use crate::validate::Settings;

/// Lion: `p <- p - learning_rate sign(beta1 m + (1 - beta1) g)`.
///
/// Keeps one moment: m. Default learning rate 1e-4.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lion {
    /// The weight of the mean against the new gradient in the step, in \[0, 1); 0.9.
    pub beta1: f64,
    /// The share of the mean that stays each step, in \[0, 1); 0.99.
    pub beta2: f64,
}

impl Default for Lion {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.99 }
    }
}

impl Rule for Lion {
    fn name(&self) -> &'static str {
        "lion"
    }

    fn moments(&self) -> usize {
        1
    }

    fn default_learning_rate(&self) -> f64 {
        1e-4
    }

    fn validate(&self) -> Result<(), Error> {
        Settings(self.name()).fraction_below_one("beta1", self.beta1)?;
        Settings(self.name()).fraction_below_one("beta2", self.beta2)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::Lion(Prepared { settings: *self, learning_rate: progress.learning_rate })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: Lion,
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
        let (beta1, fresh1) = (T::from_f64(shared.settings.beta1), T::from_f64(1.0 - shared.settings.beta1));
        let (beta2, fresh2) = (T::from_f64(shared.settings.beta2), T::from_f64(1.0 - shared.settings.beta2));
        let [means] = state.ranges(group.range());
        for ((p, &g), m) in group.parameters.iter_mut().zip(group.gradients).zip(means) {
            *p = *p * kept - learning_rate * sign(beta1 * *m + fresh1 * g);
            *m = normal(beta2 * *m + fresh2 * g);
        }
    }
}
