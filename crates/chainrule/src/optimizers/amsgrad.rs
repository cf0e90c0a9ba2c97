//! AMSGrad: Adam whose mean square never falls, which repairs Adam's proof of convergence.
//!
//! ```text
//! m, v as in Adam;   w <- max(w, v)
//! p <- p - learning_rate / (1 - beta1^t) m / (sqrt(w / (1 - beta2^t)) + epsilon)
//! ```
//!
//! Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018. The paper has no bias correction; as
//! in PyTorch the correction is applied to the maximum.

use chainrule_engine::Real;

use super::adam::{self, Scalars};
use super::each::Each;
use super::rule::{self, Progress, Rule};
use super::{Adam, Group, StateRange};
use crate::Error;

/// AMSGrad: Adam with the maximum of all mean squares so far in place of the last one.
///
/// Keeps three moments: m, v, w. Default learning rate 1e-3.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AmsGrad(
    /// The settings, which are Adam's.
    pub Adam,
);

impl Rule for AmsGrad {
    fn name(&self) -> &'static str {
        "amsgrad"
    }

    fn moments(&self) -> usize {
        3
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn validate(&self) -> Result<(), Error> {
        self.0.validate_as(self.name())
    }

    fn prepare(&self, progress: Progress<'_>) -> rule::Prepared {
        rule::Prepared::AmsGrad(Prepared(self.0.prepared(&progress)))
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared(pub(super) adam::Prepared);

impl Prepared {
    #[inline(always)]
    pub(super) fn apply<T: Real>(
        each: Each<'_, Self>,
        state: &mut StateRange<'_, T>,
        group: &mut Group<'_, T>,
    ) {
        let scalars =
            Scalars::new(&each.shared().0, each.number::<T>(|step| step.0.step_size), each.kept(group));
        let [means, squares, largest] = state.ranges(group.range());
        let pairs = group.parameters.iter_mut().zip(group.gradients);
        for ((((p, &g), m), v), w) in pairs.zip(means).zip(squares).zip(largest) {
            scalars.average(m, v, g);
            *w = Real::max(*w, *v);
            scalars.advance(p, *m, *w);
        }
    }
}
