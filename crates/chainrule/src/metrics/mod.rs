//! Metrics: how good predictions are, in numbers that people understand. Nothing is trained on them.
//!
//! To add one: a file with its formula, a line here, a line in `score.rs` where it is to be reported.

mod absolute_error;
mod accumulator;
mod accuracy;
mod confusion;
mod r_squared;
mod roc_auc;
mod root_mean_squared_error;
mod score;

pub use absolute_error::mean_absolute_error;
pub use accumulator::Accumulator;
pub use accuracy::{accuracy, argmax, label_accuracy};
pub use confusion::Confusion;
pub use r_squared::r_squared;
pub use roc_auc::roc_auc;
pub use root_mean_squared_error::root_mean_squared_error;
pub(crate) use score::Predictions;
pub use score::{Decision, Evaluation, Score};
