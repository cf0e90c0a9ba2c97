//! The page that `train --report` writes.

use std::path::Path;

use anyhow::Context;
use chainrule::metrics::{Evaluation, Score};
use chainrule::{Stop, TrainingConfig};
use chainrule_data::Target;
use chainrule_report::{self as report, History, Level, Outcome, Report, Tile, Verdict, comparison, verdict};

use super::arguments::Arguments;
use super::data::TrainingData;
use super::folds::{Folds, Spread};
use super::headline::headline;
use super::{Run, outcome};
use crate::command_line;
use crate::page::{self, Judged};
use crate::prepare::{Inputs, Raw};
use crate::table::counted;

/// Makes the page and writes it.
///
/// # Errors
/// If it cannot be written; else only for a fault of our own.
pub(super) fn write(
    path: &Path,
    arguments: &Arguments,
    data: &TrainingData,
    run: &Run,
) -> anyhow::Result<()> {
    let report = report(arguments, data, run)?;
    page::write(path, &report)
}

fn report(arguments: &Arguments, data: &TrainingData, run: &Run) -> anyhow::Result<Report> {
    let (_, evaluation) = run.judged.last().context("report: nothing was judged")?;
    let (raw, target, numbers) = judged_rows(data)?;
    let judged = Judged::new(&run.model, (&raw, &target), evaluation)?.numbered(numbers);
    let outcome = outcome::outcome(arguments, data, run).context("report: nothing was judged")?;
    let importance = page::importance(&judged, run.config.seed)?;
    let name = &data.name;
    let trivial = page::trivial(&outcome);
    let headline = headline(run.telling_folds(), &outcome);
    Ok(Report {
        title: format!("{name}: {}", outcome.target),
        subtitle: subtitle(data, run),
        lead: page::sentence(&headline.text),
        good: verdict(&headline.outcome) == Verdict::Better,
        story: story(data, run, &outcome),
        tiles: tiles(data, run, (&outcome, &trivial)),
        comparison: Some(comparison(&headline.outcome)),
        advice: advice(arguments, run, &outcome),
        notes: data.notes.clone(),
        parts: parts(data, run),
        history: Some(history(run, &outcome)),
        quality: page::quality(&judged),
        examples: Some(page::worst(&judged, Some(&importance))),
        importance: Some(importance),
        columns: page::columns(&data.raw, &data.target, data.image)?,
        network: Some(page::network(&run.model)),
        settings: settings(&run.config, run),
        command: command_line::line(&outcome::words(arguments)),
        reproduce: reproduce(run),
        environment: environment(arguments, run),
    })
}

/// The rows that tell most, and their numbers in the data.
fn judged_rows(data: &TrainingData) -> anyhow::Result<(Raw, Target, Option<&[usize]>)> {
    if let Some((raw, target)) = &data.test {
        return Ok((raw.clone(), target.clone(), None));
    }
    let held_out = &data.split.validation;
    let rows = if held_out.is_empty() { &data.split.training } else { held_out };
    let (raw, target) = data.select(rows)?;
    Ok((raw, target, Some(rows)))
}

fn subtitle(data: &TrainingData, run: &Run) -> String {
    let what = match data.image {
        Some(image) => format!("pictures of {} x {} pixels", image.height, image.width),
        None => counted(data.raw.names().len() as u64, "column"),
    };
    format!(
        "A network of {} learnt `{}` from {} of {}; {}",
        counted(u64::try_from(run.model.network.parameter_count()).unwrap_or(u64::MAX), "parameter"),
        data.target.columns().join("`, `"),
        counted(data.split.training.len() as u64, "row"),
        what,
        data.task
    )
}

