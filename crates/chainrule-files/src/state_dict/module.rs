//! The modules of `nn.Sequential` that a stack becomes: a table.

use crate::{EmbedBlock, Function, LayerKind, Stack, StackLayer, Tensor};

/// A module in its place; its number is its place.
#[derive(Clone, Debug)]
pub(super) struct Module<'a> {
    /// The Python text that makes it, such as `nn.Linear(4, 8)`.
    pub(super) text: String,
    /// The layer that it came from.
    pub(super) layer: &'a StackLayer,
    /// Its tensors, each with its name in the module.
    pub(super) tensors: Vec<(String, &'a Tensor)>,
}

impl Module<'_> {
    /// Whether it counts the batches that it has seen: a tensor of one whole number.
    pub(super) fn counts_batches(&self) -> bool {
        matches!(self.layer.kind, LayerKind::BatchNorm { .. })
    }
}

/// The modules in order: one a layer, but none for the identity.
pub(super) fn modules(stack: &Stack) -> Vec<Module<'_>> {
    let is_module = |layer: &&StackLayer| layer.kind != LayerKind::Activation(Function::Identity);
    stack.layers.iter().filter(is_module).map(module).collect()
}

fn module(layer: &StackLayer) -> Module<'_> {
    let StackLayer { inputs, outputs, kind, .. } = layer;
    let (text, tensors): (String, Vec<(&str, &Tensor)>) = match kind {
        LayerKind::Linear { weight, bias: Some(bias) } => {
            (format!("nn.Linear({inputs}, {outputs})"), vec![("weight", weight), ("bias", bias)])
        }
        LayerKind::Linear { weight, bias: None } => {
            (format!("nn.Linear({inputs}, {outputs}, bias=False)"), vec![("weight", weight)])
        }
        LayerKind::Activation(function) => (activation(*function), vec![]),
        LayerKind::Dropout { rate } => (format!("nn.Dropout({rate})"), vec![]),
        LayerKind::LayerNorm { weight, bias, epsilon } => {
            (format!("nn.LayerNorm({inputs}, eps={epsilon:e})"), vec![("weight", weight), ("bias", bias)])
        }
        LayerKind::BatchNorm { weight, bias, mean, variance, epsilon } => {
            let text = format!("nn.BatchNorm1d({inputs}, eps={epsilon:e})");
            let measured = [("running_mean", mean), ("running_var", variance)];
            (text, [vec![("weight", weight), ("bias", bias)], measured.to_vec()].concat())
        }
        LayerKind::Embed { blocks } => {
            let block = |block: &EmbedBlock| {
                format!("({}, {}, {})", block.columns.start, block.columns.end, block.width())
            };
            let text = blocks.iter().map(block).collect::<Vec<_>>().join(", ");
            let tensors = (1..).zip(blocks).map(|(number, block)| (format!("weight{number}"), &block.table));
            return Module { text: format!("{EMBED}({text})"), layer, tensors: tensors.collect() };
        }
        LayerKind::Prelu { slope } => (format!("nn.PReLU({inputs})"), vec![("weight", slope)]),
    };
    let tensors = tensors.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect();
    Module { text, layer, tensors }
}

/// The name of the class for embeddings of blocks, which PyTorch lacks.
pub(super) const EMBED: &str = "Embed";
/// The name of the class that the text of [`activation`] uses and PyTorch lacks.
pub(super) const EXPONENTIAL: &str = "Exponential()";

fn activation(function: Function) -> String {
    match function {
        Function::Identity => "nn.Identity()".into(),
        Function::Sigmoid => "nn.Sigmoid()".into(),
        Function::Tanh => "nn.Tanh()".into(),
        Function::Relu => "nn.ReLU()".into(),
        Function::LeakyRelu { slope } => format!("nn.LeakyReLU({slope})"),
        Function::Elu { alpha } => format!("nn.ELU({alpha})"),
        Function::Selu => "nn.SELU()".into(),
        Function::Gelu => "nn.GELU()".into(),
        Function::GeluTanh => "nn.GELU(approximate=\"tanh\")".into(),
        Function::Silu => "nn.SiLU()".into(),
        Function::Mish => "nn.Mish()".into(),
        Function::Softplus => "nn.Softplus()".into(),
        Function::Softsign => "nn.Softsign()".into(),
        Function::HardTanh => "nn.Hardtanh()".into(),
        Function::Relu6 => "nn.ReLU6()".into(),
        Function::Softmax => "nn.Softmax(dim=1)".into(),
        Function::LogSoftmax => "nn.LogSoftmax(dim=1)".into(),
        Function::Exp => EXPONENTIAL.into(),
    }
}
