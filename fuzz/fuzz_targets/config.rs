//! Settings: no text makes the readers of TOML and JSON panic, and what they read is read back when it is written.
//!
//! The first byte chooses the language: even is TOML, odd is JSON.

#![no_main]

use chainrule_files::settings::{Position, Setting, Value, parse_json, parse_toml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((way, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let read = if way % 2 == 0 { parse_toml(text) } else { parse_json(text) };
    let Ok(settings) = read else { return };
    let end = Position::of(text, text.len());
    assert!(settings.iter().all(|setting| setting.key_at < setting.value_at && setting.value_at <= end));
    let written: String = settings.iter().map(line).collect();
    let again = parse_toml(&written).expect("what is written can be read");
    assert_eq!(again.iter().map(line).collect::<String>(), written);
    assert_eq!(again.len(), settings.len());
});

/// A line of TOML; the key in quotes, since it may be any text.
fn line(setting: &Setting) -> String {
    format!("{} = {}\n", Value::Text(setting.key.clone()), setting.value)
}
