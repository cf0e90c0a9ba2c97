//! The words of a command that is started again: `chainrule train --resume FOLDER` becomes the command that began the run.
//!
//! A checkpoint keeps the words in a plain form: every option that was typed, as `--name=value`, then the data. What is
//! typed again must agree, but for what cannot change a bit of the result: the number of threads, the memory for a table, how
//! often checkpoints are saved, and everything under the headings `Output` and `Logs`. Must not know: what any option does.

use std::ffi::OsString;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, CommandFactory};

use super::Resumed;
use crate::arguments::Arguments;
use crate::invocation::TRAIN;

/// Options that say where checkpoints are, and what has become words already; they are not kept.
const PLACES: [&str; 4] = ["checkpoint", "resume", "config", "print_config"];
/// Options that cannot change a bit of the result, beside those under the heading.
const HARMLESS: [&str; 3] = ["threads", "memory", "checkpoint_every"];
/// The headings of options that say what is shown and written.
const WRITTEN: [&str; 2] = ["Output", "Logs"];

/// The words with those of the run that is to go on, and that run. Ends the program where clap does.
///
/// # Errors
/// If there is no such checkpoint, or an option disagrees with it.
pub(crate) fn complete(words: Vec<OsString>) -> anyhow::Result<(Vec<OsString>, Option<Rc<Resumed>>)> {
    let typed = Arguments::command().get_matches_from(&words);
    let Some(train) = typed.subcommand_matches(TRAIN) else { return Ok((words, None)) };
    let Some(folder) = train.get_one::<PathBuf>("resume") else { return Ok((words, None)) };
    let resumed = Resumed::open(folder)?;
    let program = words.into_iter().next().unwrap_or_default();
    let began: Vec<OsString> = resumed.found.checkpoint.record.arguments.iter().map(OsString::from).collect();
    let began = [&[program.clone(), TRAIN.into()], &began[..]].concat();
    let began = Arguments::command().try_get_matches_from(began).map_err(|error| {
        let place = folder.display();
        anyhow!("{place}: this version does not understand the arguments that the run began with: {error}")
    })?;
    let Some(began) = began.subcommand_matches(TRAIN) else { bail!("{}: no arguments", folder.display()) };
    let words = merged(began, train)?;
    if train.get_flag("print_config") {
        // What is printed are the settings of a run of its own; nothing is gone on with.
        return Ok(([&[program, TRAIN.into(), "--print-config".into()], &words[..]].concat(), None));
    }
    let resume = ["--resume".into(), folder.as_os_str().to_owned()];
    Ok(([&[program, TRAIN.into()], &resume[..], &words[..]].concat(), Some(Rc::new(resumed))))
}

