//! `chainrule evaluate`: what a model is worth on data whose answers are known.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use chainrule::metrics::{Confusion, Evaluation};
use chainrule_data::csv::Layout;
use serde_json::{Value, json};

use super::train::part_json;
use crate::arguments::TableArguments;
use crate::choices::Part;
use crate::failure::Outcome;
use crate::gaps::Gaps;
use crate::judging::Judging;
use crate::model::Model;
use crate::output;
use crate::page::Evaluated;
use crate::places;
use crate::prepare::Raw;
use crate::source::{Answered, Answers, Flow, Needs, Parts, Source, answered, read_ahead, without_answer};
use crate::table::{align, labelled};

/// The arguments of `evaluate`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// Data with answers: a built-in data set, a table (`-`: from the standard input), IDX images, or a folder of them
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

Columns are found by their names. The metrics of a regression are in the target's own unit. A table is
judged while it is read, whatever its size.";

/// The most classes whose confusion is shown as a table.
const MOST_CLASSES: usize = 12;

/// Judges and prints.
///
/// # Errors
/// If a file cannot be used, or the data have no answers.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let model = Model::read(&arguments.model)?;
    let source = Source::find(&arguments.data)?;
    if let Some(page) = &arguments.report {
        places::check_possible("--report", page)?;
        places::check_apart(&[&arguments.model, source.path()], &[("--report", page)])?;
    }
    let mut judging = Judging::new(&model)?;
    let mut kept = None;
    // A page shows rows, so it needs all of them at once.
    if source.is_table() && arguments.report.is_none() {
        judge_table(arguments, &model, &source, &mut judging)?;
    } else {
        let (layout, rules) = (model.layout(), model.rules()?);
        let needs = Needs { preparation: &rules, layout: &layout, keep: &[], answers: Answers::Read };
        let table = arguments.table.clone().with_markers_of(&model.record);
        let matched = source.load_matching(&needs, &table, arguments.part)?;
        matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
        let target = matched.target.ok_or_else(|| no_answers(arguments, &layout))?;
        judging.add(&matched.raw, &target)?;
        kept = Some((matched.raw, target, matched.notes));
    }
    let rows = judging.rows();
    let evaluation = judging.finish();
    if let (Some(path), Some((raw, target, notes))) = (&arguments.report, &kept) {
        let names = (&arguments.model.display().to_string()[..], &arguments.data[..]);
        Evaluated { model: &model, names, rows: (raw, target), evaluation: &evaluation, notes }
            .write(path)?;
    }
    let classes = model.layout().classes.unwrap_or_default();
    if arguments.json {
        output::json(&as_json(&evaluation, rows, &classes))?;
    } else {
        output::result(&as_text(&evaluation, rows, &classes))?;
    }
    Ok(Outcome::Done)
}

/// Judges by a table while it is read.
fn judge_table(
    arguments: &Arguments,
    model: &Model,
    source: &Source,
    judging: &mut Judging<'_>,
) -> anyhow::Result<()> {
    let (layout, rules) = (model.layout(), model.rules()?);
    let needs = Needs { preparation: &rules, layout: &layout, keep: &[], answers: Answers::Read };
    let table = arguments.table.clone().with_markers_of(&model.record);
    let parts = Parts::open(source, &table, &needs)?;
    parts.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    if !parts.has_answers {
        return Err(no_answers(arguments, &layout));
    }
    let place = parts.place().to_owned();
    let (mut gaps, mut left_out) = (Gaps::new(&rules), 0);
    read_ahead(parts, |frame| {
        let Answered { frame, target, missing } = answered(frame, &layout).with_context(|| place.clone())?;
        left_out += missing;
        gaps.add(&frame);
        judging.add(&Raw::Table(frame), &target).with_context(|| place.clone())?;
        Ok(Flow::Continue)
    })?;
    gaps.notes().for_each(|note| output::note(&format!("note: {place}: {note}")));
    if left_out > 0 {
        output::note(&format!("note: {place}: {}", without_answer(left_out, &layout.targets)));
    }
    if judging.rows() == 0 {
        return Err(no_answers(arguments, &layout));
    }
    Ok(())
}

fn no_answers(arguments: &Arguments, layout: &Layout) -> anyhow::Error {
    let targets = layout.targets.join("`, `");
    anyhow!("{}: no answers to judge by; expected the target `{targets}`", arguments.data)
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
