//! [`Lane`]: what each network of a pack has of its own.

use core::ops::Range;

use super::Numbered;
use super::gather::Source;
use crate::metrics::Evaluation;
use crate::schedules::{Plateau, PlateauState, Position};
use crate::training::batches::order_rows;
use crate::training::examples::Targets;
use crate::training::history::{EpochRecord, Stop};
use crate::training::review::Review;
use crate::training::tally::Tally;
use crate::training::trainer::{Trained, Trainer};
use crate::{Error, Reduction};

/// A network in training.
pub(super) struct Lane<'a> {
    /// Its number among the lanes.
    pub(super) number: usize,
    /// Its place among the results.
    place: usize,
    pub(super) trainer: Trainer<'a, f32>,
    /// The rows to learn from, in the order of the epoch.
    rows: Vec<usize>,
    /// The same in ascending order, from which every epoch begins.
    sorted: Vec<usize>,
    tally: Tally,
    plateau: Option<(Plateau, PlateauState)>,
    review: Review<f32>,
    learning_rate: f64,
}

impl<'a> Lane<'a> {
    pub(super) fn new(number: usize, (place, trainer): Numbered<Trainer<'a, f32>>) -> Self {
        let mut sorted = trainer.training.rows.clone();
        sorted.sort_unstable();
        Lane {
            number,
            place,
            rows: sorted.clone(),
            sorted,
            tally: Tally::default(),
            plateau: trainer.config.schedule.plateau(),
            review: Review::without_judge(&trainer),
            learning_rate: trainer.config.peak_learning_rate(),
            trainer,
        }
    }

    /// Brings the rows into the order of an epoch, from 1, of which nothing has been seen.
    pub(super) fn begin_epoch(&mut self, epoch: usize) {
        let config = &self.trainer.config;
        order_rows(&self.sorted, &mut self.rows, config.order, (config.seed, epoch as u64 - 1));
        self.tally = Tally::default();
    }

    /// The rows of a batch.
    pub(super) fn batch(&self, range: Range<usize>) -> Source<'_> {
        Source { lane: self.number, part: &self.trainer.training, rows: &self.rows[range] }
    }

    /// The rows held out.
    pub(super) fn held_out(&self, range: Range<usize>) -> Source<'_> {
        let part = &self.trainer.validation;
        Source { lane: self.number, part, rows: &part.rows[range] }
    }

    /// Takes in what a batch was like: its loss, and the class that each prediction stands for.
    pub(super) fn count(&mut self, range: Range<usize>, loss: f64, classes: impl Iterator<Item = u32>) {
        let (rows, Trainer { training, config, .. }) = (&self.rows[range], &self.trainer);
        let weight = training.total_weight(rows);
        self.tally.examples += rows.len();
        self.tally.weight += weight;
        // A sum of losses is shown as their mean, like every other.
        self.tally.loss += if config.reduction == Reduction::Sum { loss } else { loss * weight };
        if let Targets::Classes { labels, .. } = training.examples.targets() {
            self.tally.right +=
                rows.iter().zip(classes).filter(|(row, class)| labels[**row] == *class).count();
        }
    }

    /// The learning rate of the step after `steps` others.
    pub(super) fn schedule(&mut self, steps: u64) -> f64 {
        let Trainer { config, training, .. } = &self.trainer;
        let steps_per_epoch = training.rows.len().div_ceil(config.batch_size);
        let position = Position {
            step: steps,
            total_steps: steps_per_epoch.saturating_mul(config.epochs) as u64,
            steps_per_epoch: steps_per_epoch as u64,
            examples_per_epoch: training.rows.len() as u64,
        };
        let plateau = self.plateau.map_or(1.0, |(_, state)| state.factor);
        self.learning_rate = config.peak_learning_rate() * config.schedule.factor(position) * plateau;
        self.learning_rate
    }

    /// Ends an epoch with these parameters and what they are worth; says whether the run ends too.
    pub(super) fn end_epoch(
        &mut self,
        epoch: usize,
        steps: u64,
        parameters: &[f32],
        evaluation: Option<&Evaluation>,
    ) -> Option<Stop> {
        let classes = matches!(self.trainer.training.examples.targets(), Targets::Classes { .. });
        let Tally { examples, right, .. } = self.tally;
        let mut record = EpochRecord {
            epoch,
            steps,
            learning_rate: self.learning_rate,
            training_loss: self.tally.mean_loss(),
            training_accuracy: classes.then(|| right as f64 / examples.max(1) as f64),
            validation_loss: None,
            validation_score: None,
        };
        if let Some(evaluation) = evaluation {
            record.judge(evaluation);
        }
        if let Some((plateau, state)) = &mut self.plateau {
            *state = plateau.observe(*state, record.judged_loss());
        }
        self.review.observe(record, parameters);
        self.review.over(self.trainer.config.epochs)
    }

    /// Trains the network again from its beginning, without the others. One that diverges does so at the same step then, and
    /// a run alone can explain it.
    pub(super) fn train_alone(self) -> Result<Numbered<Trained<f32>>, Error> {
        Ok((self.place, self.trainer.train()?))
    }

    /// The network with its last parameters.
    pub(super) fn finish(mut self, parameters: &[f32], stop: Stop, steps: u64) -> Numbered<Trained<f32>> {
        self.trainer.params.values_mut().copy_from_slice(parameters);
        (self.place, self.review.finish(self.trainer, stop, steps))
    }
}
