//! The graph as a whole: its constants, its input, its nodes in order, its output.
//!
//! Must not know: what an operation means.

use std::collections::HashSet;
use std::rc::Rc;

use super::attributes::Node;
use super::constant;
use super::elementwise::is_comparison;
use super::operations;
use super::reader::Reader;
use super::stage::{Rows, StageId, Value};
use crate::onnx::Fault;
use crate::onnx::fault::shown;
use crate::onnx::proto::{DimensionProto, GraphProto, TensorProto, ValueInfoProto, data_type};

/// The widest row that is read: with a single slope for all, each column costs memory that is not in the file.
const MAX_WIDTH: usize = 1 << 20;

/// Reads all nodes; returns what was found, and the stage of the output.
pub(super) fn read(graph: GraphProto, opset: i64, length: usize) -> Result<(Reader, StageId), Fault> {
    let GraphProto { node, initializer, input, output, sparse_initializer, .. } = graph;
    if !sparse_initializer.is_empty() {
        return Err(Fault::Tensor {
            tensor: "sparse_initializer".to_owned(),
            fault: "it is sparse; expected all numbers".to_owned(),
        });
    }
    let nodes: Vec<Node> = node.into_iter().map(Node::new).collect();
    initializer.iter().try_for_each(constant::refuse_external)?;
    nodes.iter().try_for_each(Node::refuse_external)?;
    let is_constant: HashSet<&str> = initializer.iter().filter_map(|tensor| tensor.name.as_deref()).collect();
    let inputs = input
        .into_iter()
        .filter(|input| !is_constant.contains(input.name.as_deref().unwrap_or("")))
        .collect();
    let mut reader = begin(single(inputs)?, opset, length)?;
    constants(&mut reader, initializer)?;
    let made: HashSet<String> = nodes.iter().flat_map(|node| node.outputs.iter().cloned()).collect();
    for node in nodes {
        check_inputs(&reader, &node, &made)?;
        let value = operations::read(&mut reader, &node)?;
        reader.made_by(&value, &node);
        // Further outputs, such as the mask of a dropout, are of no use to a network.
        let values = std::iter::once(value).chain(std::iter::repeat(Value::Answer));
        for (name, value) in node.outputs.into_iter().zip(values) {
            define(&mut reader, name, value)?;
        }
    }
    let rows = answers(&mut reader, &output)?;
    let stage =
        reader.settle(rows).map_err(|fault| Fault::Outputs { fault: format!("at its output, {fault}") })?;
    Ok((reader, stage))
}

fn define(reader: &mut Reader, name: String, value: Value) -> Result<(), Fault> {
    let shown = shown(&name);
    if !name.is_empty() && reader.define(name, value) {
        return Err(Fault::MadeTwice { name: shown });
    }
    Ok(())
}

fn constants(reader: &mut Reader, initializers: Vec<TensorProto>) -> Result<(), Fault> {
    for tensor in initializers {
        let name = tensor.name.clone().unwrap_or_default();
        let value = Value::Constant(Rc::new(constant::read(tensor)?));
        define(reader, name, value)?;
    }
    Ok(())
}

fn single(inputs: Vec<ValueInfoProto>) -> Result<ValueInfoProto, Fault> {
    const NAMED: usize = 10;
    let count = inputs.len();
    let names = inputs.iter().take(NAMED).map(|input| shown(input.name.as_deref().unwrap_or(""))).collect();
    match <[ValueInfoProto; 1]>::try_from(inputs) {
        Ok([input]) => Ok(input),
        Err(_) => Err(Fault::Inputs { count, names }),
    }
}

