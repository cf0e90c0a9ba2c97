//! How a command ends, and the sentence that says why it could not be run.
//!
//! Must not know: what went wrong, nor where the sentence goes.

use std::process::ExitCode;

use anyhow::anyhow;
use chainrule_data::nearest::nearest;

/// The exit code of a command that could not be run; clap ends with the same for arguments it cannot read.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// How a command that ran came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All was done: exit code 0.
    Done,
    /// A stated goal was not met: exit code 1.
    GoalMissed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::GoalMissed => ExitCode::FAILURE,
        }
    }
}

/// The error and its causes as one sentence, then the `help:` lines of all of them.
pub(crate) fn describe(error: &anyhow::Error) -> String {
    let (mut sentences, mut help) = (Vec::new(), Vec::new());
    for message in error.chain().map(ToString::to_string) {
        let mut parts = message.split("\nhelp: ");
        sentences.push(parts.next().unwrap_or_default().trim_end().to_owned());
        help.extend(parts.map(|step| format!("\nhelp: {}", step.trim_end())));
    }
    sentences.dedup();
    sentences.join(": ") + &help.concat()
}

/// The library's error, with the name that was probably meant.
pub(crate) fn explain(error: chainrule::Error) -> anyhow::Error {
    match meant(&error) {
        Some(name) => anyhow!("{error}\nhelp: did you mean `{name}`?"),
        None => error.into(),
    }
}

/// The known name nearest to the one that was not found.
fn meant(error: &chainrule::Error) -> Option<&'static str> {
    match error {
        chainrule::Error::UnknownName { name, known, .. } => nearest(name, known.iter().copied()),
        chainrule::Error::SpecEntry { cause, .. } => meant(cause),
        _ => None,
    }
}

/// Reads an argument by the library's own rules, for clap.
pub(crate) fn named<T: std::str::FromStr<Err = chainrule::Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| explain(error).to_string())
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::{describe, explain};

    #[test]
    fn causes_make_one_sentence_and_help_comes_last() {
        let error = anyhow::anyhow!("line 3: a fault\nhelp: mend it").context("t.csv");
        assert_eq!(describe(&error), "t.csv: line 3: a fault\nhelp: mend it");
        let twice: anyhow::Error = Err::<(), _>(std::io::Error::other("x")).context("x").unwrap_err();
        assert_eq!(describe(&twice), "x");
    }

    #[test]
    fn a_name_in_a_network_is_suggested_too() {
        let error = "4,rleu:3".parse::<chainrule::Network>().unwrap_err();
        assert!(explain(error).to_string().ends_with("\nhelp: did you mean `relu`?"));
    }
}
