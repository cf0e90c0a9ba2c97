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
mod event;
mod examples;
mod fit;
mod full_batch;
mod graphs;
mod history;
mod importance;
mod many;
mod mini_batch;
mod recipe;
mod review;
mod split;
mod stopping;
mod tally;
mod trainer;
mod turned;
mod update;

pub use config::{ClassWeights, Order, TrainingConfig};
pub use evaluate::{Predictor, evaluate};
pub use event::{Control, Event};
pub use examples::{Examples, Features, Targets};
pub use history::{Divergence, EpochRecord, History, Stop};
pub use importance::{Change, Importance, Shuffling, permutation_importance};
pub use many::{train_many, train_many_on};
pub use recipe::Recipe;
pub use split::{Split, folds, split};
pub use trainer::{MOST_THREADS, Trained, Trainer, available_threads};
