//! One graph, several readers: the engine of `chainrule`.
//!
//! A computation is a [`Graph`]: nodes in order, each an operation of a closed list ([`Op`]) plus the ids of its
//! operands. [`Tape`] and [`Tensor`] build one with ordinary operators; [`Tape::grad`] and [`Tape::jvp`] extend it by
//! derivatives; everything else reads it:
//!
//! - [`mod@reference`]: each element from its definition, in `f64`: the meaning of the graph;
//! - [`Plan`]: the graph lowered once into fused steps over memory laid out beforehand, in `f32` or `f64`: the fast path;
//! - [`trace()`]: every node's value and adjoint for chosen rows: the glass box;
//! - [`check()`]: reverse mode against forward mode and central differences;
//! - [`dot()`] and the graph's own `Display`: drawings.
//!
//! ```
//! use chainrule_engine::{Feed, Plan, Shape, Tape, reference};
//!
//! // One logistic unit: its graph, and the gradient of its loss as more of the same graph.
//! let tape = Tape::new();
//! let (x, answer) = (tape.input("x", Shape::rows(2)), tape.input("answer", Shape::BATCH));
//! let weight = tape.param("weight", [1, 2].into());
//! let logit = x.matmul_transposed(weight).reshape(Shape::BATCH);
//! let loss = (logit.softplus() - logit * answer).mean();
//! let gradient = tape.grad(loss, &[weight])?[0].id();
//! let recorded = tape.finish()?;
//!
//! // Read slowly in f64, which says what is right, and fast in f32.
//! let slow = Feed::new(1, &[&[1.0, -2.0], &[1.0]], &[0.0, 0.0]);
//! assert_eq!(reference::evaluate(&recorded.graph, &[gradient], &slow)?[0].values(), [-0.5, 1.0]);
//! let plan = Plan::compile(&recorded.graph, &[gradient], 32)?;
//! let mut workspace = plan.workspace::<f32>();
//! plan.run(&Feed::new(1, &[&[1.0, -2.0], &[1.0]], &[0.0, 0.0]), &mut workspace)?;
//! assert_eq!(workspace.output(&plan, 0), [-0.5, 1.0]);
//! # Ok::<(), chainrule_engine::Error>(())
//! ```
//!
//! Shapes carry one symbolic dimension, the batch ([`Dim::Batch`]), so a graph is built once for any number of rows. A shape
//! that does not fit is no panic and no `Result` on every operator: the tape remembers the first one with the caller's line,
//! and [`Tape::finish`], [`Tape::grad`], [`Tape::jvp`] and [`Tensor::value`] return it. Parameters of a graph are ranges of one
//! flat buffer, named by a [`Layout`]; random numbers are functions of a seed ([`random`]).
//!
//! A plan may compute the rows of a batch in parts. Whether they are computed at once is the matter of the [`Executor`] that the
//! caller passes ([`Plan::execute_on`]); their number never shows in the bits.
//!
//! Must not know: layers, files, threads (it re-exports [`Pool`] and makes none), the terminal, the clock.

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
pub use chainrule_kernels::reduce::{all_finite, zero_where_finite};
pub use chainrule_kernels::{
    Aligned, Executor, Level, MOST_LANES, Pack, Pool, Real, Scalar, Serial, dispatch,
};
pub use check::{CheckConfig, CheckReport, Checked, Comparison, check};
pub use dot::dot;
pub use error::{Error, Operand};
pub use feed::{Feed, Moment};
pub use graph::{Graph, Node, NodeId};
pub use op::{Binary, Literal, Op, Order, Unary};
pub use params::{Entry, Layout, Params};
pub use plan::{Capacity, Inputs, Plan, Run, Workspace};
pub use shape::{Axes, Dim, Extents, MAX_RANK, Shape};
pub use tensor::{IntoTensor, Recorded, Tape, Tensor};
pub use trace::{Record, Trace, trace};
