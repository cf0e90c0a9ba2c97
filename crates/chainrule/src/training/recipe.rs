//! Settings that suit a data set's size and task, for whoever gives none.
//!
//! A rule of few numbers, chosen by measurement on the built-in data sets (`docs/notes/0002-default-settings.md`):
//! AdamW under a one-cycle learning rate, so that the same few numbers serve four rows and sixty thousand. Must not know:
//! names of data sets.

use super::config::TrainingConfig;
use super::examples::{Examples, Targets};
use crate::Activation;
use crate::network::{Network, Task};
use crate::optimizers::{AdamW, Optimizer};
use crate::schedules::{OneCycle, Schedule};

/// A network and training settings by default.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The kind of prediction.
    pub task: Task,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// The hidden layers' activation; ReLU.
    pub activation: Activation,
    /// The network's inputs.
    pub inputs: usize,
    /// The network's outputs.
    pub outputs: usize,
    /// The settings of the run.
    pub config: TrainingConfig,
}

/// Steps that a small data set gets, in about; a large one gets at least [`LEAST_EPOCHS`].
const STEPS: usize = 2_000;
/// The fewest times that every example is used.
const LEAST_EPOCHS: usize = 5;
/// The most times that every example is used.
const MOST_EPOCHS: usize = 500;
/// Weight decay times rows: the fewer the examples, the more the weights are held back, as a prior of fixed strength asks.
const DECAY_ROWS: f64 = 300.0;
/// Features from which on the hidden layer is wide and the learning rate lower: images.
const MANY_FEATURES: usize = 256;
/// Rows from which on a step takes more examples.
const MANY_ROWS: usize = 10_000;

impl Recipe {
    /// The defaults for these examples; two classes make a binary task, more a multiclass one, numbers a regression.
    ///
    /// ```
    /// use chainrule::{Examples, Features, Recipe, Targets, Task};
    /// let features = Features::Real { width: 2, values: vec![0.0; 8].into() };
    /// let examples = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;
    /// let recipe = Recipe::new(&examples);
    /// assert_eq!((recipe.task, recipe.outputs), (Task::Binary, 1));
    /// assert_eq!(recipe.network().spec(), "identity:2,relu:64,relu:32,sigmoid:1");
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    pub fn new(examples: &Examples<'_>) -> Self {
        let task = match examples.targets() {
            Targets::Classes { count: 2, .. } => Task::Binary,
            Targets::Classes { .. } => Task::Multiclass,
            Targets::Values { .. } => Task::Regression,
        };
        Self::for_task(task, examples)
    }

    /// The defaults for these examples and this task.
    pub fn for_task(task: Task, examples: &Examples<'_>) -> Self {
        let outputs = match (task, examples.targets()) {
            (Task::Binary, Targets::Classes { .. }) => 1,
            (_, Targets::Classes { count, .. }) => *count,
            (_, Targets::Values { width, .. }) => *width,
        };
        let (width, rows) = (examples.features().width(), examples.rows());
        let (hidden, learning_rate) =
            if width < MANY_FEATURES { (vec![64, 32], 0.01) } else { (vec![128], 0.005) };
        let batch_size = if rows < MANY_ROWS { 32 } else { 64 };
        let steps_per_epoch = rows.div_ceil(batch_size).max(1);
        let config = TrainingConfig {
            loss: task.loss(),
            optimizer: Optimizer::from(AdamW::default()),
            learning_rate: Some(learning_rate),
            weight_decay: Some((DECAY_ROWS / rows.max(1) as f64).min(1.0)),
            schedule: Schedule::OneCycle(OneCycle::default()),
            epochs: (STEPS / steps_per_epoch).clamp(LEAST_EPOCHS, MOST_EPOCHS),
            batch_size,
            ..TrainingConfig::default()
        };
        Recipe { task, hidden, activation: Activation::Relu, inputs: width, outputs, config }
    }

    /// The network.
    pub fn network(&self) -> Network {
        Network::new(self.inputs)
            .hidden(&self.hidden, self.activation)
            .dense(self.outputs, self.task.activation())
    }
}
