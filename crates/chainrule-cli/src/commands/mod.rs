//! One file a command: its arguments as clap reads them, then what they mean, then the run.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod data;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod graph;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod predict;
mod subject;
pub(crate) mod train;

use crate::arguments::Command;
use crate::failure::Outcome;

/// Runs one command.
///
/// # Errors
/// Why it could not be run.
pub(crate) fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Train(arguments) => train::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Data(arguments) => data::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::ConfigReference => {
            crate::output::result(&crate::config::reference()).map(|()| Outcome::Done)
        }
    }
}
