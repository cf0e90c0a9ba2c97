//! Who makes the steps of a run: one thread, or several that share the rows of each batch, whichever is faster.
//!
//! Both ways give the same bits, so a run may try them in its first steps and go on with the faster one. It tries again
//! later, each time after four times as many steps, because the other cores may have become free; and it goes on alone at
//! once where several steps together take longer than one alone did, because another program has taken a core. Where a step is so small
//! that meeting costs more than the work, nothing is tried.
//! Must not know: optimizers, epochs. The clock is read for this choice alone, and only where several threads were asked for.

use std::time::Instant;

use chainrule_engine::{Executor, Pool, Scalar, Workspace};

use super::graphs::{GradientPlan, Shapes};
use super::trainer::Trainer;
use crate::Error;

/// Multiplications and additions of a step below which one thread is used: some microseconds of work, as long as a few
/// meetings of two threads take.
const TOO_SMALL: f64 = 3e5;
/// Steps of a trial that are made one way before the other has its turn; the first of them, with cold caches, does not
/// count.
const TURN: usize = 3;
/// Turns of a trial, of both ways together.
const TURNS: usize = 8;
/// Seconds after which a trial ends with the first turn of both ways: the steps are so long that few of them tell.
const LONG: f64 = 0.05;
/// Steps of each way that count.
const COUNTED: usize = (TURN - 1) * TURNS / 2;
/// Steps of a trial.
const STEPS: usize = TURN * TURNS;
/// Steps between the first trial and the second.
const PAUSE: usize = 1000;
/// Steps together, one after another, that are slower than one alone before the run goes on alone.
const PATIENCE: usize = 4;
/// The places of the two ways.
const TOGETHER: usize = 0;
const ALONE: usize = 1;

/// A plan for a number of parts, with its memory.
#[derive(Debug)]
pub(super) struct Way<T> {
    pub(super) gradients: GradientPlan,
    pub(super) workspace: Workspace<T>,
}

/// The threads of a run, and the ways in which they may make a step.
#[derive(Debug)]
pub(super) struct Crew<T> {
    pub(super) pool: Pool,
    /// In as many parts as there are threads; and in one, if that is another way.
    ways: Vec<Way<T>>,
    /// The way of the present step.
    chosen: usize,
    trial: Trial,
}

/// A comparison of two ways.
#[derive(Debug)]
struct Trial {
    /// Steps since it began.
    steps: usize,
    /// Seconds of the steps that count, by way.
    seconds: [Samples; 2],
    began: Option<Instant>,
    /// Steps from the end of this trial to the next one.
    pause: usize,
    /// Seconds of a step alone, once the trial is over.
    alone: f64,
    /// The last steps together that were slower, in a row.
    slow: usize,
}

/// The seconds of some steps.
#[derive(Debug, Default)]
struct Samples {
    seconds: [f64; COUNTED],
    count: usize,
}

/// The threads that may pay for batches of so many rows: forward and backward pass take six operations a parameter and row.
pub(super) fn worthwhile_threads<T: Scalar>(trainer: &Trainer<'_, T>, rows: usize) -> usize {
    let work = 6.0 * trainer.params.values().len() as f64 * rows as f64;
    if work < TOO_SMALL { 1 } else { trainer.threads.min(rows) }
}

impl<T: Scalar> Crew<T> {
    /// The crew for a trainer's batches.
    pub(super) fn new(trainer: &Trainer<'_, T>, shapes: Shapes<'_>) -> Result<Self, Error> {
        let way = |parts: usize| -> Result<Way<T>, Error> {
            let gradients = GradientPlan::new(trainer.network, &trainer.config, Shapes { parts, ..shapes })?;
            Ok(Way { workspace: gradients.plan.workspace(), gradients })
        };
        let pool = Pool::new(worthwhile_threads(trainer, shapes.capacity));
        let together = way(pool.threads())?;
        let divided = together.gradients.plan.parts() > 1;
        let ways = if divided { vec![together, way(1)?] } else { vec![together] };
        Ok(Crew { pool, ways, chosen: 0, trial: Trial::new(PAUSE) })
    }

    /// The way in which the last step was made, from its beginning to that of the next one.
    pub(super) fn way(&self) -> &Way<T> {
        &self.ways[self.chosen]
    }

    /// The threads and the way to make a step.
    pub(super) fn parts_mut(&mut self) -> (&mut Pool, &mut Way<T>) {
        (&mut self.pool, &mut self.ways[self.chosen])
    }

    /// Chooses the way of the next step.
    pub(super) fn begin_step(&mut self) {
        if self.ways.len() == 1 {
            return;
        }
        let trial = &mut self.trial;
        if trial.steps == STEPS + trial.pause {
            *trial = Trial::new(trial.pause.saturating_mul(4));
        }
        if trial.steps == 2 * TURN && trial.spent() > LONG {
            trial.steps = STEPS;
        }
        if trial.steps < STEPS {
            self.chosen = trial.steps / TURN % 2;
        } else if trial.steps == STEPS {
            self.chosen = trial.faster();
        } else if trial.slow >= PATIENCE {
            self.chosen = ALONE;
        }
        // Once the trial is over, a step alone needs no watching.
        trial.began = (trial.steps < STEPS || self.chosen == TOGETHER).then(Instant::now);
    }

    /// Notes what the step took. What it computed is still asked for, so the way stays as it is until the next one begins.
    pub(super) fn end_step(&mut self) {
        let trial = &mut self.trial;
        if let Some(began) = trial.began.take() {
            let seconds = began.elapsed().as_secs_f64();
            if trial.steps >= STEPS {
                trial.slow = if seconds > trial.alone { trial.slow + 1 } else { 0 };
            } else if !trial.steps.is_multiple_of(TURN) {
                trial.seconds[self.chosen].push(seconds);
            }
        }
        trial.steps += 1;
    }
}

impl Trial {
    fn new(pause: usize) -> Self {
        Trial { steps: 0, seconds: Default::default(), began: None, pause, alone: f64::INFINITY, slow: 0 }
    }

    /// The seconds of all steps that counted.
    fn spent(&self) -> f64 {
        self.seconds.iter().flat_map(|samples| &samples.seconds[..samples.count]).sum()
    }

    /// The number of the way whose steps were faster.
    fn faster(&mut self) -> usize {
        let [together, alone] = &mut self.seconds;
        self.alone = alone.median();
        if self.alone < together.median() { ALONE } else { TOGETHER }
    }
}

impl Samples {
    fn push(&mut self, seconds: f64) {
        self.seconds[self.count] = seconds;
        self.count += 1;
    }

    /// The middle one: a thread that lost its core for once does not show, one that keeps losing it does.
    fn median(&mut self) -> f64 {
        let seconds = &mut self.seconds[..self.count];
        seconds.sort_unstable_by(f64::total_cmp);
        seconds[self.count / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outputs of a step are counted after it: those of the other way are of another step.
    #[test]
    fn a_run_goes_on_alone_with_the_next_step_and_not_before() {
        let trial = Trial { steps: STEPS + 1, alone: -1.0, ..Trial::new(PAUSE) };
        let mut crew = Crew::<f32> { pool: Pool::new(1), ways: Vec::new(), chosen: TOGETHER, trial };
        for _ in 0..PATIENCE {
            crew.begin_step();
            assert_eq!(crew.chosen, TOGETHER);
            crew.end_step();
            assert_eq!(crew.chosen, TOGETHER);
        }
        crew.begin_step();
        assert_eq!(crew.chosen, ALONE);
    }
}
