//! Times the steps of a training run, and counts what they allocate.
//!
//! A run is cut into blocks of whole epochs. The first block warms caches and clock frequency up and does not count. A block
//! holds all that the real loop does: shuffling, gathering, the plan, the optimizer, loss, accuracy and the event of each step.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chainrule::{Control, Event, Examples, Split, Stop, Trainer, TrainingConfig};

use super::workload::Workload;

/// What a measurement may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// How long it takes.
    pub(super) budget: Duration,
    /// The most threads of a step.
    pub(super) threads: usize,
}

/// What a step took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seconds {
    /// In the fastest block.
    pub(super) best: f64,
    /// In the middle one of the blocks.
    pub(super) median: f64,
}

/// Trains for about the budget after one block of warming up, and for one block at least.
///
/// # Errors
/// If the network does not train or diverges, which is a fault of ours.
pub(super) fn seconds_per_step(
    workload: &Workload,
    examples: &Examples<'_>,
    effort: Effort,
) -> anyhow::Result<Seconds> {
    let network = workload.network();
    let mut blocks = Blocks::new(workload, effort.budget);
    let trainer = Trainer::<f32>::new(&network, examples, workload.config())?;
    let trained = trainer.with_threads(effort.threads).run(&mut |event| blocks.see(event))?;
    if trained.stop != Stop::Interrupted {
        bail!("{}: training ended by itself: {:?}", workload.name, trained.stop);
    }
    blocks.seconds().with_context(|| format!("{}: no block of steps was timed", workload.name))
}

/// How often a step allocates, on the thread that trains.
///
/// Two short runs differ in nothing but the number of steps in their single epoch; so do their allocations.
///
/// # Errors
/// As [`seconds_per_step`].
pub(super) fn allocations_per_step(workload: &Workload, examples: &Examples<'_>) -> anyhow::Result<f64> {
    let (few, many) = (1, 3);
    let more = allocations(workload, examples, many)? as f64 - allocations(workload, examples, few)? as f64;
    Ok(more / (many - few) as f64)
}

/// The allocations of a run of one epoch with this many steps.
fn allocations(workload: &Workload, examples: &Examples<'_>, steps: usize) -> anyhow::Result<u64> {
    let network = workload.network();
    let config = TrainingConfig { epochs: 1, ..workload.config() };
    let split = Split { training: (0..steps * workload.batch).collect(), validation: Vec::new() };
    let trainer = Trainer::<f32>::new(&network, examples, config)?.with_split(split)?;
    let mut trained = None;
    let counts = allocation_counter::measure(|| trained = Some(trainer.run(&mut |_| Control::Continue)));
    trained.with_context(|| format!("{}: did not run", workload.name))??;
    Ok(counts.count_total)
}

/// The most blocks that are timed.
const MOST: usize = 10_000;

/// The blocks of a run that is going on.
struct Blocks {
    epochs_per_block: usize,
    steps_per_block: f64,
    budget: Duration,
    /// Each block's seconds.
    times: Vec<f64>,
    /// When counting began, after the warming up, and when the last block ended.
    began: Option<(Instant, Instant)>,
}

impl Blocks {
    fn new(workload: &Workload, budget: Duration) -> Self {
        let epochs_per_block = workload.epochs_per_block;
        let steps_per_block = (workload.steps_per_epoch() * epochs_per_block) as f64;
        Blocks { epochs_per_block, steps_per_block, budget, times: Vec::new(), began: None }
    }

    fn see(&mut self, event: &Event<'_>) -> Control {
        let Event::Epoch { record, .. } = event else { return Control::Continue };
        if record.epoch % self.epochs_per_block != 0 {
            return Control::Continue;
        }
        let now = Instant::now();
        let Some((began, last)) = self.began else {
            self.began = Some((now, now));
            return Control::Continue;
        };
        self.times.push((now - last).as_secs_f64());
        self.began = Some((began, now));
        let enough = now - began >= self.budget || self.times.len() == MOST;
        if enough { Control::Stop } else { Control::Continue }
    }

    fn seconds(mut self) -> Option<Seconds> {
        self.times.sort_by(f64::total_cmp);
        let at = |place: usize| self.times.get(place).map(|seconds| seconds / self.steps_per_block);
        Some(Seconds { best: at(0)?, median: at(self.times.len() / 2)? })
    }
}

/// Seconds of one call: the least of many batches of calls, for about `budget`.
pub(super) fn least(budget: Duration, mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    call();
    let calls = (20e-6 / started.elapsed().as_secs_f64()).clamp(1.0, 1000.0) as u32;
    let (mut best, began) = (Duration::MAX, Instant::now());
    loop {
        let started = Instant::now();
        (0..calls).for_each(|_| call());
        best = best.min(started.elapsed());
        if began.elapsed() >= budget {
            return best.as_secs_f64() / f64::from(calls);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::workload::Workload;
    use super::{Effort, allocations_per_step, least, seconds_per_step};

    #[test]
    fn a_step_allocates_nothing_and_times_are_in_order() {
        let workload = Workload { epochs_per_block: 100, ..Workload::new("small", &[4, 8, 3], 4, 40) };
        let mnist = chainrule_data::builtin::mnist().unwrap().train;
        let examples = workload.examples(&mnist).unwrap();
        let effort = Effort { budget: Duration::from_millis(20), threads: 2 };
        assert_eq!(allocations_per_step(&workload, &examples).unwrap(), 0.0);
        let seconds = seconds_per_step(&workload, &examples, effort).unwrap();
        assert!(0.0 < seconds.best && seconds.best <= seconds.median, "{seconds:?}");
    }

    #[test]
    fn a_call_longer_than_the_budget_is_still_made_twice() {
        let mut calls = 0;
        least(Duration::ZERO, || {
            calls += 1;
            std::thread::sleep(Duration::from_millis(1));
        });
        assert_eq!(calls, 2);
    }
}
