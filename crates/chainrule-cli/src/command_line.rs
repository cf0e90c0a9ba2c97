//! The command as it was typed, and the same with one option changed, both fit for a shell.
//!
//! Must not know: what a command does.

/// The words of this program's command, the program by its name alone.
pub(crate) fn typed() -> Vec<String> {
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    ["chainrule".to_owned()].into_iter().chain(words).collect()
}

/// The words as one line that a shell takes apart into the same words.
pub(crate) fn line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// The words with `option` set to `value`, whether it was given before or not.
pub(crate) fn with(words: &[String], option: &str, value: &str) -> Vec<String> {
    let mut changed = without(words, option);
    // What stands behind `--` is no option.
    let end = changed.iter().position(|word| word == "--").unwrap_or(changed.len());
    changed.splice(end..end, [option.to_owned(), value.to_owned()]);
    changed
}

/// The words without `option` and its value.
pub(crate) fn without(words: &[String], option: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = words.iter();
    let joined = format!("{option}=");
    while let Some(word) = rest.next() {
        if word == option {
            rest.next();
        } else if !word.starts_with(&joined) {
            kept.push(word.clone());
        }
    }
    kept
}

/// A word for a shell: in quotes if it has signs of which a shell makes something else.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |sign: char| sign.is_alphanumeric() || "-_=+,.:/@%^".contains(sign);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{line, quoted, with};

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn an_option_is_set_once_however_it_was_given() {
        let changed = |text: &str| line(&with(&words(text), "--epochs", "40"));
        assert_eq!(changed("chainrule train iris"), "chainrule train iris --epochs 40");
        assert_eq!(
            changed("chainrule train --epochs 20 iris --seed 1"),
            "chainrule train iris --seed 1 --epochs 40"
        );
        assert_eq!(changed("chainrule train iris --epochs=20"), "chainrule train iris --epochs 40");
        assert_eq!(changed("chainrule train --seed=1 -- -"), "chainrule train --seed=1 --epochs 40 -- -");
    }

    #[test]
    fn a_shell_gets_the_same_words() {
        let texts = ["a.csv", "my file.csv", "it's", "$HOME;ls", "dropout(0.2)", "", "Größe"];
        let expected =
            ["a.csv", "'my file.csv'", "'it'\\''s'", "'$HOME;ls'", "'dropout(0.2)'", "''", "Größe"];
        assert_eq!(texts.map(quoted), expected);
    }
}
