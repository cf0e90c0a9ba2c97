//! Rprop: a step length per parameter that grows while the gradient keeps its sign and shrinks when it turns.
//!
//! ```text
//! g' g > 0:  s <- min(s grow, longest);     p <- p - s sign(g)
//! g' g < 0:  s <- max(s shrink, shortest);  p stays, and g counts as 0 in the next step
//! g' g = 0:  p <- p - s sign(g)                                  g': the gradient of the step before
//! ```
//!
//! The learning rate is the length of the first step; later steps do not depend on it. Signs of noisy gradients mean little:
//! use it with the full batch.
//!
//! Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", ICNN 1993; the form that
//! forgets the gradient after a turn is iRprop- of Igel and Hüsken, 2000.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::{by_sign, clamped, sign};
use crate::validate::Settings;

/// Rprop: `p <- p - s sign(g)` with a step length s for each parameter.
///
/// Keeps two moments: the last gradient and the step length. Default learning rate, the first step's length: 1e-2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rprop {
    /// The factor of the step length after a change of sign, in (0, 1); 0.5.
    pub shrink: f64,
    /// The factor of the step length after no change of sign, at least 1; 1.2.
    pub grow: f64,
    /// The shortest step, above 0; 1e-6.
    pub shortest: f64,
    /// The longest step, above 0; 50.
    pub longest: f64,
}

impl Default for Rprop {
    fn default() -> Self {
        Self { shrink: 0.5, grow: 1.2, shortest: 1e-6, longest: 50.0 }
    }
}

impl Rule for Rprop {
    fn name(&self) -> &'static str {
        "rprop"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn validate(&self) -> Result<(), Error> {
        let settings = Settings(self.name());
        settings.inner_fraction("shrink", self.shrink)?;
        settings.at_least_one("grow", self.grow)?;
        settings.positive("shortest", self.shortest)?;
        settings.positive("longest", self.longest)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::Rprop(Prepared {
            settings: *self,
            learning_rate: progress.learning_rate,
            first: progress.step == 1,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: Rprop,
    pub(super) learning_rate: f64,
    first: bool,
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
        let (shrink, grow) = (T::from_f64(shared.settings.shrink), T::from_f64(shared.settings.grow));
        let (shortest, longest) =
            (T::from_f64(shared.settings.shortest), T::from_f64(shared.settings.longest));
        let [last_gradients, lengths] = state.ranges(group.range());
        if shared.first {
            lengths.fill(each.number::<T>(|step| step.learning_rate));
        }
        let pairs = group.parameters.iter_mut().zip(group.gradients);
        for (((p, &g), last), length) in pairs.zip(last_gradients).zip(lengths) {
            let agreement = *last * g;
            *length = clamped(*length * by_sign(agreement, [shrink, T::ONE, grow]), shortest, longest);
            *last = by_sign(agreement, [T::ZERO, g, g]);
            *p = *p * kept - *length * sign(*last);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Group, Rprop, State, UpdateRule};

    #[test]
    fn steps_grow_while_the_sign_stays_and_shrink_when_it_turns() {
        let rule = UpdateRule::from(Rprop { grow: 2.0, ..Rprop::default() });
        let (mut state, mut parameters) = (State::new(&rule, 1), [0.0]);
        for (gradient, expected) in [(3.0, -1.0), (0.1, -3.0), (-5.0, -3.0), (-5.0, -2.0), (-1.0, 0.0)] {
            rule.update(&mut state, Group::whole(&mut parameters, &[gradient]), 1.0);
            assert_eq!(parameters, [expected]);
        }
    }
}
