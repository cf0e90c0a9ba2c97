//! One graph, several readers: the engine of `chainrule`.
//!
//! A computation is a [`Graph`]: nodes in order, each an operation of a closed list ([`Op`]) plus the ids of its
//! operands. [`Tape`] and [`Tensor`] build one with ordinary operators; [`Tape::grad`] and [`Tape::jvp`] extend it by
//! derivatives; everything else reads it:
//!
//! - [`mod@reference`]: each element from its definition, in `f64`: the meaning of the graph;
//! - [`Plan`]: the graph lowered once into fused steps over one arena, in `f32` or `f64`: the fast path;
//! - [`trace()`]: every node's value and adjoint for chosen rows: the glass box;
//! - [`check()`]: reverse mode against forward mode and central differences;
//! - [`dot()`] and the graph's own `Display`: drawings.
//!
//! Must not know: layers, files, a thread pool, the terminal, the clock.

mod array;
mod check;
mod dot;
mod error;
mod exec;
mod feed;
mod grad;
mod graph;
mod infer;
mod jvp;
mod op;
mod params;
mod plan;
pub mod random;
pub mod reference;
mod shape;
mod tensor;
mod trace;

pub use array::Array;
pub use chainrule_kernels::reduce::all_finite;
pub use chainrule_kernels::{Real, dispatch};
pub use check::{CheckConfig, CheckReport, Checked, Comparison, check};
pub use dot::dot;
pub use error::{Error, Operand};
pub use feed::{Feed, Moment};
pub use graph::{Graph, Node, NodeId};
pub use op::{Binary, Literal, Op, Order, Unary};
pub use params::{Entry, Layout, Params};
pub use plan::{Plan, Workspace};
pub use shape::{Axes, Dim, Extents, MAX_RANK, Shape};
pub use tensor::{IntoTensor, Recorded, Tape, Tensor};
pub use trace::{Record, Trace, trace};
