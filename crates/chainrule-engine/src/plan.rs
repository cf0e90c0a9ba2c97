//! The fast reader: a graph lowered once into steps over one arena, and run as often as one likes.
//!
//! Compiling goes through five stages, one file each:
//!
//! 1. [`simplify`]: what no output needs is dropped, identical nodes become one, and exact identities are applied;
//! 2. [`fuse`]: elementwise chains become one pass in cache-sized blocks, and a chain that consumes a matrix product
//!    alone becomes the product's epilogue (bias and activation; delta times the activation's derivative);
//! 3. [`split`]: steps are told apart by whether they belong to the rows of the batch or to the batch as a whole, so that
//!    parts of a batch can be computed at once;
//! 4. [`place`]: buffers get offsets in one arena by their lifetimes;
//! 5. [`step`]: the steps themselves, and how one is run.
//!
//! Nodes that depend on nothing but constants and the batch size are computed when the batch size changes, not in every
//! run. A run allocates nothing. Parts are run by an [`Executor`](crate::Executor) that the caller passes, and their number
//! never shows in the bits. A plan is never saved: the graph is. Must not know: layers, files, threads.

mod arena;
mod form;
mod fuse;
mod lower;
mod memory;
mod place;
mod print;
mod program;
mod run;
mod share;
mod simplify;
mod split;
mod step;
mod workspace;

pub use run::Run;
pub use workspace::{Inputs, Workspace};

use core::ops::Range;

use chainrule_kernels::Real;

use crate::{Error, Graph, NodeId, Shape};
use memory::Place;
use share::Share;
use split::Order;

/// A compiled graph: steps over an arena, for batches of up to a fixed number of examples.
///
/// ```
/// use chainrule_engine::{Feed, Plan, Shape, Tape};
/// let tape = Tape::new();
/// let x = tape.input("x", Shape::rows(2));
/// let weight = tape.param("weight", [3, 2].into());
/// let y = x.matmul_transposed(weight).relu().id();
/// let recorded = tape.finish()?;
///
/// let plan = Plan::compile(&recorded.graph, &[y], 16)?;
/// let mut workspace = plan.workspace::<f32>();
/// let feed = Feed::new(1, &[&[1.0, 2.0]], &[1.0, 0.0, 0.0, 1.0, -1.0, -1.0]);
/// plan.run(&feed, &mut workspace)?;
/// assert_eq!(workspace.output(&plan, 0), [1.0, 2.0, 0.0]);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// Computed when the batch size changes.
    constants: Order,
    /// Computed in every run.
    steps: Order,
    /// Who computes which leaves.
    shares: Vec<Share>,
    /// By input slot; `None` where no output needs the input.
    inputs: Vec<Option<Slot>>,
    outputs: Vec<Slot>,
    parameters: usize,
    capacity: Capacity,
    /// Where the outputs without rows end in the shared arena.
    head: usize,
    /// The length of the shared arena.
    shared: usize,
    /// The length of the arena of each part.
    rows: usize,
    unshared: usize,
    scratch: usize,
}

/// The batches that a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The most examples of a batch.
    pub batch: usize,
    /// The parts that a batch is cut into, to be computed at once: 1 to 64; other numbers mean the nearest of these.
    pub parts: usize,
}

/// A part of an arena that the caller writes or reads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    name: String,
    place: Place,
    shape: Shape,
}

impl Plan {
    /// Lowers what `outputs` need of `graph`, for batches of up to `capacity` examples.
    ///
    /// The outputs lie one after another at the start of the arena, so those of fixed shape form one slice
    /// ([`Workspace::outputs`]): gradients in the order of the parameters are a flat gradient.
    ///
    /// # Errors
    /// None today; the result leaves room for graphs that cannot be lowered.
    pub fn compile(graph: &Graph, outputs: &[NodeId], capacity: usize) -> Result<Self, Error> {
        Self::compile_in_parts(graph, outputs, Capacity { batch: capacity, parts: 1 })
    }

    /// The same for batches that are cut into parts of whole rows, which an executor may compute at once.
    ///
    /// Where some step mixes rows (a transposed batch, say) there is one part, whatever was asked for
    /// ([`Plan::parts`]). The number of parts never shows in the bits of an output.
    ///
    /// # Errors
    /// As [`Plan::compile`].
    pub fn compile_in_parts(graph: &Graph, outputs: &[NodeId], capacity: Capacity) -> Result<Self, Error> {
        let (graph, outputs) = simplify::simplify(graph, outputs);
        lower::lower(&graph, &outputs, capacity)
    }

    /// Memory for this plan; the only allocation.
    pub fn workspace<T: Real>(&self) -> Workspace<T> {
        Workspace::new(self)
    }

    /// The largest batch that the plan can run.
    pub fn capacity(&self) -> usize {
        self.capacity.batch
    }

    /// The parts that a batch is cut into.
    pub fn parts(&self) -> usize {
        self.capacity.parts
    }

    /// The length of all arenas, in elements.
    pub fn arena_len(&self) -> usize {
        self.shared + self.rows * self.parts()
    }

    /// Even pieces of work on the outputs of fixed shape, one for each part: ranges of [`Workspace::outputs`] of all
    /// of them, in order and without gaps. Who computes a piece has it in the nearest cache.
    pub fn shares(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        self.shares.iter().map(|share| share.range.clone())
    }

    /// The number of outputs.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The number of steps of a run.
    pub fn len(&self) -> usize {
        self.steps.steps().count()
    }

    /// Whether a run has nothing to compute.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
