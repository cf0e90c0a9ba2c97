//! Each activation as nodes. A table.
//!
//! Where ONNX has the function as one operation in version 17, it is used; the others are composed as in their formulas. onnxruntime
//! has Elu, Selu, Softplus, Softsign and Erf for 32 bits only (version 1.31), so for 64 bits the first four are composed of
//! operations that it has; Erf alone is computed in 32 bits. The settings of an operation have 32 bits, so LeakyRelu is composed
//! for 64 bits too. Must not know: what stands before and after.

use super::builder::{Builder, float, int};
use crate::Function;
use crate::onnx::proto::data_type;

const ROOT_TWO_OVER_PI: f64 = 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044_715;

/// Appends `output = activation(x)`; values on the way are called `output.` and a word.
pub(super) fn append(graph: &mut Builder, activation: Function, x: &str, output: &str) -> String {
    let plain = |graph: &mut Builder, op: &str| graph.node(op, &[x], output);
    match activation {
        Function::Identity => plain(graph, "Identity"),
        Function::Sigmoid => plain(graph, "Sigmoid"),
        Function::Tanh => plain(graph, "Tanh"),
        Function::Relu => plain(graph, "Relu"),
        Function::Exp => plain(graph, "Exp"),
        Function::LeakyRelu { slope } => leaky_relu(graph, x, slope, output),
        Function::Softmax => graph.node_with("Softmax", &[x], output, vec![int("axis", -1)]),
        Function::LogSoftmax => graph.node_with("LogSoftmax", &[x], output, vec![int("axis", -1)]),
        Function::HardTanh => clip(graph, x, [("minus_one", -1.0), ("one", 1.0)], output),
        Function::Relu6 => clip(graph, x, [("zero", 0.0), ("six", 6.0)], output),
        Function::Elu { alpha } => elu(graph, x, alpha, output),
        Function::Selu => selu(graph, x, output),
        Function::Softplus => softplus(graph, x, output),
        Function::Softsign => softsign(graph, x, output),
        Function::Gelu => gelu(graph, x, output),
        Function::GeluTanh => gelu_tanh(graph, x, output),
        Function::Silu => {
            let gate = graph.node("Sigmoid", &[x], &part(output, "gate"));
            graph.node("Mul", &[x, &gate], output)
        }
        Function::Mish => {
            let softplus = softplus(graph, x, &part(output, "softplus"));
            let gate = graph.node("Tanh", &[&softplus], &part(output, "gate"));
            graph.node("Mul", &[x, &gate], output)
        }
    }
}

/// The name of a value on the way to another one.
fn part(output: &str, name: &str) -> String {
    format!("{output}.{name}")
}

fn clip(graph: &mut Builder, x: &str, [low, high]: [(&str, f64); 2], output: &str) -> String {
    let (low, high) = (graph.number(low.0, low.1), graph.number(high.0, high.1));
    graph.node("Clip", &[x, &low, &high], output)
}

fn softsign(graph: &mut Builder, x: &str, output: &str) -> String {
    if !graph.is_f64() {
        return graph.node("Softsign", &[x], output);
    }
    let one = graph.number("one", 1.0);
    let size = graph.node("Abs", &[x], &part(output, "size"));
    let below = graph.node("Add", &[&size, &one], &part(output, "below"));
    graph.node("Div", &[x, &below], output)
}

/// `max(x, 0) + ln(1 + e^-|x|)` where it is composed, so that nothing overflows.
fn softplus(graph: &mut Builder, x: &str, output: &str) -> String {
    if !graph.is_f64() {
        return graph.node("Softplus", &[x], output);
    }
    let one = graph.number("one", 1.0);
    let positive = graph.node("Relu", &[x], &part(output, "positive"));
    let size = graph.node("Abs", &[x], &part(output, "size"));
    let minus = graph.node("Neg", &[&size], &part(output, "minus"));
    let small = graph.node("Exp", &[&minus], &part(output, "small"));
    let sum = graph.node("Add", &[&small, &one], &part(output, "sum"));
    let log = graph.node("Log", &[&sum], &part(output, "log"));
    graph.node("Add", &[&positive, &log], output)
}

