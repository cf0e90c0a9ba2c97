//! `chainrule predict`: an answer for every row.

use std::path::PathBuf;

use anyhow::Context;
use chainrule::metrics::argmax;
use chainrule::{Activation, Loss, Task};

use crate::arguments::TableArguments;
use crate::atomic::write_atomically;
use crate::choices::Part;
use crate::failure::Outcome;
use crate::model::Model;
use crate::output;
use crate::prepare::{self, Inputs};
use crate::source::Source;

/// The arguments of `predict`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// Rows as they come: a table with the model's columns, a built-in data set, IDX images, or a folder of them
    data: String,
    /// Where the predictions go [default: the standard output]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Which part of data that have two [default: test]
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

const EXAMPLES: &str = "\
Examples:
  chainrule predict flowers.safetensors new.csv
  chainrule predict mnist.safetensors mnist --out predictions.csv

The answer is a table: a column `prediction`, and for classes a column `probability_<class>` each
(`score_<class>` where the network gives no probabilities). Columns are found by their names; the
target may be missing.";

/// Predicts and writes.
///
/// # Errors
/// If a file cannot be used; no part of the output is then written.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let model = Model::read(&arguments.model)?;
    let source = Source::find(&arguments.data)?;
    let matched = source.load_matching(&model.layout(), &arguments.table, arguments.part)?;
    matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    if matches!(model.inputs, Inputs::Divided(_)) && prepare::look_divided(&matched.features) {
        output::note("note: the numbers look divided already; the model expects bytes from 0 to 255");
    }
    let predictions = model.predict(&matched.features)?;
    let table = table(&model, &predictions)?;
    match &arguments.out {
        None => output::result(&table)?,
        Some(path) => {
            write_atomically(path, table.as_bytes()).with_context(|| path.display().to_string())?;
            let rows = predictions.len() / model.network.outputs();
            output::note(&format!("{}: {rows} predictions", path.display()));
        }
    }
    Ok(Outcome::Done)
}

/// The predictions as comma separated text.
fn table(model: &Model, predictions: &[f64]) -> anyhow::Result<String> {
    let layout = model.layout();
    let outputs = model.network.outputs();
    let names = match (model.task, layout.classes) {
        (_, Some(classes)) => classes,
        _ => layout.targets,
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heading(model, &names))?;
    for row in predictions.chunks_exact(outputs) {
        writer.write_record(answer(model, row, &names))?;
    }
    let bytes = writer.into_inner().context("predictions: cannot be written")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn heading(model: &Model, names: &[String]) -> Vec<String> {
    if model.task == Task::Regression {
        return match names {
            [_] => vec!["prediction".to_owned()],
            names => names.iter().map(|name| format!("prediction_{name}")).collect(),
        };
    }
    let kind = if gives_probabilities(model) { "probability" } else { "score" };
    let one_score = model.network.outputs() < names.len() && kind == "score";
    let names = if one_score { &names[names.len() - 1..] } else { names };
    let columns = names.iter().map(|name| format!("{kind}_{name}"));
    ["prediction".to_owned()].into_iter().chain(columns).collect()
}

/// One row: the answer, and how sure it is.
fn answer(model: &Model, row: &[f64], names: &[String]) -> Vec<String> {
    let shown = row.iter().map(|value| model.weights.show(*value));
    match (model.task, row) {
        (Task::Regression, _) => shown.collect(),
        (Task::Multilabel, _) => {
            let labels = names.iter().zip(row).filter(|(_, value)| **value > 0.5);
            let labels: Vec<&str> = labels.map(|(name, _)| &name[..]).collect();
            [labels.join("|")].into_iter().chain(shown).collect()
        }
        (_, [value]) => {
            let threshold = if model.loss == Loss::Hinge { 0.0 } else { 0.5 };
            let class = names[usize::from(*value > threshold)].clone();
            let other = gives_probabilities(model).then(|| model.weights.show(model.weights.rest(*value)));
            [class].into_iter().chain(other).chain(shown).collect()
        }
        (_, row) => [names[argmax(row)].clone()].into_iter().chain(shown).collect(),
    }
}

/// Whether the outputs are probabilities: those of exclusive classes by softmax, or one for each question by sigmoid.
pub(crate) fn gives_probabilities(model: &Model) -> bool {
    let last = match model.loss.link() {
        Activation::Identity => model.network.output_activation(),
        link => link,
    };
    match model.task {
        Task::Multiclass => last == Activation::Softmax,
        Task::Binary if model.network.outputs() > 1 => last == Activation::Softmax,
        _ => last == Activation::Sigmoid,
    }
}
