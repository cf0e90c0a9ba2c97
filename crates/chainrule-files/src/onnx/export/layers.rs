//! Each layer as nodes. A table.
//!
//! Batch normalisation is written as it predicts, with its running values. Must not know: inputs and answers of the graph.

use std::ops::Range;

use super::activations;
use super::builder::{Builder, float, int};
use crate::Values;
use crate::onnx::{Chain, EmbedBlock, Fault, Layer, NORM_EPSILON};

/// Appends all layers to the value `x`; returns the value that comes out.
pub(super) fn append(graph: &mut Builder, chain: &Chain, x: &str) -> Result<String, Fault> {
    let mut place = Place { value: x.to_owned(), width: chain.inputs, ..Place::default() };
    for layer in &chain.layers {
        place = place.after(graph, layer)?;
    }
    Ok(place.value)
}

/// How far the graph has come.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The last value.
    value: String,
    /// Its width.
    width: usize,
    /// How many layers of each kind there are: dense, activation, batch norm, layer norm, prelu, embed.
    counts: [usize; 6],
    /// The name of the dense layer that made the last value, which an activation shares.
    dense: Option<String>,
}

impl Place {
    fn after(mut self, graph: &mut Builder, layer: &Layer) -> Result<Self, Fault> {
        let before = self.dense.take();
        let name = match (layer, &before) {
            (Layer::Activation(_), Some(dense)) => dense.clone(),
            _ => self.name(layer),
        };
        let (x, width) = (self.value.clone(), self.width);
        self.value = match layer {
            Layer::Dense { weight, bias, outputs } => {
                self.width = *outputs;
                let value = dense(graph, &name, (&x, width), (weight, bias.as_ref(), *outputs))?;
                self.dense = Some(name);
                value
            }
            Layer::Activation(activation) => {
                activations::append(graph, *activation, &x, &format!("{name}.a"))
            }
            Layer::BatchNorm { scale, shift, mean, variance } => {
                let parts = [
                    ("weight", scale),
                    ("bias", shift),
                    ("running_mean", mean),
                    ("running_variance", variance),
                ];
                let inputs = with_constants(graph, &name, (&x, width), &parts)?;
                normalisation(graph, "BatchNormalization", &inputs, &name)
            }
            Layer::LayerNorm { scale, shift } => {
                let inputs =
                    with_constants(graph, &name, (&x, width), &[("weight", scale), ("bias", shift)])?;
                normalisation(graph, "LayerNormalization", &inputs, &name)
            }
            Layer::Prelu { slope } => {
                let inputs = with_constants(graph, &name, (&x, width), &[("slope", slope)])?;
                graph.node("PRelu", &[&inputs[0], &inputs[1]], &format!("{name}.y"))
            }
            Layer::Embed { blocks } => {
                self.width = layer.outputs(width);
                embed(graph, &name, (&x, width), blocks)?
            }
        };
        Ok(self)
    }

    /// The name of the next layer of this kind: `layer1`, `layer2`, `batch_norm1`.
    fn name(&mut self, layer: &Layer) -> String {
        let (kind, name) = match layer {
            Layer::Dense { .. } => (0, "layer"),
            Layer::Activation(_) => (1, "activation"),
            Layer::BatchNorm { .. } => (2, "batch_norm"),
            Layer::LayerNorm { .. } => (3, "layer_norm"),
            Layer::Prelu { .. } => (4, "prelu"),
            Layer::Embed { .. } => (5, "embed"),
        };
        self.counts[kind] += 1;
        format!("{name}{}", self.counts[kind])
    }
}

/// `x Wᵀ + b` as one node.
fn dense(
    graph: &mut Builder,
    name: &str,
    (x, inputs): (&str, usize),
    (weight, bias, outputs): (&Values, Option<&Values>, usize),
) -> Result<String, Fault> {
    fits(&format!("{name}.weight"), inputs.saturating_mul(outputs), weight.len())?;
    let mut operands =
        vec![x.to_owned(), graph.tensor(&format!("{name}.weight"), &[outputs, inputs], weight)];
    if let Some(bias) = bias {
        fits(&format!("{name}.bias"), outputs, bias.len())?;
        operands.push(graph.tensor(&format!("{name}.bias"), &[outputs], bias));
    }
    let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
    Ok(graph.node_with("Gemm", &operands, &format!("{name}.z"), vec![int("transB", 1)]))
}

/// Blocks of columns multiplied by their matrices, and the columns between them, side by side.
fn embed(
    graph: &mut Builder,
    name: &str,
    (x, width): (&str, usize),
    blocks: &[EmbedBlock],
) -> Result<String, Fault> {
    let (mut parts, mut done) = (Vec::new(), 0);
    for (number, block) in (1..).zip(blocks) {
        let EmbedBlock { columns, weight, width: block_width } = block;
        fits(&format!("{name}.weight{number}"), columns.len().saturating_mul(*block_width), weight.len())?;
        if columns.start < done || columns.end > width {
            return Err(Fault::Width {
                part: format!("{name}, block {number}"),
                expected: width,
                got: columns.end,
            });
        }
        if done < columns.start {
            parts.push(columns_of(graph, x, done..columns.start, &format!("{name}.kept{number}")));
        }
        let levels = columns_of(graph, x, columns.clone(), &format!("{name}.levels{number}"));
        let matrix = graph.tensor(&format!("{name}.weight{number}"), &[columns.len(), *block_width], weight);
        parts.push(graph.node("MatMul", &[&levels, &matrix], &format!("{name}.embedded{number}")));
        done = columns.end;
    }
    if done < width {
        parts.push(columns_of(graph, x, done..width, &format!("{name}.kept")));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(graph.node_with("Concat", &parts, &format!("{name}.y"), vec![int("axis", 1)]))
}

/// Neighbouring columns.
fn columns_of(graph: &mut Builder, x: &str, columns: Range<usize>, output: &str) -> String {
    let from = graph.integers(&format!("{output}.from"), &[columns.start as i64]);
    let to = graph.integers(&format!("{output}.to"), &[columns.end as i64]);
    let axis = graph.integers("last_axis", &[1]);
    graph.node("Slice", &[x, &from, &to, &axis], output)
}

/// `x` and after it the constants, each of its width.
fn with_constants(
    graph: &mut Builder,
    name: &str,
    (x, width): (&str, usize),
    parts: &[(&str, &Values)],
) -> Result<Vec<String>, Fault> {
    let mut inputs = vec![x.to_owned()];
    for (part, values) in parts {
        let full = format!("{name}.{part}");
        fits(&full, width, values.len())?;
        inputs.push(graph.tensor(&full, &[width], values));
    }
    Ok(inputs)
}

fn normalisation(graph: &mut Builder, op: &str, inputs: &[String], name: &str) -> String {
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    graph.node_with(op, &inputs, &format!("{name}.y"), vec![float("epsilon", NORM_EPSILON)])
}

/// Whether there are as many numbers as the place takes.
pub(super) fn fits(part: &str, expected: usize, got: usize) -> Result<(), Fault> {
    if expected == got { Ok(()) } else { Err(Fault::Width { part: part.to_owned(), expected, got }) }
}
