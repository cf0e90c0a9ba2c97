//! A layer as it is found in a graph, before the layers have names.
//!
//! Must not know: nodes.

use crate::{Function, LayerKind, Stack, StackLayer, Tensor, Values};

/// What layers here add to a variance before they divide by its root.
pub(super) const NORM_EPSILON: f64 = 1e-5;

/// A layer with its numbers, for rows of width `inputs`.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::enum_variant_names, reason = "layer normalisation has this name")]
pub(super) enum Layer {
    /// `y = x Wᵀ + b`, with `weight: [outputs, inputs]`.
    Dense { weight: Values, bias: Option<Values>, outputs: usize },
    /// `y = f(x)`.
    Activation(Function),
    /// `y = scale (x - mean) / sqrt(variance + epsilon) + shift`, each `[inputs]`, with [`NORM_EPSILON`].
    BatchNorm { scale: Values, shift: Values, mean: Values, variance: Values },
    /// `y = scale (x - m) / sqrt(v + epsilon) + shift` with mean and variance of the row, with [`NORM_EPSILON`].
    LayerNorm { scale: Values, shift: Values },
    /// `y = x if x > 0 else slope x`, `slope: [inputs]`.
    Prelu { slope: Values },
}

impl Layer {
    /// All numbers of the layer.
    pub(super) fn values_mut(&mut self) -> Vec<&mut Values> {
        match self {
            Self::Dense { weight, bias, .. } => [Some(weight), bias.as_mut()].into_iter().flatten().collect(),
            Self::Activation(_) => Vec::new(),
            Self::BatchNorm { scale, shift, mean, variance } => vec![scale, shift, mean, variance],
            Self::LayerNorm { scale, shift } => vec![scale, shift],
            Self::Prelu { slope } => vec![slope],
        }
    }
}

/// Gives the layers their names in a network: `layer1`, `layer2`, `batch_norm1`; an activation after a dense layer has its name.
pub(super) fn named(inputs: usize, layers: Vec<Layer>) -> Stack {
    let (mut counts, mut width, mut is_after_dense) = ([0_usize; 5], inputs, false);
    let mut stack = Stack { inputs, layers: Vec::with_capacity(layers.len()) };
    for layer in layers {
        let outputs = if let Layer::Dense { outputs, .. } = layer { outputs } else { width };
        let before = stack.layers.last().map(|last: &StackLayer| last.name.clone());
        let shared = before.filter(|_| is_after_dense && matches!(layer, Layer::Activation(_)));
        is_after_dense = matches!(layer, Layer::Dense { .. });
        let name = shared.unwrap_or_else(|| next_name(&mut counts, &layer));
        let kind = kind(layer, &name, [width, outputs]);
        stack.layers.push(StackLayer { name, inputs: width, outputs, kind });
        width = outputs;
    }
    stack
}

fn next_name(counts: &mut [usize; 5], layer: &Layer) -> String {
    let (kind, name) = match layer {
        Layer::Dense { .. } => (0, "layer"),
        Layer::Activation(_) => (1, "activation"),
        Layer::BatchNorm { .. } => (2, "batch_norm"),
        Layer::LayerNorm { .. } => (3, "layer_norm"),
        Layer::Prelu { .. } => (4, "prelu"),
    };
    counts[kind] += 1;
    format!("{name}{}", counts[kind])
}

fn kind(layer: Layer, name: &str, [inputs, outputs]: [usize; 2]) -> LayerKind {
    let column = |part: &str, values: Values| Tensor::new(&format!("{name}.{part}"), &[values.len()], values);
    match layer {
        Layer::Dense { weight, bias, .. } => LayerKind::Linear {
            weight: Tensor::new(&format!("{name}.weight"), &[outputs, inputs], weight),
            bias: bias.map(|bias| column("bias", bias)),
        },
        Layer::Activation(function) => LayerKind::Activation(function),
        Layer::BatchNorm { scale, shift, mean, variance } => LayerKind::BatchNorm {
            weight: column("weight", scale),
            bias: column("bias", shift),
            mean: column("running_mean", mean).frozen(),
            variance: column("running_variance", variance).frozen(),
            epsilon: NORM_EPSILON,
        },
        Layer::LayerNorm { scale, shift } => {
            let (weight, bias) = (column("weight", scale), column("bias", shift));
            LayerKind::LayerNorm { weight, bias, epsilon: NORM_EPSILON }
        }
        Layer::Prelu { slope } => LayerKind::Prelu { slope: column("slope", slope) },
    }
}
