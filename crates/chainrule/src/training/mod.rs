//! Training: from a network and examples to parameters.
//!
//! [`Trainer`] compiles the network's gradient into a plan once, then makes steps: gather a batch, run the plan, update the
//! parameters. It tells what happens by [`Event`]s and never prints; it opens no file; it starts threads
//! and reads the clock only where [`Trainer::with_threads`] asks for more than one.

mod batches;
mod config;
mod crew;
mod divergence;
mod evaluate;
mod evaluator;
mod event;
mod examples;
mod features;
mod fit;
mod full_batch;
mod graphs;
mod history;
mod importance;
mod many;
mod mini_batch;
mod recipe;
mod review;
mod snapshot;
mod split;
mod split_by_time;
mod split_grouped;
mod stopping;
mod tally;
mod terms;
mod trainer;
mod turned;
mod update;

pub use config::{ClassWeights, Order, TrainingConfig};
pub use evaluate::{Predictor, evaluate};
pub use evaluator::Evaluator;
pub use event::{Control, Event};
pub use examples::{Examples, Targets};
pub use features::Features;
pub use history::{Divergence, EpochRecord, History, Stop};
pub use importance::{Change, Importance, Shuffling, permutation_importance};
pub use many::{train_many, train_many_on};
pub use recipe::Recipe;
pub use snapshot::{RunState, Setting, Snapshot};
pub use split::{Split, folds, split};
pub use split_by_time::{folds_by_time, split_by_time};
pub use split_grouped::{folds_grouped, split_grouped};
pub use stopping::Best;
pub use tally::Tally;
pub use trainer::{MOST_THREADS, Trained, Trainer, available_threads};
