//! What a training run tells while it goes on. Training never prints: a face shows these as it likes.

use super::history::EpochRecord;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Training begins.
    Started {
        /// Examples to learn from.
        training_rows: usize,
        /// Examples held out.
        validation_rows: usize,
        /// Epochs planned.
        epochs: usize,
        /// Steps in an epoch.
        steps_per_epoch: usize,
        /// Steps made before by the run that is gone on with; 0 for a new one.
        steps_made: u64,
    },
    /// A step was made.
    Step {
        /// Number of the epoch, from 1.
        epoch: usize,
        /// Number of the step in the run, from 1.
        step: u64,
        /// Examples of this epoch used so far.
        examples: usize,
        /// The loss of the step's batch.
        loss: f64,
        /// The mean loss of the epoch so far.
        mean_loss: f64,
        /// The share of right answers in the epoch so far, where there are classes.
        accuracy: Option<f64>,
    },
    /// An epoch ended and what is held out was looked at.
    Epoch {
        /// What there is to say about it.
        record: &'a EpochRecord,
        /// Whether it is the best so far.
        improved: bool,
    },
}

/// What the listener wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    #[default]
    Continue,
    /// Stop after this step; the network so far is kept.
    Stop,
}
