//! The layers in C: their constants, and the calls in their order.

use super::text::{CType, array, number};
use crate::{EmbedBlock, Function, LayerKind, StackLayer, Standalone, Tensor};

/// The arrays of numbers of all layers.
pub(super) fn constants(model: &Standalone, kind: CType, name: &str) -> String {
    let of_layer = |layer: &StackLayer| -> String {
        let of = |part: &str, values: &[f64], row| {
            array(&format!("{name}_{}_{part}", layer.name), kind, values, row)
        };
        let plain = |part: &str, tensor: &Tensor| of(part, &tensor.values.to_f64(), tensor.values.len());
        match &layer.kind {
            LayerKind::Linear { weight, bias } => {
                let bias = bias.as_ref().map(|bias| plain("bias", bias)).unwrap_or_default();
                of("weight", &weight.values.to_f64(), layer.inputs) + &bias
            }
            LayerKind::LayerNorm { weight, bias, .. } => plain("weight", weight) + &plain("bias", bias),
            LayerKind::BatchNorm { weight, bias, mean, variance, epsilon } => {
                let pairs = weight.values.to_f64().into_iter().zip(variance.values.to_f64());
                let scale: Vec<f64> = pairs.map(|(w, v)| w / (v + epsilon).sqrt()).collect();
                of("scale", &scale, scale.len()) + &plain("mean", mean) + &plain("bias", bias)
            }
            LayerKind::Prelu { slope } => plain("slope", slope),
            LayerKind::Embed { blocks } => {
                let table = |(number, block): (usize, &EmbedBlock)| {
                    of(&format!("weight{number}"), &block.table.values.to_f64(), block.width())
                };
                (1..).zip(blocks).map(table).collect()
            }
            LayerKind::Activation(_) | LayerKind::Dropout { .. } => String::new(),
        }
    };
    model.stack.layers.iter().map(of_layer).collect()
}

/// Appends a call for each layer to `body`; gives the name of the row that holds the result, `a` or `b`.
pub(super) fn calls(model: &Standalone, kind: CType, name: &str, body: &mut String) -> &'static str {
    let (mut row, mut other) = ("a", "b");
    for layer in &model.stack.layers {
        let StackLayer { name: own, inputs, outputs, kind: what } = layer;
        let array = |part: &str| format!("{name}_{own}_{part}");
        let width = outputs;
        *body += &match what {
            LayerKind::Linear { bias, .. } => {
                let bias = bias.as_ref().map_or("0".to_owned(), |_| array("bias"));
                let line = format!(
                    "    {name}_linear({}, {bias}, {inputs}, {outputs}, {row}, {other});\n",
                    array("weight")
                );
                (row, other) = (other, row);
                line
            }
            LayerKind::Activation(function) => activation(*function, kind, name, (row, *width)),
            LayerKind::Dropout { .. } => String::new(),
            LayerKind::Embed { blocks } => {
                let lines = embed(blocks, *inputs, &format!("{name}_{own}"), (row, other));
                (row, other) = (other, row);
                lines.replace("NAME", name)
            }
            LayerKind::LayerNorm { epsilon, .. } => {
                let (weight, bias, epsilon) = (array("weight"), array("bias"), number(*epsilon, kind));
                format!("    {name}_layer_norm({weight}, {bias}, {epsilon}, {row}, {width});\n")
            }
            LayerKind::BatchNorm { .. } => {
                let (scale, mean, bias) = (array("scale"), array("mean"), array("bias"));
                format!("    {name}_batch_norm({scale}, {mean}, {bias}, {row}, {width});\n")
            }
            LayerKind::Prelu { .. } => format!("    {name}_prelu({}, {row}, {width});\n", array("slope")),
        };
    }
    row
}

/// The columns of one row to those of the other: blocks by their matrices, what lies between as it is.
fn embed(blocks: &[EmbedBlock], inputs: usize, array: &str, (row, other): (&str, &str)) -> String {
    let (mut lines, mut done, mut written) = (String::new(), 0, 0);
    let copy = |from: usize, to: usize, count: usize| match count {
        0 => String::new(),
        _ => format!("    NAME_copy({row} + {from}, {other} + {to}, {count});\n"),
    };
    for (number, block) in (1..).zip(blocks) {
        let (first, levels, width) = (block.columns.start, block.columns.len(), block.width());
        lines += &copy(done, written, first - done);
        written += first - done;
        lines += &format!(
            "    NAME_embed({array}_weight{number}, {levels}, {width}, {row} + {first}, {other} + {written});\n"
        );
        (done, written) = (block.columns.end, written + width);
    }
    lines + &copy(done, written, inputs - done)
}

/// An activation of the first `width` elements of a row, in place.
fn activation(function: Function, kind: CType, name: &str, (row, width): (&str, usize)) -> String {
    let each =
        |call: String| format!("    for (i = 0; i < {width}; i++)\n        {row}[i] = {name}_{call};\n");
    match function {
        Function::Identity => String::new(),
        Function::Softmax | Function::LogSoftmax => {
            format!("    {name}_{}({row}, {width});\n", function.name())
        }
        Function::LeakyRelu { slope: setting } | Function::Elu { alpha: setting } => {
            each(format!("{}({row}[i], {})", function.name(), number(setting, kind)))
        }
        Function::Exp => each(format!("exponential({row}[i])")),
        _ => each(format!("{}({row}[i])", function.name())),
    }
}
