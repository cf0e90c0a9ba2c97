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
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory};

pub(crate) use effective::Effective;
pub(crate) use given::Given;
pub(crate) use reference::reference;

use crate::arguments::Arguments;
use crate::invocation::TRAIN;

/// The words that were typed, and before them those of the file that they name. Ends the program where clap does.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn expand(mut words: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let typed = Arguments::command().get_matches_from(&words);
    if let Some((TRAIN, train)) = typed.subcommand()
        && let Some(path) = train.get_one::<PathBuf>("config")
    {
        let additions = words::of_file(path, train)?;
        words.splice(2..2, additions);
    }
    Ok(words)
}

/// Which options were given, on the command line or in a file.
pub(crate) fn given(train: &ArgMatches) -> Given {
    Given::of(train, &keys::all())
}
