//! RAdam: Adam that waits until its mean square can be trusted, which makes a warm-up unnecessary.
//!
//! ```text
//! m, v as in Adam
//! R = 2 / (1 - beta2) - 1,   r = R - 2 t beta2^t / (1 - beta2^t)       the length of the moving average
//! r > 5:    p <- p - learning_rate / (1 - beta1^t) m c sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
//!           c = sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r))
//! otherwise p <- p - learning_rate / (1 - beta1^t) m
//! ```
//!
//! Source: Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2. The paper's
//! threshold is 4; 5 is that of its authors' code and of PyTorch.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Adam, Group, StateRange};
use crate::Error;
use crate::lanes::normal;

/// RAdam: momentum first, Adam as soon as the variance of its denominator is under control.
///
/// Keeps two moments: m, v. Default learning rate 1e-3.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RAdam(
    /// The settings, which are Adam's.
    pub Adam,
);

impl RAdam {
    /// c, or none while the average is too short.
    fn rectification(&self, step: f64, correction: f64) -> Option<f64> {
        let longest = 2.0 / (1.0 - self.0.beta2) - 1.0;
        let length = longest - 2.0 * step * (1.0 - correction) / correction;
        let ratio = (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length);
        (length > 5.0).then(|| ratio.sqrt())
    }
}

impl Rule for RAdam {
    fn name(&self) -> &'static str {
        "radam"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn validate(&self) -> Result<(), Error> {
        self.0.validate_as(self.name())
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        let correction = progress.bias_correction(self.0.beta2);
        let step_size = progress.learning_rate / progress.bias_correction(self.0.beta1);
        let rectification = self.rectification(progress.step as f64, correction);
        rule::Prepared::RAdam(Prepared {
            settings: self.0,
            learning_rate: progress.learning_rate,
            step_size: step_size * rectification.map_or(1.0, |c| c * correction.sqrt()),
            adaptive: rectification.is_some(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: Adam,
    pub(super) learning_rate: f64,
    step_size: f64,
    adaptive: bool,
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let shared = each.shared();
        let (kept, step_size) = (each.kept(group), each.number::<T>(|step| step.step_size));
        let (fresh1, beta2) = (T::from_f64(1.0 - shared.settings.beta1), T::from_f64(shared.settings.beta2));
        let (fresh2, epsilon) =
            (T::from_f64(1.0 - shared.settings.beta2), T::from_f64(shared.settings.epsilon));
        let [means, squares] = state.ranges(group.range());
        for (((p, &g), m), v) in group.parameters.iter_mut().zip(group.gradients).zip(means).zip(squares) {
            *m = normal(*m + (g - *m) * fresh1);
            *v = normal(beta2 * *v + fresh2 * (g * g));
            let scale = if shared.adaptive { v.sqrt() + epsilon } else { T::ONE };
            *p = *p * kept - step_size * *m / scale;
        }
    }
}
