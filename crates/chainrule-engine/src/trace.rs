//! The glass box: every node's value and adjoint for chosen rows, in `f64`.
//!
//! A trace is the graph read by the reference evaluation with nothing dropped or fused, together with the adjoint
//! `dL/dy` of every node `y` on a path to the loss. For a pre-activation `z` the adjoint is the `delta` of the textbooks.
//! Reports and drawings read these records. Must not know: layers, how a trace is shown.

use crate::{Array, Error, Feed, NodeId, Op, Recorded, Tape, Tensor, grad, reference};

/// One node of a traced graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The node.
    pub node: NodeId,
    /// Its name, or its number where it has none.
    pub name: String,
    /// The operation with its attributes, as printed graphs show it.
    pub operation: String,
    /// The operands.
    pub inputs: Vec<NodeId>,
    /// The value for the rows that were fed.
    pub value: Array,
    /// The derivative of the loss with respect to this value; `None` where the loss does not depend on it.
    pub adjoint: Option<Array>,
}

/// Every node of a graph with its value and adjoint, in topological order.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    records: Vec<Record>,
}

impl Trace {
    /// The records, in the order of the graph.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The first record of this name.
    pub fn get(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }
}

/// Reads `recorded` for the rows of `feed`, with the adjoints of the scalar node `loss`.
///
/// ```
/// use chainrule_engine::{Feed, Shape, Tape, trace};
/// let tape = Tape::new();
/// let x = tape.input("x", Shape::rows(1));
/// let z = (x * 3.0).named("z");
/// let loss = z.square().sum().id();
/// let trace = trace(&tape.finish()?, loss, &Feed::new(1, &[&[2.0]], &[]))?;
/// let z = trace.get("z").unwrap();
/// assert_eq!(z.value.values(), [6.0]);
/// assert_eq!(z.adjoint.as_ref().unwrap().values(), [12.0]);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotScalar`] for a loss that is not one number, [`Error::FeedLength`] for a feed that does not fit.
pub fn trace(recorded: &Recorded, loss: NodeId, feed: &Feed<'_, f64>) -> Result<Trace, Error> {
    let tape = Tape::resume(recorded.clone());
    let adjoints: Vec<Option<NodeId>> = grad::adjoints(&tape, tape.tensor(loss), &sources(&tape))?
        .into_iter()
        .map(|adjoint| adjoint.map(Tensor::id))
        .collect();
    let graph = tape.finish()?.graph;
    let wanted: Vec<NodeId> =
        recorded.graph.nodes().map(|(id, _)| id).chain(adjoints.iter().flatten().copied()).collect();
    let values = reference::evaluate_all(&graph, &wanted, feed)?;
    let value = |id: NodeId| values[id.index()].clone();
    let record = |(node, content): (NodeId, &crate::Node)| {
        Some(Record {
            node,
            name: recorded.graph.label(node),
            operation: content.op().to_string(),
            inputs: content.inputs().to_vec(),
            value: value(node)?,
            adjoint: adjoints.get(node.index()).copied().flatten().and_then(value),
        })
    };
    Ok(Trace { records: recorded.graph.nodes().filter_map(record).collect() })
}

/// The inputs and parameters, from which everything else is computed.
fn sources(tape: &Tape) -> Vec<Tensor<'_>> {
    let ids: Vec<NodeId> = tape.read(|graph| {
        let is_source = |op: &Op| matches!(op, Op::Input { .. } | Op::Param { .. });
        graph.nodes().filter(|(_, node)| is_source(node.op())).map(|(id, _)| id).collect()
    });
    ids.into_iter().map(|id| tape.tensor(id)).collect()
}
