//! RMSprop: the gradient over the root of its running mean square.
//!
//! ```text
//! s <- alpha s + (1 - alpha) g^2
//! a <- alpha a + (1 - alpha) g                    (centered only)
//! d  = g / (sqrt(s) + epsilon)                    (centered: sqrt(s - a^2))
//! v <- mu v + d;   p <- p - learning_rate v       (without momentum: v = d)
//! ```
//!
//! Sources: Tieleman and Hinton, "Lecture 6.5 - RMSprop", Coursera 2012; centered: Graves, "Generating sequences with
//! recurrent neural networks", 2013. As in PyTorch, epsilon is added after the root.

use chainrule_engine::Real;

use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Group, StateRange};
use crate::Error;
use crate::lanes::normal;
use crate::validate::Settings;

/// RMSprop: `p <- p - learning_rate g / (sqrt(mean of g^2) + epsilon)`.
///
/// Keeps up to three moments: s, then a if centered, then v if there is momentum. Default learning rate 1e-2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// The share of the mean square that stays each step, alpha, in \[0, 1); 0.99.
    pub smoothing: f64,
    /// Keeps the division finite where the gradient vanishes, above 0; 1e-8.
    pub epsilon: f64,
    /// The share of the last step that is made again, mu, in \[0, 1); 0.
    pub momentum: f64,
    /// Whether the gradient's mean is taken out of its mean square, which leaves its variance.
    pub centered: bool,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self { smoothing: 0.99, epsilon: 1e-8, momentum: 0.0, centered: false }
    }
}

impl Rule for RmsProp {
    fn name(&self) -> &'static str {
        "rmsprop"
    }

    fn moments(&self) -> usize {
        1 + usize::from(self.centered) + usize::from(self.momentum > 0.0)
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn validate(&self) -> Result<(), Error> {
        let settings = Settings(self.name());
        settings.fraction_below_one("smoothing", self.smoothing)?;
        settings.positive("epsilon", self.epsilon)?;
        settings.fraction_below_one("momentum", self.momentum)
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::RmsProp(Prepared { settings: *self, learning_rate: progress.learning_rate })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    settings: RmsProp,
    pub(super) learning_rate: f64,
}

/// The rule's numbers in the parameters' type.
struct Scalars<T> {
    kept: T,
    learning_rate: T,
    smoothing: T,
    fresh: T,
    epsilon: T,
    momentum: T,
}

impl<T: Real> Scalars<T> {
    #[inline(always)]
    fn mean_square(&self, s: &mut T, g: T) -> T {
        *s = normal(self.smoothing * *s + self.fresh * (g * g));
        *s
    }

    /// The variance of the gradient; rounding may take it below 0, where a root would give no number.
    #[inline(always)]
    fn variance(&self, s: &mut T, a: &mut T, g: T) -> T {
        let mean_square = self.mean_square(s, g);
        *a = normal(*a + (g - *a) * self.fresh);
        let variance = mean_square - *a * *a;
        variance.relu()
    }

    #[inline(always)]
    fn direction(&self, g: T, square: T) -> T {
        g / (square.sqrt() + self.epsilon)
    }

    #[inline(always)]
    fn velocity(&self, v: &mut T, direction: T) -> T {
        *v = normal(self.momentum * *v + direction);
        *v
    }

    #[inline(always)]
    fn advance(&self, p: &mut T, velocity: T) {
        *p = *p * self.kept - self.learning_rate * velocity;
    }
}

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let shared = each.shared();
        let RmsProp { smoothing, epsilon, momentum, centered } = shared.settings;
        let scalars = Scalars {
            kept: each.kept(group),
            learning_rate: each.number::<T>(|step| step.learning_rate),
            smoothing: T::from_f64(smoothing),
            fresh: T::from_f64(1.0 - smoothing),
            epsilon: T::from_f64(epsilon),
            momentum: T::from_f64(momentum),
        };
        let (range, pairs) = (group.range(), group.parameters.iter_mut().zip(group.gradients));
        match (centered, momentum > 0.0) {
            (false, false) => {
                let [s] = state.ranges(range);
                for ((p, &g), s) in pairs.zip(s) {
                    let square = scalars.mean_square(s, g);
                    scalars.advance(p, scalars.direction(g, square));
                }
            }
            (false, true) => {
                let [s, v] = state.ranges(range);
                for (((p, &g), s), v) in pairs.zip(s).zip(v) {
                    let square = scalars.mean_square(s, g);
                    scalars.advance(p, scalars.velocity(v, scalars.direction(g, square)));
                }
            }
            (true, false) => {
                let [s, a] = state.ranges(range);
                for (((p, &g), s), a) in pairs.zip(s).zip(a) {
                    let square = scalars.variance(s, a, g);
                    scalars.advance(p, scalars.direction(g, square));
                }
            }
            (true, true) => {
                let [s, a, v] = state.ranges(range);
                for ((((p, &g), s), a), v) in pairs.zip(s).zip(a).zip(v) {
                    let square = scalars.variance(s, a, g);
                    scalars.advance(p, scalars.velocity(v, scalars.direction(g, square)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Group, RmsProp, State, UpdateRule};

    /// With a constant gradient the variance is 0, and rounding must not turn it into a negative number under a root.
    #[test]
    fn centered_survives_a_constant_gradient() {
        let rule = UpdateRule::from(RmsProp { centered: true, smoothing: 0.5, ..RmsProp::default() });
        let (mut state, mut parameters) = (State::new(&rule, 2), [1.0f32, 2.0]);
        for _ in 0..200 {
            rule.update(&mut state, Group::whole(&mut parameters, &[0.1, 0.7]), 1e-9);
        }
        assert!(parameters.iter().all(|p| p.is_finite()), "{parameters:?}");
    }
}
