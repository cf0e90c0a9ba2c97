//! [`Snapshot`]: a run at a moment, with all that it needs to go on and end with the same bits.
//!
//! Random numbers and the order of the examples follow from seed, epoch and step, so their places need no more than the
//! counts. What decides the bits but is no part of the run's state (settings, network, rows) is described in
//! [`Snapshot::settings`], and compared before the run goes on.
//!
//! Must not know: files, loops.

use chainrule_engine::{Scalar, all_finite};

use super::event::Event;
use super::history::History;
use super::stopping::Best;
use super::tally::Tally;
use super::trainer::Trainer;
use crate::optimizers::SavedOptimizer;
use crate::schedules::PlateauState;
use crate::{Average, Error};

/// A run at a moment: weights, the optimizer's memory, and where it stands.
///
/// [`Trainer::watch`] gives one where it is asked for, [`Trainer::resume`] goes on from it. All vectors are in the declared
/// order of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot<T> {
    /// What decides the bits of the run beside its state, by name, in a fixed order.
    pub settings: Vec<Setting>,
    /// Steps made.
    pub steps: u64,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// The parameters after the last step, not their average; not finite where that step overflowed.
    pub parameters: Vec<T>,
    /// The optimizer's memory.
    pub optimizer: SavedOptimizer<T>,
    /// The moving average of the parameters, where there is one.
    pub average: Option<Average<T>>,
    /// The state of a schedule that waits for a plateau, where there is one.
    pub plateau: Option<PlateauState>,
    /// The best epoch so far.
    pub best: Best<T>,
    /// The epochs that are over.
    pub history: History,
    /// What has been seen of the present epoch.
    pub tally: Tally,
    /// Whether the optimizer has found no way further down.
    pub converged: bool,
}

/// Something that decides the bits of a run: its name and its value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name, such as `learning_rate`.
    pub name: String,
    /// The value, such as `0.001`.
    pub value: String,
}

/// A run at the moment of an [`Event`].
pub struct RunState<'r, T> {
    capture: &'r dyn Fn() -> Snapshot<T>,
}

/// Who watches a run, and may take snapshots of it.
pub(super) type Watcher<'w, T> = dyn FnMut(&Event<'_>, &RunState<'_, T>) -> super::event::Control + 'w;

impl<'r, T> RunState<'r, T> {
    pub(super) fn new(capture: &'r dyn Fn() -> Snapshot<T>) -> Self {
        RunState { capture }
    }

    /// The run as it is now; copies its vectors: the parameters, the best ones, the average, and what the optimizer remembers,
    /// from nothing (SGD) over two vectors (Adam) to twice its history and two more (L-BFGS).
    pub fn snapshot(&self) -> Snapshot<T> {
        (self.capture)()
    }
}

impl<T: Scalar> Snapshot<T> {
    /// Epochs that are over.
    pub fn epochs(&self) -> usize {
        self.history.epochs.len()
    }

    /// Steps made in the present epoch; those of a whole epoch if it is not yet judged.
    pub fn steps_in_epoch(&self) -> u64 {
        let before = self.history.epochs.last().map_or(0, |record| record.steps);
        self.steps.saturating_sub(before)
    }

    /// Whether a trainer can go on from here: the same settings, and parts that fit each other.
    pub(super) fn check(&self, trainer: &Trainer<'_, T>) -> Result<(), Error> {
        self.check_settings(&super::terms::terms(trainer))?;
        let parameters = trainer.params.values().len();
        same("parameters", parameters, self.parameters.len())?;
        same("best.parameters", parameters, self.best.parameters.len())?;
        // Those of the run may have overflowed in its last step; it ends then as it would have ended.
        if !all_finite(&self.best.parameters) {
            return refuse("`best.parameters`: expected finite numbers only".into());
        }
        let average = self.average.as_ref().map(|average| average.values().len());
        let expected = trainer.config.averaging.map(|_| parameters);
        if average != expected {
            return refuse(format!("`average`: expected {expected:?} numbers, got {average:?}"));
        }
        if self.plateau.is_some() != trainer.config.schedule.plateau().is_some() {
            return refuse("`plateau` does not go with the schedule".into());
        }
        self.check_place(trainer)
    }

    /// Names the first setting that differs.
    fn check_settings(&self, now: &[Setting]) -> Result<(), Error> {
        let value = |settings: &[Setting], name: &str| {
            let found = settings.iter().find(|setting| setting.name == name);
            found.map_or_else(|| "nothing".to_owned(), |setting| setting.value.clone())
        };
        for Setting { name, .. } in now.iter().chain(&self.settings) {
            let (expected, got) = (value(&self.settings, name), value(now, name));
            if expected != got {
                return Err(Error::OtherRun { setting: name.clone(), expected, got });
            }
        }
        Ok(())
    }

    /// Whether the place in the run is one that exists.
    fn check_place(&self, trainer: &Trainer<'_, T>) -> Result<(), Error> {
        let (epochs, planned) = (self.epochs(), trainer.config.epochs);
        if epochs > planned {
            return refuse(format!("`history`: expected at most {planned} epochs, got {epochs}"));
        }
        let steps_per_epoch = trainer.steps_per_epoch() as u64;
        let of_epoch = |epoch: usize| epoch as u64 * steps_per_epoch;
        let records = self.history.epochs.iter().enumerate();
        if let Some((at, _)) =
            records.clone().find(|(at, record)| record.epoch != at + 1 || record.steps != of_epoch(at + 1))
        {
            return refuse(format!("`history`: its record {} is not that of epoch {}", at, at + 1));
        }
        let (least, most) = (of_epoch(epochs), of_epoch(epochs + 1));
        if !(least..=most).contains(&self.steps) || self.steps > of_epoch(planned) {
            return refuse(format!("`steps`: expected {least} to {most}, got {}", self.steps));
        }
        if self.best.epoch > epochs {
            return refuse(format!("`best.epoch`: expected at most {epochs}, got {}", self.best.epoch));
        }
        let rows = trainer.training.rows.len();
        if self.tally.examples > rows {
            return refuse(format!("`tally`: expected at most {rows} examples, got {}", self.tally.examples));
        }
        Ok(())
    }
}

fn same(part: &str, expected: usize, got: usize) -> Result<(), Error> {
    if expected == got { Ok(()) } else { refuse(format!("`{part}`: expected {expected} numbers, got {got}")) }
}

fn refuse<R>(detail: String) -> Result<R, Error> {
    Err(Error::Snapshot { detail })
}
