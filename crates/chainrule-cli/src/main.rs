//! The program `chainrule`: reads the arguments, runs one command, and ends with the exit code of the contract.
//!
//! 0: done; 1: a stated goal was not met; 2: it could not be run.

mod answering;
mod arguments;
mod atomic;
mod atomic_stream;
mod baseline;
mod checkpoint;
mod choices;
mod command_line;
mod commands;
mod config;
mod disk;
mod failure;
mod gaps;
mod interrupt;
mod invocation;
mod judging;
mod level;
mod logs;
mod memory;
mod model;
mod output;
mod page;
mod places;
mod predictions;
mod prepare;
mod progress;
mod record;
mod rules;
mod source;
mod stack;
mod stored;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let ran = level::check().and_then(|()| invocation::arguments());
    match ran.and_then(|arguments| commands::run(arguments.command)) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&failure::describe(&error));
            ExitCode::from(failure::COULD_NOT_RUN)
        }
    }
}