/// The numbers to see first.
fn tiles(data: &TrainingData, run: &Run, (outcome, trivial): (&Outcome, &str)) -> Vec<Tile> {
    let metrics = match run.telling_folds() {
        Some(folds) => fold_tiles(folds),
        None => run
            .judged
            .last()
            .map(|(_, evaluation)| page::tiles(evaluation, Some(trivial)))
            .unwrap_or_default(),
    };
    let judged = match (run.telling_folds(), outcome.seen) {
        (Some(folds), _) => format!("all of them; {} other networks judge", folds.rows.len()),
        (None, true) => "the same rows judge".to_owned(),
        (None, false) => format!("{} others judge", outcome.rows),
    };
    let tile = |label: &str, value: String, note: String| Tile { label: label.into(), value, note };
    let epochs = run.history.epochs.len();
    let rest = [
        tile("rows learnt from", data.split.training.len().to_string(), judged),
        tile("parameters", run.model.network.parameter_count().to_string(), run.model.network.spec()),
        tile("epochs", epochs.to_string(), format!("{:.1} s in all", run.seconds)),
    ];
    metrics.into_iter().chain(rest).collect()
}

/// What the networks of folds are worth, in the place of the final one's own numbers.
fn fold_tiles(folds: &Folds) -> Vec<Tile> {
    let mut spreads = folds.spreads();
    spreads.pop();
    let evaluation = |value: fn(&Spread) -> f64| Evaluation {
        loss: f64::NAN,
        scores: spreads.iter().map(|spread| Score { name: spread.name, value: value(spread) }).collect(),
        confusion: None,
    };
    let deviations = page::tiles(&evaluation(|spread| spread.deviation), None);
    let means = page::tiles(&evaluation(|spread| spread.mean), None);
    let note = |deviation: &Tile| {
        format!("± {}: {} networks, on rows that each had not seen", deviation.value, folds.rows.len())
    };
    means.into_iter().zip(deviations).map(|(mean, of)| Tile { note: note(&of), ..mean }).collect()
}

/// What happened, sentence by sentence.
fn story(data: &TrainingData, run: &Run, outcome: &Outcome) -> Vec<String> {
    let held_out = match (data.split.validation.len(), &data.test) {
        (0, None) if run.folds.is_some() => {
            "The final network learnt from all rows, so what it does on them says little; \
             each of the others learnt without the part that judges it."
                .to_owned()
        }
        (0, None) => "Nothing was held out.".to_owned(),
        (0, Some((_, target))) => format!("{} were kept for the test.", counted(target.rows() as u64, "row")),
        (rows, None) => format!("{} were held out and not learnt from.", counted(rows as u64, "row")),
        (rows, Some((_, target))) => {
            format!("{rows} rows were held out while training, and {} kept for the test.", target.rows())
        }
    };
    let loss = run.last.map(|(loss, _)| format!(" The loss of the last epoch was {}.", report::show(loss)));
    let training = format!(
        "It was trained for {} by {}, in {:.1} s.{}",
        counted(outcome.epochs.len() as u64, "epoch"),
        run.config.optimizer,
        run.seconds,
        loss.unwrap_or_default()
    );
    let end = match &run.stop {
        Stop::NoImprovement { best_epoch } => Some(format!(
            "Training ended because nothing got better after epoch {best_epoch}, whose weights were taken."
        )),
        Stop::Converged => Some("Training ended because the optimizer found no way further down.".to_owned()),
        Stop::Interrupted => Some("Training was interrupted; these are the weights so far.".to_owned()),
        _ => None,
    };
    [held_out, training].into_iter().chain(end).collect()
}

fn advice(arguments: &Arguments, run: &Run, outcome: &Outcome) -> Vec<report::Advice> {
    let diverged = match &run.stop {
        Stop::Diverged(divergence) => {
            Some(report::Advice { level: Level::Bad, text: divergence.to_string(), command: None })
        }
        _ => None,
    };
    diverged.into_iter().chain(outcome::advice(arguments, outcome)).collect()
}

