//! NAdam: Adam with Nesterov's momentum, whose factor rises slowly towards beta1.
//!
//! ```text
//! mu(t) = beta1 (1 - 0.96^(t psi) / 2),   M(t) = mu(1) mu(2) ... mu(t)
//! m, v as in Adam;   r = sqrt(v / (1 - beta2^t)) + epsilon
//! p <- p - learning_rate (1 - mu(t)) / (1 - M(t)) g / r - learning_rate mu(t+1) / (1 - M(t+1)) m / r
//! ```
//!
//! Source: Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016; psi is its momentum decay.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Adam, Group, StateRange};
use crate::Error;
use crate::lanes::normal;
use crate::validate::Settings;

/// NAdam: Adam that looks one step ahead.
///
/// Keeps two moments, m and v, and the product of its momentum factors. Default learning rate 2e-3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NAdam {
    /// The share of the mean that stays each step, in \[0, 1); 0.9.
    pub beta1: f64,
    /// The share of the mean square that stays each step, in \[0, 1); 0.999.
    pub beta2: f64,
    /// Keeps the division finite where the gradient vanishes, above 0; 1e-8.
    pub epsilon: f64,
    /// How fast the momentum factor rises from beta1 / 2 to beta1, psi, at least 0; 4e-3.
    pub momentum_decay: f64,
}

impl Default for NAdam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentum_decay: 4e-3 }
    }
}

impl NAdam {
    /// mu(t).
    fn momentum(&self, step: f64) -> f64 {
        self.beta1 * (1.0 - 0.5 * Real::pow(0.96, step * self.momentum_decay))
    }
}

impl Rule for NAdam {
    fn name(&self) -> &'static str {
        "nadam"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        2e-3
    }

    fn validate(&self) -> Result<(), Error> {
        let Self { beta1, beta2, epsilon, momentum_decay } = *self;
        Adam { beta1, beta2, epsilon }.validate_as(self.name())?;
        Settings(self.name()).not_negative("momentum_decay", momentum_decay)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        let step = progress.step as f64;
        let (now, next) = (self.momentum(step), self.momentum(step + 1.0));
        let correction = progress.bias_correction(self.beta2);
        *progress.momentum_product *= now;
        let product = *progress.momentum_product;
        rule::Prepared::NAdam(Prepared {
            settings: *self,
            learning_rate: progress.learning_rate,
            gradient_size: progress.learning_rate * (1.0 - now) / (1.0 - product),
            mean_size: progress.learning_rate * next / (1.0 - product * next),
            root_scale: 1.0 / correction.sqrt(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: NAdam,
    pub(super) learning_rate: f64,
    gradient_size: f64,
    mean_size: f64,
    root_scale: f64,
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let shared = each.shared();
        let kept = each.kept(group);
        let (fresh1, beta2) = (T::from_f64(1.0 - shared.settings.beta1), T::from_f64(shared.settings.beta2));
        let (fresh2, epsilon) =
            (T::from_f64(1.0 - shared.settings.beta2), T::from_f64(shared.settings.epsilon));
        let (gradient_size, mean_size) =
            (each.number::<T>(|step| step.gradient_size), each.number::<T>(|step| step.mean_size));
        let root_scale = T::from_f64(shared.root_scale);
        let [means, squares] = state.ranges(group.range());
        for (((p, &g), m), v) in group.parameters.iter_mut().zip(group.gradients).zip(means).zip(squares) {
            *m = normal(*m + (g - *m) * fresh1);
            *v = normal(beta2 * *v + fresh2 * (g * g));
            let root = v.sqrt() * root_scale + epsilon;
            *p = *p * kept - (gradient_size * g + mean_size * *m) / root;
        }
    }
}
