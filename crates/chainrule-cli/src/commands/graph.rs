//! `chainrule graph`: the computation behind a network, node by node.

use anyhow::bail;
use chainrule::engine::{Plan, Shape, Tape, Tensor, dot};
use chainrule::{Mode, Objective, Weights};
use clap::ValueEnum;

use super::subject::{Subject, SubjectArguments};
use crate::failure::Outcome;
use crate::output;

/// The arguments of `graph`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    subject: SubjectArguments,
    /// The loss and its gradient too
    #[arg(long)]
    backward: bool,
    /// How it is drawn
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The plan that is run for it: fused steps and their memory
    #[arg(long, conflicts_with = "format")]
    plan: bool,
    /// The most rows of a plan
    #[arg(long, value_name = "N", default_value_t = 32, requires = "plan", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    batch_size: u32,
}

/// How a graph is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One node a line
    #[default]
    Text,
    /// For Graphviz: dot -Tsvg
    Dot,
}

const EXAMPLES: &str = "\
Examples:
  chainrule graph --spec identity:2,tanh:3,sigmoid:1
  chainrule graph --spec identity:2,tanh:3,sigmoid:1 --backward --plan
  chainrule graph iris.safetensors --backward --format dot | dot -Tsvg > iris.svg";

/// Builds the graph and prints it.
///
/// # Errors
/// If the model cannot be read, or loss and network do not go together.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let (Some(model), Some(_)) = (&arguments.subject.model, &arguments.subject.spec) {
        bail!("--spec: it takes the place of a model; got the model `{}` as well", model.display());
    }
    let subject = arguments.subject.resolve()?;
    let tape = Tape::with_layout(subject.network.layout()?);
    let outputs: Vec<_> = build(&tape, &subject, arguments.backward)?.into_iter().map(Tensor::id).collect();
    let graph = tape.finish()?.graph;
    let text = match (arguments.plan, arguments.format) {
        (true, _) => Plan::compile(&graph, &outputs, arguments.batch_size as usize)?.to_string(),
        (false, Format::Text) => graph.to_string(),
        (false, Format::Dot) => dot(&graph),
    };
    output::result(&text)?;
    Ok(Outcome::Done)
}

/// Appends the prediction, or the loss and the gradient of every parameter, and returns them.
fn build<'t>(tape: &'t Tape, subject: &Subject, backward: bool) -> anyhow::Result<Vec<Tensor<'t>>> {
    let Subject { network, loss, .. } = subject;
    let x = tape.input("x", Shape::rows(network.inputs()));
    let objective = Objective::new(*loss);
    if !backward {
        let forward = network.forward(tape, x, Mode::Predict)?;
        return Ok(vec![objective.prediction(&forward)]);
    }
    let forward = network.forward(tape, x, Mode::Train)?;
    let target = tape.input("target", loss.target_shape(network.outputs()));
    let scalar = objective.build(&forward, target, Weights::default())?;
    let trainable: Vec<Tensor<'t>> = forward.trainable().collect();
    let mut outputs = tape.grad(scalar, &trainable)?;
    outputs.push(scalar);
    Ok(outputs)
}
