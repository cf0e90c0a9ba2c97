//! Stage 1: dead nodes dropped, identical nodes merged, and identities that keep every bit.
//!
//! Transposes next to a matrix product go into its flags: `(Aᵀ)ᵀ = A` and `(A B)ᵀ = Bᵀ Aᵀ`. The bits stay, since each
//! element's sum takes the same products in the same order, and `fma(a, b, c) = fma(b, a, c)`.

use std::collections::HashMap;

use crate::graph::Node;
use crate::op::{Binary, Literal, Op, Order, Unary};
use crate::{Axes, Graph, NodeId};

/// The part of `graph` that `outputs` need, simplified, and the outputs' ids in it.
pub(super) fn simplify(graph: &Graph, outputs: &[NodeId]) -> (Graph, Vec<NodeId>) {
    let needed = graph.needed_by(outputs);
    let turned = turned_products(graph, outputs, &needed);
    let mut rewriter = Rewriter::default();
    let mut renamed = vec![NodeId::NONE; graph.len()];
    for (id, node) in graph.nodes().filter(|(id, _)| needed[id.index()]) {
        let inputs: Vec<NodeId> = node.inputs().iter().map(|input| renamed[input.index()]).collect();
        let product = || rewriter.turned(*inputs.first()?).filter(|_| turned[node.inputs()[0].index()]);
        let new = match product() {
            Some((op, inputs)) if is_transpose(node.op()) => rewriter.add(op, &inputs, node.location()),
            _ => rewriter.add(node.op().clone(), &inputs, node.location()),
        };
        if let (None, Some(name)) = (rewriter.graph.node(new).name(), node.name()) {
            rewriter.graph.set_name(new, name);
        }
        renamed[id.index()] = new;
    }
    let outputs: Vec<NodeId> = outputs.iter().map(|id| renamed[id.index()]).collect();
    sweep(&rewriter.graph, &outputs)
}

/// For each node whether it is a product that is needed as its transpose alone.
fn turned_products(graph: &Graph, outputs: &[NodeId], needed: &[bool]) -> Vec<bool> {
    let is_product = |(_, node): (NodeId, &Node)| matches!(node.op(), Op::MatMul { .. });
    let mut turned: Vec<bool> = graph.nodes().map(is_product).collect();
    outputs.iter().for_each(|id| turned[id.index()] = false);
    for (_, node) in graph.nodes().filter(|(id, node)| needed[id.index()] && !is_transpose(node.op())) {
        node.inputs().iter().for_each(|input| turned[input.index()] = false);
    }
    turned
}

