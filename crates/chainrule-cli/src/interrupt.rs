//! Ctrl-C, and the system's request to end: the first asks a command to finish its step, the second ends the program at once.
//!
//! Must not know: which command runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;

/// How often Ctrl-C was pressed. A signal has no owner, so this is global.
static PRESSED: AtomicUsize = AtomicUsize::new(0);

/// The exit code of a program that was ended by an interrupt, as shells have it: 128 + 2.
const ENDED_AT_ONCE: i32 = 130;

/// From now on, Ctrl-C is heard.
///
/// # Errors
/// If the system refuses.
pub(crate) fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(|| match PRESSED.fetch_add(1, Ordering::Relaxed) {
        0 => crate::output::note(
            "\ninterrupted: this step is finished and the network saved; once more stops at once",
        ),
        _ => std::process::exit(ENDED_AT_ONCE),
    })
    .context("Ctrl-C: cannot be listened to")
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    PRESSED.load(Ordering::Relaxed) > 0
}
