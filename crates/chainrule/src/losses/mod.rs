//! Losses: how far predictions are from targets, as one number to make small.
//!
//! Each file holds one loss: its terms, with formula, stable form and source. Terms are one number for each element
//! (`[batch, outputs]`) or, where the outputs belong together, one for each example (`[batch]`). [`Loss`] is their list;
//! [`reduction`](Reduction) to one number, with weights, happens in one place for all.
//!
//! Losses take logits where a probability or a rate is predicted; [`Loss::link`] is the activation that turns the logits
//! into it. Must not know: layers, networks, optimizers.

mod absolute_error;
mod binary_cross_entropy;
mod cross_entropy;
mod half_squared_error;
mod hinge;
mod huber;
mod kl_divergence;
mod log_cosh;
mod loss;
mod poisson;
mod quantile;
mod reduction;
mod squared_error;
#[cfg(test)]
mod testing;
mod weights;

pub use absolute_error::absolute_error;
pub use binary_cross_entropy::binary_cross_entropy;
pub use cross_entropy::{cross_entropy, soft_cross_entropy, uniform_cross_entropy};
pub use half_squared_error::half_squared_error;
pub use hinge::{hinge, multiclass_hinge};
pub use huber::{HUBER_DELTA, huber};
pub use kl_divergence::kl_divergence;
pub use log_cosh::log_cosh;
pub use loss::Loss;
pub use poisson::poisson;
pub use quantile::quantile;
pub use reduction::{LEAST_WEIGHT, Reduction, reduce};
pub use squared_error::squared_error;
pub use weights::Weights;
