//! From a training to the record in the model file.
//!
//! Nothing of the moment goes in, no clock, no path: the same seed gives the same file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chainrule::engine::Scalar;
use chainrule::{Trained, TrainingConfig};
use chainrule_files::{ModelRecord, TrainingSummary};

use super::Run;
use super::arguments::Arguments;
use super::data::{Prepared, TrainingData};
use super::settings::Settings;
use crate::model::{Model, Weights};
use crate::prepare::{Inputs, Raw};
use crate::record;

/// What is told about the training; `None` if not even one epoch was made.
pub(super) fn summary<T: Scalar>(config: &TrainingConfig, trained: &Trained<T>) -> Option<TrainingSummary> {
    let last = trained.history.epochs.last()?;
    last.training_loss.is_finite().then(|| TrainingSummary {
        epochs: last.epoch as u64,
        steps: trained.steps,
        seed: config.seed,
        optimizer: config.optimizer.to_string(),
        learning_rate: config.peak_learning_rate(),
        batch_size: config.batch_size as u64,
        final_loss: last.training_loss,
        metrics: BTreeMap::new(),
    })
}

/// The model with everything that is needed to use it on raw rows, but without the data's fingerprint.
pub(super) fn model(
    arguments: &Arguments,
    prepared: &Prepared<'_>,
    settings: &Settings,
    weights: Weights,
    training: Option<TrainingSummary>,
) -> Model {
    let Settings { network, config } = settings;
    let (data, inputs, outputs) = (prepared.data, &prepared.inputs, &prepared.outputs);
    let task = record::task_of_file(data.task);
    let target = record::target(data.task, &data.target, outputs.as_ref());
    let mut record = ModelRecord {
        target: Some(target),
        training,
        ..ModelRecord::new(&network.spec(), task, &config.loss.to_string())
    };
    match (&data.raw, inputs) {
        (_, Inputs::Prepared(preparation)) => {
            record.preparation = Some(record::preparation(preparation, &arguments.table.missing));
            record.extras.extend(record::missing_extras(&arguments.table.missing_only));
        }
        (Raw::Matrix { names, features }, _) => {
            let (features, image) = record::features(names, features, data.image);
            let (scaling, constant) = record::scaling(inputs);
            (record.features, record.scaling) = (features, scaling);
            record.extras.extend(image.into_iter().chain(constant));
        }
        (Raw::Table(_) | Raw::Stored(_), _) => {}
    }
    let (inputs, outputs) = (inputs.clone(), outputs.clone());
    Model { record, network: network.clone(), loss: config.loss, task: data.task, inputs, outputs, weights }
}

/// A text that tells the data apart; a table has the same in memory and in a file.
///
/// # Errors
/// Only for a fault of our own.
pub(super) fn fingerprint(data: &TrainingData) -> Result<String, chainrule_data::Error> {
    Ok(match &data.raw {
        Raw::Matrix { features, .. } => record::fingerprint(&data.name, features, &data.target),
        Raw::Table(frame) => {
            let columns = frame.columns().iter().map(|column| Ok(Cow::Borrowed(column)));
            record::fingerprint_of_table(&data.name, columns, &data.target)?
        }
        Raw::Stored(stored) => {
            let columns = stored.names().iter().map(|name| stored.column(name).map(Cow::Owned));
            record::fingerprint_of_table(&data.name, columns, &data.target)?
        }
    })
}

/// Puts the results into the record: `test_accuracy` and the like.
pub(super) fn note_results(run: &mut Run) {
    let Some(training) = &mut run.model.record.training else { return };
    if let Some(folds) = &run.folds {
        for spread in folds.spreads() {
            let named = [("mean", spread.mean), ("deviation", spread.deviation)];
            let finite = named.into_iter().filter(|(_, value)| value.is_finite());
            training
                .metrics
                .extend(finite.map(|(kind, value)| (format!("folds_{}_{kind}", spread.name), value)));
        }
    }
    for (part, evaluation) in &run.judged {
        let scores = evaluation.scores.iter().map(|score| (score.name, score.value));
        let all = scores.chain([("loss", evaluation.loss)]).filter(|(_, value)| value.is_finite());
        training.metrics.extend(all.map(|(name, value)| (format!("{part}_{name}"), value)));
    }
}
