//! All settings of a run as a file: what was given, the command's defaults, and what followed from the data.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::anyhow;
use chainrule_files::settings::Value;

use super::given::{Given, Texts};
use super::keys::{self, Key, Kind};

/// The longest line of a comment, in characters.
const LINE: usize = 110;

/// The first lines of the file.
const BEGINNING: &str = "\
# All settings of a run of `chainrule train`, for `chainrule train --config FILE`.
# A key that is commented out is not set. What is typed on the command line wins over this file.
";

/// What the user writes to leave a choice to the program.
const AUTO: &str = "auto";

/// All keys, each with what it is set to.
#[derive(Clone, Debug)]
pub(crate) struct Effective(Vec<(Key, State)>);

/// What a key is set to.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// To this.
    Set(Value, Origin),
    /// To nothing.
    Unset,
    /// To nothing, since that key says it all.
    SaidBy(String),
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Somebody gave it.
    Given,
    /// The command's default.
    Default,
    /// It followed from the data and the other settings.
    Found,
}

impl Effective {
    /// What was given, and for everything else what the run found out, by key.
    ///
    /// # Errors
    /// If something given cannot stand in a file.
    pub(crate) fn new(given: &Given, found: &BTreeMap<&'static str, Value>) -> anyhow::Result<Self> {
        let keys = keys::all();
        let states = keys.iter().map(|key| state(key, given.get(key), found.get(key.name.as_str())));
        let states: Vec<State> = states.collect::<Result<_, _>>()?;
        let is_set = |name: &&String| {
            let mut entries = keys.iter().zip(&states);
            entries.any(|(key, state)| key.name == **name && matches!(state, State::Set(..)))
        };
        let said = |(key, state): (&Key, &State)| {
            let is_found = |name: &str| found.contains_key(name);
            // What came out of a setting says more than the setting: the whole network more than its widths.
            let outcome = key.rivals.iter().find(|rival| is_found(rival) && !is_found(&key.name));
            let rival = key.rivals.iter().find(is_set).filter(|_| *state == State::Unset);
            outcome.or(rival).map_or_else(|| state.clone(), |rival| State::SaidBy(rival.clone()))
        };
        let states: Vec<State> = keys.iter().zip(&states).map(said).collect();
        Ok(Effective(keys.into_iter().zip(states).collect()))
    }

    /// The text of the file, in TOML.
    pub(crate) fn to_toml(&self) -> String {
        let mut text = BEGINNING.to_owned();
        let mut heading = None;
        for (key, state) in &self.0 {
            if key.heading.is_some() && key.heading != heading {
                heading.clone_from(&key.heading);
                let _ = write!(text, "\n# ---- {} ----\n", key.heading.as_deref().unwrap_or_default());
            }
            let _ = write!(text, "\n{}{}\n", comment(key), line(&key.name, state));
        }
        text
    }
}

fn state(key: &Key, given: Option<&Texts>, found: Option<&Value>) -> anyhow::Result<State> {
    let asked = given.filter(|given| !given.is_default && given.texts != [AUTO]);
    Ok(match (asked, found, given) {
        (Some(given), ..) => State::Set(value(key, given)?, Origin::Given),
        (None, Some(found), _) => State::Set(found.clone(), Origin::Found),
        (None, None, Some(given)) => State::Set(value(key, given)?, Origin::Default),
        (None, None, None) if key.kind == Kind::Flag => State::Set(Value::Truth(false), Origin::Default),
        (None, None, None) => State::Unset,
    })
}

/// The value that was given as text.
fn value(key: &Key, given: &Texts) -> anyhow::Result<Value> {
    let text = given.texts.first().map(String::as_str).unwrap_or_default();
    let read = match key.kind {
        Kind::Flag => Some(Value::Truth(true)),
        Kind::Text => Some(Value::Text(text.to_owned())),
        Kind::Texts(_) => Some(Value::List(given.texts.iter().cloned().map(Value::Text).collect())),
        Kind::Whole => text.parse().ok().map(Value::Whole),
        Kind::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Real),
        Kind::Wholes if text == "none" => Some(Value::List(Vec::new())),
        Kind::Wholes => {
            let numbers: Option<_> =
                text.split(',').map(|part| part.trim().parse().ok().map(Value::Whole)).collect();
            numbers.map(Value::List)
        }
    };
    read.ok_or_else(|| anyhow!("--print-config: `{}` is set to `{text}`, which a file cannot hold", key.name))
}

/// What a key means, in lines of a comment.
fn comment(key: &Key) -> String {
    let values = match key.values.as_slice() {
        [] => String::new(),
        values => format!(" [one of: {}]", values.join(", ")),
    };
    let mut lines = vec!["#".to_owned()];
    for word in format!("{}{values}", key.help).split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].chars().count() + 1 + word.chars().count() > LINE {
            lines.push(format!("# {word}"));
        } else {
            lines[last] += &format!(" {word}");
        }
    }
    lines.join("\n") + "\n"
}

fn line(name: &str, state: &State) -> String {
    match state {
        State::Set(value, Origin::Given) => format!("{name} = {value}"),
        State::Set(value, Origin::Default) => format!("{name} = {value}  # default"),
        State::Set(value, Origin::Found) => format!("{name} = {value}  # chosen by the program"),
        State::Unset => format!("# {name} ="),
        State::SaidBy(rival) => format!("# {name} =  (`{rival}` says it)"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chainrule_files::settings::{Value, parse_toml};
    use clap::CommandFactory;
    use proptest::prelude::*;

    use super::Effective;
    use crate::arguments::Arguments;
    use crate::config::{Given, keys, words};

    /// What a file holds that is made of the settings in another one.
    fn printed(text: &str) -> String {
        let words = words::of_text(text).unwrap();
        let before = ["chainrule", "train"].map(str::to_owned);
        let matches = Arguments::command().try_get_matches_from(before.into_iter().chain(words)).unwrap();
        let given = Given::of(matches.subcommand_matches("train").unwrap(), &keys::all());
        Effective::new(&given, &BTreeMap::new()).unwrap().to_toml()
    }

    fn values(text: &str) -> BTreeMap<String, Value> {
        parse_toml(text).unwrap().into_iter().map(|setting| (setting.key, setting.value)).collect()
    }

    fn settings() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
        let number = || any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Real);
        let whole = || any::<u64>().prop_map(|number| Value::Whole(number.into()));
        let text = || "[^\\x00-]\\PC{0,6}".prop_map(Value::Text);
        let texts = prop::collection::vec("[^\\x00,]{1,6}".prop_map(Value::Text), 1..4).prop_map(Value::List);
        let wholes = prop::collection::vec((1_u32..9999).prop_map(|width| Value::Whole(width.into())), 0..4);
        (text(), texts, wholes.prop_map(Value::List), whole(), [number(), number()], text(), any::<bool>())
            .prop_map(|(data, target, hidden, seed, [learning_rate, l2], out, json)| {
                let rest = [
                    ("learning_rate", learning_rate),
                    ("l2", l2),
                    ("out", out),
                    ("json", Value::Truth(json)),
                ];
                let first = [("data", data), ("target", target), ("hidden", hidden), ("seed", seed)];
                first.into_iter().chain(rest).collect()
            })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_what_was_read(settings in settings()) {
            let text: String = settings.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
            let first = printed(&text);
            let read = values(&first);
            for (key, value) in &settings {
                prop_assert_eq!(read.get(*key).map(ToString::to_string), Some(value.to_string()), "{}", key);
            }
            prop_assert_eq!(values(&printed(&first)), read);
        }
    }
}
