//! Training many small networks at once: seeds, folds, learning rates of one shape.
//!
//! A step of a small network is mostly overhead, and its matrices fill no vector register. So up to sixteen networks are
//! trained as the lanes of one number type ([`Pack`](chainrule_engine::Pack)): one plan, one optimizer, one loop, and in
//! every vector register one number of each network. Lane i does exactly the operations that network i would do alone, in the
//! same order, so each network gets the bits that it would get alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `fits.rs` | which runs can be lanes of one pack |
//! | `lane.rs` | what each network has of its own: rows, order, tally, history, when to stop |
//! | `gather.rs` | batches of several networks, side by side |
//! | `decide.rs` | the classes that predictions stand for |
//! | `judge.rs` | the examples held out |
//! | `run.rs` | the loop |
//!
//! Must not know: threads; an executor is an argument.

mod decide;
mod fits;
mod gather;
mod judge;
mod lane;
mod run;

use chainrule_engine::{Executor, Serial};

use super::trainer::{Trained, Trainer};
use crate::Error;

/// Trains every network as [`Trainer::train`] would, with the same bits, up to sixteen at once.
///
/// Runs are trained together when they differ only in seed, learning rate, schedule, epochs, rows and order of examples, and
/// rules for stopping: when they use the same [`Network`](crate::Network) (the same reference), as many rows to learn from and
/// as many held out, and otherwise equal settings. Others are trained alone: those with dropout, whose masks depend on the
/// seed, with L-BFGS, whose line search decides step by step, those with nobody beside them, and networks too large to gain.
/// So which way is taken shows in the time only. Three times the memory of sixteen networks is used at a time.
///
/// Gives the results in the order of the trainers. A network that diverges stops for itself; the others go on.
///
/// ```
/// use chainrule::{Examples, Features, Network, Targets, Trainer, TrainingConfig, train_many};
/// let features = Features::Real { width: 1, values: (0..20).map(f64::from).collect() };
/// let targets = Targets::Classes { count: 2, labels: (0..20).map(|x| u32::from(x > 9)).collect() };
/// let examples = Examples::new(features, targets)?;
/// let network: Network = "1,tanh:4,softmax:2".parse()?;
/// let seeded = |seed| {
///     let config = TrainingConfig { seed, epochs: 3, ..TrainingConfig::default() };
///     Trainer::new(&network, &examples, config)
/// };
/// let trained = train_many((0..10).map(seeded).collect::<Result<_, _>>()?)?;
/// assert_eq!(trained[7], seeded(7)?.train()?);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
/// The first error of a run, as [`Trainer::run`].
pub fn train_many(trainers: Vec<Trainer<'_, f32>>) -> Result<Vec<Trained<f32>>, Error> {
    train_many_on(trainers, &mut Serial)
}

/// The same where an executor may train several packs at once; each is trained by one thread.
///
/// # Errors
/// As [`train_many`].
pub fn train_many_on<'a>(
    trainers: Vec<Trainer<'a, f32>>,
    executor: &mut impl Executor,
) -> Result<Vec<Trained<f32>>, Error> {
    let count = trainers.len();
    // Threads of their own would only get into the way of the executor's.
    let alone =
        |trainer: Trainer<'a, f32>| if executor.threads() > 1 { trainer.with_threads(1) } else { trainer };
    let trainers: Vec<Trainer<'a, f32>> = trainers.into_iter().map(alone).collect();
    let mut jobs: Vec<Job<'a>> = fits::packed(trainers, executor.threads())?
        .into_iter()
        .map(|members| Job { members, trained: Ok(Vec::new()) })
        .collect();
    executor.run(&mut jobs, Job::run);
    let mut results: Vec<Option<Trained<f32>>> = vec![None; count];
    for job in jobs {
        job.trained?.into_iter().for_each(|(place, trained)| results[place] = Some(trained));
    }
    Ok(results.into_iter().flatten().collect())
}

/// A run and its place among the results.
type Numbered<R> = (usize, R);

/// Runs that are trained together by one thread.
struct Job<'a> {
    members: Vec<Numbered<Trainer<'a, f32>>>,
    trained: Result<Vec<Numbered<Trained<f32>>>, Error>,
}

impl Job<'_> {
    fn run(&mut self) {
        let members = core::mem::take(&mut self.members);
        self.trained = if members.len() == 1 {
            members.into_iter().map(|(place, trainer)| Ok((place, trainer.train()?))).collect()
        } else {
            run::train(members)
        };
    }
}
