//! Training many small networks at once against one after another.
//!
//! Rounds in turns: the same networks, seeds 0 to K - 1, are trained one after another by one thread, then together by one
//! thread, then by two. The least time of each way counts. All ways give the same bits, and each pays for all that it does:
//! initial weights, plans, shuffling, gathering, losses and accuracies.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use chainrule::engine::{Pool, Serial};
use chainrule::{Examples, Network, Trained, Trainer, TrainingConfig, train_many_on};
use serde_json::{Value, json};

use super::processor;
use super::report::time;
use super::workload::Workload;
use crate::table::{align, labelled};

/// Epochs of a round, for which one network alone takes 3 to 6 milliseconds.
fn epochs(workload: &Workload) -> usize {
    (3000 / workload.steps_per_epoch()).clamp(1, 20)
}

/// The networks that `--many` measures where none are named.
const USUAL: [&str; 2] = ["iris", "tab"];

/// Measures each network.
///
/// # Errors
/// As [`times`].
pub(super) fn run(
    wanted: &[Workload],
    count: usize,
    budget: Duration,
) -> anyhow::Result<Vec<(Workload, Times)>> {
    let mnist = chainrule_data::builtin::mnist()?.train;
    let usual = Workload::all().into_iter().filter(|workload| USUAL.contains(&workload.name.as_str()));
    let workloads = if wanted.is_empty() { usual.collect() } else { wanted.to_vec() };
    let measure = |workload: Workload| {
        let examples = workload.examples(&mnist)?;
        let times = times(&workload, &examples, count, budget).with_context(|| workload.name.clone())?;
        Ok((workload, times))
    };
    workloads.into_iter().map(measure).collect()
}

/// A table with a line for each network.
pub(super) fn text(count: usize, rows: &[(Workload, Times)]) -> String {
    let head = [
        ("processor", processor::name()),
        ("networks", format!("{count}, seeds 0 to {}, the same bits every way", count - 1)),
        ("times", "of a step of one network, the least of several rounds".to_owned()),
    ];
    let headings =
        ["network", "layers", "one after another", "at once", "gain", "at once, two threads", "gain"];
    let line = |(workload, times): &(Workload, Times)| {
        vec![
            workload.name.clone(),
            format!("{} {}", workload.shape(), workload.activation),
            time(times.alone),
            time(times.together),
            format!("{:.2}", times.alone / times.together),
            time(times.by_two),
            format!("{:.2}", times.alone / times.by_two),
        ]
    };
    let lines: Vec<Vec<String>> =
        [headings.map(str::to_owned).to_vec()].into_iter().chain(rows.iter().map(line)).collect();
    [labelled(&head), align(&lines)].join("\n\n")
}

/// The same as one object; times in seconds.
pub(super) fn json(count: usize, rows: &[(Workload, Times)]) -> Value {
    let network = |(workload, times): &(Workload, Times)| {
        json!({
            "name": workload.name,
            "one_after_another": times.alone,
            "at_once": times.together,
            "at_once_by_two_threads": times.by_two,
        })
    };
    json!({
        "processor": processor::name(),
        "version": env!("CARGO_PKG_VERSION"),
        "count": count,
        "networks": rows.iter().map(network).collect::<Vec<_>>(),
    })
}

/// What a step of one network took in seconds, each way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Times {
    /// One after another, by one thread.
    pub(super) alone: f64,
    /// Together, by one thread.
    pub(super) together: f64,
    /// Together, by two threads.
    pub(super) by_two: f64,
}

/// Trains `count` networks each way, in rounds for about `budget`, at least one.
///
/// # Errors
/// If a network cannot be trained, or the ways differ by a bit: faults of ours.
pub(super) fn times(
    workload: &Workload,
    examples: &Examples<'_>,
    count: usize,
    budget: Duration,
) -> anyhow::Result<Times> {
    let network = workload.network();
    let trainers = || seeds(workload, &network, examples, count);
    let (mut least, began) = ([f64::INFINITY; 3], Instant::now());
    let mut pool = Pool::new(2);
    loop {
        let alone = timed(&mut least[0], || trainers()?.into_iter().map(Trainer::train).collect())?;
        let together = timed(&mut least[1], || train_many_on(trainers()?, &mut Serial))?;
        let by_two = timed(&mut least[2], || train_many_on(trainers()?, &mut pool))?;
        ensure!(alone == together && alone == by_two, "{}: the networks differ", workload.name);
        if began.elapsed() >= budget {
            break;
        }
    }
    let steps = (count * epochs(workload) * workload.steps_per_epoch()) as f64;
    let [alone, together, by_two] = least.map(|seconds| seconds / steps);
    Ok(Times { alone, together, by_two })
}

fn seeds<'a>(
    workload: &Workload,
    network: &'a Network,
    examples: &'a Examples<'a>,
    count: usize,
) -> Result<Vec<Trainer<'a, f32>>, chainrule::Error> {
    let config = |seed| TrainingConfig { seed, epochs: epochs(workload), ..workload.config() };
    (0..count as u64).map(|seed| Trainer::new(network, examples, config(seed))).collect()
}

/// Runs a way of training, and lowers the least time if this one was less.
fn timed(
    least: &mut f64,
    train: impl FnOnce() -> Result<Vec<Trained<f32>>, chainrule::Error>,
) -> anyhow::Result<Vec<Trained<f32>>> {
    let began = Instant::now();
    let trained = train()?;
    *least = least.min(began.elapsed().as_secs_f64());
    Ok(trained)
}
