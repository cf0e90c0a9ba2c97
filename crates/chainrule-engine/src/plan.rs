//! The fast reader: a graph lowered once into steps over one arena, and run as often as one likes.
//!
//! Compiling goes through four stages, one file each:
//!
//! 1. [`simplify`]: what no output needs is dropped, identical nodes become one, and exact identities are applied;
//! 2. [`fuse`]: elementwise chains become one pass in cache-sized blocks, and a chain that consumes a matrix product
//!    alone becomes the product's epilogue (bias and activation; delta times the activation's derivative);
//! 3. [`place`]: buffers get offsets in one arena by their lifetimes;
//! 4. [`step`]: the steps themselves, and how one is run.
//!
//! Nodes that depend on nothing but constants and the batch size are computed when the batch size changes, not in every
//! run. A run allocates nothing. A plan is never saved: the graph is. Must not know: layers, files, threads.

mod form;
mod fuse;
mod lower;
mod place;
mod print;
mod program;
mod simplify;
mod step;

use core::ops::Range;

use chainrule_kernels::Real;

use crate::feed::Moment;
use crate::{Error, Feed, Graph, NodeId, Shape};
use step::Step;

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
    constants: Vec<Step>,
    /// Computed in every run.
    steps: Vec<Step>,
    /// By input slot; `None` where no output needs the input.
    inputs: Vec<Option<Slot>>,
    outputs: Vec<Slot>,
    parameters: usize,
    capacity: usize,
    arena: usize,
    unshared: usize,
    scratch: usize,
}

/// A part of the arena that the caller writes or reads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    name: String,
    offset: usize,
    shape: Shape,
}

impl Slot {
    fn range(&self, batch: usize) -> Range<usize> {
        self.offset..self.offset + self.shape.elements(batch)
    }
}

/// The memory of a plan: its arena, its scratch, and the batch that was run last.
#[derive(Clone, Debug)]
pub struct Workspace<T> {
    arena: Vec<T>,
    scratch: Vec<T>,
    batch: Option<usize>,
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
        let (graph, outputs) = simplify::simplify(graph, outputs);
        lower::lower(&graph, &outputs, capacity)
    }

    /// Memory for this plan; the only allocation.
    pub fn workspace<T: Real>(&self) -> Workspace<T> {
        Workspace { arena: vec![T::ZERO; self.arena], scratch: vec![T::ZERO; self.scratch], batch: None }
    }

    /// Computes the outputs for the arrays of `feed`.
    ///
    /// # Errors
    /// [`Error::FeedLength`] for an array of the wrong length, [`Error::BatchTooLarge`].
    pub fn run<T: Real>(&self, feed: &Feed<'_, T>, workspace: &mut Workspace<T>) -> Result<(), Error> {
        self.check_batch(feed.batch)?;
        for (number, slot) in self.inputs.iter().enumerate() {
            let Some(slot) = slot else { continue };
            let given = feed.inputs.get(number).copied().unwrap_or_default();
            let range = slot.range(feed.batch);
            if given.len() != range.len() {
                let what = format!("input `{}` {}", slot.name, slot.shape);
                return Err(Error::FeedLength { what, expected: range.len(), got: given.len() });
            }
            workspace.arena[range].copy_from_slice(given);
        }
        self.execute(feed.batch, feed.parameters, feed.moment, workspace)
    }

    /// Computes the outputs for the inputs that already lie in the workspace ([`Workspace::input_mut`]).
    ///
    /// # Errors
    /// [`Error::BatchTooLarge`], or [`Error::FeedLength`] if there are too few parameters.
    pub fn execute<T: Real>(
        &self,
        batch: usize,
        parameters: &[T],
        moment: Moment,
        workspace: &mut Workspace<T>,
    ) -> Result<(), Error> {
        self.check_batch(batch)?;
        if parameters.len() < self.parameters {
            let (what, expected) = ("the parameter buffer".into(), self.parameters);
            return Err(Error::FeedLength { what, expected, got: parameters.len() });
        }
        let Workspace { arena, scratch, batch: bound } = workspace;
        let run = step::Run { batch, parameters, moment };
        if *bound != Some(batch) {
            self.constants.iter().for_each(|step| step.run(&run, arena, scratch));
            *bound = Some(batch);
        }
        self.steps.iter().for_each(|step| step.run(&run, arena, scratch));
        Ok(())
    }

    fn check_batch(&self, batch: usize) -> Result<(), Error> {
        if batch > self.capacity {
            return Err(Error::BatchTooLarge { expected: self.capacity, got: batch });
        }
        Ok(())
    }

    /// The largest batch that the plan can run.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The length of the arena, in elements.
    pub fn arena_len(&self) -> usize {
        self.arena
    }

    /// The number of outputs.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The number of steps of a run.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether a run has nothing to compute.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl<T: Real> Workspace<T> {
    /// The array of input `slot` for a batch of `batch` examples, to be filled before [`Plan::execute`].
    ///
    /// It is empty if no output needs the input.
    ///
    /// # Panics
    /// If `batch` is above its capacity, or the workspace is another plan's.
    pub fn input_mut(&mut self, plan: &Plan, slot: usize, batch: usize) -> &mut [T] {
        let slot = plan.inputs.get(slot).and_then(Option::as_ref);
        slot.map_or(&mut [], |slot| &mut self.arena[slot.range(batch)])
    }

    /// Output number `index` of the last run.
    ///
    /// # Panics
    /// If `plan` has no such output, or the workspace is another plan's.
    pub fn output(&self, plan: &Plan, index: usize) -> &[T] {
        &self.arena[plan.outputs[index].range(self.batch.unwrap_or(0))]
    }

    /// The outputs of `range` of the last run as one slice; they must all be of fixed shape.
    ///
    /// # Panics
    /// If `plan` has no such outputs, or the workspace is another plan's.
    pub fn outputs(&self, plan: &Plan, range: Range<usize>) -> &[T] {
        &self.arena[plan.joined(range)]
    }

    /// The same slice, to be changed: the next run writes it anew.
    ///
    /// # Panics
    /// As [`Workspace::outputs`].
    pub fn outputs_mut(&mut self, plan: &Plan, range: Range<usize>) -> &mut [T] {
        &mut self.arena[plan.joined(range)]
    }
}

impl Plan {
    /// The range of the arena that several outputs of fixed shape form.
    fn joined(&self, outputs: Range<usize>) -> Range<usize> {
        let slots = &self.outputs[outputs];
        debug_assert!(slots.iter().all(|slot| !slot.shape.has_batch()), "fixed shapes follow without a gap");
        match slots {
            [] => 0..0,
            [first, .., last] => first.offset..last.range(0).end,
            [only] => only.range(0),
        }
    }
}
