//! From what the network puts out to the outputs of the graph.
//!
//! Must not know: layers, inputs.

use super::builder::{Builder, int};
use super::layers::fits;
use super::shape::{Output, Width};
use crate::Scaling;
use crate::onnx::Fault;
use crate::onnx::proto::data_type;

/// What the outputs of a graph mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Numbers. One output: `prediction: [batch, outputs]`.
    Values {
        /// How the targets were scaled for training, which the graph undoes.
        scaling: Scaling,
    },
    /// One of several classes. Two outputs: `probabilities` or `scores: [batch, classes]` and `label: [batch]`, the number of the
    /// class from 0, or its name. A network with one output has two classes: its probabilities are given for both, its
    /// score for the second.
    Classes {
        /// What the numbers are.
        certainty: Certainty,
        /// The names that `label` gives; `None` for numbers.
        names: Option<Vec<String>>,
    },
    /// Any number of labels at once. Two outputs: `probabilities` or `scores: [batch, labels]`, and `labels: [batch, labels]`,
    /// true where the number is above the threshold.
    Labels {
        /// What the numbers are.
        certainty: Certainty,
    },
}

/// What the numbers of a classifier are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// Probabilities; one decides above 0.5.
    Probabilities,
    /// Scores.
    Scores {
        /// Above which a single one says yes.
        threshold: f64,
    },
}

impl Certainty {
    fn name(self) -> &'static str {
        match self {
            Self::Probabilities => "probabilities",
            Self::Scores { .. } => "scores",
        }
    }

    fn threshold(self) -> f64 {
        match self {
            Self::Probabilities => 0.5,
            Self::Scores { threshold } => threshold,
        }
    }
}

/// Appends the outputs for the network's output `y` of that width; returns them in order.
pub(super) fn append(
    graph: &mut Builder,
    answers: &Meaning,
    (y, width): (&str, usize),
) -> Result<Vec<Output>, Fault> {
    match answers {
        Meaning::Values { scaling } => Ok(vec![unscaled(graph, scaling, (y, width))?]),
        Meaning::Classes { certainty: Certainty::Probabilities, names } if width == 1 => {
            let one = graph.number("one", 1.0);
            let rest = graph.node("Sub", &[&one, y], "rest");
            graph.node_with("Concat", &[&rest, y], "probabilities", vec![int("axis", 1)]);
            let label = most(graph, "probabilities", names.as_ref(), 2)?;
            Ok(vec![numbers(graph, "probabilities", 2), label])
        }
        Meaning::Classes { certainty, names } if width == 1 => {
            graph.node("Identity", &[y], certainty.name());
            let above = above(graph, certainty.threshold(), y, "above");
            let index = graph.cast(&above, data_type::INT64, "index_column");
            let axis = graph.integers("last_axis", &[1]);
            let index = graph.node("Squeeze", &[&index, &axis], "index");
            let label = name(graph, &index, names.as_ref(), 2)?;
            Ok(vec![numbers(graph, certainty.name(), 1), label])
        }
        Meaning::Classes { certainty, names } => {
            graph.node("Identity", &[y], certainty.name());
            let label = most(graph, certainty.name(), names.as_ref(), width)?;
            Ok(vec![numbers(graph, certainty.name(), width), label])
        }
        Meaning::Labels { certainty } => {
            graph.node("Identity", &[y], certainty.name());
            above(graph, certainty.threshold(), y, "labels");
            let labels = Output::new("labels", data_type::BOOL, Width::Columns(width));
            Ok(vec![numbers(graph, certainty.name(), width), labels])
        }
    }
}

fn numbers(graph: &Builder, name: &str, width: usize) -> Output {
    Output::new(name, graph.precision(), Width::Columns(width))
}

fn above(graph: &mut Builder, threshold: f64, y: &str, output: &str) -> String {
    let threshold = graph.number("threshold", threshold);
    graph.node("Greater", &[y, &threshold], output)
}

/// The class with the largest number; the first of equal ones.
fn most(graph: &mut Builder, of: &str, names: Option<&Vec<String>>, classes: usize) -> Result<Output, Fault> {
    let index = graph.node_with("ArgMax", &[of], "index", vec![int("axis", 1), int("keepdims", 0)]);
    name(graph, &index, names, classes)
}

/// The number of the class as an answer, or its name.
fn name(
    graph: &mut Builder,
    index: &str,
    names: Option<&Vec<String>>,
    classes: usize,
) -> Result<Output, Fault> {
    let Some(names) = names else {
        graph.node("Identity", &[index], "label");
        return Ok(Output::new("label", data_type::INT64, Width::Single));
    };
    fits("the list of class names", classes, names.len())?;
    let names = graph.texts("classes", names);
    graph.node_with("Gather", &[&names, index], "label", vec![int("axis", 0)]);
    Ok(Output::new("label", data_type::STRING, Width::Single))
}

/// `prediction`, in the target's own unit: computed in 64 bits if it was scaled, as `predict` does.
fn unscaled(graph: &mut Builder, scaling: &Scaling, (y, width): (&str, usize)) -> Result<Output, Fault> {
    let output = Output::new("prediction", data_type::DOUBLE, Width::Columns(width));
    match scaling {
        Scaling::None => {
            graph.node("Identity", &[y], "prediction");
            Ok(numbers(graph, "prediction", width))
        }
        Scaling::Divide { divisor } => {
            let wide = graph.cast(y, data_type::DOUBLE, "prediction.wide");
            let divisor = graph.scalar("target.divisor", *divisor, data_type::DOUBLE);
            graph.node("Mul", &[&wide, &divisor], "prediction");
            Ok(output)
        }
        Scaling::Standard { mean, deviation } => {
            fits("the scaling of the target", width, mean.len())?;
            fits("the scaling of the target", width, deviation.len())?;
            let wide = graph.cast(y, data_type::DOUBLE, "prediction.wide");
            let deviation = graph.doubles("target.deviation", &[width], deviation);
            let mean = graph.doubles("target.mean", &[width], mean);
            let scaled = graph.node("Mul", &[&wide, &deviation], "prediction.scaled");
            graph.node("Add", &[&scaled, &mean], "prediction");
            Ok(output)
        }
    }
}
