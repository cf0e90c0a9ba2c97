//! What a training run writes down while it goes on: one JSON object a line, or one line of a table an epoch.
//!
//! A [`LogEvent`] is a plain record; whoever listens to the training makes them. Lines are whole and end in a line feed,
//! so that a run that is killed leaves at most one torn line, the last. Must not know: training, clocks, files on a disk.

mod event;
mod history;

pub use event::{EpochFigures, LogEvent};
pub use history::{HISTORY_HEADING, history_line, history_until};
