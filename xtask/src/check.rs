//! `cargo xtask check`: everything that must hold before a change is merged, the same list as in continuous integration.
//!
//! Steps run one after the other, cheapest first, and the first failure ends the run. A step that this machine cannot do
//! is named at the end; none is left out in silence.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::repository::Repository;
use crate::steps::{ALL, Outcome, Step};

/// What the steps found, for the lines at the end.
#[derive(Default)]
struct Summary {
    times: Vec<(&'static str, Duration)>,
    not_checked: Vec<String>,
    passed: u64,
    failed: u64,
}

/// Runs the steps called `names`, or all if there are none.
pub(crate) fn run(repository: &Repository, names: &[&str]) -> ExitCode {
    if let Some(unknown) = names.iter().find(|name| !ALL.iter().any(|step| step.name == **name)) {
        let known: Vec<&str> = ALL.iter().map(|step| step.name).collect();
        eprintln!("xtask check: there is no step `{unknown}`; expected one of {}", known.join(", "));
        return ExitCode::from(2);
    }
    let chosen = ALL.iter().filter(|step| names.is_empty() || names.contains(&step.name));
    let mut summary = Summary::default();
    for step in chosen {
        if let Err(message) = run_step(repository, step, &mut summary) {
            print_summary(&summary);
            eprintln!("xtask check: FAILED at `{}`\n{message}", step.name);
            return ExitCode::FAILURE;
        }
    }
    print_summary(&summary);
    println!("xtask check: all is well");
    ExitCode::SUCCESS
}

fn run_step(repository: &Repository, step: &Step, summary: &mut Summary) -> Result<(), String> {
    println!("\n== {}: {}", step.name, step.about);
    let start = Instant::now();
    let outcome = (step.run)(repository);
    summary.times.push((step.name, start.elapsed()));
    match outcome? {
        Outcome::Holds => {}
        Outcome::NotChecked(reason) => {
            println!("not checked here: {reason}");
            summary.not_checked.push(format!("{}: {reason}", step.name));
        }
        Outcome::Tests { passed, failed, result } => {
            (summary.passed, summary.failed) = (summary.passed + passed, summary.failed + failed);
            result?;
        }
    }
    Ok(())
}

fn print_summary(summary: &Summary) {
    println!();
    for (name, time) in &summary.times {
        println!("{name:<12} {:7.1} s", time.as_secs_f64());
    }
    for reason in &summary.not_checked {
        println!("not checked here: {reason}");
    }
    println!("{} passed, {} failed", summary.passed, summary.failed);
}
