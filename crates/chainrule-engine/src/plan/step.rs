//! Stage 5: one step of a plan and how it is run.

use core::ops::Range;

use chainrule_kernels::{Output, Product, Real, Zeros};

use super::memory::{Place, Size, Sources};
use super::program::{Operands, Program};
use super::split;
use crate::exec::{self, Stack, View};
use crate::op::Op;
use crate::{Dim, NodeId, Shape};

/// An array that a step reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) node: NodeId,
    pub(super) label: String,
    pub(super) shape: Shape,
    pub(super) size: Size,
    pub(super) place: Place,
    /// [`Zeros::Skip`] for what a caller feeds, which often holds many (the background of images, one-hot columns).
    pub(super) zeros: Zeros,
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
    /// The operand as it is, to where the output of this number lies.
    Copy { output: usize },
}

/// A unit of work: reads operands, writes one range of an arena.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) node: NodeId,
    pub(super) label: String,
    pub(super) work: Work,
    pub(super) operands: Vec<Operand>,
    pub(super) shape: Shape,
    pub(super) size: Size,
    pub(super) place: Place,
    /// Whether it adds up over the rows of the batch, part after part.
    pub(super) adds_up: bool,
    /// The product of two matrices of which the rows of the first are those of the batch, for a batch of one row.
    pub(super) product: Option<Product>,
}

impl Step {
    /// Finds out what does not depend on the batch.
    pub(super) fn prepare(&mut self) {
        self.adds_up = split::adds_up_over_rows(self);
        if let (Work::Product(op, _), 2) = (&self.work, self.shape.rank()) {
            let (left, right) = (&self.operands[0], &self.operands[1]);
            let sizes = [left.shape.extents(1), right.shape.extents(1)];
            let by_rows = matches!(op, Op::MatMul { transpose_a: false, .. })
                && left.shape.dims()[0] == Dim::Batch
                && !left.shape.dims()[1..].contains(&Dim::Batch)
                && !right.shape.has_batch();
            let stack = Stack::new(op, &sizes, self.shape.extents(1)).filter(|_| by_rows || self.adds_up);
            self.product = stack.map(|stack| stack.skipping(left.zeros).product);
        }
    }

