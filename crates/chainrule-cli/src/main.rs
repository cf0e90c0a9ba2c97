//! The program `chainrule`: reads the arguments, runs one command, and ends with the exit code of the contract.
//!
//! 0: done; 1: a stated goal was not met; 2: it could not be run.

mod answering;
mod arguments;
mod atomic;
mod atomic_stream;
mod baseline;
mod choices;
mod commands;
mod failure;
mod gaps;
mod interrupt;
mod judging;
mod level;
mod model;
mod output;
mod predictions;
mod prepare;
mod progress;
mod record;
mod rules;
mod source;
mod stack;
mod table;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    match level::check().and_then(|()| commands::run(arguments.command)) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&failure::describe(&error));
            ExitCode::from(failure::COULD_NOT_RUN)
        }
    }
}
