//! An example for each key of the reference, if one can be given that clap accepts.

use chainrule_files::settings::Value;

use super::keys::{Key, Kind};
use super::words;

/// Examples where the kind of the key alone gives none that makes sense.
const EXAMPLES: [(&str, &str); 27] = [
    ("data", "\"houses.csv\""),
    ("target", "[\"price\"]"),
    ("drop", "[\"id\", \"name\"]"),
    ("features", "[\"size\", \"year\"]"),
    ("categorical", "[\"zip\"]"),
    ("numeric", "[\"age\"]"),
    ("weight", "\"count\""),
    ("group", "\"patient\""),
    ("time", "\"date\""),
    ("missing", "[\"unknown\", \"-999\"]"),
    ("missing_only", "[\"none\"]"),
    ("validation", "0.2"),
    ("test", "\"houses-of-2026.csv\""),
    ("spec", "\"identity:4,relu:16,dropout(0.1),softmax:3\""),
    ("hidden", "[128, 64]"),
    ("activation", "\"tanh\""),
    ("init", "\"he_normal\""),
    ("loss", "\"huber(2)\""),
    ("reduction", "\"mean\""),
    ("optimizer", "\"adamw\""),
    ("learning_rate", "0.01"),
    ("schedule", "\"warmup+cosine\""),
    ("threads", "4"),
    ("averaging", "0.99"),
    ("out", "\"houses.safetensors\""),
    ("separator", "\";\""),
    ("memory", "\"500M\""),
];

/// A value for `key`, as it stands in a file; `None` if clap accepts none of those that come to mind.
pub(super) fn example(key: &Key) -> Option<String> {
    let by_hand = EXAMPLES.iter().find(|(name, _)| *name == key.name).map(|(_, text)| (*text).to_owned());
    let text = by_hand.or_else(|| of_kind(key))?;
    words::is_accepted(&format!("{} = {text}", key.name)).then_some(text)
}

fn of_kind(key: &Key) -> Option<String> {
    let name = key.values.iter().find(|name| Some(*name) != key.default.as_ref());
    Some(match (key.kind, name) {
        (Kind::Text, Some(name)) => Value::Text(name.clone()).to_string(),
        (Kind::Texts(_), Some(name)) => Value::List(vec![Value::Text(name.clone())]).to_string(),
        (Kind::Whole, _) => "10".to_owned(),
        (Kind::Number, _) => "0.1".to_owned(),
        (Kind::Flag, _) => "true".to_owned(),
        (Kind::Wholes, _) => "[64, 32]".to_owned(),
        (Kind::Text | Kind::Texts(_), None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, example};
    use crate::config::keys;

    #[test]
    fn every_example_by_hand_belongs_to_a_key_and_is_accepted() {
        let keys = keys::all();
        for (name, text) in EXAMPLES {
            let key = keys.iter().find(|key| key.name == name);
            assert_eq!(key.and_then(example).as_deref(), Some(text), "{name}");
        }
    }
}
