//! Stage 4: one step of a plan and how it is run.

use chainrule_kernels::Real;

use super::program::{Operands, Program};
use crate::exec::{self, Stack, View};
use crate::feed::Moment;
use crate::op::Op;
use crate::{Extents, NodeId, Shape};

/// Where an array lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At this offset of the arena.
    Arena(usize),
    /// At this offset of the parameter buffer.
    Parameters(usize),
}

/// An array that a step reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) node: NodeId,
    pub(super) label: String,
    pub(super) shape: Shape,
    pub(super) place: Place,
}

/// What a step computes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Work {
    /// An elementwise chain over all operands.
    Chain(Program),
    /// A matrix product of the first two operands, and what is done to it before it is left.
    Product(Op, Option<Program>),
    /// A single operation.
    Single(Op),
    /// The operand as it is.
    Copy,
}

/// A unit of work: reads operands, writes one range of the arena.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) node: NodeId,
    pub(super) label: String,
    pub(super) work: Work,
    pub(super) operands: Vec<Operand>,
    pub(super) shape: Shape,
    pub(super) offset: usize,
}

/// What all steps of a run share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a, T> {
    pub(super) batch: usize,
    pub(super) parameters: &'a [T],
    pub(super) moment: Moment,
}

impl Step {
    /// The scratch memory that [`Step::run`] needs for any batch of up to `capacity`, in elements.
    pub(super) fn scratch_len(&self, capacity: usize) -> usize {
        match &self.work {
            Work::Chain(program) => program.scratch_len(),
            Work::Product(op, epilogue) => {
                let program = epilogue.as_ref().map_or(0, Program::scratch_len);
                program.max(self.product_scratch_len(op, capacity))
            }
            Work::Single(_) | Work::Copy => 0,
        }
    }

    /// A small batch may be multiplied in another way than a large one, and that way may need more.
    fn product_scratch_len(&self, op: &Op, capacity: usize) -> usize {
        let needed = |batch| {
            let sizes = [0, 1].map(|index: usize| self.operands[index].shape.extents(batch));
            exec::scratch_len(op, &sizes, self.shape.extents(batch))
        };
        (0..=capacity).map(needed).max().unwrap_or(0)
    }

    /// Computes the step in `arena`.
    pub(super) fn run<T: Real>(&self, run: &Run<'_, T>, arena: &mut [T], scratch: &mut [T]) {
        let extents = self.shape.extents(run.batch);
        let (before, rest) = arena.split_at_mut(self.offset);
        let (out, after) = rest.split_at_mut(extents.elements());
        let memory = Memory { before, after, gap: self.offset + out.len(), run };
        let array = |index: usize| memory.array(&self.operands[index]);
        match &self.work {
            Work::Chain(program) => program.run(&self.operands(run, extents, array), out, scratch),
            Work::Product(op, epilogue) => {
                let sizes = [0, 1].map(|index: usize| self.operands[index].shape.extents(run.batch));
                if let Some(stack) = Stack::new(op, &sizes, extents) {
                    stack.run(array(0), array(1), out, scratch);
                }
                if let Some(program) = epilogue {
                    program.run(&self.operands(run, extents, array), out, scratch);
                }
            }
            Work::Single(op) => {
                let view = |index: usize| View {
                    extents: self.operands[index].shape.extents(run.batch),
                    values: array(index),
                };
                let out = View { extents, values: out };
                match self.operands.len() {
                    0 => exec::execute(op, &[], out, run.moment, scratch),
                    1 => exec::execute(op, &[view(0)], out, run.moment, scratch),
                    2 => exec::execute(op, &[view(0), view(1)], out, run.moment, scratch),
                    count => exec::concat(op, (0..count).map(view), out),
                }
            }
            Work::Copy => out.copy_from_slice(array(0)),
        }
    }

    fn operands<'a, T: Real, F: Fn(usize) -> &'a [T]>(
        &self,
        run: &Run<'_, T>,
        extents: Extents,
        array: F,
    ) -> Operands<F> {
        let width = extents.sizes().last().copied().unwrap_or(1);
        Operands { array, batch: run.batch, width }
    }
}

/// The arena around the range that is being written, and the parameters.
struct Memory<'a, T> {
    before: &'a [T],
    after: &'a [T],
    /// Offset of `after` in the arena.
    gap: usize,
    run: &'a Run<'a, T>,
}

impl<'a, T: Real> Memory<'a, T> {
    fn array(&self, operand: &Operand) -> &'a [T] {
        let len = operand.shape.elements(self.run.batch);
        match operand.place {
            Place::Parameters(offset) => &self.run.parameters[offset..offset + len],
            Place::Arena(offset) if offset < self.gap && offset + len <= self.before.len() => {
                &self.before[offset..offset + len]
            }
            Place::Arena(offset) => &self.after[offset - self.gap..][..len],
        }
    }
}
