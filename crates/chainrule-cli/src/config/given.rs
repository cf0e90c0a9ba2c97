//! What was given for each key, as text: typed, from a file, or clap's own default.

use std::collections::BTreeMap;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::keys::{Key, Kind};

/// The texts that stand behind the arguments of `train`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(BTreeMap<String, Texts>);

/// What was given for one key.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    /// The texts, more than one for a list; none for a flag.
    pub(super) texts: Vec<String>,
    /// Whether it is clap's default, which nobody asked for.
    pub(super) is_default: bool,
}

impl Given {
    /// The texts in what clap has read for `train`.
    pub(super) fn of(train: &ArgMatches, keys: &[Key]) -> Self {
        let texts = keys.iter().filter_map(|key| Some((key.name.clone(), texts(train, key)?)));
        Given(texts.collect())
    }

    /// What was given for a key; `None` if nothing was.
    pub(super) fn get(&self, key: &Key) -> Option<&Texts> {
        self.0.get(&key.name)
    }
}

fn texts(train: &ArgMatches, key: &Key) -> Option<Texts> {
    let is_default = train.value_source(&key.name)? == ValueSource::DefaultValue;
    if key.kind == Kind::Flag {
        return (!is_default).then(|| Texts { texts: Vec::new(), is_default });
    }
    let raw = train.get_raw(&key.name)?;
    Some(Texts { texts: raw.map(|text| text.to_string_lossy().into_owned()).collect(), is_default })
}
