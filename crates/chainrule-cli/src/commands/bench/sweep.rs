//! Networks `w-w-w-10` over widths and batches: where overhead ends and arithmetic begins.

use super::measure::{Effort, seconds_per_step};
use super::peak;
use super::report::time;
use super::workload::Workload;
use crate::table::align;

const WIDTHS: [usize; 10] = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const BATCHES: [usize; 6] = [1, 4, 16, 64, 256, 1024];
/// Steps of a block last about as long as this many flops take, so that small networks are timed in long blocks.
const FLOPS_PER_BLOCK: f64 = 1e8;
/// Steps of an epoch.
const STEPS: usize = 4;

/// For one thread, and for all where there are more: two grids with a line for each width and a column for each batch,
/// time per step and share of the measured peak of one core.
///
/// # Errors
/// If a network cannot be trained, which is a fault of ours.
pub(super) fn run(effort: Effort) -> anyhow::Result<String> {
    let peak = peak::measured();
    let threads = if effort.threads > 1 { vec![1, effort.threads] } else { vec![1] };
    let grids = threads.into_iter().map(|threads| grids(Effort { threads, ..effort }, peak));
    Ok(grids.collect::<anyhow::Result<Vec<String>>>()?.join("\n\n"))
}

fn grids(effort: Effort, peak: f64) -> anyhow::Result<String> {
    let mnist = chainrule_data::builtin::mnist()?.train;
    let head =
        || [String::from("width")].into_iter().chain(BATCHES.map(|batch| format!("batch {batch}"))).collect();
    let (mut times, mut shares): (Vec<Vec<String>>, Vec<Vec<String>>) = (vec![head()], vec![head()]);
    for width in WIDTHS {
        let (mut time_row, mut share_row) = (vec![width.to_string()], vec![width.to_string()]);
        for batch in BATCHES {
            let workload = workload(width, batch);
            let seconds = seconds_per_step(&workload, &workload.examples(&mnist)?, effort)?.best;
            time_row.push(time(seconds));
            share_row.push(format!("{:.1} %", 100.0 * workload.flops() / seconds / peak));
        }
        times.push(time_row);
        shares.push(share_row);
    }
    let (times, shares) = (align(&times), align(&shares));
    let (peak, threads) = (peak / 1e9, effort.threads);
    Ok(format!(
        "networks w-w-w-10, relu, sgd; threads {threads}\n\ntime per step\n{times}\n\n\
         share of the measured peak of one core, {peak:.1} GFLOP/s\n{shares}"
    ))
}

fn workload(width: usize, batch: usize) -> Workload {
    let workload = Workload::new("sweep", &[width, width, width, 10], batch, STEPS * batch);
    let epochs = FLOPS_PER_BLOCK / (workload.flops() * STEPS as f64);
    Workload { epochs_per_block: epochs.clamp(1.0, 1000.0) as usize, ..workload }
}

#[cfg(test)]
mod tests {
    use super::workload;

    #[test]
    fn small_networks_are_timed_in_long_blocks() {
        assert_eq!(workload(4, 1).epochs_per_block, 1000);
        assert_eq!(workload(2048, 1024).epochs_per_block, 1);
    }
}