/// The words that a checkpoint keeps.
pub(crate) fn kept_words(train: &ArgMatches) -> Vec<String> {
    let words = words_of(train, |argument| !PLACES.contains(&argument.get_id().as_str()));
    words.into_iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The words of the run that began, with what may be changed as it was typed now.
fn merged(began: &ArgMatches, typed: &ArgMatches) -> anyhow::Result<Vec<OsString>> {
    for argument in table().get_arguments().filter(|argument| !may_differ(argument)) {
        let id = argument.get_id().as_str();
        let (now, then) = (given(typed, id), given(began, id));
        if now.is_some_and(|now| !then.is_some_and(|then| agree(&now, &then))) {
            return Err(disagree(argument, typed, began));
        }
    }
    let changed = |argument: &Arg| may_differ(argument) && given(typed, argument.get_id().as_str()).is_some();
    let mut words =
        words_of(typed, |argument| changed(argument) && !PLACES.contains(&argument.get_id().as_str()));
    words.extend(words_of(began, |argument| !changed(argument)));
    Ok(words)
}

/// The table of options of `train`.
fn table() -> clap::Command {
    let mut command = Arguments::command();
    command.build();
    command.find_subcommand(TRAIN).cloned().unwrap_or_default()
}

fn may_differ(argument: &Arg) -> bool {
    let id = argument.get_id().as_str();
    PLACES.contains(&id)
        || HARMLESS.contains(&id)
        || argument.get_help_heading().is_some_and(|it| WRITTEN.contains(&it))
}

/// The texts that were typed for an option, none for a flag; `None` if it was not typed.
fn given(matches: &ArgMatches, id: &str) -> Option<Vec<OsString>> {
    if matches.value_source(id) != Some(ValueSource::CommandLine) {
        return None;
    }
    Some(matches.get_raw(id).into_iter().flatten().map(ToOwned::to_owned).collect())
}

/// Whether two lists of texts mean the same: `1e-3` is `0.001`.
fn agree(now: &[OsString], then: &[OsString]) -> bool {
    let number = |text: &OsString| text.to_str().and_then(|text| text.parse::<f64>().ok());
    let same = |(a, b): (&OsString, &OsString)| a == b || number(a).is_some_and(|a| number(b) == Some(a));
    now.len() == then.len() && now.iter().zip(then).all(same)
}

fn disagree(argument: &Arg, typed: &ArgMatches, began: &ArgMatches) -> anyhow::Error {
    let id = argument.get_id().as_str();
    let show = |matches| match given(matches, id) {
        Some(texts) if argument.get_action().takes_values() => {
            let texts: Vec<_> = texts.iter().map(|text| text.to_string_lossy()).collect();
            format!("`{}`", texts.join(","))
        }
        Some(_) => "the option".to_owned(),
        None => "no such option".to_owned(),
    };
    let name = argument.get_long().map_or_else(|| "DATA".to_owned(), |long| format!("--{long}"));
    let help = match id {
        "optimizer" => {
            "leave it out; its memory is of no use to another optimizer, but --weights CHECKPOINT starts a new run from the weights alone"
        }
        _ => "leave it out, or start a new run with --checkpoint in another folder",
    };
    let (then, now) = (show(began), show(typed));
    anyhow!("{name}: the run began otherwise; expected {then}, got {now}\nhelp: {help}")
}

/// The words of the options that were typed and are wanted, then what is no option.
fn words_of(matches: &ArgMatches, is_wanted: impl Fn(&Arg) -> bool) -> Vec<OsString> {
    let (mut options, mut rest) = (Vec::new(), Vec::new());
    for argument in table().get_arguments().filter(|argument| is_wanted(argument)) {
        let Some(texts) = given(matches, argument.get_id().as_str()) else { continue };
        match argument.get_long() {
            None => rest.extend(texts),
            Some(long) if matches!(argument.get_action(), ArgAction::Set | ArgAction::Append) => {
                options.extend(texts.iter().map(|text| option(long, text)));
            }
            Some(long) => options.push(format!("--{long}").into()),
        }
    }
    // A name of data that begins with a dash is no option.
    if rest.iter().any(|word| word.to_string_lossy().starts_with('-')) {
        options.push("--".into());
    }
    options.extend(rest);
    options
}

/// `--name=value`, which also holds where the value begins with a dash.
fn option(long: &str, value: &OsString) -> OsString {
    let mut word = OsString::from(format!("--{long}="));
    word.push(value);
    word
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{ArgMatches, CommandFactory};

    use super::{kept_words, merged};
    use crate::arguments::Arguments;

    fn train(words: &str) -> ArgMatches {
        let words = ["chainrule", "train"].into_iter().chain(words.split_whitespace());
        let matches = Arguments::command().try_get_matches_from(words).unwrap();
        matches.subcommand_matches("train").unwrap().clone()
    }

    #[test]
    fn words_are_kept_in_a_plain_form_but_for_the_places() {
        let words = "-o m.safetensors a.csv --target x,y --checkpoint run --l2 1e-3 --json --seed=3";
        let kept = kept_words(&train(words));
        let expected =
            ["--target=x", "--target=y", "--seed=3", "--l2=1e-3", "--out=m.safetensors", "--json", "a.csv"];
        assert_eq!(kept, expected);
        assert_eq!(kept_words(&train(&kept.join(" "))), kept);
        assert_eq!(kept_words(&train("--quiet -- -")), ["--quiet", "--", "-"]);
    }

    /// The words of a run that began with some and was gone on with by others.
    fn resumed(began: &str, typed: &str) -> Result<String, String> {
        let words: Vec<OsString> = merged(&train(began), &train(&format!("--resume run {typed}")))
            .map_err(|error| error.to_string())?;
        Ok(words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_is_typed_again_must_agree() {
        assert_eq!(resumed("iris --seed 7 --threads 2", "").unwrap(), "--seed=7 --threads=2 iris");
        assert_eq!(resumed("iris --l2 0.001", "iris --l2 1e-3").unwrap(), "--l2=0.001 iris");
        insta::assert_snapshot!(resumed("iris --seed 7", "--seed 8").unwrap_err(), @"
        --seed: the run began otherwise; expected `7`, got `8`
        help: leave it out, or start a new run with --checkpoint in another folder
        ");
        insta::assert_snapshot!(resumed("iris", "wine").unwrap_err(), @"
        DATA: the run began otherwise; expected `iris`, got `wine`
        help: leave it out, or start a new run with --checkpoint in another folder
        ");
        insta::assert_snapshot!(resumed("iris", "--no-header").unwrap_err(), @"
        --no-header: the run began otherwise; expected no such option, got the option
        help: leave it out, or start a new run with --checkpoint in another folder
        ");
        insta::assert_snapshot!(resumed("iris", "--optimizer sgd").unwrap_err(), @"
        --optimizer: the run began otherwise; expected no such option, got `sgd`
        help: leave it out; its memory is of no use to another optimizer, but --weights CHECKPOINT starts a new run from the weights alone
        ");
    }

    #[test]
    fn what_changes_no_bit_may_be_changed() {
        let words = resumed("iris --threads 2 --out a --seed 7", "--threads 1 --out b --json").unwrap();
        assert_eq!(words, "--threads=1 --out=b --json --seed=7 iris");
        let words = resumed("iris --log a.jsonl --memory 1G", "--log b.jsonl --history h.csv --memory 5M");
        assert_eq!(words.unwrap(), "--log=b.jsonl --history=h.csv --memory=5M iris");
    }
}
