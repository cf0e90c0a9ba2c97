//! Metrics: how good predictions are, in numbers that people understand. Nothing is trained on them.
//!
//! To add one: a file with its formula, a line here, a line in `score.rs` where it is to be reported.

mod absolute_error;
mod accumulator;
mod accuracy;
mod calibration;
mod confusion;
#[cfg(test)]
mod golden;
mod precision_recall;
mod r_squared;
mod roc;
mod roc_auc;
mod root_mean_squared_error;
mod score;
mod thresholds;

pub use absolute_error::mean_absolute_error;
pub use accumulator::Accumulator;
pub use accuracy::{accuracy, argmax, label_accuracy};
pub use calibration::{CalibrationBin, calibration, expected_calibration_error};
pub use confusion::Confusion;
pub use precision_recall::{PrecisionRecallPoint, average_precision, precision_recall_curve};
pub use r_squared::r_squared;
pub use roc::{RocPoint, roc_curve};
pub use roc_auc::roc_auc;
pub use root_mean_squared_error::root_mean_squared_error;
pub(crate) use score::Predictions;
pub use score::{Decision, Evaluation, Score};
