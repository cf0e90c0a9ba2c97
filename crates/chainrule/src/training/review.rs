//! What judges the parameters after each epoch, tells the listener, and remembers the best.

use chainrule_engine::{Executor, Scalar, all_finite};

use super::batches::Part;
use super::evaluate::Judge;
use super::event::{Control, Event};
use super::history::{EpochRecord, History, Stop};
use super::stopping::Best;
use super::trainer::{Listener, Trained, Trainer};
use crate::Error;

/// The judgement of a run.
pub(super) struct Review<T> {
    judge: Option<Judge<T>>,
    best: Best<T>,
    pub(super) history: History,
}

impl<T: Scalar> Review<T> {
    /// The judgement of a run whose examples held out are judged in so many parts at once.
    pub(super) fn new(trainer: &Trainer<'_, T>, parts: usize) -> Result<Self, Error> {
        let held_out = !trainer.validation.rows.is_empty();
        let judge = held_out.then(|| Judge::new(trainer.network, &trainer.config, parts)).transpose()?;
        let best = Best::new(&trainer.config, trainer.params.values());
        Ok(Review { judge, best, history: History::default() })
    }

    /// The judgement of a run whose validation somebody else computes.
    pub(super) fn without_judge(trainer: &Trainer<'_, T>) -> Self {
        let best = Best::new(&trainer.config, trainer.params.values());
        Review { judge: None, best, history: History::default() }
    }

    /// Judges an epoch's parameters on rows by an executor, tells the listener, and says whether the run is to end.
    pub(super) fn epoch(
        &mut self,
        mut record: EpochRecord,
        parameters: &[T],
        (validation, executor): (&Part<'_>, &mut impl Executor),
        listener: &mut Listener<'_>,
    ) -> Result<Option<Stop>, Error> {
        if let Some(judge) = &mut self.judge {
            record.judge(&judge.evaluate(executor, parameters, validation)?);
        }
        Ok(self.judged(record, parameters, listener))
    }

    /// Remembers a judged epoch, tells the listener, and says whether the run is to end.
    pub(super) fn judged(
        &mut self,
        record: EpochRecord,
        parameters: &[T],
        listener: &mut Listener<'_>,
    ) -> Option<Stop> {
        let epoch = record.epoch;
        let improved = self.best.observe(epoch, record.judged_loss(), parameters);
        let control = listener(&Event::Epoch { record: &record, improved });
        self.history.epochs.push(record);
        match control {
            Control::Stop => Some(Stop::Interrupted),
            Control::Continue if self.best.exhausted(epoch) => {
                Some(Stop::NoImprovement { best_epoch: self.best.get().0 })
            }
            Control::Continue => None,
        }
    }

    /// The result of the run: the last parameters, or the best where patience was asked for or the last are not finite.
    pub(super) fn finish(self, trainer: Trainer<'_, T>, stop: Stop, steps: u64) -> Trained<T> {
        let mut params = trainer.params;
        let (best_epoch, best) = self.best.get();
        let go_back = trainer.config.patience.is_some() && best_epoch > 0;
        if go_back || !all_finite(params.values()) {
            params.values_mut().copy_from_slice(best);
        }
        Trained { params, history: self.history, stop, steps }
    }
}
