//! Places in the arenas while they are handed out: outputs first, inputs, constants, then what shares memory.

use super::Slot;
use super::memory::Place;
use super::place::{Buffer, aligned, place};
use super::split::Order;
use super::step::{Step, Work};
use crate::op::Op;
use crate::{Graph, NodeId};

/// The shared arena and that of each part, while they grow.
pub(super) struct Arena<'g> {
    graph: &'g Graph,
    /// The most rows of a part.
    pub(super) capacity: usize,
    /// The place of each node that has one.
    places: Vec<Option<Place>>,
    pub(super) inputs: Vec<Option<Slot>>,
    pub(super) outputs: Vec<Slot>,
    /// The end of the shared arena.
    pub(super) shared: usize,
    /// The end of each part's arena.
    pub(super) rows: usize,
    /// The end of both if nothing shared memory.
    pub(super) unshared: usize,
}

impl<'g> Arena<'g> {
    pub(super) fn new(graph: &'g Graph, capacity: usize) -> Self {
        let mut places = vec![None; graph.len()];
        for (id, node) in graph.nodes() {
            if let Op::Param { offset, .. } = node.op() {
                places[id.index()] = Some(Place::Parameters(*offset));
            }
        }
        Arena { graph, capacity, places, inputs: vec![], outputs: vec![], shared: 0, rows: 0, unshared: 0 }
    }

    /// A range at the end of its arena that nothing else will use.
    fn pin(&mut self, id: NodeId) -> Slot {
        let shape = self.graph.node(id).shape();
        let (end, place): (_, fn(usize) -> Place) =
            if shape.has_batch() { (&mut self.rows, Place::Rows) } else { (&mut self.shared, Place::Shared) };
        let slot = Slot { name: self.graph.label(id), place: place(*end), shape };
        *end += shape.elements(self.capacity);
        slot
    }

    pub(super) fn pin_outputs(&mut self, outputs: &[NodeId], copied: &[usize]) {
        for (index, id) in outputs.iter().enumerate() {
            let slot = self.pin(*id);
            if !copied.contains(&index) {
                self.places[id.index()] = Some(slot.place);
            }
            self.outputs.push(slot);
        }
    }

    pub(super) fn pin_inputs(&mut self) {
        for (id, node) in self.graph.nodes() {
            if let Op::Input { slot, .. } = node.op() {
                let pinned = self.pin(id);
                self.places[id.index()] = Some(pinned.place);
                self.inputs.resize(self.inputs.len().max(slot + 1), None);
                self.inputs[*slot] = Some(pinned);
            }
        }
    }

    /// Gives the result of a step a place of its own.
    pub(super) fn pin_step(&mut self, step: &Step) {
        let slot = self.pin(step.node);
        self.places[step.node.index()] = Some(slot.place);
    }

    /// Places the buffers that are neither outputs nor constants so that dead ones make room for new ones.
    pub(super) fn share(&mut self, steps: &Order) {
        let (shared, rows) = (self.buffers(steps, false), self.buffers(steps, true));
        let apart = |end: usize, buffers: &[(NodeId, Buffer)]| {
            buffers.iter().fold(end, |end, (_, buffer)| aligned(end) + buffer.len)
        };
        self.unshared = apart(self.shared, &shared) + apart(self.rows, &rows);
        self.shared = self.place(shared, self.shared, Place::Shared);
        self.rows = self.place(rows, self.rows, Place::Rows);
    }

    /// Places buffers of one arena from `start` on; its new end.
    fn place(&mut self, buffers: Vec<(NodeId, Buffer)>, start: usize, of: fn(usize) -> Place) -> usize {
        let (nodes, buffers): (Vec<NodeId>, Vec<Buffer>) = buffers.into_iter().unzip();
        let (offsets, end) = place(&buffers, start);
        for (node, offset) in nodes.into_iter().zip(offsets) {
            self.places[node.index()] = Some(of(offset));
        }
        end
    }

    /// The buffers that have no place yet, with their lives: those with rows, or the others.
    fn buffers(&self, steps: &Order, with_rows: bool) -> Vec<(NodeId, Buffer)> {
        let mut buffers: Vec<(NodeId, Buffer)> = Vec::new();
        for (number, step) in steps.steps().enumerate() {
            for operand in &step.operands {
                let source = self.storage(operand.node);
                if let Some((_, buffer)) = buffers.iter_mut().find(|(node, _)| *node == source) {
                    buffer.life = *buffer.life.start()..=number;
                }
            }
            let is_placed =
                matches!(step.work, Work::Copy { .. }) || self.places[step.node.index()].is_some();
            if !is_placed && step.shape.has_batch() == with_rows {
                let len = step.shape.elements(self.capacity);
                buffers.push((step.node, Buffer { len, life: number..=number }));
            }
        }
        buffers
    }

    fn storage(&self, id: NodeId) -> NodeId {
        super::lower::storage(self.graph, id)
    }

    /// Writes into a step where it finds its operands and puts its result.
    pub(super) fn resolve(&self, step: &mut Step) {
        let place = |id: NodeId| {
            let id = self.storage(id);
            self.places[id.index()].expect("every node that a step names is stored, an input or a parameter")
        };
        step.operands.iter_mut().for_each(|operand| operand.place = place(operand.node));
        step.place = match step.work {
            Work::Copy { output } => self.outputs[output].place,
            _ => place(step.node),
        };
    }
}
