//! Stage 2: which nodes are computed together.
//!
//! An elementwise node joins the chain of its users if all of them belong to one chain; otherwise it is the root of a
//! chain of its own and has a buffer. A path from a member to its root never leaves the chain, so a chain can be
//! computed where its root stands. A matrix product whose users all belong to one chain is computed into the root's
//! buffer, and the chain becomes its epilogue.

use crate::op::Op;
use crate::{Axes, Graph, NodeId, Shape};

/// The longest chain, in elementwise nodes: bounds the registers of a program.
const LONGEST: usize = 24;

/// What is computed together with what.
#[derive(Clone, Debug)]
pub(super) struct Fusion {
    /// For an elementwise node the root of its chain.
    pub(super) root: Vec<Option<NodeId>>,
    /// For the root of a chain the product that it is the epilogue of.
    pub(super) product: Vec<Option<NodeId>>,
    /// Whether the node has a buffer of its own.
    pub(super) stored: Vec<bool>,
    /// Whether the node depends on constants and the batch size alone.
    pub(super) constant: Vec<bool>,
}

pub(super) fn fuse(graph: &Graph, outputs: &[NodeId]) -> Fusion {
    let constant = constants(graph);
    let users = users(graph);
    let root = roots(graph, outputs, &users, &constant);
    let product = products(graph, outputs, &users, &root);
    let mut fusion = Fusion { root, product, stored: vec![false; graph.len()], constant };
    for (id, _) in graph.nodes() {
        fusion.stored[id.index()] = fusion.needs_buffer(graph, outputs, &users, id);
    }
    fusion
}

impl Fusion {
    fn needs_buffer(&self, graph: &Graph, outputs: &[NodeId], users: &[Vec<NodeId>], id: NodeId) -> bool {
        let read_in_chains = || {
            let in_chain = |user: &NodeId| self.root[user.index()].is_some();
            !outputs.contains(&id) && users[id.index()].iter().all(in_chain)
        };
        match graph.node(id).op() {
            Op::Input { .. } | Op::Param { .. } | Op::Reshape(_) => false,
            Op::Unary(_) | Op::Binary(_) => self.root[id.index()] == Some(id),
            Op::MatMul { .. } => !self.product.contains(&Some(id)),
            Op::Broadcast { .. } | Op::Unpick { .. } => pattern(graph, id).is_none() || !read_in_chains(),
            Op::Constant(literal) => !literal.shape().is_scalar() || !self.inlined(graph, users, outputs, id),
            Op::Random { .. }
            | Op::Sum(_)
            | Op::MaxOver(_)
            | Op::Transpose(_)
            | Op::Concat { .. }
            | Op::Slice { .. }
            | Op::LogSoftmax
            | Op::Pick => true,
        }
    }

    /// Whether every use of a number is an operand of a chain, itself or repeated.
    fn inlined(&self, graph: &Graph, users: &[Vec<NodeId>], outputs: &[NodeId], id: NodeId) -> bool {
        let in_chain = |user: &NodeId| self.root[user.index()].is_some();
        let repeated_in_chain = |user: &NodeId| {
            matches!(graph.node(*user).op(), Op::Broadcast { .. })
                && !outputs.contains(user)
                && users[user.index()].iter().all(in_chain)
        };
        !outputs.contains(&id)
            && users[id.index()].iter().all(|user| in_chain(user) || repeated_in_chain(user))
    }
}

fn users(graph: &Graph) -> Vec<Vec<NodeId>> {
    let mut users = vec![Vec::new(); graph.len()];
    for (id, node) in graph.nodes() {
        node.inputs().iter().for_each(|input| users[input.index()].push(id));
    }
    users
}

fn constants(graph: &Graph) -> Vec<bool> {
    let mut constant = vec![false; graph.len()];
    for (id, node) in graph.nodes() {
        constant[id.index()] = match node.op() {
            Op::Input { .. } | Op::Param { .. } | Op::Random { .. } => false,
            _ => node.inputs().iter().all(|input| constant[input.index()]),
        };
    }
    constant
}

fn roots(graph: &Graph, outputs: &[NodeId], users: &[Vec<NodeId>], constant: &[bool]) -> Vec<Option<NodeId>> {
    let mut root: Vec<Option<NodeId>> = vec![None; graph.len()];
    let mut members = vec![0; graph.len()];
    for (id, node) in graph.nodes().rev() {
        if !matches!(node.op(), Op::Unary(_) | Op::Binary(_)) {
            continue;
        }
        let chain = common_root(&users[id.index()], &root).filter(|chain| {
            !outputs.contains(&id)
                && members[chain.index()] < LONGEST
                && constant[chain.index()] == constant[id.index()]
        });
        let chain = chain.unwrap_or(id);
        members[chain.index()] += 1;
        root[id.index()] = Some(chain);
    }
    root
}

/// The chain that all users belong to.
fn common_root(users: &[NodeId], root: &[Option<NodeId>]) -> Option<NodeId> {
    let first = root[users.first()?.index()]?;
    users.iter().all(|user| root[user.index()] == Some(first)).then_some(first)
}

/// For each chain the last of the products that only this chain reads.
fn products(
    graph: &Graph,
    outputs: &[NodeId],
    users: &[Vec<NodeId>],
    root: &[Option<NodeId>],
) -> Vec<Option<NodeId>> {
    let mut product = vec![None; graph.len()];
    for (id, node) in graph.nodes() {
        let is_product = matches!(node.op(), Op::MatMul { .. }) && !outputs.contains(&id);
        if let Some(chain) = common_root(&users[id.index()], root).filter(|_| is_product) {
            product[chain.index()] = Some(id);
        }
    }
    product
}

/// How an operand of a chain that is not of the chain's own kind is read, element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// One number for all elements.
    Scalar,
    /// The operand over and over: element `i` reads `i mod len`.
    Row,
    /// Each element of the operand `inner` times: element `i` reads `i / inner`.
    Column {
        /// The axes that the operand lacks, whose product is `inner`.
        inner: Shape,
    },
    /// `operand[i / classes]` where `i mod classes` is `index[i / classes]`, else 0.
    OneHot {
        /// Length of a row.
        classes: usize,
    },
}

/// The pattern in which a chain can read this node's operand without storing the node.
pub(super) fn pattern(graph: &Graph, id: NodeId) -> Option<Pattern> {
    let node = graph.node(id);
    match node.op() {
        Op::Broadcast { axes, shape } => broadcast_pattern(*axes, *shape),
        Op::Unpick { classes } => Some(Pattern::OneHot { classes: *classes }),
        _ => None,
    }
}

fn broadcast_pattern(axes: Axes, shape: Shape) -> Option<Pattern> {
    let (rank, added) = (shape.rank(), axes.len());
    if added == rank {
        Some(Pattern::Scalar)
    } else if axes == Axes::all(added) {
        Some(Pattern::Row)
    } else if (rank - added..rank).all(|axis| axes.contains(axis)) {
        Some(Pattern::Column { inner: shape.without(Axes::all(rank - added)) })
    } else {
        None
    }
}
