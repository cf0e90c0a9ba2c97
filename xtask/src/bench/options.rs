//! What was asked for after `cargo xtask bench`.

use std::path::PathBuf;

/// The options, with their defaults.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    /// Whether the peers run too, and the results are written.
    pub(super) peers: bool,
    /// Whether widths and batches are swept over instead.
    pub(super) sweep: bool,
    /// How often each contestant takes its turn.
    pub(super) rounds: usize,
    /// How long a turn is.
    pub(super) seconds: f64,
    /// A Python that has the packages already.
    pub(super) python: Option<PathBuf>,
}

impl Options {
    /// Reads the words; the error says which one is wrong.
    pub(super) fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Options { peers: false, sweep: false, rounds: 3, seconds: 1.0, python: None };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("`{word}`: expected a value after it"));
            match word {
                "--peers" => options.peers = true,
                "--sweep" => options.sweep = true,
                "--python" => options.python = Some(PathBuf::from(value()?)),
                "--rounds" => options.rounds = number(word, value()?, |rounds| *rounds > 0)?,
                "--seconds" => options.seconds = number(word, value()?, |s| (0.01..=60.0).contains(s))?,
                _ => return Err(format!("there is no option `{word}`")),
            }
        }
        Ok(options)
    }
}

fn number<T: std::str::FromStr>(option: &str, text: &str, fits: impl Fn(&T) -> bool) -> Result<T, String> {
    text.parse().ok().filter(fits).ok_or(format!("`{option}`: out of range, got `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_mistakes_named() {
        let options = Options::parse(&["--peers", "--rounds", "5", "--python", "p"]).unwrap();
        assert_eq!((options.peers, options.rounds, options.python), (true, 5, Some("p".into())));
        let mistake = |words: &[&str]| Options::parse(words).unwrap_err();
        assert_eq!(mistake(&["--pears"]), "there is no option `--pears`");
        assert_eq!(mistake(&["--rounds"]), "`--rounds`: expected a value after it");
        assert_eq!(mistake(&["--rounds", "0"]), "`--rounds`: out of range, got `0`");
        assert_eq!(mistake(&["--seconds", "nan"]), "`--seconds`: out of range, got `nan`");
    }
}
