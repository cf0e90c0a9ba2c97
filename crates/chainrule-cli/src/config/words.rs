//! From a file's settings to the words of options.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Context;
use chainrule_data::nearest::nearest;
use chainrule_files::settings::{Position, Setting, Value, parse_toml};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};

use super::keys::{self, Key, Kind};
use super::{TRAIN, file};
use crate::arguments::Arguments;

/// The words that the file adds to what was typed: a typed option pushes aside the same key of the file, and those keys
/// that cannot go with it.
///
/// # Errors
/// What is wrong with the file, with the line and column; all its keys are checked, those pushed aside too.
pub(super) fn of_file(path: &Path, typed: &ArgMatches) -> anyhow::Result<Vec<OsString>> {
    let keys = keys::all();
    let entries = file::settings(path).and_then(|settings| entries(settings, &keys));
    let entries = entries.with_context(|| path.display().to_string())?;
    let is_typed = |name: &String| typed.value_source(name) == Some(ValueSource::CommandLine);
    let counts = |entry: &&Entry<'_>| !is_typed(&entry.key.name) && !entry.key.rivals.iter().any(is_typed);
    let words =
        entries.iter().filter(counts).flat_map(|entry| entry.words.iter().map(OsString::from)).collect();
    // A run that is gone on with has its data.
    let is_given = |name: &str| is_typed(&name.to_owned()) || entries.iter().any(|it| it.key.name == name);
    anyhow::ensure!(
        ["data", "resume"].into_iter().any(is_given),
        "{}: no data; expected the key `data` or `resume`, or DATA on the command line",
        path.display()
    );
    Ok(words)
}

/// Whether a text of settings would be accepted.
pub(super) fn is_accepted(text: &str) -> bool {
    let keys = keys::all();
    parse_toml(text)
        .map_err(anyhow::Error::from)
        .and_then(|settings| entries(settings, &keys).map(drop))
        .is_ok()
}

/// The words of a text of settings.
#[cfg(test)]
pub(super) fn of_text(text: &str) -> anyhow::Result<Vec<String>> {
    Ok(entries(parse_toml(text)?, &keys::all())?.into_iter().flat_map(|entry| entry.words).collect())
}

/// A setting of the file with its key.
struct Entry<'a> {
    setting: Setting,
    key: &'a Key,
    /// The words on the command line that say the same.
    words: Vec<String>,
}

/// The settings with their keys and words.
fn entries(settings: Vec<Setting>, keys: &[Key]) -> anyhow::Result<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    for setting in settings {
        let key = find(&setting, keys)?;
        let words = words(key, &setting.value).map_err(|fault| at(setting.value_at, fault))?;
        entries.push(Entry { setting, key, words });
    }
    rivals(&entries)?;
    let all: Vec<&str> = entries.iter().flat_map(|entry| entry.words.iter().map(String::as_str)).collect();
    if parse(&all).is_err() {
        // One by one, to know which.
        for entry in &entries {
            let words: Vec<&str> = entry.words.iter().map(String::as_str).collect();
            parse(&words).map_err(|error| at(entry.setting.value_at, refusal(entry, &error)))?;
        }
    }
    Ok(entries)
}

fn at(place: Position, fault: String) -> anyhow::Error {
    anyhow::anyhow!("line {}, column {}: {fault}", place.line, place.column)
}

fn find<'a>(setting: &Setting, keys: &'a [Key]) -> anyhow::Result<&'a Key> {
    let unknown = || {
        let names = keys.iter().map(|key| key.name.as_str());
        let help = match nearest(&setting.key, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`chainrule train DATA --print-config` shows all keys".to_owned(),
        };
        let fault = format!(
            "`{}`: unknown key; expected the name of an option of `train`",
            setting.key.escape_debug()
        );
        at(setting.key_at, format!("{fault}\nhelp: {help}"))
    };
    keys.iter().find(|key| key.name == setting.key).ok_or_else(unknown)
}

/// The words that set `key` to `value`.
fn words(key: &Key, value: &Value) -> Result<Vec<String>, String> {
    let texts = texts(key, value)?;
    Ok(match (&key.long, key.kind) {
        (Some(long), Kind::Flag) => texts.into_iter().map(|_| format!("--{long}")).collect(),
        (Some(long), _) => texts.into_iter().map(|text| format!("--{long}={text}")).collect(),
        (None, _) => texts,
    })
}

