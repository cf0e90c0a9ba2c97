//! What the logs of a training say about its beginning and its end.

use std::collections::BTreeMap;
use std::path::Path;

use chainrule_files::LogEvent;
use serde_json::{Map, Value, json};

use super::data::TrainingData;
use super::folds::{Folds, Spread};
use super::report::stop_name;
use super::settings::Settings;
use super::{Arguments, Run};

/// Data, network and settings by name.
pub(super) fn settings(
    arguments: &Arguments,
    data: &TrainingData,
    settings: &Settings,
) -> Map<String, Value> {
    let Settings { network, config } = settings;
    let all = json!({
        "data": data.name,
        "target": data.target.columns(),
        "task": data.task.to_string(),
        "network": network.spec(),
        "parameters": network.parameter_count() as u64,
        "precision": super::report::precision(arguments),
        "loss": config.loss.to_string(),
        "reduction": config.reduction.to_string(),
        "optimizer": config.optimizer.to_string(),
        "learning_rate": config.peak_learning_rate(),
        "schedule": config.schedule.to_string(),
        "epochs": config.epochs,
        "batch_size": config.batch_size,
        "patience": config.patience,
        "weight_decay": config.decay(),
        "seed": config.seed,
    });
    match all {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The mean of each metric over the folds, and how much they differ.
fn of_folds(folds: &Folds) -> [(String, BTreeMap<String, f64>); 2] {
    let spreads = folds.spreads();
    let of = |value: fn(&Spread) -> f64| {
        spreads.iter().map(|spread| (spread.name.to_owned(), value(spread))).collect()
    };
    [
        ("folds_mean".to_owned(), of(|spread| spread.mean)),
        ("folds_deviation".to_owned(), of(|spread| spread.deviation)),
    ]
}

/// How the run came out.
pub(super) fn finished(run: &Run, model: &Path) -> LogEvent {
    let part = |(part, evaluation): &(&'static str, chainrule::metrics::Evaluation)| {
        let scores = evaluation.scores.iter().map(|score| (score.name.to_owned(), score.value));
        ((*part).to_owned(), scores.chain([("loss".to_owned(), evaluation.loss)]).collect())
    };
    LogEvent::Finished {
        stopped: stop_name(&run.stop).to_owned(),
        steps: run.logs.steps(),
        seconds: run.seconds,
        results: run.judged.iter().map(part).chain(run.folds.iter().flat_map(of_folds)).collect(),
        model: model.display().to_string(),
    }
}
