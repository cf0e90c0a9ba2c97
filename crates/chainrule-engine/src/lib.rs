//! One graph, several readers: the engine of `chainrule`.
//!
//! A computation is a [`Graph`]: nodes in order, each an operation of a closed list ([`Op`]) plus the ids of its
//! operands. [`Tape`] and [`Tensor`] build one with ordinary operators; [`Tape::grad`] and [`Tape::jvp`] extend it by
//! derivatives; everything else reads it:
//!
//! - [`reference`]: each element from its definition, in `f64`: the meaning of the graph;
//!
//! Must not know: layers, files, a thread pool, the terminal, the clock.

mod array;
mod error;
mod exec;
mod feed;
mod grad;
mod graph;
mod infer;
mod jvp;
mod op;
mod params;
pub mod random;
pub mod reference;
mod shape;
mod tensor;

pub use array::Array;
pub use chainrule_kernels::Real;
pub use error::{Error, Operand};
pub use feed::{Feed, Moment};
pub use graph::{Graph, Node, NodeId};
pub use op::{Binary, Literal, Op, Order, Unary};
pub use params::{Entry, Layout, Params};
pub use shape::{Axes, Dim, Extents, MAX_RANK, Shape};
pub use tensor::{IntoTensor, Recorded, Tape, Tensor};