    /// The scratch memory that [`Step::run`] needs for any batch of up to `capacity`, in elements.
    pub(super) fn scratch_len(&self, capacity: usize) -> usize {
        match &self.work {
            Work::Chain(program) => program.scratch_len(),
            Work::Product(op, epilogue) => {
                let program = epilogue.as_ref().map_or(0, Program::scratch_len);
                program.max(self.product_scratch_len(op, capacity))
            }
            Work::Single(_) | Work::Copy { .. } => 0,
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

    /// The lines that may be computed apart: the rows of a matrix without batch, else a single one.
    pub(super) fn lines(&self) -> usize {
        match &self.work {
            Work::Product(_, None) if self.adds_up => self.shape.extents(0).sizes()[0],
            _ => 1,
        }
    }

    /// Computes the whole step.
    pub(super) fn run<T: Real>(&self, sources: &Sources<'_, T>, out: &mut [T], scratch: &mut [T]) {
        self.run_lines(0..self.lines(), sources, out, scratch);
    }

    /// Computes some [`lines`](Self::lines), which are all that `out` holds.
    pub(super) fn run_lines<T: Real>(
        &self,
        lines: Range<usize>,
        sources: &Sources<'_, T>,
        out: &mut [T],
        scratch: &mut [T],
    ) {
        match &self.work {
            Work::Chain(program) => self.run_program(program, sources, out, scratch),
            Work::Product(op, epilogue) => {
                if self.adds_up {
                    // What an epilogue belongs to is not cut into lines.
                    let rows = epilogue.as_ref().map_or(lines, |_| 0..self.shape.extents(0).sizes()[0]);
                    self.add_products(rows, sources, out, scratch);
                } else {
                    self.multiply(op, sources, out, scratch);
                }
                if let Some(program) = epilogue {
                    self.run_program(program, sources, out, scratch);
                }
            }
            Work::Single(op) => self.run_single(op, sources, out, scratch),
            Work::Copy { .. } => out.copy_from_slice(sources.array(&self.operands[0])),
        }
    }

    fn run_program<T: Real>(
        &self,
        program: &Program,
        sources: &Sources<'_, T>,
        out: &mut [T],
        scratch: &mut [T],
    ) {
        let width = match self.shape.last() {
            Some(Dim::Fixed(width)) => width,
            Some(Dim::Batch) => sources.batch(),
            None => 1,
        };
        let array = |index: usize| sources.array(&self.operands[index]);
        program.run(&Operands { array, batch: sources.batch(), width }, out, scratch);
    }

    /// The product of two arrays that lie in one place each.
    fn multiply<T: Real>(&self, op: &Op, sources: &Sources<'_, T>, out: &mut [T], scratch: &mut [T]) {
        let (left, right) = (&self.operands[0], &self.operands[1]);
        if let Some(product) = self.product {
            let product = Product { m: sources.batch(), ..product };
            return product.run(sources.array(left), sources.array(right), out, scratch);
        }
        let sizes = [left.shape.extents(sources.batch()), right.shape.extents(sources.batch())];
        let (a, b) = (sources.array(left), sources.array(right));
        if let Some(stack) = Stack::new(op, &sizes, self.shape.extents(sources.batch())) {
            stack.skipping(self.operands[0].zeros).run(a, b, out, scratch);
        }
    }

    /// `out = aᵀ b` for some of its rows, part after part: every sum goes on where the part before has left it.
    fn add_products<T: Real>(
        &self,
        rows: Range<usize>,
        sources: &Sources<'_, T>,
        out: &mut [T],
        scratch: &mut [T],
    ) {
        let product = self.product.expect("it is known where sums over the rows go on from part to part");
        for part in 0..sources.parts() {
            let k = sources.rows_of(part);
            let output = if part == 0 { Output::Overwrite } else { Output::Accumulate };
            let product = Product { k, output, ..product };
            let a = sources.segment(&self.operands[0], part);
            let b = sources.segment(&self.operands[1], part);
            product.run_rows(rows.clone(), a, b, out, scratch);
        }
    }

    fn run_single<T: Real>(&self, op: &Op, sources: &Sources<'_, T>, out: &mut [T], scratch: &mut [T]) {
        let extents = self.shape.extents(sources.batch());
        let view = |index: usize| View {
            extents: self.operands[index].shape.extents(sources.batch()),
            values: sources.array(&self.operands[index]),
        };
        let moment = sources.moment();
        match (op, self.operands.len()) {
            (Op::Random { stream, .. }, _) => {
                let first = self.shape.elements(1) * sources.first_row();
                exec::random(*stream, moment, first as u64, out);
            }
            (Op::Sum(_) | Op::MaxOver(_), _) if self.adds_up => {
                self.add_up(op, sources, out);
            }
            (_, 0) => exec::execute(op, &[], View { extents, values: out }, moment, scratch),
            (_, 1) => exec::execute(op, &[view(0)], View { extents, values: out }, moment, scratch),
            (_, 2) => exec::execute(op, &[view(0), view(1)], View { extents, values: out }, moment, scratch),
            (_, count) => exec::concat(op, (0..count).map(view), View { extents, values: out }),
        }
    }

    /// A sum or maximum over rows, part after part.
    fn add_up<T: Real>(&self, op: &Op, sources: &Sources<'_, T>, out: &mut [T]) {
        let operand = &self.operands[0];
        exec::begin_reduction(op, out);
        for part in 0..sources.parts() {
            let extents = operand.shape.extents(sources.rows_of(part));
            let view = View { extents, values: sources.segment(operand, part) };
            exec::continue_reduction(op, view, out);
        }
    }
}
