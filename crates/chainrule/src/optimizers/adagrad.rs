//! Adagrad: the gradient over the root of the sum of all its squares, so that rare features keep learning.
//!
//! ```text
//! s <- s + g^2
//! p <- p - learning_rate / (1 + (t - 1) decay) g / (sqrt(s) + epsilon)
//! ```
//!
//! Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12,
//! 2011.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::validate::Settings;

/// Adagrad: `p <- p - learning_rate g / (sqrt(sum of g^2) + epsilon)`.
///
/// Keeps one moment: the sum of squares. Default learning rate 1e-2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adagrad {
    /// How fast the learning rate falls with the number of steps t, by `1 / (1 + (t - 1) decay)`, at least 0; 0.
    pub learning_rate_decay: f64,
    /// Where the sum of squares starts, at least 0; 0.
    pub initial_accumulator: f64,
    /// Keeps the division finite where the gradient vanishes, above 0; 1e-10.
    pub epsilon: f64,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self { learning_rate_decay: 0.0, initial_accumulator: 0.0, epsilon: 1e-10 }
    }
}

impl Rule for Adagrad {
    fn name(&self) -> &'static str {
        "adagrad"
    }

    fn moments(&self) -> usize {
        1
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn validate(&self) -> Result<(), Error> {
        let settings = Settings(self.name());
        settings.not_negative("learning_rate_decay", self.learning_rate_decay)?;
        settings.not_negative("initial_accumulator", self.initial_accumulator)?;
        settings.positive("epsilon", self.epsilon)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        let earlier_steps = progress.step.saturating_sub(1) as f64;
        rule::Prepared::Adagrad(Prepared {
            learning_rate: progress.learning_rate,
            step_size: progress.learning_rate / (1.0 + earlier_steps * self.learning_rate_decay),
            // The sum starts at 0 in the state; what it should have started at comes in with the first gradient.
            added: if progress.step == 1 { self.initial_accumulator } else { 0.0 },
            epsilon: self.epsilon,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    pub(super) learning_rate: f64,
    step_size: f64,
    added: f64,
    epsilon: f64,
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
        let (added, epsilon) = (T::from_f64(shared.added), T::from_f64(shared.epsilon));
        let [sum] = state.ranges(group.range());
        for ((p, &g), s) in group.parameters.iter_mut().zip(group.gradients).zip(sum) {
            *s += added + g * g;
            *p = *p * kept - step_size * g / (s.sqrt() + epsilon);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Adagrad, Group, State, UpdateRule};

    #[test]
    fn the_accumulator_starts_where_it_was_told_to() {
        let rule =
            UpdateRule::from(Adagrad { initial_accumulator: 16.0, epsilon: 1e-300, ..Adagrad::default() });
        let (mut state, mut parameters) = (State::new(&rule, 1), [0.0]);
        rule.update(&mut state, Group::whole(&mut parameters, &[3.0]), 1.0);
        assert_eq!((parameters, state.moments()), ([-3.0 / 5.0], &[25.0][..]));
        rule.update(&mut state, Group::whole(&mut parameters, &[12.0]), 1.0);
        assert_eq!(state.moments(), [169.0]);
    }
}
