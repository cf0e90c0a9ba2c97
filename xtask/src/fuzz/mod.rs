//! `cargo xtask fuzz`: every fuzz target runs for a while over its committed corpus, on the stable compiler.
//!
//! libFuzzer is the one that cargo-fuzz uses; the compiler's coverage pass is asked for by its plain options, so that
//! neither cargo-fuzz nor a nightly compiler is needed. Address sanitizing would need one; unsafe code lies only in the
//! kernels, whose tests run without it.

mod build;
mod options;
mod target;

use std::sync::Mutex;
use std::thread;

pub(crate) use options::Options;
use target::{Target, Verdict};

use crate::repository::Repository;

/// The folder of the fuzz workspace.
const FOLDER: &str = "fuzz";

/// Builds the targets, runs them side by side, and says what was tried.
///
/// # Errors
/// What does not build, what has no corpus, and each input that made a target fail, with its path.
pub(crate) fn run(repository: &Repository, options: &Options) -> Result<String, String> {
    let targets = target::all(repository, &options.names)?;
    let programs = build::build(repository)?;
    println!("{} targets, {} s each", targets.len(), options.seconds);
    let waiting = Mutex::new(targets.iter().rev().collect::<Vec<&Target>>());
    let verdicts = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    let work = || {
        while let Some(target) = next() {
            let verdict = target.run(repository, &programs, options.seconds);
            println!(
                "{}",
                verdict.as_ref().map_or_else(|error| format!("FAILED: {error}"), Verdict::to_string)
            );
            if let Ok(mut verdicts) = verdicts.lock() {
                verdicts.push(verdict);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores().min(targets.len()) {
            scope.spawn(work);
        }
    });
    let verdicts = verdicts.into_inner().map_err(|_| "fuzz: a worker panicked".to_owned())?;
    summary(verdicts, targets.len())
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn summary(verdicts: Vec<Result<Verdict, String>>, expected: usize) -> Result<String, String> {
    let (found, failed): (Vec<_>, Vec<_>) = verdicts.into_iter().partition(Result::is_ok);
    let inputs: u64 = found.iter().flatten().map(|verdict| verdict.inputs).sum();
    let failed: Vec<String> = failed.into_iter().filter_map(Result::err).collect();
    match found.len() {
        all if all == expected => Ok(format!("fuzz: {all} targets, {inputs} inputs, no fault found")),
        _ => Err(format!("fuzz: {} of {expected} targets failed\n{}", failed.len(), failed.join("\n"))),
    }
}
