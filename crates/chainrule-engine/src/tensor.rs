//! Tensors with operators, on a tape that records them into a graph.
//!
//! A [`Tensor`] is a handle that can be copied, so `(x.matmul(w) + b).relu()` needs neither `clone` nor `?`. A shape
//! that does not fit is remembered with the line that caused it and returned by the first call that finishes,
//! differentiates or reads a value. A tape made by [`Tape::eager`] also executes each node at once.

mod build;
mod operators;
mod tape;

pub use build::IntoTensor;
pub use tape::{Recorded, Tape, Tensor};
