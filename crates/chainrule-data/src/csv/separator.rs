//! Which byte stands between the fields.
//!
//! Each candidate is counted, outside quotes, in the first lines. It is consistent if every line has the same number,
//! at least one. Among consistent candidates the order is tab, semicolon, bar, comma, since a comma may also be a
//! decimal mark; without a consistent one the candidate most frequent in the first line wins, so that a ragged file is
//! reported as ragged.
//!
//! It must not know what the fields mean.

use crate::Error;

/// The candidates, best first.
pub(super) const CANDIDATES: [u8; 4] = *b"\t;|,";

/// How many lines are looked at.
const LINES: usize = 50;

/// Finds the separator, or `None` if no candidate stands in the first line.
pub(super) fn detect(text: &str) -> Option<u8> {
    let lines = || text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(LINES);
    let consistent = |candidate: &u8| {
        let mut counts = lines().map(|line| count(line, *candidate));
        let first = counts.next().unwrap_or(0);
        first > 0 && counts.all(|count| count == first)
    };
    let first_line = lines().next().unwrap_or("");
    let frequent = || CANDIDATES.into_iter().rev().max_by_key(|candidate| count(first_line, *candidate));
    CANDIDATES
        .into_iter()
        .find(consistent)
        .or_else(frequent)
        .filter(|candidate| count(first_line, *candidate) > 0)
}

/// Refuses a separator that is part of a number, a quote, a line end or a letter beyond ASCII.
pub(super) fn check(separator: Option<u8>) -> Result<(), Error> {
    match separator {
        Some(byte) if !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"\"\r\n\0.+-".contains(&byte) => {
            Err(Error::Setting {
                name: "separator",
                expected: "an ASCII sign such as a comma, a semicolon or a tab",
                got: name(byte),
            })
        }
        _ => Ok(()),
    }
}

/// What a separator is called in a message.
pub(super) fn name(separator: u8) -> String {
    match separator {
        b'\t' => "tab".into(),
        b',' => "comma".into(),
        b';' => "semicolon".into(),
        b'|' => "bar".into(),
        other => format!("`{}`", other.escape_ascii()),
    }
}

fn count(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let counts = |byte: &u8| {
        quoted ^= *byte == b'"';
        *byte == separator && !quoted
    };
    line.as_bytes().iter().copied().filter(counts).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_separator_is_found() {
        for separator in CANDIDATES {
            let text = "a,b,c\n1,2,3\n".replace(',', &char::from(separator).to_string());
            assert_eq!(detect(&text), Some(separator));
        }
    }

    #[test]
    fn a_separator_that_cannot_be_one_is_refused() {
        insta::assert_snapshot!(check(Some(b'"')).unwrap_err(), @r#"`separator`: out of range; expected an ASCII sign such as a comma, a semicolon or a tab, got `\"`"#);
        assert!(check(Some(0xe9)).is_err() && check(Some(b' ')).is_ok() && check(None).is_ok());
    }

    #[test]
    fn decimal_commas_do_not_hide_the_semicolon() {
        assert_eq!(detect("1,5;2,5;0\n1,5;2,5;0\n"), Some(b';'));
        assert_eq!(detect("x;y\n1,5;2\n"), Some(b';'));
    }

    #[test]
    fn separators_inside_quotes_do_not_count() {
        assert_eq!(detect("\"a;b;c\",d\n1,2\n"), Some(b','));
    }

    #[test]
    fn a_ragged_file_keeps_its_separator_and_one_column_has_none() {
        assert_eq!(detect("a,b,c\n1,2\n"), Some(b','));
        assert_eq!(detect("a\n1\n"), None);
        assert_eq!(detect(""), None);
    }
}
