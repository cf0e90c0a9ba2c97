//! From the words that were typed to the arguments of a command.
//!
//! A file of settings (`--config`) and a run to go on with (`--resume`) first become words too, as if they had been typed;
//! then clap's one table reads all of them. Must not know: what any option does.

use clap::{CommandFactory, FromArgMatches};

use crate::arguments::{Arguments, Command};
use crate::{checkpoint, config};

/// The command whose words may come from a file or a checkpoint.
pub(crate) const TRAIN: &str = "train";

/// What was typed, completed by the files that it names. Ends the program where clap does: for a word that it does not
/// understand, or to show a help text.
///
/// # Errors
/// What is wrong with a file of settings or a checkpoint, or an option that disagrees with the run to go on with.
pub(crate) fn arguments() -> anyhow::Result<Arguments> {
    let words = config::expand(std::env::args_os().collect())?;
    let (words, resumed) = checkpoint::complete(words)?;
    let mut matches = Arguments::command().get_matches_from(words);
    let train = matches.subcommand_matches(TRAIN);
    let read = train.map(|train| (config::given(train), checkpoint::kept_words(train)));
    let arguments = Arguments::from_arg_matches_mut(&mut matches);
    let mut arguments = arguments.unwrap_or_else(|error| error.format(&mut Arguments::command()).exit());
    if let (Command::Train(train), Some((given, words))) = (&mut arguments.command, read) {
        train.given = given;
        train.checkpoints.words = words;
        train.checkpoints.resumed = resumed;
    }
    Ok(arguments)
}
