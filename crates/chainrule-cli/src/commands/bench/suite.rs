//! Everything that is measured in one call of the command, and under which circumstances.

use anyhow::Context;
use chainrule_data::Dataset;

use super::measure::{Effort, Seconds, allocations_per_step, seconds_per_step};
use super::table::Reading;
use super::workload::Workload;
use super::{one_row, peak, processor, table};

/// The results of one call.
#[derive(Clone, Debug)]
pub(super) struct Suite {
    /// The processor's name.
    pub(super) processor: String,
    /// The most threads of a step.
    pub(super) threads: usize,
    /// Flops a second that one core does.
    pub(super) peak: f64,
    /// Each network with what its steps took.
    pub(super) trained: Vec<Trained>,
    /// What is not training; not measured where only some networks were asked for.
    pub(super) others: Option<Others>,
}

/// A network that was trained.
#[derive(Clone, Debug)]
pub(super) struct Trained {
    /// What it is.
    pub(super) workload: Workload,
    /// Time of a step.
    pub(super) seconds: Seconds,
    /// Allocations of a step.
    pub(super) allocations: f64,
    /// Flops a second in the fastest block.
    pub(super) rate: f64,
}

/// What a user waits for beside training.
#[derive(Clone, Copy, Debug)]
pub(super) struct Others {
    /// Seconds to predict one row.
    pub(super) one_row: f64,
    /// How a table was read.
    pub(super) reading: Reading,
}

impl Suite {
    /// All networks and all else.
    ///
    /// # Errors
    /// If something cannot be run, which is a fault of ours.
    pub(super) fn whole(effort: Effort) -> anyhow::Result<Self> {
        let others = Others { one_row: one_row::seconds()?, reading: table::read(effort.budget)? };
        Ok(Suite { others: Some(others), ..Self::of(&Workload::all(), effort)? })
    }

    /// Only these networks.
    ///
    /// # Errors
    /// As [`Suite::whole`].
    pub(super) fn of(workloads: &[Workload], effort: Effort) -> anyhow::Result<Self> {
        let mnist = chainrule_data::builtin::mnist()?.train;
        let peak = peak::measured();
        let train =
            |workload: &Workload| train(workload, &mnist, effort).with_context(|| workload.name.clone());
        let trained = workloads.iter().map(train).collect::<anyhow::Result<_>>()?;
        let threads = effort.threads;
        Ok(Suite { processor: processor::name(), threads, peak, trained, others: None })
    }
}

fn train(workload: &Workload, mnist: &Dataset, effort: Effort) -> anyhow::Result<Trained> {
    let examples = workload.examples(mnist)?;
    let allocations = allocations_per_step(workload, &examples)?;
    let seconds = seconds_per_step(workload, &examples, effort)?;
    let rate = workload.flops() / seconds.best;
    Ok(Trained { workload: workload.clone(), seconds, allocations, rate })
}
