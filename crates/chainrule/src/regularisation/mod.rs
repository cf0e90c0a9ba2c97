//! What keeps a network from fitting noise, beside dropout and early stopping.
//!
//! The penalties are part of the graph, so that the gradient check and the trace see them; the others are functions over
//! the flat gradient or the flat parameters.

mod averaging;
mod clipping;
mod max_norm;
mod penalty;

pub use averaging::Average;
pub use clipping::Clipping;
pub use max_norm::limit_norms;
pub use penalty::Penalty;