/// Whether the operation exchanges the last two axes and nothing else.
fn is_transpose(op: &Op) -> bool {
    let Op::Transpose(order) = op else { return false };
    let rank = order.axes().len();
    let mut exchanged: Vec<usize> = (0..rank).collect();
    exchanged[rank.saturating_sub(2)..].reverse();
    rank >= 2 && Order::new(&exchanged) == Some(*order)
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
        let (op, inputs) = &self.with_stored_operands(op, inputs);
        if let Some(same) = self.identity(op, inputs) {
            return same;
        }
        if let Some(moved) = self.before_broadcast(op, inputs, location) {
            return moved;
        }
        let graph = &mut self.graph;
        *self.known.entry((op.clone(), inputs.to_vec())).or_insert_with(|| {
            graph
                .push_at(op.clone(), inputs, location)
                .expect("rewriting keeps shapes, and these fitted before")
        })
    }

    fn op(&self, id: NodeId) -> &Op {
        self.graph.node(id).op()
    }

    /// A product of transposes as one that reads what they transpose; any other operation as it is.
    fn with_stored_operands(&self, op: Op, inputs: &[NodeId]) -> (Op, Vec<NodeId>) {
        let (mut op, mut inputs) = (op, inputs.to_vec());
        if let Op::MatMul { transpose_a, transpose_b } = &mut op {
            for (flag, input) in [transpose_a, transpose_b].into_iter().zip(&mut inputs) {
                while is_transpose(self.op(*input)) {
                    *flag = !*flag;
                    *input = self.graph.node(*input).inputs()[0];
                }
            }
        }
        (op, inputs)
    }

    /// The transpose of a product as a product.
    fn turned(&self, product: NodeId) -> Option<(Op, Vec<NodeId>)> {
        let Op::MatMul { transpose_a, transpose_b } = *self.op(product) else { return None };
        let mut inputs = self.graph.node(product).inputs().to_vec();
        inputs.reverse();
        Some((Op::MatMul { transpose_a: !transpose_b, transpose_b: !transpose_a }, inputs))
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
    use crate::{Feed, NodeId, Op, Plan, Shape, Tape, Tensor, reference};

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

    /// Weights stored as `[inputs, units]`, forward and backward, without a single transpose.
    #[test]
    fn products_take_up_the_transposes_beside_them() {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(3));
        let weight = tape.param("weight", [3, 2].into());
        let loss = x.matmul_transposed(weight.transpose(&[1, 0])).tanh().sum();
        let gradients: Vec<NodeId> =
            tape.grad(loss, &[x, weight]).unwrap().into_iter().map(Tensor::id).collect();
        let (graph, _) = simplify(&tape.finish().unwrap().graph, &gradients);
        insta::assert_snapshot!(graph);
    }

    #[test]
    fn a_product_that_is_needed_both_ways_is_computed_once() {
        let tape = Tape::new();
        let (x, y) = (tape.input("x", Shape::rows(3)), tape.input("y", Shape::rows(3)));
        let product = x.matmul_transposed(y);
        let outputs = [product.exp().id(), product.transpose(&[1, 0]).id()];
        let (graph, _) = simplify(&tape.graph(), &outputs);
        assert_eq!(graph.nodes().filter(|(_, node)| matches!(node.op(), Op::MatMul { .. })).count(), 1);
    }

    fn turn<'t>(x: Tensor<'t>, order: &[usize], turned: bool) -> Tensor<'t> {
        if turned { x.transpose(order) } else { x }
    }

    /// `op(a) op(b)` with operands and result transposed or not, by every one of the 32 ways, for matrices and for stacks.
    #[test]
    fn every_way_to_transpose_keeps_the_values() {
        for way in 0..32 {
            let [a, b, result, transpose_a, transpose_b] =
                [0, 1, 2, 3, 4].map(|bit: usize| way >> bit & 1 == 1);
            for stack in [&[][..], &[4]] {
                let sizes = |rows, columns, turned| {
                    let matrix = if turned { [columns, rows] } else { [rows, columns] };
                    Shape::new(
                        &[stack, &matrix].concat().iter().map(|size| (*size).into()).collect::<Vec<_>>(),
                    )
                };
                let order: &[usize] = if stack.is_empty() { &[1, 0] } else { &[0, 2, 1] };
                let tape = Tape::new();
                let left = tape.input("left", sizes(2, 3, a != transpose_a).unwrap());
                let right = tape.input("right", sizes(3, 5, b != transpose_b).unwrap());
                let op = Op::MatMul { transpose_a, transpose_b };
                let product = tape.push(op, &[turn(left, order, a), turn(right, order, b)]);
                let output = turn(product, order, result).id();
                let graph = tape.finish().unwrap().graph;

                let values: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 11) - 5.0).collect();
                let copies = stack.iter().product::<usize>();
                let inputs = [&values[..6 * copies], &values[..15 * copies]];
                let feed = Feed::new(1, &inputs, &[]);
                let plan = Plan::compile(&graph, &[output], 1).unwrap();
                let mut workspace = plan.workspace();
                plan.run(&feed, &mut workspace).unwrap();
                assert_eq!(plan.len(), 1, "{plan}");
                let expected = reference::evaluate(&graph, &[output], &feed).unwrap();
                assert_eq!(workspace.output(&plan, 0), expected[0].values(), "way {way}: {plan}");
            }
        }
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
