//! Loops over slices: the arithmetic under the engine, generic over `f32`, `f64` and [`Pack`]s of `f32`.
//!
//! - [`Product`]: the matrix product of row-major matrices, either side transposed;
//! - [`map`]: the functions of one number ([`Unary`]) and of two ([`Binary`]), over whole slices;
//! - [`reduce`]: sums, maxima and copies over up to four dimensions with strides;
//! - [`rows`]: the logarithm of the softmax of each row, picking one element of each row and its adjoint;
//! - [`dispatch()`]: one generic loop compiled for each set of vector instructions, chosen at run time;
//! - [`Executor`]: whoever runs a task for several items, a [`Pool`] of threads for one;
//! - [`Aligned`]: memory that begins at a cache line, which vectors like.
//!
//! Every element of a result has one accumulator, fed in a fixed order, and every elementary function is a fixed sequence of
//! correctly rounded operations. So a result has the same bits at every [`Level`]: they differ in time only.
//!
//! ```
//! use chainrule_kernels::{Product, Unary, map};
//!
//! // One row through a dense layer of two units: y = tanh(x Wᵀ).
//! let product = Product { transpose_b: true, ..Product::new(1, 2, 3) };
//! let (x, w) = ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 1.0, 1.0, -0.5]);
//! let (mut z, mut y) = ([0.0_f64; 2], [0.0; 2]);
//! product.run(&x, &w, &mut z, &mut vec![0.0; product.scratch_len()]);
//! map::unary(Unary::Tanh, &z, &mut y);
//! assert_eq!(z, [0.0, 1.5]);
//! assert!((y[1] - 0.905_148_253_644_866_5).abs() < 1e-15);
//! ```
//!
//! Sizes are the caller's to get right: slices whose lengths do not agree are a bug of the caller and panic.
//!
//! Must not know: graphs, files, a clock; and no kernel starts a thread: a [`Pool`] is made by the caller and passed in.
//! The only crate of the workspace that may hold `unsafe` code.

mod aligned;
mod dispatch;
mod elementary;
mod gemm;
pub mod map;
mod pack;
mod parallel;
mod real;
pub mod reduce;
pub mod rows;
mod scalar;

pub use aligned::Aligned;
pub use dispatch::{Level, Work, dispatch, dispatch_at};
pub use gemm::{Output, Product, Zeros};
pub use pack::Pack;
pub use parallel::{Executor, Pool, Serial};
pub use real::{MOST_LANES, Real, Scalar};
pub use scalar::{Binary, Unary};
