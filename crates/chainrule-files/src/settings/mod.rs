//! Settings in a text: `key = value` lines of [TOML], or the members of one JSON object, with the place of each.
//!
//! Settings stand side by side: there are no tables in tables. A value is a text, a whole number, another number, a truth
//! value, or a list of these. Numbers are finite. In a key `-` and `_` are the same sign, and no key occurs twice.
//!
//! - [`parse_toml`] and [`parse_json`] read a text; the error says the line and the column.
//! - [`Value`] displays as TOML, in one line, and is read back as the same value.
//!
//! Must not know: which keys there are, nor what they mean.
//!
//! [TOML]: https://toml.io/en/v1.0.0

mod json;
mod position;
mod toml;
mod value;

pub use json::parse_json;
pub use position::Position;
pub use toml::parse_toml;
pub use value::Value;

use crate::Error;

/// One setting of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The key, with `_` in place of each `-`.
    pub key: String,
    /// Where the key stands.
    pub key_at: Position,
    /// The value.
    pub value: Value,
    /// Where the value begins.
    pub value_at: Position,
}

/// The key as it is compared: `-` and `_` are the same sign.
fn normal(key: &str) -> String {
    key.replace('-', "_")
}

/// The settings in the order of the text.
///
/// # Errors
/// [`Error::Settings`] at the second of two settings with the same key.
fn in_order(mut settings: Vec<Setting>) -> Result<Vec<Setting>, Error> {
    settings.sort_by_key(|setting| setting.key_at);
    let mut first = std::collections::BTreeMap::new();
    for setting in &settings {
        if let Some(line) = first.insert(&setting.key, setting.key_at.line) {
            let fault = format!(
                "`{}` occurs twice; expected each key once, got it in line {line} already",
                setting.key
            );
            return Err(setting.key_at.fault(fault));
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::{Position, Value, parse_json, parse_toml};
    use crate::Error;

    fn message<T: std::fmt::Debug>(read: Result<T, Error>) -> String {
        read.unwrap_err().to_string()
    }

    #[test]
    fn both_languages_say_the_same() {
        let toml = "seed = 7\nlearning-rate = 0.5\ntarget = ['a', \"b\"]\njson = true\nhidden = [8, 4]\n";
        let json =
            r#"{"seed": 7, "learning_rate": 0.5, "target": ["a", "b"], "json": true, "hidden": [8, 4]}"#;
        let plain = |settings: Vec<super::Setting>| -> Vec<(String, Value)> {
            settings.into_iter().map(|setting| (setting.key, setting.value)).collect()
        };
        let read = plain(parse_toml(toml).unwrap());
        assert_eq!(read[1], ("learning_rate".into(), Value::Real(0.5)));
        assert_eq!(read, plain(parse_json(json).unwrap()));
    }

    #[test]
    fn keys_and_values_know_their_places() {
        let setting = &parse_toml("# é\n\n  seed   = 18_446_744_073_709_551_615").unwrap()[0];
        assert_eq!(setting.value, Value::Whole(u64::MAX.into()));
        assert_eq!(
            (setting.key_at, setting.value_at),
            (Position { line: 3, column: 3 }, Position { line: 3, column: 12 })
        );
        let setting = &parse_json("{\n \"é\\u0061\": 2.5e0}").unwrap()[0];
        assert_eq!((&setting.key[..], &setting.value), ("éa", &Value::Real(2.5)));
        assert_eq!(
            (setting.key_at, setting.value_at),
            (Position { line: 2, column: 2 }, Position { line: 2, column: 13 })
        );
    }

    #[test]
    fn a_key_occurs_once_however_it_is_written() {
        insta::assert_snapshot!(message(parse_toml("seed = 1\nseed = 2\n")), @"line 2, column 1: `seed` occurs twice; expected each key once");
        insta::assert_snapshot!(message(parse_toml("seed = 1\n\"seed\" = 2\n")), @"line 2, column 1: `seed` occurs twice; expected each key once");
        insta::assert_snapshot!(message(parse_toml("seed = 1\n'seed' = 2\n")), @"line 2, column 1: `seed` occurs twice; expected each key once");
        insta::assert_snapshot!(message(parse_toml("batch-size = 1\nseed = 2\nbatch_size = 2\n")), @"line 3, column 1: `batch_size` occurs twice; expected each key once, got it in line 1 already");
        insta::assert_snapshot!(message(parse_json("{\"seed\": 1,\n\"seed\": 2}")), @"line 2, column 1: `seed` occurs twice; expected each key once, got it in line 1 already");
    }

    #[test]
    fn what_is_no_setting_is_refused_with_its_place() {
        insta::assert_snapshot!(message(parse_toml("seed = nan")), @"line 1, column 8: `seed`: expected a finite number, got nan");
        insta::assert_snapshot!(message(parse_toml("seed = 1e999")), @"line 1, column 8: `seed`: expected a finite number, got 1e999");
        insta::assert_snapshot!(message(parse_toml("seed = 99999999999999999999999999999999999999999")), @"line 1, column 8: `seed`: the whole number is too long");
        insta::assert_snapshot!(message(parse_toml("a = 1\n[training]\nseed = 1")), @"
        line 2, column 1: `training` is a table; expected settings side by side, each `key = value`
        help: write the keys without `training`
        ");
        insta::assert_snapshot!(message(parse_toml("training.seed = 1")), @"
        line 1, column 1: `training` is a table; expected settings side by side, each `key = value`
        help: write the keys without `training`
        ");
        insta::assert_snapshot!(message(parse_toml("hidden = [[1], [2]]")), @"line 1, column 10: `hidden`: expected a list without lists in it");
        insta::assert_snapshot!(message(parse_toml("seed = 2026-11-22")), @"line 1, column 8: `seed`: expected a text, a number, true, false or a list of these, got the date 2026-11-22");
        insta::assert_snapshot!(message(parse_json("{\"seed\": null}")), @"
        line 1, column 10: `seed`: expected a value, got null
        help: leave the key out
        ");
        insta::assert_snapshot!(message(parse_json("{\"seed\": {\"a\": 1}}")), @r#"
        line 1, column 10: `seed` is an object; expected settings side by side, each `"key": value`
        help: write the keys without `seed`
        "#);
        insta::assert_snapshot!(message(parse_json("{\"seed\": [1, [2]]}")), @"line 1, column 10: `seed`: expected a list without lists in it");
        insta::assert_snapshot!(message(parse_json("{\"seed\": 1e999}")), @"line 1, column 10: `seed`: expected a text, a finite number, true, false or a list of these, got 1e999");
    }

    #[test]
    fn what_is_not_the_language_is_refused_with_its_place() {
        insta::assert_snapshot!(message(parse_toml("seed = ")), @"line 1, column 8: expected a value after `=`, got none");
        insta::assert_snapshot!(message(parse_toml("seed 7")), @"line 1, column 6: not TOML: key with no value, expected `=`");
        insta::assert_snapshot!(message(parse_toml("a = 1\nb = fast")), @r#"
        line 2, column 5: expected a value, got the word `fast`
        help: write a text in quotes: "fast"
        "#);
        insta::assert_snapshot!(message(parse_toml("a = \"x\nb = 1")), @r#"line 1, column 7: not TOML: invalid basic string, expected `"`"#);
        insta::assert_snapshot!(message(parse_toml("a = [1, 2")), @"line 1, column 10: not TOML: unclosed array, expected `]`");
        insta::assert_snapshot!(message(parse_toml("a = 1 b = 2")), @"line 1, column 9: not TOML: unexpected key or value, expected newline, `#`");
        insta::assert_snapshot!(message(parse_json("{\"seed\": NaN}")), @"line 1, column 10: not JSON: expected value");
        insta::assert_snapshot!(message(parse_json("{\"é\": NaN}")), @"line 1, column 7: not JSON: expected value");
        insta::assert_snapshot!(message(parse_json("{\n\"é\": é}")), @"line 2, column 6: not JSON: expected value");
        insta::assert_snapshot!(message(parse_json("[1]")), @"line 1, column 1: not JSON: invalid type: sequence, expected an object of settings");
        insta::assert_snapshot!(message(parse_json("{\"a\": 1")), @"line 1, column 7: not JSON: EOF while parsing an object");
        insta::assert_snapshot!(message(parse_json("{\"a\": 1} x")), @"line 1, column 10: not JSON: trailing characters");
    }

    #[test]
    fn depth_is_no_danger() {
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let deep = format!("a = {}1{}", open.repeat(100_000), close.repeat(100_000));
            assert!(message(parse_toml(&deep)).starts_with("line 1, column "));
        }
        assert!(message(parse_toml(&format!("[{}a]", "a.".repeat(100_000)))).starts_with("line 1, column "));
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{{\"a\": {}1{}}}", open.repeat(100_000), close.repeat(100_000));
            assert!(message(parse_json(&deep)).starts_with("line 1, column "));
        }
    }
}
