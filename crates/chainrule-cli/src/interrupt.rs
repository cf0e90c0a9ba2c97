//! Ctrl-C, and the system's request to end: the first asks a command to finish its step, or ends it where there is nothing yet
//! to save; the second ends the program at once.
//!
//! Must not know: which command runs.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;

/// How often Ctrl-C was pressed. A signal has no owner, so this is global.
static PRESSED: AtomicUsize = AtomicUsize::new(0);
/// When it was pressed first.
static FIRST: OnceLock<Instant> = OnceLock::new();
/// A second signal so soon is the same request: the program `timeout` sends its signal to a command and to the command's group.
const ONE_REQUEST: Duration = Duration::from_millis(50);
/// Whether what is done at the moment ends in nothing that could be saved.
static NOTHING_TO_SAVE: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was ended by an interrupt, as shells have it: 128 + 2.
const ENDED_AT_ONCE: i32 = 130;
/// The exit code of a command that was interrupted and ends in order: its goal is not met.
const GOAL_MISSED: i32 = 1;

/// From now on, Ctrl-C is heard.
///
/// # Errors
/// If the system refuses.
pub(crate) fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(|| match PRESSED.fetch_add(1, Ordering::SeqCst) {
        // Whoever presses it then need not wait: what is there would be thrown away.
        0 if NOTHING_TO_SAVE.load(Ordering::SeqCst) => end(),
        0 => {
            FIRST.get_or_init(Instant::now);
            crate::output::note(
                "\ninterrupted: this step is finished and the network saved; once more stops at once",
            );
        }
        1.. if FIRST.get_or_init(Instant::now).elapsed() < ONE_REQUEST => {}
        _ => std::process::exit(ENDED_AT_ONCE),
    })
    .context("Ctrl-C: cannot be listened to")
}

/// Does what comes before there is anything to save; Ctrl-C meanwhile, or just before, ends the program.
pub(crate) fn before_anything_is_saved<R>(work: impl FnOnce() -> R) -> R {
    NOTHING_TO_SAVE.store(true, Ordering::SeqCst);
    if requested() {
        end();
    }
    let done = work();
    NOTHING_TO_SAVE.store(false, Ordering::SeqCst);
    done
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    PRESSED.load(Ordering::SeqCst) > 0
}

fn end() -> ! {
    crate::output::note("");
    crate::output::error("interrupted before the network was trained; nothing is saved");
    std::process::exit(GOAL_MISSED)
}
