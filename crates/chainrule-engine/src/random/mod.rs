//! Random numbers as an argument: every number is a function of a seed, a purpose, an index and a position.
//!
//! Two generators live here, and nothing else in the project makes random numbers:
//!
//! - [`Stream`]: counter-based ([`philox`]), so that any element can be computed on its own, by any thread, in any order,
//!   before or after an interruption, with the same bits on every platform. Its numbers are part of the public contract
//!   and are held by golden vectors.
//! - [`NumpyRandom`]: numpy's legacy `RandomState` bit for bit, to reproduce numbers published with numpy.
//!
//! Must not know: graphs, tensors, layers, threads, the clock or the operating system's source of entropy.

mod ahead;
pub mod mt19937;
mod numpy;
pub mod philox;
mod stream;

pub use numpy::NumpyRandom;
pub use stream::{Purpose, Stream};
