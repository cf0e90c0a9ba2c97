//! Stage 3: which steps belong to rows and which to the batch, and what happens when.
//!
//! A batch may be cut into parts of whole rows, each computed by another thread in an arena of its own. A step whose
//! result has a row for each example belongs to the **rows**: every part computes its own. A step whose result has no
//! batch dimension belongs to the **whole**: it adds up over the rows of all parts, one after another in order, which
//! gives the same bits as one sum over all rows. Steps alternate between the two in **phases**; a forward and backward
//! pass is one phase, batch normalisation needs one more for each of its means.
//!
//! Results of the last kind that nothing else reads, such as the gradients of weights, are **leaves**: they can be
//! computed at the same time, each by whoever has time, and large ones are cut by lines.
//! Must not know: places in memory, threads.

use super::fuse::Pattern;
use super::program::{Instruction, Program, Read};
use super::step::{Operand, Step, Work};
use crate::op::Op;
use crate::{Dim, NodeId, Shape};

/// What every part computes for its rows, and what is then computed from all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Phase {
    pub(super) rows: Vec<Step>,
    pub(super) whole: Vec<Step>,
}

/// Steps in the order of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Order {
    pub(super) phases: Vec<Phase>,
    /// Computed last, in any order.
    pub(super) leaves: Vec<Step>,
}

impl Order {
    /// All steps, in the order of a run.
    pub(super) fn steps(&self) -> impl Iterator<Item = &Step> {
        let phases = self.phases.iter().flat_map(|phase| phase.rows.iter().chain(&phase.whole));
        phases.chain(&self.leaves)
    }

    pub(super) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        let phases = self.phases.iter_mut().flat_map(|phase| phase.rows.iter_mut().chain(&mut phase.whole));
        phases.chain(&mut self.leaves)
    }
}

/// Brings steps, each after those that it reads, into phases, and those apart that may be leaves. `storage` is the node
/// whose buffer holds a node; a leaf reads none of the outputs in `fixed`, since those lie where leaves are written.
pub(super) fn order(steps: Vec<Step>, storage: impl Fn(NodeId) -> NodeId, fixed: &[NodeId]) -> Order {
    let reads = |step: &Step, node: NodeId| step.operands.iter().any(|operand| storage(operand.node) == node);
    let is_leaf = |step: &Step| {
        let copies = matches!(step.work, Work::Copy { .. });
        let is_read = !copies && steps.iter().any(|other| reads(other, step.node));
        !step.shape.has_batch() && !is_read && !fixed.iter().any(|output| reads(step, *output))
    };
    let (leaves, others) = steps.iter().cloned().partition(is_leaf);
    Order { phases: phases(others, &storage), leaves }
}

/// Brings steps, each after those that it reads, into phases; there is at least one.
pub(super) fn phases(steps: Vec<Step>, storage: impl Fn(NodeId) -> NodeId) -> Vec<Phase> {
    let levels = levels(&steps, &storage);
    let mut phases = vec![Phase::default(); levels.iter().max().map_or(1, |last| last + 1)];
    for (step, level) in steps.into_iter().zip(levels) {
        let phase = &mut phases[level];
        if step.shape.has_batch() { phase.rows.push(step) } else { phase.whole.push(step) }
    }
    phases
}

/// The phase of each step: rows that read a whole must wait for the next one.
fn levels(steps: &[Step], storage: impl Fn(NodeId) -> NodeId) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let after = |operand: &Operand| {
            let source = storage(operand.node);
            let before = steps[..number].iter().position(|other| other.node == source);
            before.map_or(0, |producer| {
                let waits = step.shape.has_batch() && !steps[producer].shape.has_batch();
                levels[producer] + usize::from(waits)
            })
        };
        let level = step.operands.iter().map(after).max().unwrap_or(0);
        levels.push(level);
    }
    levels
}

/// Whether a step gives the same result when the batch is cut into parts of whole rows.
pub(super) fn is_divisible(step: &Step) -> bool {
    if step.shape.has_batch() {
        by_rows(step.shape)
            && step.operands.iter().all(|operand| rows_or_none(operand.shape))
            && rows_are_apart(step)
    } else {
        step.operands.iter().all(|operand| !operand.shape.has_batch()) || step.adds_up
    }
}

/// `[batch, ...]` with no second batch.
fn by_rows(shape: Shape) -> bool {
    shape.dims().first() == Some(&Dim::Batch) && shape.volume().1 == 1
}

fn rows_or_none(shape: Shape) -> bool {
    !shape.has_batch() || by_rows(shape)
}

/// Whether each row of the result depends on the same row of the operands alone, and on what has no rows.
fn rows_are_apart(step: &Step) -> bool {
    let has_rows = |index: usize| step.operands[index].shape.has_batch();
    match &step.work {
        Work::Chain(program) => reads_rows(step, program),
        Work::Product(op, epilogue) => {
            let matrices = step.shape.rank() == 2;
            let transposed = matches!(op, Op::MatMul { transpose_a: true, .. });
            let apart = if matrices {
                has_rows(0) && !transposed && !has_rows(1)
            } else {
                has_rows(0) && has_rows(1)
            };
            apart && epilogue.as_ref().is_none_or(|program| reads_rows(step, program))
        }
        Work::Single(op) => match op {
            Op::Sum(axes) | Op::MaxOver(axes) => !axes.contains(0),
            Op::Broadcast { axes, .. } => axes.contains(0) != has_rows(0),
            Op::Transpose(order) => order.axes().first() == Some(&0),
            Op::Concat { axis } => *axis != 0 && (0..step.operands.len()).all(has_rows),
            Op::Slice { axis, .. } => *axis != 0,
            Op::LogSoftmax | Op::Unpick { .. } => step.shape.rank() > 1,
            Op::Pick => step.operands[0].shape.rank() > 1,
            Op::Random { .. } => true,
            Op::Input { .. }
            | Op::Param { .. }
            | Op::Constant(_)
            | Op::Unary(_)
            | Op::Binary(_)
            | Op::MatMul { .. }
            | Op::Reshape(_) => false,
        },
        Work::Copy { .. } => true,
    }
}

/// Whether a program reads operands with rows row by row.
fn reads_rows(step: &Step, program: &Program) -> bool {
    let has_rows = |index: usize| step.operands[index].shape.has_batch();
    program.code.iter().all(|instruction| match instruction {
        Instruction::Load(Read::Whole(index)) => has_rows(*index),
        Instruction::Load(Read::Pattern(index, Pattern::Scalar | Pattern::Row)) => !has_rows(*index),
        Instruction::Load(Read::Pattern(index, Pattern::Column { .. })) => has_rows(*index),
        Instruction::Load(Read::Pattern(index, Pattern::OneHot { .. })) => {
            has_rows(*index) && has_rows(index + 1)
        }
        Instruction::Load(Read::Product)
        | Instruction::Constant(_)
        | Instruction::Unary(..)
        | Instruction::Binary(..) => true,
    })
}

/// Whether a step without rows adds up over the rows of its operands, so that it can go on from part to part.
pub(super) fn adds_up_over_rows(step: &Step) -> bool {
    let rows = |index: usize| by_rows(step.operands[index].shape);
    let others_have_none =
        |from: usize| step.operands[from..].iter().all(|operand| !operand.shape.has_batch());
    match &step.work {
        Work::Product(Op::MatMul { transpose_a: true, transpose_b: false }, _) => {
            step.shape.rank() == 2 && rows(0) && rows(1) && others_have_none(2)
        }
        Work::Single(Op::Sum(axes) | Op::MaxOver(axes)) => rows(0) && axes.contains(0),
        _ => false,
    }
}
