//! Adam: the mean gradient over the root of the mean square, both corrected for having started at 0.
//!
//! ```text
//! m <- beta1 m + (1 - beta1) g                    mean
//! v <- beta2 v + (1 - beta2) g^2                  mean square
//! p <- p - learning_rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)      t: the step, from 1
//! ```
//!
//! Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::normal;
use crate::validate::Settings;

/// Adam: `p <- p - learning_rate mean(g) / (sqrt(mean(g^2)) + epsilon)`.
///
/// Keeps two moments: m, v. Default learning rate 1e-3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// The share of the mean that stays each step, in \[0, 1); 0.9: a memory of about 10 steps.
    pub beta1: f64,
    /// The share of the mean square that stays each step, in \[0, 1); 0.999: a memory of about 1000 steps.
    pub beta2: f64,
    /// Keeps the division finite where the gradient vanishes, above 0; 1e-8.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

impl Adam {
    /// Checks the three settings in the name of a rule that has them.
    pub(super) fn validate_as(&self, owner: &'static str) -> Result<(), Error> {
        let settings = Settings(owner);
        settings.fraction_below_one("beta1", self.beta1)?;
        settings.fraction_below_one("beta2", self.beta2)?;
        settings.positive("epsilon", self.epsilon)
    }

    pub(super) fn prepared(&self, progress: &Progress<'_>) -> Prepared {
        Prepared {
            settings: *self,
            learning_rate: progress.learning_rate,
            step_size: progress.learning_rate / progress.bias_correction(self.beta1),
            root_scale: 1.0 / progress.bias_correction(self.beta2).sqrt(),
        }
    }
}

impl Rule for Adam {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn validate(&self) -> Result<(), Error> {
        self.validate_as(self.name())
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::Adam(self.prepared(&progress))
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    pub(super) settings: Adam,
    pub(super) learning_rate: f64,
    /// The learning rate over the mean's bias correction.
    pub(super) step_size: f64,
    /// 1 over the root of the mean square's bias correction.
    pub(super) root_scale: f64,
}

/// The rule's numbers in the parameters' type.
pub(super) struct Scalars<T> {
    kept: T,
    fresh1: T,
    beta2: T,
    fresh2: T,
    step_size: T,
    root_scale: T,
    epsilon: T,
}

impl<T: Real> Scalars<T> {
    /// From what is the same in every lane, and the two numbers that follow from the learning rate.
    pub(super) fn new(prepared: &Prepared, step_size: T, kept: T) -> Self {
        Self {
            kept,
            fresh1: T::from_f64(1.0 - prepared.settings.beta1),
            beta2: T::from_f64(prepared.settings.beta2),
            fresh2: T::from_f64(1.0 - prepared.settings.beta2),
            step_size,
            root_scale: T::from_f64(prepared.root_scale),
            epsilon: T::from_f64(prepared.settings.epsilon),
        }
    }

    #[inline(always)]
    pub(super) fn average(&self, m: &mut T, v: &mut T, g: T) {
        *m = normal(*m + (g - *m) * self.fresh1);
        *v = normal(self.beta2 * *v + self.fresh2 * (g * g));
    }

    /// Moves a parameter by the mean over the root of a mean square.
    #[inline(always)]
    pub(super) fn advance(&self, p: &mut T, mean: T, square: T) {
        *p = *p * self.kept - self.step_size * mean / (square.sqrt() * self.root_scale + self.epsilon);
    }
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let scalars = Scalars::new(&each.shared(), each.number::<T>(|step| step.step_size), each.kept(group));
        let [means, squares] = state.ranges(group.range());
        for (((p, &g), m), v) in group.parameters.iter_mut().zip(group.gradients).zip(means).zip(squares) {
            scalars.average(m, v, g);
            scalars.advance(p, *m, *v);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Adam, Group, State, UpdateRule};

    /// The paper's section 2.1: the first step has the learning rate's length, whatever the gradient's scale.
    #[test]
    fn first_step_has_the_length_of_the_learning_rate() {
        let rule = UpdateRule::from(Adam::default());
        let (mut state, mut parameters) = (State::new(&rule, 3), [0.0f64; 3]);
        rule.update(&mut state, Group::whole(&mut parameters, &[1e3, -1e-3, 0.0]), 0.5);
        assert!((parameters[0] + 0.5).abs() < 1e-9 && (parameters[1] - 0.5).abs() < 1e-5);
        assert_eq!(parameters[2], 0.0);
    }
}
