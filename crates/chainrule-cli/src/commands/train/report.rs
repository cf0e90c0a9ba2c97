//! What `train` tells: at the beginning what was understood, at the end what was learned.

use chainrule::metrics::Evaluation;
use chainrule::optimizers::Optimizer;
use chainrule::{Stop, Task};
use chainrule_data::Target;
use chainrule_report::{Advice, Level, findings, verdict};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::columns;
use super::data::{Prepared, TrainingData};
use super::folds::{Folds, Spread};
use super::headline::headline;
use super::settings::Settings;
use super::{Run, Saved, outcome};
use crate::choices::Precision;
use crate::command_line::{self, quoted};
use crate::prepare::Raw;
use crate::table::{counted, labelled};

/// The most class names that are listed.
const LISTED: usize = 12;

/// What was understood.
pub(super) fn beginning(prepared: &Prepared<'_>, settings: &Settings, arguments: &Arguments) -> String {
    let Settings { network, config } = settings;
    let data = prepared.data;
    let rows = prepared.split.training.len();
    let steps = match config.optimizer {
        Optimizer::Lbfgs(_) => 1,
        Optimizer::Rule(_) => rows.div_ceil(config.batch_size.max(1)),
    };
    let training = format!(
        "{}, learning rate {} ({}), {} of {}, {} rows a step, seed {}",
        config.optimizer,
        config.peak_learning_rate(),
        config.schedule,
        counted(config.epochs as u64, "epoch"),
        counted(steps as u64, "step"),
        config.batch_size.min(rows),
        config.seed,
    );
    let parameters = format!("{} parameters, {}", network.parameter_count(), precision(arguments));
    let columns = columns::describe(&data.columns);
    let data_format = data.format.clone();
    let columns = (!columns.is_empty()).then_some(("columns", columns));
    let rest = [
        ("target", describe_target(data)),
        ("task", format!("{}, loss {}", data.task, config.loss)),
        ("network", format!("{} ({parameters})", network.spec())),
        ("training", training),
    ];
    let data = ("data", describe_data(prepared, network.inputs()));
    let format = data_format.map(|format| ("format", format));
    labelled(&[data].into_iter().chain(format).chain(columns).chain(rest).collect::<Vec<_>>())
}

fn describe_data(prepared: &Prepared<'_>, inputs: usize) -> String {
    let (data, split) = (prepared.data, &prepared.split);
    let kind = match (&data.raw, data.image) {
        (_, Some(image)) => format!("images of {} x {} pixels", image.height, image.width),
        (Raw::Matrix { .. }, None) => format!("{inputs} features"),
        (Raw::Table(frame), None) if frame.columns().len() == inputs => format!("{inputs} features"),
        (Raw::Stored(stored), None) => {
            let columns = counted(stored.names().len() as u64, "column");
            format!("{columns} as {inputs} inputs, in a file instead of memory")
        }
        (Raw::Table(frame), None) => {
            format!("{} as {inputs} inputs", counted(frame.columns().len() as u64, "column"))
        }
    };
    let held_out = match split.validation.len() {
        0 => String::new(),
        rows => format!(", {rows} of them held out to judge by{}", data.holding.describe()),
    };
    let test = data.test.as_ref().map(|(_, target)| format!(", {} rows to test on", target.rows()));
    format!("{}: {} rows{held_out}{}, {kind}", data.name, data.rows(), test.unwrap_or_default())
}

fn describe_target(data: &TrainingData) -> String {
    match &data.target {
        Target::Classes { column, names, .. } if names.len() <= LISTED => {
            format!("`{column}`, {} classes: {}", names.len(), names.join(", "))
        }
        Target::Classes { column, names, .. } => format!("`{column}`, {} classes", names.len()),
        Target::Values { names, .. } => format!("`{}`", names.join("`, `")),
    }
}

pub(super) fn precision(arguments: &Arguments) -> &'static str {
    match arguments.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}

