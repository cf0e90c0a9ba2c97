//! What a checkpoint says beside its tensors. Plain records for the edge of the system, without behaviour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Number;
use crate::record::unique;

/// A run at a moment, but for its vectors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointRecord {
    /// The version of `chainrule` that wrote the file; kept beside the record in the file.
    #[serde(skip)]
    pub written_by: String,
    /// The network in its canonical text form.
    pub network: String,
    /// The arguments that the run was started with, so that it can be started again.
    pub arguments: Vec<String>,
    /// A text that identifies the data, as in a model file.
    pub data_fingerprint: String,
    /// What decides the bits of the run, by name, in words.
    #[serde(deserialize_with = "unique::map")]
    pub settings: BTreeMap<String, String>,
    /// Where the run stands.
    pub progress: CheckpointProgress,
    /// The optimizer's memory, but for its vectors.
    pub optimizer: OptimizerRecord,
    /// The steps that the moving average of the weights has seen, where there is one.
    pub average_steps: Option<u64>,
    /// The state of a schedule that waits for a plateau, where there is one.
    pub plateau: Option<PlateauRecord>,
    /// The name of the score in the history, where there is one.
    pub score: Option<String>,
}

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointProgress {
    /// Epochs that are over: the rows of the history.
    pub epochs: u64,
    /// Steps made.
    pub steps: u64,
    /// Seconds of training so far, of all parts of the run together.
    pub seconds: Number,
    /// The learning rate of the last step.
    pub learning_rate: Number,
    /// The number of the best epoch; 0 before any was good.
    pub best_epoch: u64,
    /// Its loss.
    pub best_loss: Number,
    /// Examples used of the present epoch.
    pub examples: u64,
    /// The sum of their weights.
    pub weight: Number,
    /// The sum of their weighted losses.
    pub loss: Number,
    /// How many of their classes were predicted right.
    pub right: u64,
    /// Whether the optimizer has found no way further down.
    pub converged: bool,
}

/// An optimizer's memory, but for its vectors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerRecord {
    /// Its name.
    pub name: String,
    /// The numbers that belong to no parameter.
    pub scalars: Vec<Number>,
}

/// The state of a schedule that waits for a plateau.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateauRecord {
    /// The factor of the learning rate.
    pub factor: Number,
    /// The best value so far.
    pub best: Option<Number>,
    /// Epochs without improvement.
    pub waited: u64,
    /// Epochs that are not counted yet to come.
    pub cooldown_left: u64,
}
