//! What follows `cargo xtask fuzz`.

/// How long each target runs in continuous integration, in seconds.
const SECONDS: u64 = 20;

/// Which targets run, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The targets; all if empty.
    pub(crate) names: Vec<String>,
    /// How long each runs, in seconds.
    pub(crate) seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { names: Vec::new(), seconds: SECONDS }
    }
}

impl Options {
    /// Reads `[TARGET...] [--seconds N]`.
    pub(crate) fn read(words: &[&str]) -> Result<Self, String> {
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--seconds" => {
                    let number =
                        words.next().and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0);
                    options.seconds = number.ok_or("--seconds: expected a whole number above 0")?;
                }
                option if option.starts_with('-') => {
                    return Err(format!("there is no option `{option}`; expected --seconds N"));
                }
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn names_and_seconds_come_in_any_order() {
        let read = Options::read(&["csv", "--seconds", "600", "idx"]).unwrap();
        assert_eq!(read, Options { names: vec!["csv".into(), "idx".into()], seconds: 600 });
        assert_eq!(Options::read(&[]).unwrap().seconds, 20);
        assert!(Options::read(&["--seconds", "0"]).is_err());
        assert!(Options::read(&["--second", "1"]).is_err());
    }
}
