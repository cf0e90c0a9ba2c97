//! `chainrule evaluate`: what a model is worth on data whose answers are known.

use std::path::PathBuf;

use anyhow::anyhow;
use chainrule::metrics::{Confusion, Evaluation};
use serde_json::{Value, json};

use super::train::part_json;
use crate::arguments::TableArguments;
use crate::choices::Part;
use crate::failure::Outcome;
use crate::model::Model;
use crate::output;
use crate::page::Evaluated;
use crate::source::Source;
use crate::table::{align, labelled};

/// The arguments of `evaluate`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// Data with answers: a built-in data set, a table, IDX images, or a folder of them
    data: String,
    /// Which part of data that have two [default: test]
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// Write a page about the result: one HTML file with curves, mistakes and columns that matter
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print one JSON object and nothing else on the standard output
    #[arg(long)]
    json: bool,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

const EXAMPLES: &str = "\
Examples:
  chainrule evaluate mnist.safetensors mnist            its test part
  chainrule evaluate mnist.safetensors mnist --part train
  chainrule evaluate flowers.safetensors new.csv --json
  chainrule evaluate flowers.safetensors new.csv --report report.html

Columns are found by their names. The metrics of a regression are in the target's own unit.";

/// The most classes whose confusion is shown as a table.
const MOST_CLASSES: usize = 12;

/// Judges and prints.
///
/// # Errors
/// If a file cannot be used, or the data have no answers.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    arguments.report.iter().try_for_each(|path| crate::page::check(path))?;
    let model = Model::read(&arguments.model)?;
    let source = Source::find(&arguments.data)?;
    let layout = model.layout();
    let matched = source.load_matching(&layout, &arguments.table, arguments.part)?;
    matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let targets = layout.targets.join("`, `");
    let missing = || anyhow!("{}: no answers to judge by; expected the target `{targets}`", arguments.data);
    let target = matched.target.ok_or_else(missing)?;
    let evaluation = model.evaluate(&matched.features, &target)?;
    if let Some(path) = &arguments.report {
        let names = (&arguments.model.display().to_string()[..], &arguments.data[..]);
        let (rows, notes) = ((&matched.features, &target), &matched.notes[..]);
        Evaluated { model: &model, names, rows, evaluation: &evaluation, notes }.write(path)?;
    }
    let classes = layout.classes.unwrap_or_default();
    let rows = target.rows();
    if arguments.json {
        output::json(&as_json(&evaluation, rows, &classes))?;
    } else {
        output::result(&as_text(&evaluation, rows, &classes))?;
    }
    Ok(Outcome::Done)
}

fn as_text(evaluation: &Evaluation, rows: usize, classes: &[String]) -> String {
    let mut lines = vec![("rows", rows.to_string()), ("loss", format!("{:.4}", evaluation.loss))];
    lines.extend(evaluation.scores.iter().map(|score| (score.name, format!("{:.4}", score.value))));
    let text = labelled(&lines);
    match &evaluation.confusion {
        Some(confusion) if classes.len() <= MOST_CLASSES => {
            format!("{text}\n\n{}", confusion_table(confusion, classes))
        }
        _ => text,
    }
}

/// A row for each class there is, a column for each class predicted.
fn confusion_table(confusion: &Confusion, classes: &[String]) -> String {
    let all = || 0..confusion.classes();
    let heading = ["actual \\ predicted".to_owned()].into_iter().chain(classes.iter().cloned());
    let heading = heading.chain(["recall".to_owned()]).collect();
    let row = |actual: usize| {
        let counts = all().map(|predicted| confusion.count(actual, predicted).to_string());
        let recall = format!("{:.4}", confusion.recall(actual));
        [classes[actual].clone()].into_iter().chain(counts).chain([recall]).collect()
    };
    let precisions = all().map(|class| format!("{:.4}", confusion.precision(class)));
    let precisions = ["precision".to_owned()].into_iter().chain(precisions).collect();
    let rows: Vec<Vec<String>> = [heading].into_iter().chain(all().map(row)).chain([precisions]).collect();
    align(&rows)
}

fn as_json(evaluation: &Evaluation, rows: usize, classes: &[String]) -> Value {
    let confusion = evaluation.confusion.as_ref().map(|confusion| {
        let all = || 0..confusion.classes();
        let row = |actual| all().map(|predicted| confusion.count(actual, predicted)).collect::<Vec<_>>();
        json!({ "classes": classes, "actual_by_predicted": all().map(row).collect::<Vec<_>>() })
    });
    let mut object = part_json(evaluation);
    object["rows"] = json!(rows);
    object["confusion"] = json!(confusion);
    object
}