/// `max(x, 0) + slope min(x, 0)` where it is composed.
fn leaky_relu(graph: &mut Builder, x: &str, slope: f64, output: &str) -> String {
    if !graph.is_f64() {
        return graph.node_with("LeakyRelu", &[x], output, vec![float("alpha", slope)]);
    }
    let slope = graph.number(&part(output, "slope"), slope);
    let positive = graph.node("Relu", &[x], &part(output, "positive"));
    let negative = graph.node("Sub", &[x, &positive], &part(output, "negative"));
    let side = graph.node("Mul", &[&negative, &slope], &part(output, "side"));
    graph.node("Add", &[&positive, &side], output)
}

fn elu(graph: &mut Builder, x: &str, alpha: f64, output: &str) -> String {
    if graph.is_f64() {
        return composed_elu(graph, x, alpha, output);
    }
    graph.node_with("Elu", &[x], output, vec![float("alpha", alpha)])
}

fn selu(graph: &mut Builder, x: &str, output: &str) -> String {
    if graph.is_f64() {
        let elu = composed_elu(graph, x, Function::SELU_ALPHA, &part(output, "elu"));
        let scale = graph.number("selu_scale", Function::SELU_SCALE);
        return graph.node("Mul", &[&elu, &scale], output);
    }
    graph.node_with(
        "Selu",
        &[x],
        output,
        vec![float("alpha", Function::SELU_ALPHA), float("gamma", Function::SELU_SCALE)],
    )
}

/// `max(x, 0) + alpha (e^min(x, 0) - 1)`, with `e^u - 1 = 2 t / (1 - t)` and `t = tanh(u / 2)`, which keeps all digits near 0.
fn composed_elu(graph: &mut Builder, x: &str, alpha: f64, output: &str) -> String {
    let (one, half) = (graph.number("one", 1.0), graph.number("half", 0.5));
    let depth = graph.number(&part(output, "depth"), 2.0 * alpha);
    let positive = graph.node("Relu", &[x], &part(output, "positive"));
    let negative = graph.node("Sub", &[x, &positive], &part(output, "negative"));
    let halved = graph.node("Mul", &[&negative, &half], &part(output, "halved"));
    let t = graph.node("Tanh", &[&halved], &part(output, "tanh"));
    let below = graph.node("Sub", &[&one, &t], &part(output, "below"));
    let ratio = graph.node("Div", &[&t, &below], &part(output, "ratio"));
    let side = graph.node("Mul", &[&ratio, &depth], &part(output, "side"));
    graph.node("Add", &[&positive, &side], output)
}

fn gelu(graph: &mut Builder, x: &str, output: &str) -> String {
    let root = graph.number("root_half", std::f64::consts::FRAC_1_SQRT_2);
    let scaled = graph.node("Mul", &[x, &root], &part(output, "scaled"));
    let erf = erf(graph, &scaled, &part(output, "erf"));
    gate(graph, x, &erf, output)
}

fn gelu_tanh(graph: &mut Builder, x: &str, output: &str) -> String {
    let root = graph.number("root_two_over_pi", ROOT_TWO_OVER_PI);
    let cubic = graph.number("cubic", CUBIC * ROOT_TWO_OVER_PI);
    let square = graph.node("Mul", &[x, x], &part(output, "square"));
    let scaled = graph.node("Mul", &[&square, &cubic], &part(output, "scaled"));
    let factor = graph.node("Add", &[&scaled, &root], &part(output, "factor"));
    let inner = graph.node("Mul", &[x, &factor], &part(output, "inner"));
    let tanh = graph.node("Tanh", &[&inner], &part(output, "tanh"));
    gate(graph, x, &tanh, output)
}

/// `x (1 + y) / 2`.
fn gate(graph: &mut Builder, x: &str, y: &str, output: &str) -> String {
    let (one, half) = (graph.number("one", 1.0), graph.number("half", 0.5));
    let sum = graph.node("Add", &[y, &one], &part(output, "gate"));
    let halved = graph.node("Mul", &[x, &half], &part(output, "half"));
    graph.node("Mul", &[&halved, &sum], output)
}

fn erf(graph: &mut Builder, x: &str, output: &str) -> String {
    if !graph.is_f64() {
        return graph.node("Erf", &[x], output);
    }
    let note = "gelu uses Erf, which onnxruntime has for 32 bits only: there the error is 1e-7, not 1e-16";
    if !graph.notes.iter().any(|other| other == note) {
        graph.notes.push(note.to_owned());
    }
    let narrow = graph.cast(x, data_type::FLOAT, &part(output, "narrow"));
    let narrow = graph.node("Erf", &[&narrow], &part(output, "of_narrow"));
    graph.cast(&narrow, data_type::DOUBLE, output)
}
