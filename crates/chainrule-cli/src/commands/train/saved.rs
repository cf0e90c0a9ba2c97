//! From a training to the record in the model file.
//!
//! Nothing of the moment goes in, no clock, no path: the same seed gives the same file.

use std::collections::BTreeMap;

use chainrule::engine::Scalar;
use chainrule::{Loss, Network, Trained, TrainingConfig};
use chainrule_files::{ModelRecord, TrainingSummary};

use super::Run;
use super::data::TrainingData;
use crate::model::{Model, Weights};
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

/// The model with everything that is needed to use it on raw rows.
pub(super) fn model(
    data: &TrainingData,
    network: Network,
    loss: Loss,
    weights: Weights,
    training: Option<TrainingSummary>,
) -> Model {
    let (features, mut extras) = record::features(&data.dataset);
    let (scaling, constant) = record::scaling(&data.inputs);
    extras.extend(constant);
    let task = record::task_of_file(data.task);
    let record = ModelRecord {
        features,
        scaling,
        target: Some(record::target(data.task, data.dataset.target(), data.outputs.as_ref())),
        training,
        data_fingerprint: record::fingerprint(&data.dataset),
        extras,
        ..ModelRecord::new(&network.spec(), task, &loss.to_string())
    };
    let (inputs, outputs) = (data.inputs.clone(), data.outputs.clone());
    Model { record, network, loss, task: data.task, inputs, outputs, weights }
}

/// Puts the results into the record: `test_accuracy` and the like.
pub(super) fn note_results(run: &mut Run) {
    let Some(training) = &mut run.model.record.training else { return };
    for (part, evaluation) in &run.judged {
        let scores = evaluation.scores.iter().map(|score| (score.name, score.value));
        let all = scores.chain([("loss", evaluation.loss)]).filter(|(_, value)| value.is_finite());
        training.metrics.extend(all.map(|(name, value)| (format!("{part}_{name}"), value)));
    }
}
