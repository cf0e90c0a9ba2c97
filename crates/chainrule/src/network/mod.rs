//! Networks: an input width and layers in order, and what belongs to the whole of them.
//!
//! [`Network`] names layers and parameters, initialises them and appends the forward pass to a tape; its text is the form
//! `identity:4,sigmoid:5,sigmoid:3`, its display a summary table. [`Objective`] joins a network's output with a loss, in
//! the stable form. [`Task`] holds the defaults for a kind of prediction.
//!
//! Must not know: data, optimizers, training, files.

#[allow(clippy::module_inception, reason = "one concept, one file, named after the concept")]
mod network;

mod forward;
mod initialise;
mod objective;
mod spec;
mod summary;
mod symmetry;
mod task;

pub(crate) use forward::transposed;
pub use forward::{Forward, LayerValues};
pub use initialise::FanRule;
pub use network::{MAX_PARAMETERS, NamedLayer, Network};
pub use objective::Objective;
pub use task::Task;