fn parts(data: &TrainingData, run: &Run) -> Vec<report::Part> {
    let rows = |part: &str| match part {
        "test" => data.test.as_ref().map_or(0, |(_, target)| target.rows()),
        "validation" => data.split.validation.len(),
        _ => data.split.training.len(),
    };
    let judged = run.judged.iter().map(|(part, evaluation)| page::part(part, rows(part), evaluation));
    let seen = &run.on_training;
    let first = (!run.judged.iter().any(|(part, _)| *part == "training"))
        .then(|| page::part("training", seen.rows, &seen.evaluation));
    let name = format!("{} (on the last part)", run.baseline.answer);
    let trivial = report::Part {
        name,
        rows: run.judged.last().map_or(0, |(part, _)| rows(part)),
        scores: vec![(run.baseline.metric.to_owned(), run.baseline.value)],
    };
    run.folds.iter().flat_map(fold_parts).chain(first).chain(judged).chain([trivial]).collect()
}

/// The mean of each metric over the folds, and how much they differ.
fn fold_parts(folds: &Folds) -> [report::Part; 2] {
    let (count, rows, spreads) = (folds.rows.len(), folds.rows.iter().sum(), folds.spreads());
    let part = |what: &str, value: fn(&Spread) -> f64| report::Part {
        name: format!("{what} of {count} networks, each on rows it had not seen"),
        rows,
        scores: spreads.iter().map(|spread| (spread.name.to_owned(), value(spread))).collect(),
    };
    [part("mean", |spread| spread.mean), part("deviation", |spread| spread.deviation)]
}

fn history(run: &Run, outcome: &Outcome) -> History {
    let score = run.history.epochs.iter().find_map(|record| record.validation_score);
    History {
        loss: format!("loss ({})", run.config.loss),
        score: score.map_or("accuracy", |score| score.name).replace('_', " "),
        epochs: outcome.epochs.clone(),
    }
}

/// Every setting, those that were not given too.
fn settings(config: &TrainingConfig, run: &Run) -> Vec<(String, String)> {
    let or_none = |value: Option<f64>| value.map_or("none".to_owned(), |value| value.to_string());
    let inputs = match &run.model.inputs {
        Inputs::AsGiven => "as they are".to_owned(),
        Inputs::Divided(divisor) => format!("divided by {divisor}"),
        Inputs::Standardised(_) => "centred and scaled by the training rows".to_owned(),
        Inputs::Prepared(_) => "prepared by the training rows: levels, dates, gaps, scales".to_owned(),
    };
    let outputs =
        if run.model.outputs.is_some() { "centred and scaled by the training rows" } else { "as it is" };
    [
        ("network", run.model.network.spec()),
        ("inputs", inputs),
        ("target", outputs.to_owned()),
        ("loss", format!("{}, {}", config.loss, config.reduction)),
        ("optimizer", config.optimizer.to_string()),
        ("learning rate", config.peak_learning_rate().to_string()),
        ("schedule", config.schedule.to_string()),
        ("epochs", config.epochs.to_string()),
        ("rows in a step", config.batch_size.to_string()),
        ("patience", config.patience.map_or("none".to_owned(), |epochs| counted(epochs as u64, "epoch"))),
        ("weight decay", report::show(config.decay())),
        ("L1 and L2 penalty", format!("{} and {}", config.penalty.l1, config.penalty.l2)),
        (
            "gradient's largest norm, element",
            format!("{}, {}", or_none(config.clipping.norm), or_none(config.clipping.value)),
        ),
        ("largest norm of a unit's weights", or_none(config.max_norm)),
        ("averaging of weights", or_none(config.averaging)),
        ("class weights", format!("{:?}", config.class_weights).to_lowercase()),
        ("seed", config.seed.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn reproduce(run: &Run) -> Vec<(String, String)> {
    let written_by = format!("chainrule {}", env!("CARGO_PKG_VERSION"));
    [
        ("seed", run.config.seed.to_string()),
        ("data", run.model.record.data_fingerprint.clone()),
        ("version", written_by),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn environment(arguments: &Arguments, run: &Run) -> Vec<(String, String)> {
    let mut environment = page::environment(crate::arguments::threads_or_all(arguments.threads));
    environment.push(("time to train".to_owned(), format!("{:.1} s", run.seconds)));
    environment
}