/// What was learned, and what can be done next.
pub(super) fn end(arguments: &Arguments, data: &TrainingData, run: &Run, saved: &Saved<'_>) -> String {
    let path = saved.path.display();
    let outcome = outcome::outcome(arguments, data, run);
    let mut rows = vec![("trained", format!("{} ({:.1} s)", how_long(run), run.seconds))];
    let learned = outcome.as_ref().map(|outcome| headline(run.telling_folds(), outcome));
    rows.push(("learned", learned.map(|learned| lines(&learned.text)).unwrap_or_default()));
    rows.extend(run.folds.as_ref().map(|folds| ("folds", describe_folds(folds))));
    rows.push(("result", results(run)));
    let baseline = &run.baseline;
    rows.push(("baseline", format!("{}: {} {:.4}", baseline.answer, baseline.metric, baseline.value)));
    rows.push(("model", format!("{path} ({:.1} kB)", saved.bytes as f64 / 1e3)));
    if let Some(page) = &arguments.report {
        rows.push(("report", format!("{}   open it in a browser", page.display())));
    }
    if !arguments.quiet {
        let advice = outcome.iter().flat_map(|outcome| outcome::advice(arguments, outcome));
        rows.extend(advice.map(|advice| (word(advice.level), told(&advice))));
        rows.push(("next", next(arguments, data, &path.to_string())));
    }
    labelled(&rows)
}

fn how_long(run: &Run) -> String {
    let made = run.model.record.training.as_ref().map_or_else(
        || "less than one epoch".to_owned(),
        |training| format!("{}, {}", counted(training.epochs, "epoch"), counted(training.steps, "step")),
    );
    match &run.stop {
        Stop::NoImprovement { best_epoch } => {
            format!("{made}, no better since epoch {best_epoch}, whose weights were taken")
        }
        Stop::Converged => format!("{made}, converged"),
        Stop::Interrupted => format!("{made}, interrupted"),
        Stop::Diverged(_) => format!("{made}, diverged; the last finite weights were taken"),
        _ => made,
    }
}

/// A line for each part that was looked at: `test accuracy 0.9812, macro_f1 0.9811, loss 0.0634`.
fn results(run: &Run) -> String {
    let last = run.last.map(|(loss, accuracy)| {
        let accuracy = accuracy.map(|share| format!("accuracy {share:.4}, ")).unwrap_or_default();
        format!("last epoch {accuracy}loss {loss:.4} (mean of its steps)")
    });
    let part = |(part, evaluation): &(&str, Evaluation)| {
        let scores = evaluation.scores.iter().map(|score| format!("{} {:.4}, ", score.name, score.value));
        format!("{part} {}loss {:.4}", scores.collect::<String>(), evaluation.loss)
    };
    last.into_iter().chain(run.judged.iter().map(part)).collect::<Vec<_>>().join("\n")
}

/// The mean of each metric over the folds, and how much they differ.
fn describe_folds(folds: &Folds) -> String {
    let (least, most) = (folds.rows.iter().min(), folds.rows.iter().max());
    let rows = match (least, most) {
        (Some(least), Some(most)) if least < most => format!("{least} to {most}"),
        (_, most) => most.copied().unwrap_or(0).to_string(),
    };
    let spread = |spread: Spread| format!("{} {:.4} ± {:.4}", spread.name, spread.mean, spread.deviation);
    let spreads = folds.spreads().into_iter().map(spread).collect::<Vec<_>>().join(", ");
    format!(
        "{spreads}\n(mean ± deviation of {} networks, each judged by {rows} rows it had not seen)",
        folds.rows.len()
    )
}

fn next(arguments: &Arguments, data: &TrainingData, model: &str) -> String {
    let rows = arguments.test.as_deref().unwrap_or(&arguments.data);
    let (model, rows) = (quoted(model), quoted(rows));
    // Rows that were learnt from would judge it too well.
    let judge = data.test.as_ref().map(|_| format!("chainrule evaluate {model} {rows}\n"));
    let judge = judge.unwrap_or_default();
    let page = arguments.report.is_none().then(|| {
        let words = command_line::with(&outcome::words(arguments), "--report", "report.html");
        format!("\n{}   curves, mistakes, which columns matter", command_line::line(&words))
    });
    let page = page.unwrap_or_default();
    let what = if data.task == Task::Regression { "numbers" } else { "classes" };
    format!("{judge}chainrule predict {model} {rows} --out predictions.csv   the {what}, row by row{page}")
}

/// What was learned, a line for each half of the sentence.
fn lines(learned: &str) -> String {
    learned.replace("; ", ";\n")
}

