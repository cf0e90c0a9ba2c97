//! What a run found out for the settings that nobody gave, under the names of the options.
//!
//! With these given, the same run follows again, bit for bit. Must not know: how they are written.

use std::collections::BTreeMap;
use std::path::Path;

use chainrule_files::settings::Value;

use super::arguments::Arguments;
use super::data::{TrainingData, share_held_out};
use super::settings::Settings;

/// Every setting that follows from the data and the others.
pub(super) fn found(
    arguments: &Arguments,
    data: &TrainingData,
    settings: &Settings,
    out: &Path,
) -> BTreeMap<&'static str, Value> {
    let config = &settings.config;
    let text = |value: &dyn ToString| Some(Value::Text(value.to_string()));
    let whole = |value: usize| Some(Value::Whole(value as i128));
    let share = share_held_out(arguments, data.rows(), data.test.is_some());
    let columns = data.target.columns().iter().map(|name| Value::Text((*name).to_owned())).collect();
    let found = [
        ("target", Some(Value::List(columns))),
        ("task", is_plain(data).then(|| Value::Text(data.task.to_string()))),
        ("validation", share.ok().filter(|_| arguments.folds.is_none()).map(Value::Real)),
        ("spec", Some(Value::Text(settings.network.spec()))),
        ("loss", text(&config.loss)),
        ("reduction", text(&config.reduction)),
        ("optimizer", text(&config.optimizer)),
        ("learning_rate", Some(Value::Real(config.peak_learning_rate()))),
        ("schedule", text(&config.schedule)),
        ("batch_size", whole(config.batch_size)),
        ("epochs", whole(config.epochs)),
        ("patience", config.patience.and_then(whole)),
        ("l1", Some(Value::Real(config.penalty.l1))),
        ("l2", Some(Value::Real(config.penalty.l2))),
        ("weight_decay", Some(Value::Real(config.decay()))),
        ("clip_norm", config.clipping.norm.map(Value::Real)),
        ("clip_value", config.clipping.value.map(Value::Real)),
        ("max_norm", config.max_norm.map(Value::Real)),
        ("averaging", config.averaging.map(Value::Real)),
        ("out", text(&out.display())),
    ];
    found.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// Whether the task can be named instead of found out again: numbers that were taken for classes by a look at them would
/// be read as texts, `1` another one than `1.0`.
fn is_plain(data: &TrainingData) -> bool {
    let names = data.target.class_names().unwrap_or_default();
    !names.iter().any(|name| name.parse::<f64>().is_ok())
}
