//! The program `chainrule`: reads the arguments, runs one command, and ends with the exit code of the contract.
//!
//! 0: done; 1: a stated goal was not met; 2: it could not be run.

mod arguments;
mod atomic;
mod baseline;
mod choices;
mod command_line;
mod commands;
mod config;
mod failure;
mod interrupt;
mod level;
mod model;
mod output;
mod page;
mod prepare;
mod progress;
mod record;
mod source;
mod stack;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let run = || level::check().and_then(|()| commands::run(config::arguments()?.command));
    match run() {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&failure::describe(&error));
            ExitCode::from(failure::COULD_NOT_RUN)
        }
    }
}
