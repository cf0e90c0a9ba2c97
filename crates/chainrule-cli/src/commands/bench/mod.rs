//! `chainrule bench`: how fast training is on this machine.
//!
//! The one place where our side is measured: `cargo xtask bench` calls it with `--json` and sets it beside its peers. It
//! trains through the public `Trainer`, so that shuffling, gathering of batches, losses and accuracies are in every
//! figure. Numbers vary with what else the machine does; the minimum of many blocks varies least.

mod many;
mod measure;
mod one_row;
mod peak;
pub(crate) mod processor;
mod report;
mod suite;
mod sweep;
mod table;
mod workload;

use std::time::Duration;

use anyhow::anyhow;
use chainrule_data::nearest::nearest;

use crate::failure::Outcome;
use crate::output;
use measure::Effort;
use suite::Suite;
use workload::Workload;

/// The arguments of `bench`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only these networks: iris, tab, mnist-small, mnist-mid, large [default: all, and reading a table and predicting a row]
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = workload)]
    workload: Vec<Workload>,
    /// How long each is measured; the first block, for warming up, comes on top
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = seconds)]
    seconds: f64,
    /// The most threads of a training step; 1 to 64 [default: as many as the machine has for this program]
    #[arg(long, value_name = "N", value_parser = crate::arguments::threads)]
    threads: Option<usize>,
    /// Networks of three layers instead, of widths from 4 to 2048 at batches from 1 to 1024
    #[arg(long, conflicts_with = "workload")]
    sweep: bool,
    /// Instead, this many small networks trained at once, against one after another
    #[arg(long, value_name = "COUNT", conflicts_with = "sweep", value_parser = clap::value_parser!(u16).range(1..=1024))]
    many: Option<u16>,
    /// One JSON object on the standard output
    #[arg(long, conflicts_with = "sweep")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  chainrule bench
  chainrule bench --workload mnist-small --seconds 5
  chainrule bench --sweep --seconds 0.1
  chainrule bench --many 32

Time per step is the least and the median of several blocks of steps; the share is that of the most multiplications and
additions that one core of this machine was measured to do.
More than one thread is used only where the first steps are faster with it.";

/// The most seconds that one network is measured.
const LONGEST: f64 = 600.0;

fn seconds(text: &str) -> Result<f64, String> {
    let within = |seconds: &f64| *seconds > 0.0 && *seconds <= LONGEST;
    text.parse().ok().filter(within).ok_or(format!("expected a number above 0 and at most {LONGEST}"))
}

fn workload(name: &str) -> Result<Workload, String> {
    let mut all = Workload::all();
    if let Some(place) = all.iter().position(|workload| workload.name == name) {
        return Ok(all.swap_remove(place));
    }
    let names: Vec<&str> = all.iter().map(|workload| workload.name.as_str()).collect();
    let meant = nearest(name, names.iter().copied());
    let help = meant.map(|meant| format!("\nhelp: did you mean `{meant}`?")).unwrap_or_default();
    Err(format!("expected one of {}{help}", names.join(", ")))
}

/// Measures and prints.
///
/// # Errors
/// If a network cannot be trained, which is a fault of ours.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let budget =
        Duration::try_from_secs_f64(arguments.seconds).map_err(|error| anyhow!("--seconds: {error}"))?;
    let effort = Effort { budget, threads: crate::arguments::threads_or_all(arguments.threads) };
    if arguments.sweep {
        output::result(&sweep::run(effort)?)?;
        return Ok(Outcome::Done);
    }
    if let Some(count) = arguments.many {
        let rows = many::run(&arguments.workload, usize::from(count), budget)?;
        match arguments.json {
            true => output::json(&many::json(usize::from(count), &rows))?,
            false => output::result(&many::text(usize::from(count), &rows))?,
        }
        return Ok(Outcome::Done);
    }
    let suite = if arguments.workload.is_empty() {
        Suite::whole(effort)?
    } else {
        Suite::of(&arguments.workload, effort)?
    };
    match arguments.json {
        true => output::json(&report::json(&suite))?,
        false => output::result(&report::text(&suite))?,
    }
    Ok(Outcome::Done)
}
