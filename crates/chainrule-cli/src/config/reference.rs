//! The reference of all keys, as a part of a Markdown page: a table for each group of the help text.

use std::fmt::Write as _;

use super::example::example;
use super::keys::{self, Key, Kind};

/// The first group, which has no heading in the help text.
const FIRST: &str = "Data";

/// A section with a table for each group of keys.
pub(crate) fn reference() -> String {
    let mut text = String::new();
    let mut heading = None;
    for key in keys::all() {
        let of_key = key.heading.clone().unwrap_or_else(|| FIRST.to_owned());
        if heading.as_ref() != Some(&of_key) {
            let _ = write!(
                text,
                "\n## {of_key}\n\n| key | type | default | meaning | example |\n|---|---|---|---|---|\n"
            );
            heading = Some(of_key);
        }
        text += &row(&key);
    }
    text.trim_start().to_owned()
}

fn row(key: &Key) -> String {
    let (meaning, default) = split_default(&key.help);
    let default = match (&key.default, default, key.kind) {
        // Clap has an empty text for it, for where a file or a checkpoint names the data.
        _ if key.long.is_none() => "must be given, or `resume`".to_owned(),
        (Some(default), ..) => format!("`{default}`"),
        (None, Some(default), _) => default.to_owned(),
        (None, None, Kind::Flag) => "`false`".to_owned(),
        (None, None, _) => "not set".to_owned(),
    };
    let kind = match key.values.as_slice() {
        [] => kind(key.kind).to_owned(),
        values => format!("one of `{}`", values.join("`, `")),
    };
    let example = example(key).map(|text| format!("`{text}`")).unwrap_or_default();
    let cells = [format!("`{}`", key.name), kind, default, meaning.to_owned(), example];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Whole => "whole number",
        Kind::Number => "number",
        Kind::Flag => "true or false",
        Kind::Texts(_) => "list of texts",
        Kind::Wholes => "list of whole numbers",
    }
}

/// What a help text says without its ending `[default: ...]`, and that default.
fn split_default(help: &str) -> (&str, Option<&str>) {
    let ending =
        help.rsplit_once(" [default: ").and_then(|(meaning, rest)| Some((meaning, rest.strip_suffix(']')?)));
    ending.map_or((help, None), |(meaning, default)| (meaning, Some(default)))
}

#[cfg(test)]
mod tests {
    use super::split_default;

    #[test]
    fn a_default_in_the_help_text_is_told_apart() {
        assert_eq!(
            split_default("Rows in a step [default: by the data]"),
            ("Rows in a step", Some("by the data"))
        );
        assert_eq!(split_default("Decoupled weight decay"), ("Decoupled weight decay", None));
    }
}
