//! The inputs of a model, and their scaling.

use serde::{Deserialize, Serialize};

/// One named input, one or more columns wide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// The name of the column in a table, or of the whole array.
    pub name: String,
    /// How many numbers it gives to the network, at least 1; 784 for a picture of 28 by 28.
    pub width: usize,
    /// How its numbers are stored in data.
    pub kind: FeatureKind,
}

/// How the numbers of a [`Feature`] are stored in data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureKind {
    /// Real numbers.
    Real,
    /// Whole numbers from 0 to 255, one byte each.
    Bytes,
}

/// How raw numbers `r` become the numbers `x` that the network works with, column by column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Scaling {
    /// `x = r`.
    #[default]
    None,
    /// `x = (r - mean) / deviation`, one mean and one deviation for each column.
    Standard {
        /// The mean of each column, finite.
        mean: Vec<f64>,
        /// The standard deviation of each column, finite and above 0; 1 for a constant column.
        deviation: Vec<f64>,
    },
    /// `x = r / divisor`, the same for all columns; 255 for bytes.
    Divide {
        /// Finite and above 0.
        divisor: f64,
    },
}
