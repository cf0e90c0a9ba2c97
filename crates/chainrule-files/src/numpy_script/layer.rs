//! The layers as lines of numpy: a table.

use super::text::{constant, number};
use crate::{EmbedBlock, Function, LayerKind, Stack, StackLayer};

/// The line of a layer and the comment beside it; `None` for a layer that does nothing in prediction.
pub(super) fn line(layer: &StackLayer) -> Option<(String, String)> {
    let StackLayer { name, inputs, outputs, kind } = layer;
    let comment = format!("{name}: [rows, {inputs}] to [rows, {outputs}]");
    Some(match kind {
        LayerKind::Linear { weight, bias } => {
            let bias = bias.as_ref().map(|bias| format!(" + {}", constant(&bias.name))).unwrap_or_default();
            (format!("x = x @ {}.T{bias}", constant(&weight.name)), comment)
        }
        LayerKind::Activation(function) => {
            (format!("x = {}", activation(*function)?), function.name().into())
        }
        LayerKind::Dropout { .. } => return None,
        LayerKind::LayerNorm { weight, bias, epsilon } => {
            let [weight, bias] = [weight, bias].map(|tensor| constant(&tensor.name));
            (format!("x = layer_norm(x, {weight}, {bias}, {})", number(*epsilon)), comment)
        }
        LayerKind::BatchNorm { weight, bias, mean, variance, epsilon } => {
            let [weight, bias, mean, variance] = [weight, bias, mean, variance].map(|t| constant(&t.name));
            let scale = format!("{weight} / np.sqrt({variance} + {})", number(*epsilon));
            (format!("x = (x - {mean}) * ({scale}) + {bias}"), comment)
        }
        LayerKind::Prelu { slope } => {
            (format!("x = np.where(x > 0, x, {} * x)", constant(&slope.name)), comment)
        }
        LayerKind::Embed { blocks } => (embed(blocks, *inputs), comment),
    })
}

/// Blocks of columns by their matrices, what lies between as it is.
fn embed(blocks: &[EmbedBlock], inputs: usize) -> String {
    let (mut parts, mut done) = (Vec::new(), 0);
    for EmbedBlock { columns, table } in blocks {
        if columns.start > done {
            parts.push(format!("x[:, {done}:{}]", columns.start));
        }
        parts.push(format!("x[:, {}:{}] @ {}", columns.start, columns.end, constant(&table.name)));
        done = columns.end;
    }
    if done < inputs {
        parts.push(format!("x[:, {done}:]"));
    }
    format!("x = np.concatenate([{}], axis=1)", parts.join(", "))
}

/// The expression of an activation of `x`; `None` for the identity.
fn activation(function: Function) -> Option<String> {
    Some(match function {
        Function::Identity => return None,
        Function::Tanh => "np.tanh(x)".into(),
        Function::Relu => "np.maximum(x, 0)".into(),
        Function::LeakyRelu { slope } => format!("np.where(x > 0, x, {} * x)", number(slope)),
        Function::Elu { alpha } => format!("elu(x, {})", number(alpha)),
        Function::Selu => {
            format!("{} * elu(x, {})", number(Function::SELU_SCALE), number(Function::SELU_ALPHA))
        }
        Function::GeluTanh => {
            "0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))".into()
        }
        Function::Silu => "x * sigmoid(x)".into(),
        Function::Mish => "x * np.tanh(softplus(x))".into(),
        Function::Softsign => "x / (1 + np.abs(x))".into(),
        Function::HardTanh => "np.clip(x, -1, 1)".into(),
        Function::Relu6 => "np.clip(x, 0, 6)".into(),
        Function::Exp => "np.exp(x)".into(),
        Function::Sigmoid
        | Function::Gelu
        | Function::Softplus
        | Function::Softmax
        | Function::LogSoftmax => format!("{}(x)", function.name()),
    })
}

/// Whether a stack needs one of the functions of [`functions`].
pub(super) fn needs(stack: &Stack, function: &str) -> bool {
    let calls = format!("{function}(");
    let is_called = |layer: &StackLayer| {
        line(layer).is_some_and(|(code, _)| {
            code.match_indices(&calls)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c == '_' || c.is_alphanumeric()))
        })
    };
    stack.layers.iter().any(is_called)
}

/// The functions that numpy lacks and the lines call.
pub(super) fn functions(stack: &Stack) -> String {
    let needed = TABLE.iter().filter(|(name, _)| needs(stack, name));
    needed.map(|(_, text)| format!("\n\n{text}")).collect::<Vec<_>>().join("")
}

/// Each function by its name.
const TABLE: &[(&str, &str)] = &[
    (
        "sigmoid",
        "\
def sigmoid(x):
    e = np.exp(-np.abs(x))  # at most 1, so that nothing overflows
    return np.where(x < 0, e, 1) / (1 + e)
",
    ),
    (
        "softplus",
        "\
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))  # ln(1 + e^x)
",
    ),
    (
        "elu",
        "\
def elu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
",
    ),
    (
        "gelu",
        "\
def gelu(x):
    erf = np.vectorize(math.erf, otypes=[x.dtype])  # numpy has none
    return 0.5 * x * (1 + erf(x * 0.7071067811865476))
",
    ),
    (
        "softmax",
        "\
def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))  # at most 1, so that nothing overflows
    return e / e.sum(axis=1, keepdims=True)
",
    ),
    (
        "log_softmax",
        "\
def log_softmax(x):
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))
",
    ),
    (
        "layer_norm",
        "\
def layer_norm(x, weight, bias, epsilon):
    x = x - x.mean(axis=1, keepdims=True)
    return x / np.sqrt((x * x).mean(axis=1, keepdims=True) + epsilon) * weight + bias
",
    ),
];
