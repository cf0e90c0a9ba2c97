//! `chainrule check`: are the gradients right?
//!
//! Reverse mode, which training uses, against forward mode and against central differences, all in 64 bits, by the
//! engine's own check.

mod rows;

use anyhow::bail;
use chainrule::engine::{CheckConfig, Feed, NodeId, Shape, Tape, Tensor, check};
use chainrule::{Mode, Objective, Weights};

use rows::{random_rows, rows_of_data};

use super::subject::SubjectArguments;
use crate::arguments::TableArguments;
use crate::failure::Outcome;
use crate::output;

/// The arguments of `check`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    subject: SubjectArguments,
    /// Rows to check at: data with answers [default: random rows]
    data: Option<String>,
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rows: u16,
    /// The most elements of each parameter that are perturbed, chosen at random
    #[arg(long, value_name = "N", default_value_t = 200)]
    elements: usize,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

const EXAMPLES: &str = "\
Examples:
  chainrule check iris.safetensors iris
  chainrule check --spec identity:4,gelu:8,layer_norm,softmax:3
  chainrule check --spec identity:4,gelu:8,softmax:3 iris
  chainrule check --spec identity:2,tanh:3,sigmoid:1 --loss squared_error --elements 1000

Exit code 1 if the gradients differ. The tolerances are those of PyTorch's gradcheck. At a kink, such
as ReLU at 0, a numeric derivative is no derivative: another --seed moves the rows.";

/// Checks and prints the report.
///
/// # Errors
/// If a file cannot be used, or the data do not go with the network.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let subject = arguments.subject.resolve()?;
    let rows = match data_of(arguments)? {
        Some(data) => rows_of_data(arguments, &subject, &data)?,
        None => random_rows(arguments, &subject),
    };
    let (network, loss) = (&subject.network, subject.loss);
    output::note(&format!("{}, loss {loss}, {} rows, 64 bits", network.spec(), rows.count));
    let tape = Tape::with_layout(network.layout()?);
    let x = tape.input("x", Shape::rows(network.inputs()));
    let target = tape.input("target", loss.target_shape(network.outputs()));
    let forward = network.forward(&tape, x, Mode::Train)?;
    let scalar = Objective::new(loss).build(&forward, target, Weights::default())?.id();
    let variables: Vec<NodeId> = forward.trainable().chain([x]).map(Tensor::id).collect();
    let inputs = [&rows.features[..], &rows.targets[..]];
    let feed = Feed::new(rows.count, &inputs, subject.params.values());
    let config =
        CheckConfig { elements: arguments.elements, seed: arguments.subject.seed, ..CheckConfig::default() };
    let recorded = tape.finish()?;
    let report = check(&recorded, scalar, &variables, &feed, &config)?;
    output::result(&report.to_string())?;
    Ok(if report.passed() { Outcome::Done } else { Outcome::GoalMissed })
}

/// The data: the second name after a model, the first after `--spec`.
fn data_of(arguments: &Arguments) -> anyhow::Result<Option<String>> {
    match (&arguments.subject.spec, &arguments.subject.model, &arguments.data) {
        (Some(_), Some(_), Some(data)) => {
            bail!("--spec: it takes the place of a model; `{data}` is too much")
        }
        (Some(_), data, None) => Ok(data.as_ref().map(|data| data.display().to_string())),
        (_, _, data) => Ok(data.clone()),
    }
}
