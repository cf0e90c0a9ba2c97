//! What the outputs of a model mean.

use serde::{Deserialize, Serialize};

use super::Scaling;

/// What a network was trained to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of two classes.
    Binary,
    /// One of several classes.
    Multiclass,
    /// Any number of labels at once.
    Multilabel,
    /// Real numbers.
    Regression,
}

/// The target column and the meaning of each output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The name of the target column; empty if it has none.
    pub name: String,
    /// The meaning of the outputs.
    pub outputs: Outputs,
}

/// The meaning of the outputs, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outputs {
    /// Classes or labels: two for [`Task::Binary`] (the second is the one whose probability the output gives), two or
    /// more for [`Task::Multiclass`], one or more for [`Task::Multilabel`].
    Classes {
        /// Their names, unique.
        names: Vec<String>,
    },
    /// Real numbers, for [`Task::Regression`].
    Values {
        /// Their names, unique, at least one.
        names: Vec<String>,
        /// How the raw targets were scaled for training; predictions undo it.
        scaling: Scaling,
    },
}
