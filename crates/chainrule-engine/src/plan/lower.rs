//! The stages put together: from a simplified graph to steps with places.

use chainrule_kernels::Zeros;

use super::arena::Arena;
use super::fuse::{Fusion, Pattern, fuse, pattern};
use super::memory::Place;
use super::program::{Instruction, Program, Read};
use super::run::MOST_PARTS;
use super::share::shares;
use super::split::{self, Order, order, phases};
use super::step::{Operand, Step, Work};
use super::{Capacity, Plan};
use crate::op::Op;
use crate::{Dim, Error, Graph, NodeId};

/// Lowers a simplified graph for batches that may be cut into parts.
pub(super) fn lower(graph: &Graph, outputs: &[NodeId], capacity: Capacity) -> Result<Plan, Error> {
    let fusion = fuse(graph, outputs);
    let lowering = Lowering { graph, fusion: &fusion };
    let copied = copied_outputs(&fusion, outputs);
    let (constants, mut steps) = schedule(graph, &fusion);
    steps.extend(copied.iter().map(|index| lowering.copy(outputs[*index], *index)));
    let parts = if is_divisible(graph, &constants, &steps) { capacity.parts.clamp(1, MOST_PARTS) } else { 1 };
    let fixed = fixed_outputs(graph, outputs, &copied);
    let constants = phases(constants, |id| storage(graph, id));
    let mut constants = Order { phases: constants, leaves: vec![] };
    let mut steps = order(steps, |id| storage(graph, id), &fixed);

    let mut arena = Arena::new(graph, capacity.batch.div_ceil(parts));
    arena.pin_outputs(outputs, &copied);
    let head = arena.shared;
    arena.pin_inputs();
    constants.steps().for_each(|step| arena.pin_step(step));
    arena.share(&steps);
    constants.steps_mut().chain(steps.steps_mut()).for_each(|step| arena.resolve(step));
    let scratch = constants.steps().chain(steps.steps()).map(|step| step.scratch_len(arena.capacity)).max();
    Ok(Plan {
        shares: shares(&steps.leaves, head, parts, capacity.batch),
        constants,
        steps,
        inputs: arena.inputs,
        outputs: arena.outputs,
        parameters: parameters_len(graph),
        capacity: Capacity { parts, ..capacity },
        head,
        shared: arena.shared,
        rows: arena.rows,
        unshared: arena.unshared,
        scratch: scratch.unwrap_or(0),
    })
}

/// Whether all steps can be computed in parts; inputs without rows could be filled by none of them.
fn is_divisible(graph: &Graph, constants: &[Step], steps: &[Step]) -> bool {
    let is_input = |op: &Op| matches!(op, Op::Input { .. });
    let mut inputs = graph.nodes().filter(|(_, node)| is_input(node.op()));
    inputs.all(|(_, node)| node.shape().dims().first() == Some(&Dim::Batch))
        && constants.iter().chain(steps).all(split::is_divisible)
}

/// The outputs without batch that have a buffer of their own.
fn fixed_outputs(graph: &Graph, outputs: &[NodeId], copied: &[usize]) -> Vec<NodeId> {
    let is_fixed =
        |(index, id): &(usize, &NodeId)| !copied.contains(index) && !graph.node(**id).shape().has_batch();
    outputs.iter().enumerate().filter(is_fixed).map(|(_, id)| *id).collect()
}

/// The node whose buffer holds this node's elements.
pub(super) fn storage(graph: &Graph, id: NodeId) -> NodeId {
    match graph.node(id).op() {
        Op::Reshape(_) => storage(graph, graph.node(id).inputs()[0]),
        _ => id,
    }
}

/// The steps that fill the buffers: those of constants, and those of every run.
fn schedule(graph: &Graph, fusion: &Fusion) -> (Vec<Step>, Vec<Step>) {
    let lowering = Lowering { graph, fusion };
    let stored = graph.nodes().map(|(id, _)| id).filter(|id| fusion.stored[id.index()]);
    let (constants, others): (Vec<NodeId>, Vec<NodeId>) = stored.partition(|id| fusion.constant[id.index()]);
    let steps = |ids: Vec<NodeId>| ids.into_iter().map(|id| lowering.step(id)).collect();
    (steps(constants), steps(others))
}

/// The length of the parameter buffer that the graph reads.
fn parameters_len(graph: &Graph) -> usize {
    let end = |op: &Op| match op {
        Op::Param { offset, shape } => offset.saturating_add(shape.elements(1)),
        _ => 0,
    };
    graph.nodes().map(|(_, node)| end(node.op())).max().unwrap_or(0)
}

/// The outputs that need a copy: those without a buffer of their own, and repetitions of an earlier one.
fn copied_outputs(fusion: &Fusion, outputs: &[NodeId]) -> Vec<usize> {
    let copied = |index: &usize| {
        let id = outputs[*index];
        !fusion.stored[id.index()] || fusion.constant[id.index()] || outputs[..*index].contains(&id)
    };
    (0..outputs.len()).filter(copied).collect()
}

