//! How a model was trained.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::unique;

/// The settings and the result of a training run; every number is finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSummary {
    /// How many times all rows were used.
    pub epochs: u64,
    /// How many updates the optimizer made.
    pub steps: u64,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The name of the optimizer.
    pub optimizer: String,
    /// The learning rate at the start.
    pub learning_rate: f64,
    /// How many rows make an update.
    pub batch_size: u64,
    /// The training loss of the last epoch.
    pub final_loss: f64,
    /// Further results by name, such as `validation_accuracy`.
    #[serde(deserialize_with = "unique::map")]
    pub metrics: BTreeMap<String, f64>,
}
