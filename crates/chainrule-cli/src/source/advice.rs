//! What to do about a table that cannot be read as it is, in options of this program.
//!
//! Must not know: how tables are read.

use anyhow::anyhow;
use chainrule_data::{Error, FileError, NumberFault, Place};

/// The longest value that is given back as an option.
const LONGEST: usize = 100;

/// The error of a table to learn from, with the option that helps where there is one.
pub(crate) fn with_option(error: Error) -> anyhow::Error {
    match &error {
        Error::NotANumber { place, column, value, fault: NumberFault::Text } => {
            let help = while_learning(is_text(*place), column, value);
            helped(&error, &help)
        }
        Error::NotANumber { column, fault: NumberFault::Thousands | NumberFault::Unit, .. } => {
            let drop = option("--drop", column).map(|option| format!("; {option} leaves the column out"));
            anyhow!("{error}{}", drop.unwrap_or_default())
        }
        Error::NothingLeft { .. } => {
            helped(&error, "--features COLUMN keeps a column that is not the same in every row")
        }
        _ => with_format(error),
    }
}

/// The error of a table to be answered: what its columns are was settled in training.
pub(crate) fn for_answers(error: Error) -> anyhow::Error {
    match &error {
        Error::NotANumber { place, value, fault: NumberFault::Text, .. } => {
            let marker = option("--missing", value).filter(|_| is_text(*place));
            let marker = marker.map(|option| format!("; {option} reads such cells as missing, too"));
            let help = format!("{FILLED}{}", marker.unwrap_or_default());
            helped(&error, &help)
        }
        Error::File(FileError::NotANumber { .. }) => anyhow!("{error}\nhelp: {FILLED}"),
        _ => with_format(error),
    }
}

const FILLED: &str = "correct the cell, or leave it empty: then it is filled as in training";

fn while_learning(is_text: bool, column: &str, value: &str) -> String {
    let category = option("--categorical", column).map(|option| format!("{option} reads it as a category"));
    let marker = option("--missing", value).filter(|_| is_text);
    let marker = marker.map(|option| format!("{option} reads such cells as missing"));
    let ways: Vec<String> = category.into_iter().chain(marker).collect();
    if ways.is_empty() { NumberFault::Text.to_string() } else { ways.join("; ") }
}

/// The error with the option that says how a text is split and written, where one helps; other formats need none.
pub(super) fn with_format(error: Error) -> anyhow::Error {
    use NumberFault::{Comma, CommaOrThousands};
    match &error {
        Error::NotANumber { place, fault: Comma, .. } if is_text(*place) => {
            anyhow!("{error} (--decimal-comma)")
        }
        Error::NotANumber { place, fault: CommaOrThousands, .. } if is_text(*place) => helped(
            &error,
            "if the comma is the decimal mark, --decimal-comma reads it; if it separates thousands, write the numbers without it",
        ),
        Error::NotANumber { fault: Comma | CommaOrThousands, .. } => helped(
            &error,
            "write the column as numbers, or its texts with points and without separators of thousands",
        ),
        Error::OneColumn { .. } => anyhow!("{error} (--separator CHAR)"),
        _ => error.into(),
    }
}

/// Rows of a text stand in lines.
fn is_text(place: Place) -> bool {
    matches!(place, Place::Line(_))
}

/// The error with another last line.
fn helped(error: &Error, help: &str) -> anyhow::Error {
    let whole = error.to_string();
    let what = whole.split_once("\nhelp: ").map_or(&whole[..], |(what, _)| what);
    anyhow!("{what}\nhelp: {help}")
}

/// An option with its value, as it can be pasted behind a command; `None` if there is no way to write it: values stand between
/// commas.
fn option(name: &str, value: &str) -> Option<String> {
    if value.is_empty() || value.len() > LONGEST || value.contains(',') || value.chars().any(char::is_control)
    {
        return None;
    }
    let between = if value.starts_with('-') { "=" } else { " " };
    let is_plain = value.chars().all(|letter| letter.is_alphanumeric() || "_-+./:%@=".contains(letter));
    let quoted = if is_plain { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) };
    Some(format!("{name}{between}{quoted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(place: Place, column: &str, value: &str, fault: NumberFault) -> Error {
        Error::NotANumber { place, column: column.into(), value: value.into(), fault }
    }

    fn help(error: anyhow::Error) -> String {
        error.to_string().split_once("\nhelp: ").unwrap().1.to_owned()
    }

    #[test]
    fn options_can_be_pasted() {
        assert_eq!(option("--missing", "n/a").unwrap(), "--missing n/a");
        assert_eq!(option("--missing", "not known").unwrap(), "--missing 'not known'");
        assert_eq!(option("--missing", "it's").unwrap(), r"--missing 'it'\''s'");
        assert_eq!(option("--missing", "-x").unwrap(), "--missing=-x");
        for value in ["", "a,b", "a\nb", &"x".repeat(101)] {
            assert_eq!(option("--missing", value), None, "{value}");
        }
    }

    #[test]
    fn each_command_and_format_has_its_advice() {
        let (line, row) = (Place::Line(4), Place::Row(2));
        let text = |place, column, value| error(place, column, value, NumberFault::Text);
        insta::assert_snapshot!(help(with_option(text(line, "total size", "n.a."))), @"--categorical 'total size' reads it as a category; --missing n.a. reads such cells as missing");
        insta::assert_snapshot!(help(with_option(text(row, "size", "n.a."))), @"--categorical size reads it as a category");
        insta::assert_snapshot!(help(with_option(text(row, "a,b", "n.a."))), @"correct the cell, or leave it empty");
        insta::assert_snapshot!(help(for_answers(text(line, "size", "n.a."))), @"correct the cell, or leave it empty: then it is filled as in training; --missing n.a. reads such cells as missing, too");
        insta::assert_snapshot!(help(for_answers(text(row, "size", "n.a."))), @"correct the cell, or leave it empty: then it is filled as in training");
        let comma = |place| error(place, "size", "1,5", NumberFault::Comma);
        insta::assert_snapshot!(help(for_answers(comma(line))), @"the decimal mark looks like a comma: declare it, or write points (--decimal-comma)");
        insta::assert_snapshot!(help(with_option(comma(row))), @"write the column as numbers, or its texts with points and without separators of thousands");
        let either = error(line, "size", "1,234", NumberFault::CommaOrThousands);
        insta::assert_snapshot!(help(with_option(either)), @"if the comma is the decimal mark, --decimal-comma reads it; if it separates thousands, write the numbers without it");
        let unit = || error(line, "size", "$5", NumberFault::Unit);
        insta::assert_snapshot!(help(with_option(unit())), @"write the numbers without units and separators of thousands; --drop size leaves the column out");
        insta::assert_snapshot!(help(for_answers(unit())), @"write the numbers without units and separators of thousands");
    }
}
