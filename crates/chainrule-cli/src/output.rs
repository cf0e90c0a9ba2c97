//! What goes to the terminal: results to the standard output, everything else to the standard error.
//!
//! A reader that closed its end (`| head`) has seen enough: that is no error. Colour is used only for the word `error` on
//! a terminal, and not where `NO_COLOR` is set (no-color.org). Must not know: what is written.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::Context;

/// Writes a result, with a line end, to the standard output.
///
/// # Errors
/// If the output cannot take it, such as a full disk; a closed pipe is no error.
pub(crate) fn result(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output: cannot be written"),
    }
}

/// Writes the one JSON object of a command to the standard output.
///
/// # Errors
/// As [`result`].
pub(crate) fn json(value: &serde_json::Value) -> anyhow::Result<()> {
    result(&format!("{value:#}"))
}

/// Tells something beside the result.
pub(crate) fn note(text: &str) {
    // Nobody is left to be told that the standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Tells why a command cannot be run.
pub(crate) fn error(text: &str) {
    let (on, off) = if has_colour() { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    note(&format!("{on}error{off}: {text}"));
}

/// Whether the standard error is a terminal whose user has not asked for plain text.
fn has_colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