/// The reader for a graph with this input.
fn begin(input: ValueInfoProto, opset: i64, length: usize) -> Result<Reader, Fault> {
    let name = input.name.clone().unwrap_or_default();
    let fault = |fault: String| Fault::Input { name: shown(&name), fault };
    let tensor = input
        .r#type
        .and_then(|of| of.tensor_type)
        .ok_or_else(|| fault("it is no tensor; expected rows of numbers".to_owned()))?;
    check_type(tensor.elem_type.unwrap_or(0)).map_err(fault)?;
    let shape =
        tensor.shape.ok_or_else(|| fault("its shape is not given; expected [batch, columns]".to_owned()))?;
    let (batch, columns) = match &shape.dim[..] {
        [batch, columns @ ..] if !columns.is_empty() => (batch, columns),
        dims => return Err(fault(format!("its shape has {} axes; expected [batch, columns]", dims.len()))),
    };
    let width = width(columns).map_err(fault)?;
    let mut reader = Reader::new(opset, name, width, length);
    if columns.len() > 1 {
        reader.fold_input();
    }
    if batch.dim_value.is_some_and(|batch| batch > 0) {
        reader.fixed_batch = true;
        reader.note("the graph takes a fixed number of rows at once; the model takes any number");
    }
    Ok(reader)
}

fn check_type(elem_type: i32) -> Result<(), String> {
    match elem_type {
        data_type::FLOAT | data_type::DOUBLE | data_type::INT32 | data_type::INT64 | data_type::UINT8 => {
            Ok(())
        }
        other => Err(format!("its type is {}; expected numbers, such as FLOAT", data_type::name(other))),
    }
}

/// The product of all axes but the first.
fn width(columns: &[DimensionProto]) -> Result<usize, String> {
    let mut width = 1_usize;
    for (axis, dimension) in (1..).zip(columns) {
        let length =
            dimension.dim_value.and_then(|length| usize::try_from(length).ok()).filter(|length| *length > 0);
        let length = length.ok_or_else(|| {
            let name = dimension
                .dim_param
                .as_deref()
                .map_or(String::new(), |name| format!(" but the name `{}`", shown(name)));
            format!("its axis {axis} has no fixed length{name}; expected a number, only axis 0 may change")
        })?;
        width = width.saturating_mul(length);
    }
    if width > MAX_WIDTH {
        return Err(format!("its rows are too wide; expected at most {MAX_WIDTH} numbers, got {width}"));
    }
    Ok(width)
}

/// Whether everything that a node uses is there.
fn check_inputs(reader: &Reader, node: &Node, made: &HashSet<String>) -> Result<(), Fault> {
    let missing = node.inputs.iter().find(|name| !name.is_empty() && reader.value(name).is_none());
    match missing {
        None => Ok(()),
        Some(name) => Err(Fault::Dangling {
            node: node.name.clone(),
            op: shown(&node.op),
            input: shown(name),
            later: made.contains(name),
        }),
    }
}

/// The one output that has numbers; answers that follow from it are cut off, with a note.
fn answers(reader: &mut Reader, outputs: &[ValueInfoProto]) -> Result<Rows, Fault> {
    let mut found: Vec<(String, Rows)> = Vec::new();
    for output in outputs {
        let name = output.name.as_deref().unwrap_or("");
        match reader.value(name) {
            Some(value @ (Value::Rows(rows) | Value::BothSides(rows))) if !is_comparison(reader, *rows) => {
                let (rows, both) = (*rows, matches!(value, Value::BothSides(_)));
                if both && reader.width(rows) > 1 {
                    reader.note(&format!("the output `{}` is [1 - p, p]; the model gives p", shown(name)));
                }
                if found.iter().all(|(_, other)| *other != rows) {
                    found.push((shown(name), rows));
                }
            }
            Some(Value::Rows(_) | Value::BothSides(_) | Value::Answer) => {
                let note = format!(
                    "the output `{}` was cut off: `predict` gives classes and labels itself",
                    shown(name)
                );
                reader.note(&note);
            }
            Some(Value::Constant(_) | Value::Folded) => {
                return Err(Fault::Outputs {
                    fault: format!("its output `{}` does not depend on a layer", shown(name)),
                });
            }
            None => {
                return Err(Fault::Outputs {
                    fault: format!("its output `{}` is made by no node", shown(name)),
                });
            }
        }
    }
    match &found[..] {
        [(_, rows)] => Ok(*rows),
        [] => Err(Fault::Outputs { fault: "it has no output of numbers; expected one".to_owned() }),
        [(a, _), (b, _), ..] => Err(Fault::Outputs {
            fault: format!(
                "its outputs `{a}` and `{b}` are different numbers; expected one output of numbers"
            ),
        }),
    }
}
