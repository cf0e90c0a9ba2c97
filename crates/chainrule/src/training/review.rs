//! What judges the parameters after each epoch, and remembers the best.

use chainrule_engine::{Executor, Scalar, all_finite};

use super::batches::Part;
use super::evaluate::Judge;
use super::history::{EpochRecord, History, Stop};
use super::stopping::{Best, Stopping};
use super::trainer::{Trained, Trainer};
use crate::Error;

/// The judgement of a run.
pub(super) struct Review<T> {
    judge: Option<Judge<T>>,
    stopping: Stopping<T>,
    pub(super) history: History,
    /// Whether the last epoch was the best so far.
    pub(super) improved: bool,
}

impl<T: Scalar> Review<T> {
    /// The judgement of a run whose examples held out are judged in so many parts at once.
    pub(super) fn new(trainer: &Trainer<'_, T>, parts: usize) -> Result<Self, Error> {
        let held_out = !trainer.validation.rows.is_empty();
        let judge = held_out.then(|| Judge::new(trainer.network, &trainer.config, parts)).transpose()?;
        Ok(Review { judge, ..Self::without_judge(trainer) })
    }

    /// The judgement of a run whose validation somebody else computes.
    pub(super) fn without_judge(trainer: &Trainer<'_, T>) -> Self {
        let stopping = Stopping::new(&trainer.config, trainer.params.values());
        Review { judge: None, stopping, history: History::default(), improved: false }
    }

    /// Goes on from the history and the best epoch of another run.
    pub(super) fn restore(&mut self, history: History, best: Best<T>) {
        self.history = history;
        self.stopping.best = best;
    }

    /// The best epoch so far.
    pub(super) fn best(&self) -> &Best<T> {
        &self.stopping.best
    }

    /// Judges an epoch's parameters on rows by an executor and remembers it; gives the loss to judge by.
    pub(super) fn epoch(
        &mut self,
        mut record: EpochRecord,
        parameters: &[T],
        (validation, executor): (&Part<'_>, &mut impl Executor),
    ) -> Result<f64, Error> {
        if let Some(judge) = &mut self.judge {
            record.judge(&judge.evaluate(executor, parameters, validation)?);
        }
        let loss = record.judged_loss();
        self.observe(record, parameters);
        Ok(loss)
    }

    /// Remembers a judged epoch.
    pub(super) fn observe(&mut self, record: EpochRecord, parameters: &[T]) {
        self.improved = self.stopping.observe(record.epoch, record.judged_loss(), parameters);
        self.history.epochs.push(record);
    }

    /// Why the run ends after the epochs so far, if it does; `epochs` are planned.
    pub(super) fn over(&self, epochs: usize) -> Option<Stop> {
        let made = self.history.epochs.len();
        if self.stopping.exhausted(made) {
            return Some(Stop::NoImprovement { best_epoch: self.best().epoch });
        }
        (made >= epochs).then_some(Stop::Completed)
    }

    /// The result of the run: the last parameters, or the best where patience was asked for or the last are not finite.
    pub(super) fn finish(self, trainer: Trainer<'_, T>, stop: Stop, steps: u64) -> Trained<T> {
        let mut params = trainer.params;
        let Best { epoch, parameters, .. } = self.stopping.best;
        let go_back = trainer.config.patience.is_some() && epoch > 0;
        if go_back || !all_finite(params.values()) {
            params.values_mut().copy_from_slice(&parameters);
        }
        Trained { params, history: self.history, stop, steps }
    }
}