struct Lowering<'g> {
    graph: &'g Graph,
    fusion: &'g Fusion,
}

impl Lowering<'_> {
    /// The step that fills the buffer of a stored node.
    fn step(&self, id: NodeId) -> Step {
        let node = self.graph.node(id);
        match (self.fusion.root[id.index()], self.fusion.product[id.index()]) {
            (Some(_), None) => {
                let mut chain =
                    Chain { lowering: self, root: id, operands: vec![], code: vec![], done: vec![] };
                chain.emit(id);
                let Chain { operands, code, .. } = chain;
                self.new_step(id, Work::Chain(Program::new(code)), operands)
            }
            (Some(_), Some(product)) => {
                let operands = self.operands(product);
                let mut chain = Chain { lowering: self, root: id, operands, code: vec![], done: vec![] };
                chain.emit(id);
                let Chain { operands, code, .. } = chain;
                let op = self.graph.node(product).op().clone();
                self.new_step(id, Work::Product(op, Some(Program::new(code))), operands)
            }
            (None, _) if matches!(node.op(), Op::MatMul { .. }) => {
                self.new_step(id, Work::Product(node.op().clone(), None), self.operands(id))
            }
            (None, _) => self.new_step(id, Work::Single(node.op().clone()), self.operands(id)),
        }
    }

    /// The step that copies a node to an output.
    fn copy(&self, id: NodeId, output: usize) -> Step {
        self.new_step(id, Work::Copy { output }, vec![self.operand(id)])
    }

    fn new_step(&self, node: NodeId, work: Work, operands: Vec<Operand>) -> Step {
        let shape = self.graph.node(node).shape();
        let (label, place) = (self.graph.label(node), Place::Shared(0));
        let mut step = Step {
            node,
            label,
            work,
            operands,
            shape,
            size: shape.into(),
            place,
            adds_up: false,
            product: None,
        };
        step.prepare();
        step
    }

    fn operands(&self, id: NodeId) -> Vec<Operand> {
        self.graph.node(id).inputs().iter().map(|input| self.operand(*input)).collect()
    }

    fn operand(&self, id: NodeId) -> Operand {
        let shape = self.graph.node(id).shape();
        let is_fed = matches!(self.graph.node(id).op(), Op::Input { .. });
        let zeros = if is_fed { Zeros::Skip } else { Zeros::Multiply };
        Operand {
            node: id,
            label: self.graph.label(id),
            shape,
            size: shape.into(),
            place: Place::Shared(0),
            zeros,
        }
    }
}

/// A program while it is written.
struct Chain<'l> {
    lowering: &'l Lowering<'l>,
    root: NodeId,
    operands: Vec<Operand>,
    code: Vec<Instruction>,
    /// Nodes with the register that holds them.
    done: Vec<(NodeId, usize)>,
}

impl Chain<'_> {
    /// The register that holds the node's value.
    fn emit(&mut self, id: NodeId) -> usize {
        if let Some((_, register)) = self.done.iter().find(|(done, _)| *done == id) {
            return *register;
        }
        let instruction = self.instruction(id);
        self.code.push(instruction);
        self.done.push((id, self.code.len() - 1));
        self.code.len() - 1
    }

    fn instruction(&mut self, id: NodeId) -> Instruction {
        let Lowering { graph, fusion } = *self.lowering;
        let node = graph.node(id);
        let member = fusion.root[id.index()] == Some(self.root);
        match node.op() {
            Op::Unary(function) if member => Instruction::Unary(*function, self.emit(node.inputs()[0])),
            Op::Binary(function) if member => {
                let [a, b] = [0, 1].map(|position: usize| self.emit(node.inputs()[position]));
                Instruction::Binary(*function, a, b)
            }
            Op::MatMul { .. } if fusion.product[self.root.index()] == Some(id) => {
                Instruction::Load(Read::Product)
            }
            Op::Constant(literal) if !fusion.stored[id.index()] => Instruction::Constant(literal.values()[0]),
            _ if fusion.stored[id.index()] => self.load(id),
            _ => match pattern(graph, id) {
                Some(pattern) => self.load_pattern(id, pattern),
                None => self.load(id),
            },
        }
    }

    fn load(&mut self, id: NodeId) -> Instruction {
        self.operands.push(self.lowering.operand(id));
        Instruction::Load(Read::Whole(self.operands.len() - 1))
    }

    fn load_pattern(&mut self, id: NodeId, pattern: Pattern) -> Instruction {
        let Lowering { graph, fusion } = *self.lowering;
        let source = graph.node(id).inputs()[0];
        if let (Op::Constant(literal), false) = (graph.node(source).op(), fusion.stored[source.index()]) {
            return Instruction::Constant(literal.values()[0]);
        }
        let first = self.operands.len();
        self.operands.extend(self.lowering.operands(id));
        Instruction::Load(Read::Pattern(first, pattern))
    }
}
