//! `chainrule check`: are the gradients right?
//!
//! Reverse mode, which training uses, against forward mode and against central differences, all in 64 bits, by the
//! engine's own check.

use anyhow::anyhow;
use chainrule::engine::random::{Purpose, Stream};
use chainrule::engine::{CheckConfig, Feed, NodeId, Shape, Tape, Tensor, check};
use chainrule::{Features, Loss, Mode, Objective, Targets, Weights};
use chainrule_data::{Target, describe};

use super::subject::{Subject, SubjectArguments};
use crate::arguments::TableArguments;
use crate::failure::Outcome;
use crate::output;
use crate::prepare;
use crate::source::Source;

/// The arguments of `check`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    subject: SubjectArguments,
    /// Rows to check at, for a model: data with answers [default: random rows]
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
  chainrule check --spec identity:2,tanh:3,sigmoid:1 --loss squared_error --elements 1000

Exit code 1 if the gradients differ. The tolerances are those of PyTorch's gradcheck. At a kink, such
as ReLU at 0, a numeric derivative is no derivative: another --seed moves the rows.";

/// Checks and prints the report.
///
/// # Errors
/// If a file cannot be used, or the data do not go with the network.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let subject = arguments.subject.resolve()?;
    let rows = match &arguments.data {
        Some(data) => rows_of_data(arguments, &subject, data)?,
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

/// The rows at which is checked.
struct Rows {
    count: usize,
    features: Vec<f64>,
    targets: Vec<f64>,
}

/// How many numbers a target has in the form that the loss takes; 0 for one class number.
fn target_width(subject: &Subject) -> usize {
    let takes_index = subject.loss.target_shape(subject.network.outputs()) == Shape::BATCH;
    if takes_index { 0 } else { subject.network.outputs() }
}

/// Rows spread evenly over the data.
fn rows_of_data(arguments: &Arguments, subject: &Subject, data: &str) -> anyhow::Result<Rows> {
    let model = subject.model.as_ref();
    let model =
        model.ok_or_else(|| anyhow!("{data}: only a model knows the columns of data, --spec does not"))?;
    let layout = model.layout();
    let matched = Source::find(data)?.load_matching(&layout, &arguments.table, None)?;
    matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let target: Target = matched.target.ok_or_else(|| {
        anyhow!("{data}: no answers; expected the target `{}`", layout.targets.join("`, `"))
    })?;
    let rows = describe::spread(target.rows(), usize::from(arguments.rows));
    let mut features = vec![0.0; rows.len() * subject.network.inputs()];
    model.inputs.apply(&matched.features).gather(&rows, &mut features);
    let width = target_width(subject);
    let mut targets = vec![0.0; rows.len() * width.max(1)];
    let answers = prepare::targets(&target, model.outputs.as_ref());
    fits(&answers, width)?;
    answers.gather(&rows, width, &mut targets);
    Ok(Rows { count: rows.len(), features, targets })
}

fn fits(answers: &Targets<'_>, width: usize) -> anyhow::Result<()> {
    match answers {
        Targets::Values { width: got, .. } if *got != width => Err(anyhow!(
            "check: the loss does not take these answers; expected {width} numbers a row, got {got}"
        )),
        _ => Ok(()),
    }
}

/// Normal features, and targets of the kind that the loss takes.
fn random_rows(arguments: &Arguments, subject: &Subject) -> Rows {
    let count = usize::from(arguments.rows);
    let (inputs, outputs) = (subject.network.inputs(), subject.network.outputs());
    // The engine's check draws from low and from high numbers of this purpose's streams.
    let mut stream = Stream::new(arguments.subject.seed, Purpose::Check, 1 << 32);
    let features: Vec<f64> = (0..count * inputs).map(|_| stream.next_normal()).collect();
    let classes: Vec<u32> = (0..count).map(|_| stream.next_below(outputs as u64) as u32).collect();
    let width = target_width(subject);
    let mut targets = vec![0.0; count * width.max(1)];
    let all: Vec<usize> = (0..count).collect();
    if subject.loss.is_over_classes() {
        Targets::Classes { count: outputs, labels: classes.into() }.gather(&all, width, &mut targets);
    } else {
        targets.fill_with(|| target_of(subject.loss, &mut stream));
    }
    debug_assert_eq!(Features::Real { width: inputs, values: (&features[..]).into() }.rows(), count);
    Rows { count, features, targets }
}

fn target_of(loss: Loss, stream: &mut Stream) -> f64 {
    match loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => stream.next_below(2) as f64,
        Loss::Poisson => stream.next_below(5) as f64,
        _ => stream.next_normal(),
    }
}