/// How serious an advice is, in a word.
fn word(level: Level) -> &'static str {
    match level {
        Level::Bad => "not usable",
        Level::Warning => "caution",
        Level::Hint => "hint",
    }
}

/// The advice and, on a line of its own, the command to try.
fn told(advice: &Advice) -> String {
    let command = advice.command.iter().map(|command| format!("\n  {command}"));
    format!("{}{}", advice.text, command.collect::<String>())
}

/// What was learned and what was found, for programs.
fn learned_json(arguments: &Arguments, data: &TrainingData, run: &Run) -> Value {
    let Some(outcome) = outcome::outcome(arguments, data, run) else { return Value::Null };
    let advice = outcome::advice(arguments, &outcome);
    let finding = |(finding, advice): (chainrule_report::Finding, Advice)| {
        let change = finding.change.map(|(option, value)| json!({ "option": option, "value": value }));
        json!({ "kind": finding.kind.name(), "level": word(finding.level), "text": finding.text,
                "change": change, "command": advice.command })
    };
    let headline = headline(run.telling_folds(), &outcome);
    json!({
        "text": headline.text,
        "beside_baseline": verdict(&headline.outcome).name(),
        "findings": findings(&outcome).into_iter().zip(advice).map(finding).collect::<Vec<_>>(),
    })
}

/// All of it as one object.
pub(super) fn json(arguments: &Arguments, prepared: &Prepared<'_>, run: &Run, saved: &Saved<'_>) -> Value {
    let data = prepared.data;
    let parts: serde_json::Map<String, Value> =
        run.judged.iter().map(|(part, evaluation)| ((*part).to_owned(), part_json(evaluation))).collect();
    let training = &run.model.record.training;
    json!({
        "model": saved.path.display().to_string(),
        "bytes": saved.bytes,
        "data": data.name,
        "rows": { "training": prepared.split.training.len(), "validation": prepared.split.validation.len(),
                  "test": data.test.as_ref().map_or(0, |(_, target)| target.rows()) },
        "features": data.raw.names().len(),
        "inputs": run.model.network.inputs(),
        "columns": columns::json(&data.columns),
        "target": data.target.columns(),
        "classes": data.target.class_names(),
        "task": data.task.to_string(),
        "network": run.model.record.network,
        "parameters": run.model.network.parameter_count() as u64,
        "precision": precision(arguments),
        "loss": run.model.record.loss,
        "training": training,
        "stopped": stop_name(&run.stop),
        "seconds": run.seconds,
        "folds": run.folds.as_ref().map(folds_json),
        "judged": parts,
        "baseline": { "answer": run.baseline.answer, "metric": run.baseline.metric, "value": run.baseline.value },
        "learned": learned_json(arguments, data, run),
        "report": arguments.report.as_ref().map(|path| path.display().to_string()),
        "notes": data.notes,
    })
}

/// Mean and deviation of each metric, and each fold by itself.
fn folds_json(folds: &Folds) -> Value {
    let spreads = folds.spreads();
    let of = |value: fn(&Spread) -> f64| {
        let pairs = spreads.iter().map(|spread| (spread.name.to_owned(), json!(value(spread))));
        Value::Object(pairs.collect())
    };
    json!({
        "count": folds.rows.len(),
        "rows": folds.rows,
        "mean": of(|spread| spread.mean),
        "deviation": of(|spread| spread.deviation),
        "each": folds.judged.iter().map(part_json).collect::<Vec<_>>(),
    })
}

/// The loss and the scores of a part by name.
pub(crate) fn part_json(evaluation: &Evaluation) -> Value {
    let scores = evaluation.scores.iter().map(|score| (score.name.to_owned(), json!(score.value)));
    scores.chain([("loss".to_owned(), json!(evaluation.loss))]).collect::<serde_json::Map<_, _>>().into()
}

pub(super) fn stop_name(stop: &Stop) -> &'static str {
    match stop {
        Stop::Completed => "completed",
        Stop::NoImprovement { .. } => "no improvement",
        Stop::Converged => "converged",
        Stop::Interrupted => "interrupted",
        Stop::Diverged(_) => "diverged",
        _ => "other",
    }
}
