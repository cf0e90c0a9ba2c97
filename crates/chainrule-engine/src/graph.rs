//! The graph: nodes in order, each an operation plus the ids of its operands.
//!
//! Append-only, so every operand comes before its user: the order of the nodes is a topological order by construction,
//! and reading the graph forward is a loop. Must not know: values, memory, threads.

use core::fmt;
use core::panic::Location;

use crate::error::Operand;
use crate::infer::infer;
use crate::{Error, Op, Shape};

/// The number of a node in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The id of a node that was never made, because the tape already holds an error.
    pub(crate) const NONE: NodeId = NodeId(u32::MAX);

    pub(crate) fn new(index: usize) -> Self {
        NodeId(u32::try_from(index).expect("a graph of four thousand million nodes does not fit in memory"))
    }

    /// Position of the node in the graph, 0 for the first.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// One operation with its operands, the shape of its result, and where it came from.
#[derive(Clone, Debug)]
pub struct Node {
    op: Op,
    inputs: Vec<NodeId>,
    shape: Shape,
    name: Option<String>,
    location: &'static Location<'static>,
}

impl Node {
    /// What is computed.
    pub fn op(&self) -> &Op {
        &self.op
    }

    /// The operands, each of which comes before this node.
    pub fn inputs(&self) -> &[NodeId] {
        &self.inputs
    }

    /// The shape of the result.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The name given by [`Graph::set_name`], if any.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The line of the caller's source that made the node.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// A computation as a list of nodes.
///
/// ```
/// use chainrule_engine::{Axes, Graph, Op, Shape, Unary};
/// let mut graph = Graph::default();
/// let x = graph.push(Op::Input { slot: 0, shape: Shape::rows(3) }, &[])?;
/// let y = graph.push(Op::Unary(Unary::Tanh), &[x])?;
/// let total = graph.push(Op::Sum(Axes::all(2)), &[y])?;
/// assert_eq!(graph.node(total).shape(), Shape::SCALAR);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Appends a node and returns its id.
    ///
    /// # Errors
    /// [`Error::Shape`] if the operands' number or shapes do not fit the operation.
    #[track_caller]
    pub fn push(&mut self, op: Op, inputs: &[NodeId]) -> Result<NodeId, Error> {
        self.push_at(op, inputs, Location::caller())
    }

    /// [`Graph::push`] on behalf of the source line `location`.
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn push_at(
        &mut self,
        op: Op,
        inputs: &[NodeId],
        location: &'static Location<'static>,
    ) -> Result<NodeId, Error> {
        let shapes: Vec<Shape> = inputs.iter().map(|id| self.node(*id).shape).collect();
        let shape = infer(&op, &shapes).map_err(|expected| Error::Shape {
            operation: op.name(),
            operands: inputs.iter().map(|id| self.operand(*id)).collect(),
            expected,
            location,
        })?;
        let id = NodeId::new(self.nodes.len());
        self.nodes.push(Node { op, inputs: inputs.to_vec(), shape, name: None, location });
        Ok(id)
    }

    /// The node with this id.
    ///
    /// # Panics
    /// If `id` belongs to another, longer graph.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// All nodes in topological order, with their ids.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> + ExactSizeIterator {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId::new(index), node))
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether some node draws random numbers, so that a run depends on its [`Moment`](crate::Moment).
    pub fn is_random(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node.op(), Op::Random { .. }))
    }

    /// Whether the graph has no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Gives a node a name for messages, prints and traces; a later name replaces an earlier one.
    pub fn set_name(&mut self, id: NodeId, name: impl Into<String>) {
        self.nodes[id.index()].name = Some(name.into());
    }

    /// The first node with this name.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.nodes().find(|(_, node)| node.name() == Some(name)).map(|(id, _)| id)
    }

    /// The node's name, or its number where it has none.
    pub fn label(&self, id: NodeId) -> String {
        self.node(id).name().map_or_else(|| id.to_string(), str::to_owned)
    }

    /// How messages show a node.
    pub(crate) fn operand(&self, id: NodeId) -> Operand {
        Operand { name: self.label(id), shape: self.node(id).shape }
    }

    /// For each node whether some of `outputs` needs it.
    pub(crate) fn needed_by(&self, outputs: &[NodeId]) -> Vec<bool> {
        let mut needed = vec![false; self.len()];
        outputs.iter().for_each(|id| needed[id.index()] = true);
        for (id, node) in self.nodes().rev() {
            if needed[id.index()] {
                node.inputs.iter().for_each(|input| needed[input.index()] = true);
            }
        }
        needed
    }

    /// For each node whether it depends on some of `sources` (a source depends on itself).
    pub(crate) fn depends_on(&self, sources: &[NodeId]) -> Vec<bool> {
        let mut depends = vec![false; self.len()];
        sources.iter().for_each(|id| depends[id.index()] = true);
        for (id, node) in self.nodes() {
            depends[id.index()] |= node.inputs.iter().any(|input| depends[input.index()]);
        }
        depends
    }
}

impl fmt::Display for Graph {
    /// One node per line: number, operation, operands, shape, name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, node) in self.nodes() {
            let operands: Vec<String> = node.inputs.iter().map(ToString::to_string).collect();
            let left = format!("{id} = {}", node.op);
            let right = if operands.is_empty() { String::new() } else { format!(" {}", operands.join(" ")) };
            write!(f, "{:<44} {}", left + &right, node.shape)?;
            if let Some(name) = node.name() {
                write!(f, "  {name}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
