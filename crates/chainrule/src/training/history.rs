//! What a training run was like, epoch by epoch.

use core::fmt;

use crate::metrics::{Evaluation, Score};

/// One epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochRecord {
    /// Its number, from 1.
    pub epoch: usize,
    /// Steps made since the run began.
    pub steps: u64,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// The mean loss of the batches, as they were when they were used; without penalties.
    pub training_loss: f64,
    /// The share of right answers in the batches, where there are classes.
    pub training_accuracy: Option<f64>,
    /// The loss of the examples held out, if there are any.
    pub validation_loss: Option<f64>,
    /// The most telling metric of the examples held out.
    pub validation_score: Option<Score>,
}

impl EpochRecord {
    /// Takes in what the examples held out are worth.
    pub(super) fn judge(&mut self, evaluation: &Evaluation) {
        self.validation_loss = Some(evaluation.loss);
        self.validation_score = evaluation.scores.first().copied();
    }

    /// The loss to judge by: of what is held out where there is something, else of training.
    pub fn judged_loss(&self) -> f64 {
        self.validation_loss.unwrap_or(self.training_loss)
    }
}

/// All epochs of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The epochs in order.
    pub epochs: Vec<EpochRecord>,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Stop {
    /// All epochs were made.
    Completed,
    /// The loss did not improve for as many epochs as the patience allows.
    NoImprovement {
        /// The best epoch, whose weights were taken.
        best_epoch: usize,
    },
    /// The optimizer found no way further down.
    Converged,
    /// The listener asked for it.
    Interrupted,
    /// A number was no longer finite.
    Diverged(Divergence),
}

/// Where a run went wrong, and why it probably did.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Number of the step, from 1.
    pub step: u64,
    /// The first quantity, in the order of computation, that is not finite: `layer2.z`, `loss`, `grad(layer1.weight)`.
    pub place: String,
    /// The likely cause.
    pub cause: &'static str,
    /// One step that helps.
    pub help: &'static str,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Divergence { epoch, step, place, cause, help } = self;
        write!(
            f,
            "training diverged in epoch {epoch}, step {step}: `{place}` is not finite; likely cause: {cause}"
        )?;
        write!(f, "\nhelp: {help}")
    }
}
