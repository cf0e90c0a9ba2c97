//! Stage 1: dead nodes dropped, identical nodes merged, and identities that keep every bit.

use std::collections::HashMap;

use crate::op::{Binary, Literal, Op, Unary};
use crate::{Axes, Graph, NodeId};

/// The part of `graph` that `outputs` need, simplified, and the outputs' ids in it.
pub(super) fn simplify(graph: &Graph, outputs: &[NodeId]) -> (Graph, Vec<NodeId>) {
    let needed = graph.needed_by(outputs);
    let mut rewriter = Rewriter::default();
    let mut renamed = vec![NodeId::NONE; graph.len()];
    for (id, node) in graph.nodes().filter(|(id, _)| needed[id.index()]) {
        let inputs: Vec<NodeId> = node.inputs().iter().map(|input| renamed[input.index()]).collect();
        let new = rewriter.add(node.op().clone(), &inputs, node.location());
        if let (None, Some(name)) = (rewriter.graph.node(new).name(), node.name()) {
            rewriter.graph.set_name(new, name);
        }
        renamed[id.index()] = new;
    }
    let outputs: Vec<NodeId> = outputs.iter().map(|id| renamed[id.index()]).collect();
    sweep(&rewriter.graph, &outputs)
}

/// The graph without the nodes that rewriting left unused.
fn sweep(graph: &Graph, outputs: &[NodeId]) -> (Graph, Vec<NodeId>) {
    let needed = graph.needed_by(outputs);
    let mut swept = Graph::default();
    let mut renamed = vec![NodeId::NONE; graph.len()];
    for (id, node) in graph.nodes().filter(|(id, _)| needed[id.index()]) {
        let inputs: Vec<NodeId> = node.inputs().iter().map(|input| renamed[input.index()]).collect();
        let new = swept
            .push_at(node.op().clone(), &inputs, node.location())
            .expect("a node that fitted before fits again");
        if let Some(name) = node.name() {
            swept.set_name(new, name);
        }
        renamed[id.index()] = new;
    }
    let outputs = outputs.iter().map(|id| renamed[id.index()]).collect();
    (swept, outputs)
}

#[derive(Default)]
struct Rewriter {
    graph: Graph,
    known: HashMap<(Op, Vec<NodeId>), NodeId>,
}

type Location = &'static core::panic::Location<'static>;

impl Rewriter {
    /// The node that computes `op` of `inputs`: an operand, a node there is, or a new one.
    fn add(&mut self, op: Op, inputs: &[NodeId], location: Location) -> NodeId {
        if let Some(same) = self.identity(&op, inputs) {
            return same;
        }
        if let Some(moved) = self.before_broadcast(&op, inputs, location) {
            return moved;
        }
        let graph = &mut self.graph;
        *self.known.entry((op.clone(), inputs.to_vec())).or_insert_with(|| {
            graph.push_at(op, inputs, location).expect("rewriting keeps shapes, and these fitted before")
        })
    }

    fn op(&self, id: NodeId) -> &Op {
        self.graph.node(id).op()
    }

    /// The operand that the operation would only repeat.
    fn identity(&self, op: &Op, inputs: &[NodeId]) -> Option<NodeId> {
        let shape = |id: NodeId| self.graph.node(id).shape();
        let only = |id: NodeId| self.graph.node(id).inputs()[0];
        match op {
            Op::Binary(Binary::Mul) if self.is_one(inputs[0]) => Some(inputs[1]),
            Op::Binary(Binary::Mul | Binary::Div) if self.is_one(inputs[1]) => Some(inputs[0]),
            Op::Unary(Unary::Neg) if *self.op(inputs[0]) == Op::Unary(Unary::Neg) => Some(only(inputs[0])),
            Op::Reshape(to) if *to == shape(inputs[0]) => Some(inputs[0]),
            Op::Sum(axes) | Op::MaxOver(axes) | Op::Broadcast { axes, .. } if axes.is_empty() => {
                Some(inputs[0])
            }
            // Each row of an unpicked array holds one element and zeros.
            Op::Sum(axes) if matches!(self.op(inputs[0]), Op::Unpick { .. }) => {
                let last = Axes::of(&[shape(inputs[0]).rank() - 1]);
                (*axes == last).then(|| only(inputs[0]))
            }
            _ => None,
        }
    }

    /// Elementwise functions of repeated numbers, computed on the number and repeated after that.
    fn before_broadcast(&mut self, op: &Op, inputs: &[NodeId], location: Location) -> Option<NodeId> {
        let numbers: Option<Vec<NodeId>> = inputs.iter().map(|id| self.repeated(*id)).collect();
        let (numbers, shape) = (numbers?, self.graph.node(*inputs.first()?).shape());
        let (number, shape) = match op {
            Op::Unary(_) | Op::Binary(_) => (self.add(op.clone(), &numbers, location), shape),
            Op::Broadcast { shape, .. } => (numbers[0], *shape),
            _ => return None,
        };
        Some(self.add(Op::Broadcast { axes: Axes::all(shape.rank()), shape }, &[number], location))
    }

    /// The number that this node repeats over its whole shape.
    fn repeated(&self, id: NodeId) -> Option<NodeId> {
        let node = self.graph.node(id);
        let source = *node.inputs().first()?;
        let number = matches!(node.op(), Op::Broadcast { .. }) && self.graph.node(source).shape().is_scalar();
        number.then_some(source)
    }

    fn is_one(&self, id: NodeId) -> bool {
        let number = self.repeated(id).unwrap_or(id);
        *self.op(number) == Op::Constant(Literal::scalar(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::simplify;
    use crate::{Shape, Tape};

    #[test]
    fn the_gradient_of_the_cross_entropy_is_one_chain() {
        let tape = Tape::new();
        let logits = tape.input("logits", Shape::rows(3));
        let index = tape.input("index", Shape::BATCH);
        let loss = -logits.log_softmax().pick(index).sum();
        let gradient = tape.grad(loss, &[logits]).unwrap()[0].id();
        let (graph, _) = simplify(&tape.finish().unwrap().graph, &[gradient]);
        insta::assert_snapshot!(graph);
    }

    #[test]
    fn identical_nodes_become_one_and_dead_ones_none() {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(3));
        let dead = x.tanh();
        let y = (x.exp() + x.exp()) * 1.0;
        let (graph, outputs) = simplify(&tape.graph(), &[y.id()]);
        assert_eq!(graph.len(), 3);
        assert_eq!(outputs[0].index(), 2);
        let _ = dead;
    }
}