/// The texts after the option; none leaves it out.
fn texts(key: &Key, value: &Value) -> Result<Vec<String>, String> {
    let wrong = || format!("`{}`: expected {}, got {}", key.name, key.kind.words(), shown(value));
    match (key.kind, value) {
        (Kind::Text, Value::Text(text)) => one(key, text),
        (Kind::Whole, Value::Whole(number)) if u64::try_from(*number).is_ok() => Ok(vec![number.to_string()]),
        (Kind::Number, Value::Whole(number)) => Ok(vec![number.to_string()]),
        (Kind::Number, Value::Real(number)) => Ok(vec![number.to_string()]),
        (Kind::Flag, Value::Truth(truth)) => Ok(if *truth { vec![String::new()] } else { Vec::new() }),
        (Kind::Texts(_), Value::Text(text)) => one(key, text),
        (Kind::Texts(delimiter), Value::List(items)) => {
            items.iter().map(|item| part(key, item, delimiter).ok_or_else(wrong)?).collect()
        }
        (Kind::Wholes, Value::Text(text)) if text == "none" => Ok(vec![text.clone()]),
        (Kind::Wholes, Value::Whole(number)) => Ok(vec![number.to_string()]),
        (Kind::Wholes, Value::List(items)) if items.is_empty() => Ok(vec!["none".to_owned()]),
        (Kind::Wholes, Value::List(items)) => {
            let number = |item: &Value| match item {
                Value::Whole(number) => Ok(number.to_string()),
                _ => Err(wrong()),
            };
            Ok(vec![items.iter().map(number).collect::<Result<Vec<_>, _>>()?.join(",")])
        }
        _ => Err(wrong()),
    }
}

/// The value, cut off where it is long.
fn shown(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}

/// One text, which the system can pass on.
fn one(key: &Key, text: &str) -> Result<Vec<String>, String> {
    if text.contains('\0') {
        Err(format!("`{}`: a zero byte in the text", key.name))
    } else {
        Ok(vec![text.to_owned()])
    }
}

/// A text of a list; `None` if it is something else.
fn part(key: &Key, item: &Value, delimiter: Option<char>) -> Option<Result<String, String>> {
    let Value::Text(text) = item else { return None };
    Some(match delimiter.filter(|sign| text.contains(*sign)) {
        Some(sign) => Err(format!(
            "`{}`: `{sign}` in {item}; expected texts without it, since it divides the list",
            key.name
        )),
        None => one(key, text).map(|texts| texts.concat()),
    })
}

/// Refuses two keys of one file that cannot go together.
fn rivals(entries: &[Entry<'_>]) -> anyhow::Result<()> {
    for (index, entry) in entries.iter().enumerate() {
        let set = |entry: &&Entry<'_>| !entry.words.is_empty();
        let rival =
            entries[..index].iter().filter(set).find(|other| entry.key.rivals.contains(&other.key.name));
        if let (Some(rival), false) = (rival, entry.words.is_empty()) {
            let fault = format!(
                "`{}` does not go with `{}` in line {}; expected one of them",
                entry.key.name, rival.key.name, rival.setting.key_at.line
            );
            return Err(at(entry.setting.key_at, fault));
        }
    }
    Ok(())
}

/// Lets clap read words of the file alone.
fn parse(words: &[&str]) -> Result<ArgMatches, clap::Error> {
    // Clap asks for data unless a file is named.
    let before = ["chainrule", TRAIN, "--config=-"];
    Arguments::command().try_get_matches_from(before.iter().chain(words))
}

/// Why clap refuses a value, without the option's spelling on the command line.
fn refusal(entry: &Entry<'_>, error: &clap::Error) -> String {
    let (key, value) = (entry.key, &entry.setting.value);
    let known = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(known)) if error.kind() == ErrorKind::InvalidValue => &known[..],
        _ => &[],
    };
    if !known.is_empty() {
        let help = match value {
            Value::Text(text) => nearest(text, known.iter().map(String::as_str)),
            _ => None,
        };
        let help = help.map(|name| format!("\nhelp: did you mean `{name}`?")).unwrap_or_default();
        return format!(
            "`{}`: unknown name; expected one of `{}`, got {value}{help}",
            key.name,
            known.join("`, `")
        );
    }
    let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let (reason, help) = reason.split_once("\nhelp: ").unwrap_or((&reason, ""));
    let help = if help.is_empty() { String::new() } else { format!("\nhelp: {help}") };
    let reason = reason.trim_start_matches("error: ").lines().next().unwrap_or_default();
    let reason = reason.strip_prefix(&format!("{}: ", key.name)).unwrap_or(reason);
    let got = if reason.contains(", got ") { String::new() } else { format!("; got {}", shown(value)) };
    format!("`{}`: {reason}{got}{help}", key.name)
}
