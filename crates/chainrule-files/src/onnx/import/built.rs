//! Graphs built node by node, for tests.

use prost::Message;

use super::{Imported, decode};
use crate::onnx::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};

/// A graph of 4 inputs `x`, matrix `w: [4, 3]`, bias `b: [3]`, one output `y`, and these nodes.
pub(super) fn graph(nodes: Vec<NodeProto>) -> GraphProto {
    GraphProto {
        node: nodes,
        initializer: vec![floats("w", &[4, 3]), floats("b", &[3])],
        input: vec![value("x", &[None, Some(4)])],
        output: vec![value("y", &[None, Some(3)])],
        ..GraphProto::default()
    }
}

pub(super) fn model(graph: GraphProto) -> ModelProto {
    let own = OperatorSetIdProto { domain: None, version: Some(17) };
    ModelProto { graph: Some(graph), opset_import: vec![own], ..ModelProto::default() }
}

pub(super) fn value(name: &str, dims: &[Option<i64>]) -> ValueInfoProto {
    let dim = |dim: &Option<i64>| DimensionProto {
        dim_value: *dim,
        dim_param: dim.is_none().then(|| "n".to_owned()),
    };
    typed(name, 1, Some(TensorShapeProto { dim: dims.iter().map(dim).collect() }))
}

pub(super) fn typed(name: &str, elem_type: i32, shape: Option<TensorShapeProto>) -> ValueInfoProto {
    let tensor_type = Some(TensorTypeProto { elem_type: Some(elem_type), shape });
    ValueInfoProto { name: Some(name.to_owned()), r#type: Some(TypeProto { tensor_type }) }
}

pub(super) fn floats(name: &str, dims: &[i64]) -> TensorProto {
    let count = usize::try_from(dims.iter().product::<i64>()).unwrap();
    TensorProto {
        name: Some(name.to_owned()),
        dims: dims.to_vec(),
        data_type: Some(1),
        float_data: vec![0.5; count],
        ..TensorProto::default()
    }
}

pub(super) fn node(op: &str, inputs: &[&str], output: &str) -> NodeProto {
    let (domain, op) = op.rsplit_once('.').map_or((None, op), |(domain, op)| (Some(domain.to_owned()), op));
    NodeProto {
        input: inputs.iter().map(|input| (*input).to_owned()).collect(),
        output: vec![output.to_owned()],
        name: Some(format!("{}_1", op.to_lowercase())),
        op_type: Some(op.to_owned()),
        domain,
        ..NodeProto::default()
    }
}

pub(super) fn set(mut node: NodeProto, name: &str, attribute: AttributeProto) -> NodeProto {
    node.attribute.push(AttributeProto { name: Some(name.to_owned()), ..attribute });
    node
}

pub(super) fn int(value: i64) -> AttributeProto {
    AttributeProto { i: Some(value), ..AttributeProto::default() }
}

pub(super) fn float(value: f32) -> AttributeProto {
    AttributeProto { f: Some(value), ..AttributeProto::default() }
}

/// What is found in a graph; an error is a sentence.
pub(super) fn found(graph: GraphProto) -> Result<Imported, String> {
    decode(model(graph).encode_to_vec()).map_err(|error| error.to_string())
}
