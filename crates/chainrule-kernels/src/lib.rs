//! Loops over slices: the arithmetic under the engine, generic over `f32` and `f64`.
//!
//! Must not know: graphs, files, a thread pool of its own, a clock. The only crate of the workspace that may hold
//! `unsafe` code.

mod dispatch;
mod elementary;
mod gemm;
pub mod map;
mod real;
pub mod reduce;
pub mod rows;
mod scalar;

pub use dispatch::{Level, Work, dispatch, dispatch_at};
pub use gemm::{Output, Product};
pub use real::Real;
pub use scalar::{Binary, Unary};
