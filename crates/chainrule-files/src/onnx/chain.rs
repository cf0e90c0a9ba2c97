//! A feed-forward network as plain records: what an ONNX graph is written from, and what is found in one.
//!
//! The layers are those of a network's text form, with their numbers beside them. Must not know: graphs, other crates.

use std::ops::Range;

use crate::Values;

/// Layers in order, each fed by the one before: rows `[batch, inputs]` go in.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The width of the rows that go in, at least 1.
    pub inputs: usize,
    /// The layers; the width of each is that of its numbers.
    pub layers: Vec<Layer>,
}

/// A layer with its numbers, for rows of width `inputs`.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// `y = x Wᵀ + b`.
    Dense {
        /// `W: [outputs, inputs]`, row-major.
        weight: Values,
        /// `b: [outputs]`, if there is one.
        bias: Option<Values>,
        /// The number of outputs, at least 1.
        outputs: usize,
    },
    /// `y = f(x)`, of the same width.
    Activation(Activation),
    /// `y = scale (x - mean) / sqrt(variance + 1e-5) + shift`, column by column, each `[inputs]`.
    BatchNorm {
        /// The factor.
        scale: Values,
        /// The term.
        shift: Values,
        /// The running mean.
        mean: Values,
        /// The running variance.
        variance: Values,
    },
    /// `y = scale (x - m) / sqrt(v + 1e-5) + shift` with the mean `m` and the variance `v` of the row; each `[inputs]`.
    LayerNorm {
        /// The factor.
        scale: Values,
        /// The term.
        shift: Values,
    },
    /// `y = x if x > 0 else slope x`.
    Prelu {
        /// One slope for each column, `[inputs]`.
        slope: Values,
    },
    /// Blocks of columns replaced by their products with matrices, the other columns kept in their place; it is written, and
    /// not found in graphs.
    Embed {
        /// The blocks, from left to right.
        blocks: Vec<EmbedBlock>,
    },
}

/// Columns that become others, by a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbedBlock {
    /// The columns, counted from 0.
    pub columns: Range<usize>,
    /// `E: [columns, width]`, row-major.
    pub weight: Values,
    /// How many columns they become.
    pub width: usize,
}

/// What layer and batch normalisation add to a variance before they divide by its root, as in `chainrule::layers`.
pub const NORM_EPSILON: f64 = 1e-5;

/// A function of each element, or of each row; the formulas are those of `chainrule::activations`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `tanh(x)`.
    Tanh,
    /// `max(x, 0)`.
    Relu,
    /// `x if x > 0 else slope x`.
    LeakyRelu {
        /// The slope for negative numbers.
        slope: f64,
    },
    /// `x if x > 0 else alpha (e^x - 1)`.
    Elu {
        /// The depth of the negative side.
        alpha: f64,
    },
    /// `1.0507 elu(x, 1.6733)`.
    Selu,
    /// `x (1 + erf(x / √2)) / 2`.
    Gelu,
    /// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`.
    GeluTanh,
    /// `x / (1 + e^-x)`.
    Silu,
    /// `x tanh(ln(1 + e^x))`.
    Mish,
    /// `ln(1 + e^x)`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
    /// `min(max(x, -1), 1)`.
    HardTanh,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `e^x / Σ e^x` over the row.
    Softmax,
    /// The logarithm of the softmax.
    LogSoftmax,
    /// `e^x`.
    Exp,
}

impl Chain {
    /// The width of the rows that come out.
    pub fn outputs(&self) -> usize {
        self.layers.iter().fold(self.inputs, |inputs, layer| layer.outputs(inputs))
    }

    /// Whether any number has 64 bits.
    pub fn is_f64(&self) -> bool {
        let wide = |values: &Values| matches!(values, Values::F64(_));
        self.layers.iter().any(|layer| layer.values().into_iter().any(wide))
    }
}

impl Layer {
    /// The width of the rows that come out for rows of width `inputs`.
    pub(crate) fn outputs(&self, inputs: usize) -> usize {
        match self {
            Self::Dense { outputs, .. } => *outputs,
            Self::Embed { blocks } => blocks.iter().fold(inputs, |width, block| {
                width.saturating_sub(block.columns.len()).saturating_add(block.width)
            }),
            Self::Activation(_) | Self::BatchNorm { .. } | Self::LayerNorm { .. } | Self::Prelu { .. } => {
                inputs
            }
        }
    }

    /// All numbers of the layer, to change them.
    pub(crate) fn values_mut(&mut self) -> Vec<&mut Values> {
        match self {
            Self::Dense { weight, bias, .. } => [Some(weight), bias.as_mut()].into_iter().flatten().collect(),
            Self::Activation(_) => Vec::new(),
            Self::BatchNorm { scale, shift, mean, variance } => vec![scale, shift, mean, variance],
            Self::LayerNorm { scale, shift } => vec![scale, shift],
            Self::Prelu { slope } => vec![slope],
            Self::Embed { blocks } => blocks.iter_mut().map(|block| &mut block.weight).collect(),
        }
    }

    /// All numbers of the layer.
    pub(crate) fn values(&self) -> Vec<&Values> {
        match self {
            Self::Dense { weight, bias, .. } => [Some(weight), bias.as_ref()].into_iter().flatten().collect(),
            Self::Activation(_) => Vec::new(),
            Self::BatchNorm { scale, shift, mean, variance } => vec![scale, shift, mean, variance],
            Self::LayerNorm { scale, shift } => vec![scale, shift],
            Self::Prelu { slope } => vec![slope],
            Self::Embed { blocks } => blocks.iter().map(|block| &block.weight).collect(),
        }
    }
}
