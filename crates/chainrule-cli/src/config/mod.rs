//! `train --config FILE`: settings from a file, as if they stood on the command line.
//!
//! The file's keys are turned into the words of options and put before those that were typed, so that clap's table decides
//! which there are, what they mean and which values they take; nothing is described a second time. Whoever typed an option
//! wins over the file. The other way round, `--print-config` shows all settings of a run as such a file.
//! Must not know: what any setting does.

mod effective;
mod example;
mod file;
mod given;
mod keys;
mod reference;
mod words;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

pub(crate) use effective::Effective;
pub(crate) use given::Given;
pub(crate) use reference::reference;

use crate::arguments::{Arguments, Command};

/// The command whose options a file may hold.
const TRAIN: &str = "train";

/// What was typed, with what the file that was named adds to it. Ends the program where clap does: for a word that it
/// does not understand, or to show a help text.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn arguments() -> anyhow::Result<Arguments> {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    let typed = Arguments::command().get_matches_from(&words);
    if let Some((TRAIN, train)) = typed.subcommand()
        && let Some(path) = train.get_one("config")
    {
        let additions = words::of_file(path, train)?;
        words.splice(2..2, additions);
    }
    let mut matches = Arguments::command().get_matches_from(words);
    let given = matches.subcommand_matches(TRAIN).map(|train| Given::of(train, &keys::all()));
    let read = Arguments::from_arg_matches_mut(&mut matches);
    let mut arguments = read.unwrap_or_else(|error| error.format(&mut Arguments::command()).exit());
    if let (Command::Train(train), Some(given)) = (&mut arguments.command, given) {
        train.given = given;
    }
    Ok(arguments)
}
