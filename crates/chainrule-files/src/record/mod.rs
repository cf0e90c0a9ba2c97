//! What a model file says about its model, beside the tensors: enough to take raw rows and give named answers.
//!
//! These are plain records for the edge of the system: they serialise, and hold no behaviour. Must not know: layers,
//! losses and optimizers (they are names here), the container around the record.

mod check;
mod check_preparation;
mod features;
mod preparation;
mod target;
mod training;
pub(crate) mod unique;

pub use features::{Feature, FeatureKind, Scaling};
pub use preparation::{
    CategoryEncoding, ColumnRule, DateOrder, Preparation, PreparedColumn, TimePart, TimePartKind,
};
pub use target::{Outputs, Target, Task};
pub use training::TrainingSummary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Everything about a model but its numbers.
///
/// In the file it is a JSON object with these fields; fields that are not known are refused, since they could change
/// what the model means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRecord {
    /// The version of `chainrule` that wrote the file, such as `0.1.0`; kept beside the record in the file.
    #[serde(skip)]
    pub written_by: String,
    /// The network in its canonical text form, such as `identity:784,relu:128,softmax:10`; not empty.
    pub network: String,
    /// What the network was trained to do.
    pub task: Task,
    /// The name of the loss it was trained with.
    pub loss: String,
    /// The inputs in order, names unique; empty if they have no names, or with a preparation.
    pub features: Vec<Feature>,
    /// How a raw input becomes the network's input.
    pub scaling: Scaling,
    /// How the columns of a table become inputs, beside no features and no scaling; `None` for other data. A file
    /// without it has no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preparation: Option<Preparation>,
    /// What the outputs mean; `None` if they have no names.
    pub target: Option<Target>,
    /// How the network was trained; `None` if it was not.
    pub training: Option<TrainingSummary>,
    /// A text that identifies the data it was trained on, such as a hash; empty if unknown.
    pub data_fingerprint: String,
    /// Anything else, by name.
    #[serde(deserialize_with = "unique::map")]
    pub extras: BTreeMap<String, String>,
}

impl ModelRecord {
    /// A record with the given network, task and loss, written by this version, and nothing else known.
    ///
    /// Nothing is checked before [`encode`](crate::encode).
    pub fn new(network: &str, task: Task, loss: &str) -> Self {
        Self {
            written_by: env!("CARGO_PKG_VERSION").to_owned(),
            network: network.to_owned(),
            task,
            loss: loss.to_owned(),
            features: Vec::new(),
            scaling: Scaling::None,
            preparation: None,
            target: None,
            training: None,
            data_fingerprint: String::new(),
            extras: BTreeMap::new(),
        }
    }

    /// The number of inputs that the preparation, or else the features, make together; `None` without either, or beyond
    /// `usize`.
    pub fn input_width(&self) -> Option<usize> {
        if let Some(preparation) = &self.preparation {
            return preparation.width();
        }
        if self.features.is_empty() {
            return None;
        }
        self.features.iter().try_fold(0_usize, |sum, feature| sum.checked_add(feature.width))
    }

    /// Checks that the fields agree with each other and that every number is finite.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check::record(self)
    }
}
