//! Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum.
//!
//! ```text
//! v <- mu v + g
//! p <- p - learning_rate v              (momentum; with mu = 0 this is plain gradient descent)
//! p <- p - learning_rate (g + mu v)     (Nesterov)
//! ```
//!
//! Sources: Robbins and Monro 1951; Polyak 1964 (momentum); Nesterov 1983, in the form of Sutskever, Martens, Dahl and Hinton,
//! "On the importance of initialization and momentum in deep learning", ICML 2013. As in PyTorch the learning rate stands
//! outside of v, so that changing it changes the next step at once.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::normal;
use crate::validate::Settings;

/// Stochastic gradient descent: `p <- p - learning_rate v`, `v <- momentum v + g`.
///
/// Keeps no moment without momentum, else one (v). Default learning rate 1e-3.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sgd {
    /// The share of the last velocity that stays, mu, in \[0, 1); 0 is plain gradient descent; usual is 0.9.
    pub momentum: f64,
    /// Whether the gradient is corrected by the step that momentum is about to make.
    pub nesterov: bool,
}

impl Sgd {
    /// Gradient descent with momentum in \[0, 1).
    pub fn with_momentum(momentum: f64) -> Self {
        Self { momentum, nesterov: false }
    }
}

impl Rule for Sgd {
    fn name(&self) -> &'static str {
        match (self.momentum > 0.0, self.nesterov) {
            (false, _) => "sgd",
            (true, false) => "momentum",
            (true, true) => "nesterov",
        }
    }

    fn moments(&self) -> usize {
        usize::from(self.momentum > 0.0)
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn validate(&self) -> Result<(), Error> {
        Settings("sgd").fraction_below_one("momentum", self.momentum)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::Sgd(Prepared { settings: *self, learning_rate: progress.learning_rate })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: Sgd,
    pub(super) learning_rate: f64,
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let Sgd { momentum, nesterov } = each.shared().settings;
        match (momentum > 0.0, nesterov) {
            (false, _) => Self::plain(each, group),
            (true, false) => Self::momentum(each, state, group),
            (true, true) => Self::nesterov(each, state, group),
        }
    }

    #[inline(always)]
    fn plain<T: Real>(each: Each<'_, Self>, group: &mut Group<'_, T>) {
        let (kept, learning_rate) = (each.kept(group), each.number::<T>(|step| step.learning_rate));
        for (p, &g) in group.parameters.iter_mut().zip(group.gradients) {
            *p = *p * kept - learning_rate * g;
        }
    }

    #[inline(always)]
    fn momentum<T: Real>(each: Each<'_, Self>, state: &mut StateRange<'_, T>, group: &mut Group<'_, T>) {
        let (kept, learning_rate) = (each.kept(group), each.number::<T>(|step| step.learning_rate));
        let momentum = T::from_f64(each.shared().settings.momentum);
        let [velocity] = state.ranges(group.range());
        for ((p, &g), v) in group.parameters.iter_mut().zip(group.gradients).zip(velocity) {
            *v = normal(momentum * *v + g);
            *p = *p * kept - learning_rate * *v;
        }
    }

    #[inline(always)]
    fn nesterov<T: Real>(each: Each<'_, Self>, state: &mut StateRange<'_, T>, group: &mut Group<'_, T>) {
        let (kept, learning_rate) = (each.kept(group), each.number::<T>(|step| step.learning_rate));
        let momentum = T::from_f64(each.shared().settings.momentum);
        let [velocity] = state.ranges(group.range());
        for ((p, &g), v) in group.parameters.iter_mut().zip(group.gradients).zip(velocity) {
            *v = normal(momentum * *v + g);
            *p = *p * kept - learning_rate * (g + momentum * *v);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Group, Sgd, State, UpdateRule};

    #[test]
    fn momentum_of_one_half_adds_up_to_twice_the_gradient() {
        let rule = UpdateRule::from(Sgd::with_momentum(0.5));
        let (mut state, mut parameters) = (State::new(&rule, 1), [0.0f32]);
        for expected in [-1.0, -2.5, -4.25] {
            rule.update(&mut state, Group::whole(&mut parameters, &[1.0]), 1.0);
            assert_eq!(parameters, [expected]);
        }
    }
}
