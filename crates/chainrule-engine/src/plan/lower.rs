//! The stages put together: from a simplified graph to steps with places.

use super::fuse::{Fusion, Pattern, fuse, pattern};
use super::place::{Buffer, aligned, place};
use super::program::{Instruction, Program, Read};
use super::step::{Operand, Place, Step, Work};
use super::{Plan, Slot};
use crate::op::Op;
use crate::{Error, Graph, NodeId};

/// Lowers a simplified graph.
pub(super) fn lower(graph: &Graph, outputs: &[NodeId], capacity: usize) -> Result<Plan, Error> {
    let fusion = fuse(graph, outputs);
    let copied = copied_outputs(&fusion, outputs);
    let (mut constants, mut steps) = schedule(graph, &fusion);
    steps.extend(copied.iter().map(|index| Lowering { graph, fusion: &fusion }.copy(outputs[*index])));
    let mut arena = Arena::new(graph, capacity);
    arena.pin_outputs(outputs, &copied);
    arena.pin_inputs();
    arena.pin_constants(&constants);
    arena.share(&steps);
    constants.iter_mut().chain(&mut steps).for_each(|step| arena.resolve(step));
    let first_copy = steps.len() - copied.len();
    for (step, index) in steps[first_copy..].iter_mut().zip(&copied) {
        step.offset = arena.outputs[*index].offset;
    }
    let scratch = constants.iter().chain(&steps).map(|step| step.scratch_len(capacity)).max();
    Ok(Plan {
        constants,
        steps,
        inputs: arena.inputs,
        outputs: arena.outputs,
        parameters: parameters_len(graph),
        capacity,
        arena: arena.end,
        unshared: arena.unshared,
        scratch: scratch.unwrap_or(0),
    })
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
    fn copy(&self, id: NodeId) -> Step {
        self.new_step(id, Work::Copy, vec![self.operand(id)])
    }

    fn new_step(&self, node: NodeId, work: Work, operands: Vec<Operand>) -> Step {
        let shape = self.graph.node(node).shape();
        Step { node, label: self.graph.label(node), work, operands, shape, offset: 0 }
    }

    fn operands(&self, id: NodeId) -> Vec<Operand> {
        self.graph.node(id).inputs().iter().map(|input| self.operand(*input)).collect()
    }

    fn operand(&self, id: NodeId) -> Operand {
        let shape = self.graph.node(id).shape();
        Operand { node: id, label: self.graph.label(id), shape, place: Place::Arena(0) }
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

/// The arena while places are handed out: outputs first, inputs, constants, then what shares memory.
struct Arena<'g> {
    graph: &'g Graph,
    capacity: usize,
    /// The place of each node that has one.
    places: Vec<Option<Place>>,
    inputs: Vec<Option<Slot>>,
    outputs: Vec<Slot>,
    end: usize,
    unshared: usize,
}

impl<'g> Arena<'g> {
    fn new(graph: &'g Graph, capacity: usize) -> Self {
        let mut places = vec![None; graph.len()];
        for (id, node) in graph.nodes() {
            if let Op::Param { offset, .. } = node.op() {
                places[id.index()] = Some(Place::Parameters(*offset));
            }
        }
        Arena { graph, capacity, places, inputs: vec![], outputs: vec![], end: 0, unshared: 0 }
    }

    /// A range at the end of the arena that nothing else will use.
    fn pin(&mut self, id: NodeId) -> Slot {
        let shape = self.graph.node(id).shape();
        let slot = Slot { name: self.graph.label(id), offset: self.end, shape };
        self.end += shape.elements(self.capacity);
        slot
    }

    fn pin_outputs(&mut self, outputs: &[NodeId], copied: &[usize]) {
        for (index, id) in outputs.iter().enumerate() {
            let slot = self.pin(*id);
            if !copied.contains(&index) {
                self.places[id.index()] = Some(Place::Arena(slot.offset));
            }
            self.outputs.push(slot);
        }
    }

    fn pin_inputs(&mut self) {
        for (id, node) in self.graph.nodes() {
            if let Op::Input { slot, .. } = node.op() {
                let pinned = self.pin(id);
                self.places[id.index()] = Some(Place::Arena(pinned.offset));
                self.inputs.resize(self.inputs.len().max(slot + 1), None);
                self.inputs[*slot] = Some(pinned);
            }
        }
    }

    fn pin_constants(&mut self, constants: &[Step]) {
        for step in constants {
            let slot = self.pin(step.node);
            self.places[step.node.index()] = Some(Place::Arena(slot.offset));
        }
    }

    /// Places the buffers that are neither outputs nor constants so that dead ones make room for new ones.
    fn share(&mut self, steps: &[Step]) {
        let mut nodes: Vec<NodeId> = Vec::new();
        let mut buffers: Vec<Buffer> = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            for operand in &step.operands {
                let source = self.storage(operand.node);
                if let Some(index) = nodes.iter().position(|node| *node == source) {
                    buffers[index].life = *buffers[index].life.start()..=number;
                }
            }
            if !matches!(step.work, Work::Copy) && self.places[step.node.index()].is_none() {
                nodes.push(step.node);
                let len = step.shape.elements(self.capacity);
                buffers.push(Buffer { len, life: number..=number });
            }
        }
        self.unshared = buffers.iter().fold(self.end, |end, buffer| aligned(end) + buffer.len);
        let (offsets, end) = place(&buffers, self.end);
        for (node, offset) in nodes.into_iter().zip(offsets) {
            self.places[node.index()] = Some(Place::Arena(offset));
        }
        self.end = end;
    }

    /// The node whose buffer holds this node's elements.
    fn storage(&self, id: NodeId) -> NodeId {
        match self.graph.node(id).op() {
            Op::Reshape(_) => self.storage(self.graph.node(id).inputs()[0]),
            _ => id,
        }
    }

    fn resolve(&self, step: &mut Step) {
        let place = |id: NodeId| {
            let id = self.storage(id);
            self.places[id.index()].expect("every node that a step names is stored, an input or a parameter")
        };
        step.operands.iter_mut().for_each(|operand| operand.place = place(operand.node));
        if let (Place::Arena(offset), false) = (place(step.node), matches!(step.work, Work::Copy)) {
            step.offset = offset;
        }
    }
}
