//! The keys of a file: the options of `train` as clap knows them.

use std::any::TypeId;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, CommandFactory};

use super::TRAIN;
use crate::arguments::Arguments;
use crate::commands::train::Widths;

/// Options that steer the file itself, or show something and end.
const NOT_KEYS: [&str; 4] = ["config", "print_config", "help", "version"];

/// A key of a file, which is an option of `train` or its data.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// The name in a file, with `_` between its words; clap's own name too.
    pub(super) name: String,
    /// The option's name on the command line; `None` for the data, which stand there alone.
    pub(super) long: Option<String>,
    /// What it can be set to.
    pub(super) kind: Kind,
    /// The names of the values that it takes; empty where there is no list.
    pub(super) values: Vec<String>,
    /// The help text.
    pub(super) help: String,
    /// The group in the help text.
    pub(super) heading: Option<String>,
    /// What clap puts where nothing is given.
    pub(super) default: Option<String>,
    /// The keys that cannot be set together with it.
    pub(super) rivals: Vec<String>,
}

/// What a key can be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A number of steps, rows and the like.
    Whole,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// Several texts, one of them or none; they stand on the command line with this sign between them.
    Texts(Option<char>),
    /// Several whole numbers.
    Wholes,
}

impl Kind {
    /// The kind in words, after `expected`.
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::Text => "a text in quotes",
            Kind::Whole => "a whole number from 0 to 2^64 - 1",
            Kind::Number => "a number",
            Kind::Flag => "true or false",
            Kind::Texts(_) => "a text or a list of texts",
            Kind::Wholes => "a list of whole numbers",
        }
    }
}

/// All keys, in the order of the help text.
pub(super) fn all() -> Vec<Key> {
    let program = Arguments::command();
    let Some(train) = program.find_subcommand(TRAIN) else { return Vec::new() };
    let is_key = |arg: &&Arg| !NOT_KEYS.contains(&arg.get_id().as_str()) && !arg.is_hide_set();
    let mut keys: Vec<Key> = train.get_arguments().filter(is_key).map(|arg| key(train, arg)).collect();
    let pairs: Vec<(String, String)> = keys
        .iter()
        .flat_map(|key| key.rivals.iter().map(|rival| (rival.clone(), key.name.clone())))
        .collect();
    // Clap is told of a conflict at one of the two options.
    for key in &mut keys {
        key.rivals.extend(pairs.iter().filter(|(rival, _)| *rival == key.name).map(|(_, name)| name.clone()));
        key.rivals.sort();
        key.rivals.dedup();
    }
    keys
}

fn key(train: &clap::Command, arg: &Arg) -> Key {
    let values = arg.get_possible_values();
    let kind = kind(arg);
    let visible = values.iter().map(PossibleValue::get_name).map(str::to_owned);
    Key {
        name: arg.get_id().to_string(),
        long: arg.get_long().map(str::to_owned),
        kind,
        values: if kind == Kind::Flag { Vec::new() } else { visible.collect() },
        help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
        heading: arg.get_help_heading().map(str::to_owned),
        default: arg.get_default_values().first().map(|text| text.to_string_lossy().into_owned()),
        rivals: train.get_arg_conflicts_with(arg).iter().map(|rival| rival.get_id().to_string()).collect(),
    }
}

/// What an option takes, by the type that clap turns its words into.
fn kind(arg: &Arg) -> Kind {
    let is = |types: &[TypeId]| types.iter().any(|of| arg.get_value_parser().type_id() == *of);
    if !arg.get_action().takes_values() {
        Kind::Flag
    } else if matches!(arg.get_action(), ArgAction::Append) {
        Kind::Texts(arg.get_value_delimiter())
    } else if is(&[TypeId::of::<usize>(), TypeId::of::<u64>(), TypeId::of::<u32>()]) {
        Kind::Whole
    } else if is(&[TypeId::of::<f64>(), TypeId::of::<f32>()]) {
        Kind::Number
    } else if is(&[TypeId::of::<Widths>()]) {
        Kind::Wholes
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, all};

    #[test]
    fn kinds_and_rivals_come_from_clap() {
        let keys = all();
        let kind = |name: &str| keys.iter().find(|key| key.name == name).map(|key| key.kind);
        assert_eq!(kind("data"), Some(Kind::Text));
        assert_eq!(kind("target"), Some(Kind::Texts(Some(','))));
        assert_eq!(kind("hidden"), Some(Kind::Wholes));
        assert_eq!(kind("epochs"), Some(Kind::Whole));
        assert_eq!(kind("dropout"), Some(Kind::Number));
        assert_eq!(kind("json"), Some(Kind::Flag));
        assert_eq!(kind("separator"), Some(Kind::Text));
        assert_eq!(kind("memory"), Some(Kind::Text));
        assert_eq!(kind("config"), None);
        let rivals = |name: &str| keys.iter().find(|key| key.name == name).unwrap().rivals.clone();
        assert!(rivals("spec").contains(&"hidden".to_owned()));
        assert!(rivals("hidden").contains(&"spec".to_owned()));
    }

    #[test]
    fn every_option_is_named_as_its_key() {
        for key in all() {
            assert_eq!(key.long.is_none(), key.name == "data");
            assert!(key.long.is_none_or(|long| long.replace('-', "_") == key.name));
        }
    }
}
