//! AdamW: Adam with weight decay that is no part of the gradient.
//!
//! ```text
//! p <- (1 - learning_rate weight_decay) p,   then Adam's step
//! ```
//!
//! A penalty in the loss would be divided by Adam's root mean square, so that weights with large gradients would hardly decay.
//! In this library every rule's weight decay is decoupled and an argument of the [`Group`](super::Group); AdamW is Adam with
//! a decay of 0.01 by default.
//!
//! Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.

use super::Adam;
use super::rule::{Prepared, Progress, Rule};
use crate::Error;

/// Adam with a decoupled weight decay of 0.01 by default.
///
/// Keeps two moments: m, v. Default learning rate 1e-3.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AdamW(
    /// The settings, which are Adam's.
    pub Adam,
);

impl Rule for AdamW {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn moments(&self) -> usize {
        2
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn default_weight_decay(&self) -> f64 {
        1e-2
    }

    fn validate(&self) -> Result<(), Error> {
        self.0.validate_as(self.name())
    }

    fn prepare(&self, progress: Progress<'_>) -> Prepared {
        Prepared::Adam(self.0.prepared(&progress))
    }
}
