//! The Python text of the `nn.Sequential` that takes a state dict.

use super::module::{EMBED, EXPONENTIAL, Module, modules};
use crate::Stack;

/// The class that stands before the network where it is needed.
const EXPONENTIAL_CLASS: &str = "\
class Exponential(nn.Module):
    def forward(self, x):
        return x.exp()


";

/// The class for embeddings, whose parameters are `weight1`, `weight2` ...
const EMBED_CLASS: &str = "\
class Embed(nn.Module):
    \"\"\"Replaces blocks of columns by their products with matrices; a block is (first, last + 1, width).\"\"\"

    def __init__(self, *blocks):
        super().__init__()
        self.blocks = blocks
        for number, (first, end, width) in enumerate(blocks, 1):
            self.register_parameter(f\"weight{number}\", nn.Parameter(torch.randn(end - first, width)))

    def forward(self, x):
        parts, done = [], 0
        for number, (first, end, _) in enumerate(self.blocks, 1):
            parts += [x[:, done:first], x[:, first:end] @ getattr(self, f\"weight{number}\")]
            done = end
        return torch.cat([*parts, x[:, done:]], dim=1)


";

/// Python that makes `model`, an `nn.Sequential` whose state dict has the names and shapes of
/// [`write_state_dict`](super::write_state_dict); it needs `import torch` and
/// `from torch import nn` before it.
///
/// # Examples
///
/// ```
/// use chainrule_files::{Function, LayerKind, Stack, StackLayer, sequential};
///
/// let relu = StackLayer { name: "relu1".into(), inputs: 2, outputs: 2, kind: LayerKind::Activation(Function::Relu) };
/// let text = sequential(&Stack { inputs: 2, layers: vec![relu] });
/// assert_eq!(text, "model = nn.Sequential(\n    nn.ReLU(),  # 0\n)\n");
/// ```
pub fn sequential(stack: &Stack) -> String {
    let modules = modules(stack);
    let width = modules.iter().map(|module| module.text.len()).max().unwrap_or(0) + 1;
    let line = |(number, Module { text, layer, tensors }): (usize, &Module)| {
        let origin = if tensors.is_empty() { String::new() } else { format!(": {}", layer.name) };
        format!("    {:width$}  # {number}{origin}\n", format!("{text},"))
    };
    let lines: String = modules.iter().enumerate().map(line).collect();
    let classes = [(EXPONENTIAL, EXPONENTIAL_CLASS), (EMBED, EMBED_CLASS)];
    let needed =
        classes.iter().filter(|(name, _)| modules.iter().any(|module| module.text.starts_with(name)));
    let class: String = needed.map(|(_, text)| *text).collect();
    let double = if stack.is_double() { ".double()" } else { "" };
    format!("{class}model = nn.Sequential(\n{lines}){double}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Function, LayerKind, StackLayer};

    #[test]
    fn every_activation_has_a_module() {
        let layer = |function: Function| StackLayer {
            name: function.name().into(),
            inputs: 3,
            outputs: 3,
            kind: LayerKind::Activation(function),
        };
        let text = sequential(&Stack { inputs: 3, layers: Function::ALL.map(layer).to_vec() });
        insta::assert_snapshot!(text, @r#"
        class Exponential(nn.Module):
            def forward(self, x):
                return x.exp()


        model = nn.Sequential(
            nn.Sigmoid(),                 # 0
            nn.Tanh(),                    # 1
            nn.ReLU(),                    # 2
            nn.LeakyReLU(0.01),           # 3
            nn.ELU(1),                    # 4
            nn.SELU(),                    # 5
            nn.GELU(),                    # 6
            nn.GELU(approximate="tanh"),  # 7
            nn.SiLU(),                    # 8
            nn.Mish(),                    # 9
            nn.Softplus(),                # 10
            nn.Softsign(),                # 11
            nn.Hardtanh(),                # 12
            nn.ReLU6(),                   # 13
            nn.Softmax(dim=1),            # 14
            nn.LogSoftmax(dim=1),         # 15
            Exponential(),                # 16
        )
        "#);
    }
}
