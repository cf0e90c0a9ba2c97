//! Each layer as nodes. A table.
//!
//! Constants have the names of the model's tensors; the values of a layer are called after it, `layer1.z` before its activation
//! and `layer1.a` after. Dropout is left out, and batch normalisation is written as it predicts. Must not know: inputs and
//! answers of the graph.

use super::builder::{Builder, float, int};
use super::{activations, embed};
use crate::onnx::Fault;
use crate::{Function, LayerKind, Stack, StackLayer, Tensor};

/// Appends all layers to the value `x`; returns the value that comes out.
pub(super) fn append(graph: &mut Builder, stack: &Stack, x: &str) -> Result<String, Fault> {
    stack.layers.iter().try_fold(x.to_owned(), |x, layer| append_layer(graph, layer, &x))
}

fn append_layer(graph: &mut Builder, layer: &StackLayer, x: &str) -> Result<String, Fault> {
    let StackLayer { name, inputs, outputs, kind } = layer;
    let width = *inputs;
    match kind {
        LayerKind::Linear { weight, bias } => {
            let mut operands = vec![x.to_owned(), constant(graph, weight, &[*outputs, width])?];
            if let Some(bias) = bias {
                operands.push(constant(graph, bias, &[*outputs])?);
            }
            let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
            Ok(graph.node_with("Gemm", &operands, &format!("{name}.z"), vec![int("transB", 1)]))
        }
        LayerKind::Activation(Function::Identity) | LayerKind::Dropout { .. } => Ok(x.to_owned()),
        LayerKind::Activation(function) => Ok(activations::append(graph, *function, x, &format!("{name}.a"))),
        LayerKind::LayerNorm { weight, bias, epsilon } => {
            let inputs = with_columns(graph, x, &[weight, bias], width)?;
            Ok(normalisation(graph, ("LayerNormalization", *epsilon), &inputs, name))
        }
        LayerKind::BatchNorm { weight, bias, mean, variance, epsilon } => {
            let inputs = with_columns(graph, x, &[weight, bias, mean, variance], width)?;
            Ok(normalisation(graph, ("BatchNormalization", *epsilon), &inputs, name))
        }
        LayerKind::Embed { blocks } => embed::append(graph, name, (x, width), blocks),
        LayerKind::Prelu { slope } => {
            let slope = constant(graph, slope, &[width])?;
            Ok(graph.node("PRelu", &[x, &slope], &format!("{name}.y")))
        }
    }
}

/// `x` and after it the constants, each with a number for each column.
fn with_columns(
    graph: &mut Builder,
    x: &str,
    tensors: &[&Tensor],
    width: usize,
) -> Result<Vec<String>, Fault> {
    let mut inputs = vec![x.to_owned()];
    for tensor in tensors {
        inputs.push(constant(graph, tensor, &[width])?);
    }
    Ok(inputs)
}

fn normalisation(graph: &mut Builder, (op, epsilon): (&str, f64), inputs: &[String], name: &str) -> String {
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    graph.node_with(op, &inputs, &format!("{name}.y"), vec![float("epsilon", epsilon)])
}

/// A tensor as a constant of the shape that its place takes.
pub(super) fn constant(graph: &mut Builder, tensor: &Tensor, shape: &[usize]) -> Result<String, Fault> {
    let expected = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    fits(&tensor.name, expected.unwrap_or(usize::MAX), tensor.values.len())?;
    Ok(graph.tensor(&tensor.name, shape, &tensor.values))
}

/// Whether there are as many numbers as the place takes.
pub(super) fn fits(part: &str, expected: usize, got: usize) -> Result<(), Fault> {
    if expected == got { Ok(()) } else { Err(Fault::Width { part: part.to_owned(), expected, got }) }
}
