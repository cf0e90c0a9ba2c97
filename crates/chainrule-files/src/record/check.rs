//! Whether the fields of a record agree with each other.
//!
//! The same rules bind writer and reader, so that what is written can be read.

use std::collections::BTreeSet;

use super::check_preparation;
use super::{Feature, ModelRecord, Outputs, Scaling, Target, Task, TrainingSummary};
use crate::Error;

/// Checks every field of `record`; see the fields for the rules.
pub(super) fn record(record: &ModelRecord) -> Result<(), Error> {
    if record.network.is_empty() {
        return refuse("network", "is empty; expected a network such as `identity:4,relu:16,softmax:3`");
    }
    features(&record.features)?;
    if let Some(rules) = &record.preparation {
        let plain = record.features.is_empty() && record.scaling == Scaling::None;
        if !plain {
            return refuse(
                "preparation",
                "stands beside `features` or `scaling`; expected one of the two ways",
            );
        }
        check_preparation::preparation(rules)?;
    }
    scaling("scaling", &record.scaling, record.input_width())?;
    if let Some(target) = &record.target {
        outputs(target, record.task)?;
    }
    record.training.as_ref().map_or(Ok(()), training)
}

fn features(features: &[Feature]) -> Result<(), Error> {
    unique("features", features.iter().map(|feature| feature.name.as_str()))?;
    let is_empty = |feature: &&Feature| feature.width == 0;
    if let Some(Feature { name, .. }) = features.iter().find(is_empty) {
        return refuse(&format!("features.{}", name.escape_debug()), "has width 0; expected at least 1");
    }
    let total = features.iter().try_fold(0_usize, |sum, feature| sum.checked_add(feature.width));
    total.map_or_else(|| refuse("features", "have more columns than fit in memory"), |_| Ok(()))
}

fn scaling(field: &str, scaling: &Scaling, width: Option<usize>) -> Result<(), Error> {
    match scaling {
        Scaling::None => Ok(()),
        Scaling::Divide { divisor } => positive(&format!("{field}.divisor"), &[*divisor]),
        Scaling::Standard { mean, deviation } => {
            let expected = width.unwrap_or(mean.len());
            count(&format!("{field}.mean"), expected, mean.len())?;
            count(&format!("{field}.deviation"), expected, deviation.len())?;
            finite(&format!("{field}.mean"), mean)?;
            positive(&format!("{field}.deviation"), deviation)
        }
    }
}

fn outputs(target: &Target, task: Task) -> Result<(), Error> {
    let field = "target.outputs";
    let names = match &target.outputs {
        Outputs::Classes { names } | Outputs::Values { names, .. } => names,
    };
    unique(field, names.iter().map(String::as_str))?;
    match (task, &target.outputs, names.len()) {
        (Task::Binary, Outputs::Classes { .. }, 2)
        | (Task::Multiclass, Outputs::Classes { .. }, 2..)
        | (Task::Multilabel, Outputs::Classes { .. }, 1..) => Ok(()),
        (Task::Regression, Outputs::Values { scaling: output_scaling, .. }, width @ 1..) => {
            scaling(&format!("{field}.scaling"), output_scaling, Some(width))
        }
        (Task::Binary, ..) => refuse(field, "do not fit the task `binary`; expected two class names"),
        (Task::Multiclass, ..) => {
            refuse(field, "do not fit the task `multiclass`; expected two or more class names")
        }
        (Task::Multilabel, ..) => {
            refuse(field, "do not fit the task `multilabel`; expected one or more label names")
        }
        (Task::Regression, ..) => {
            refuse(field, "do not fit the task `regression`; expected one or more value names")
        }
    }
}

fn training(training: &TrainingSummary) -> Result<(), Error> {
    finite("training.learning_rate", &[training.learning_rate])?;
    finite("training.final_loss", &[training.final_loss])?;
    let check = |(name, value): (&String, &f64)| {
        finite(&format!("training.metrics.{}", name.escape_debug()), &[*value])
    };
    training.metrics.iter().try_for_each(check)
}

pub(super) fn unique<'a>(field: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return refuse(field, &format!("hold the name `{}` twice", name.escape_debug()));
        }
    }
    Ok(())
}

fn count(field: &str, expected: usize, got: usize) -> Result<(), Error> {
    if expected == got {
        return Ok(());
    }
    refuse(field, &format!("does not fit the columns; expected {expected} values, got {got}"))
}

pub(super) fn finite(field: &str, values: &[f64]) -> Result<(), Error> {
    every(field, values, "a finite number", |value| value.is_finite())
}

fn positive(field: &str, values: &[f64]) -> Result<(), Error> {
    every(field, values, "a finite number above 0", |value| value.is_finite() && value > 0.0)
}

fn every(field: &str, values: &[f64], expected: &str, holds: impl Fn(f64) -> bool) -> Result<(), Error> {
    match values.iter().position(|&value| !holds(value)) {
        None => Ok(()),
        Some(i) => refuse(field, &format!("is out of range at {i}; expected {expected}, got {}", values[i])),
    }
}

pub(super) fn refuse(field: &str, fault: &str) -> Result<(), Error> {
    Err(Error::Record { field: field.to_owned(), fault: fault.to_owned() })
}
