//! From the inputs of the graph to the rows that the network takes.
//!
//! Must not know: layers, answers.

use super::builder::Builder;
use super::layers::fits;
use super::shape::{Output, Width};
use super::table;
use crate::onnx::Fault;
use crate::onnx::proto::data_type;
use crate::{Preparation, Scaling};

/// What goes into a graph.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// The rows as the network takes them, already scaled: `features: [batch, inputs]`, in the network's precision.
    Scaled,
    /// Numbers as they stand in a table: `features: [batch, inputs]` in 64 bits, so that a date of 2024 keeps its days.
    Numbers {
        /// How they become the network's inputs.
        scaling: Scaling,
        /// For each column whether it was constant in training, and is 0 for the network whatever a row says; may be empty.
        constant: Vec<bool>,
    },
    /// The columns of a table: `features: [batch, columns]` for numbers in 64 bits, NaN where a cell is missing, and `categories:
    /// [batch, columns]` for texts, empty where one is missing; each in the order of the preparation, and left out if there
    /// are no such columns.
    Table {
        /// How they become the network's inputs.
        preparation: Preparation,
    },
    /// Whole numbers from 0 to 255: `features: [batch, inputs]` of `uint8`.
    Bytes {
        /// What they are divided by.
        divisor: f64,
    },
}

/// Appends what leads from the graph's inputs to rows of `width`; returns the inputs and the name of the rows.
pub(super) fn append(
    graph: &mut Builder,
    inputs: &Inputs,
    width: usize,
) -> Result<(Vec<Output>, String), Fault> {
    let precision = graph.precision();
    let (data_type, rows) = match inputs {
        Inputs::Scaled => (precision, "features".to_owned()),
        Inputs::Bytes { divisor } => {
            let cast = graph.cast("features", precision, "features.numbers");
            let divisor = graph.number("features.divisor", *divisor);
            (data_type::UINT8, graph.node("Div", &[&cast, &divisor], "features.scaled"))
        }
        Inputs::Table { preparation } => {
            fits("the preparation of the columns", width, preparation.width().unwrap_or(usize::MAX))?;
            let (inputs, prepared) = table::append(graph, preparation)?;
            let rows = graph.cast(&prepared, precision, "prepared.rows");
            return Ok((inputs, rows));
        }
        Inputs::Numbers { scaling, constant } => {
            let scaled = scaled(graph, "features", (scaling, constant), width)?;
            let rows = graph.cast(&scaled, precision, "features.rows");
            (data_type::DOUBLE, rows)
        }
    };
    Ok((vec![Output::new("features", data_type, Width::Columns(width))], rows))
}

/// `(x - mean) / deviation` in 64 bits, 0 for constant columns.
fn scaled(
    graph: &mut Builder,
    x: &str,
    (scaling, constant): (&Scaling, &[bool]),
    width: usize,
) -> Result<String, Fault> {
    let scaled = match scaling {
        Scaling::None => x.to_owned(),
        Scaling::Divide { divisor } => {
            let divisor = graph.scalar(&format!("{x}.divisor"), *divisor, data_type::DOUBLE);
            graph.node("Div", &[x, &divisor], &format!("{x}.scaled"))
        }
        Scaling::Standard { mean, deviation } => {
            fits("the scaling of the features", width, mean.len())?;
            fits("the scaling of the features", width, deviation.len())?;
            let mean = graph.doubles(&format!("{x}.mean"), &[width], mean);
            let deviation = graph.doubles(&format!("{x}.deviation"), &[width], deviation);
            let centred = graph.node("Sub", &[x, &mean], &format!("{x}.centred"));
            graph.node("Div", &[&centred, &deviation], &format!("{x}.scaled"))
        }
    };
    if !constant.contains(&true) {
        return Ok(scaled);
    }
    fits("the list of constant columns", width, constant.len())?;
    let factors: Vec<f64> = constant.iter().map(|constant| if *constant { 0.0 } else { 1.0 }).collect();
    let factors = graph.doubles(&format!("{x}.varies"), &[width], &factors);
    Ok(graph.node("Mul", &[&scaled, &factors], &format!("{x}.varying")))
}
