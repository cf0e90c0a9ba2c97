//! Layers: functions from rows to rows, with parameters that training changes.
//!
//! A layer declares its parameters ([`Parameter`]: name, shape, role, initial values) and appends its forward pass to a
//! tape; everything else, from naming to gradients, follows from that. One file each, with formula, shapes and source.
//! A layer of your own implements [`Layer`].
//!
//! Must not know: losses, optimizers, data, what stands before and after in the network.

mod activation;
mod batch_norm;
mod dense;
mod dropout;
mod embed;
mod layer;
mod layer_norm;
mod parameter;
mod prelu;
mod scope;
#[cfg(test)]
mod testing;

pub use activation::ActivationLayer;
pub use batch_norm::{BATCH_NORM_MOMENTUM, BatchNorm};
pub use dense::Dense;
pub use dropout::Dropout;
pub use embed::Embed;
pub use layer::Layer;
pub use layer_norm::{LayerNorm, NORM_EPSILON};
pub use parameter::{Parameter, Role};
pub use prelu::{PRELU_SLOPE, Prelu};
pub use scope::{Mode, Scope, Update};
