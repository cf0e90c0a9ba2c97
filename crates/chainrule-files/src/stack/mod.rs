//! A trained network as a plain list of layers with their numbers: what the writers of other programs' forms read.
//!
//! A [`Stack`] is the network in prediction: rows go in at the top and come out at the bottom, each layer fed by the one
//! before. A dense layer with an activation is two layers here, so that each has one formula. Whoever knows the network
//! makes the stack; here are no behaviour and no names but those of functions and parameters. Must not know: any form
//! that is written from it, preprocessing, training.

mod function;

pub use function::Function;

use std::ops::Range;

use crate::Tensor;

/// A network in prediction, layer by layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// The width of the rows that go in.
    pub inputs: usize,
    /// The layers in order.
    pub layers: Vec<StackLayer>,
}

/// A layer in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct StackLayer {
    /// The name in the network that it came from, such as `layer1`; two layers may have one name.
    pub name: String,
    /// The width of the rows that go in.
    pub inputs: usize,
    /// The width of the rows that come out.
    pub outputs: usize,
    /// What it computes.
    pub kind: LayerKind,
}

/// What a layer computes: rows `x: [batch, inputs]` to rows `y: [batch, outputs]`. Tensors have their full names.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerKind {
    /// `y = x Wᵀ + b`, with `W: [outputs, inputs]` and `b: [outputs]`.
    Linear {
        /// `W`.
        weight: Tensor,
        /// `b`, if there is one.
        bias: Option<Tensor>,
    },
    /// `y = f(x)`.
    Activation(Function),
    /// `y = x`; in training elements are dropped.
    Dropout {
        /// The share that training drops, in [0, 1).
        rate: f64,
    },
    /// `y_ij = w_j (x_ij - m_i) / sqrt(v_i + epsilon) + b_j`, with mean and variance of row `i`.
    LayerNorm {
        /// `w: [inputs]`.
        weight: Tensor,
        /// `b: [inputs]`.
        bias: Tensor,
        /// Above 0.
        epsilon: f64,
    },
    /// `y_ij = w_j (x_ij - m_j) / sqrt(v_j + epsilon) + b_j`, with mean and variance that training measured.
    BatchNorm {
        /// `w: [inputs]`.
        weight: Tensor,
        /// `b: [inputs]`.
        bias: Tensor,
        /// `m: [inputs]`.
        mean: Tensor,
        /// `v: [inputs]`, at least 0.
        variance: Tensor,
        /// Above 0.
        epsilon: f64,
    },
    /// Blocks of columns replaced by their products with matrices; other columns stay as they are, in their place.
    Embed {
        /// The blocks from left to right, which do not overlap.
        blocks: Vec<EmbedBlock>,
    },
    /// `y_ij = x_ij if x_ij > 0 else a_j x_ij`.
    Prelu {
        /// `a: [inputs]`.
        slope: Tensor,
    },
}

/// A block of columns and its matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbedBlock {
    /// The columns, counted from 0.
    pub columns: Range<usize>,
    /// `[columns, width]`: the block becomes `width` columns.
    pub table: Tensor,
}

impl EmbedBlock {
    /// The number of columns that the block becomes.
    pub fn width(&self) -> usize {
        self.table.shape.get(1).copied().unwrap_or(0)
    }
}

impl Stack {
    /// The width of the rows that come out.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(self.inputs, |last| last.outputs)
    }

    /// The largest width of rows anywhere.
    pub fn widest(&self) -> usize {
        self.layers.iter().map(|layer| layer.outputs).chain([self.inputs]).max().unwrap_or(self.inputs)
    }

    /// All tensors, in the order of the layers.
    pub fn tensors(&self) -> Vec<&Tensor> {
        self.layers.iter().flat_map(|layer| layer.kind.tensors()).collect()
    }

    /// The number of numbers in all tensors.
    pub fn parameters(&self) -> usize {
        self.tensors().iter().map(|tensor| tensor.values.len()).sum()
    }

    /// Whether the numbers have 64 bits.
    pub fn is_double(&self) -> bool {
        self.tensors().iter().any(|tensor| matches!(tensor.values, crate::Values::F64(_)))
    }
}

impl LayerKind {
    /// The tensors in the order of the fields.
    pub fn tensors(&self) -> Vec<&Tensor> {
        match self {
            Self::Linear { weight, bias } => [Some(weight), bias.as_ref()].into_iter().flatten().collect(),
            Self::Activation(_) | Self::Dropout { .. } => Vec::new(),
            Self::LayerNorm { weight, bias, .. } => vec![weight, bias],
            Self::BatchNorm { weight, bias, mean, variance, .. } => vec![weight, bias, mean, variance],
            Self::Embed { blocks } => blocks.iter().map(|block| &block.table).collect(),
            Self::Prelu { slope } => vec![slope],
        }
    }
}
