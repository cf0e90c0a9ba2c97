//! Tasks of the repository, run as `cargo xtask TASK`.
//!
//! A task is plain Rust over `cargo`, `git` and the files of the repository, so that it runs the same on every machine
//! and in continuous integration. Must not know: what any crate computes.

mod bench;
mod built;
mod check;
mod command;
mod files;
mod fuzz;
mod generate;
mod python;
mod repository;
mod steps;

use std::process::ExitCode;

use repository::Repository;

/// What `cargo xtask` alone prints.
const USAGE: &str = "\
usage: cargo xtask TASK

tasks:
  check [STEP...]      run all checks, or the named ones, cheapest first; stop at the first failure
  fuzz [TARGET...]     run the fuzz targets, or the named ones, on the stable compiler
      --seconds N      how long each [default: 20]
  generate [--check]   write the generated parts of files, or only say which are out of date
  bench [OPTION...]    time training, whole commands and the products of the crate `gemm` on this machine
      --peers          PyTorch, JAX, scikit-learn, Burn and candle as well, in turn; writes `bench/results/`
      --rounds N       how often each takes its turn; the best counts [default: 3]
      --seconds S      how long a turn is, the warming up not counted [default: 1]
      --python FILE    a Python that has the peers' packages, instead of installing them under `target/`
      --sweep          widths and batches instead

exit codes: 0 all is well, 1 a check failed, 2 the task could not run";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let repository = Repository::of_this_crate();
    match words.as_slice() {
        ["check", names @ ..] => check::run(&repository, names),
        ["bench", options @ ..] => bench::run(&repository, options),
        ["fuzz", options @ ..] => {
            report(fuzz::Options::read(options).and_then(|options| fuzz::run(&repository, &options)))
        }
        ["generate"] => report(generate::write_all(&repository)),
        ["generate", "--check"] => report(generate::check_all(&repository)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Prints what a task has to say, and turns it into an exit code.
fn report(result: Result<String, String>) -> ExitCode {
    match result {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
