//! Train feed-forward neural networks by backpropagation.
//!
//! ```
//! use chainrule::{Examples, Features, Loss, Network, Targets, Trainer, TrainingConfig};
//!
//! let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
//! let xor = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;
//! let network: Network = "2,tanh:8,sigmoid:1".parse()?;
//! let config = TrainingConfig {
//!     loss: Loss::BinaryCrossEntropy,
//!     learning_rate: Some(0.05),
//!     epochs: 300,
//!     ..TrainingConfig::default()
//! };
//! let trained = Trainer::<f32>::new(&network, &xor, config)?.train()?;
//! assert!(trained.history.epochs.last().unwrap().training_loss < 0.05);
//! # Ok::<(), chainrule::Error>(())
//! ```
//!
//! A [`Network`] is made of [`layers`] with [`activations`] and [`initializers`]; a [`Trainer`] makes a [`Loss`] small on
//! [`Examples`] with an [optimizer](optimizers) whose learning rate follows a [schedule](schedules); [`metrics`] judge the
//! result. Under all of it lies the graph of [`engine`], in which every number can be seen and every gradient checked.
//!
//! Where to begin: a [`Recipe`] gives network and settings for given [`Examples`]; [`TrainingConfig`] says what can be set;
//! [`folds`] and [`evaluate()`] tell how good the result is; [`Predictor`] uses it. Programs that show each of them lie in the
//! repository's folder `examples/`. Tables and model files are the business of the crates `chainrule-data` and `chainrule-files`.
//!
//! [`Trainer::with_threads`] trains on several threads, [`train_many`] trains many small networks at once; neither changes a bit
//! of the result.
//!
//! Must not know: files, the terminal. It starts threads and reads the clock only where [`Trainer::with_threads`] asks for more
//! than one, and no result depends on either. It never matches on an operation of the graph.

pub mod activations;
mod error;
pub mod initializers;
mod lanes;
pub mod layers;
pub mod losses;
pub mod metrics;
mod named;
pub mod network;
pub mod optimizers;
mod regularisation;
pub mod schedules;
#[cfg(test)]
mod testing;
mod training;
mod validate;

pub use activations::Activation;
pub use chainrule_engine as engine;
pub use error::Error;
pub use initializers::Initializer;
pub use layers::Mode;
pub use losses::{Loss, Reduction, Weights};
pub use network::{Forward, Network, Objective, Task};
pub use regularisation::{Average, Clipping, Penalty, limit_norms};
pub use training::*;

/// The README's program compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
