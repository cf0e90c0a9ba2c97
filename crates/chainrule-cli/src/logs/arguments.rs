//! The arguments of logs.

use std::path::{Path, PathBuf};

/// What is written down while a training goes on.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Logs")]
pub(crate) struct LogArguments {
    /// Write settings, epochs and result as they come: one JSON object a line
    #[arg(long, value_name = "FILE.jsonl")]
    pub(super) log: Option<PathBuf>,
    /// Log every N-th step too, in --log and --tensorboard
    #[arg(long, value_name = "N", value_parser = every)]
    pub(super) log_steps: Option<u64>,
    /// Write events for TensorBoard into a folder: losses, scores, learning rate, weights
    #[arg(long, value_name = "FOLDER")]
    pub(super) tensorboard: Option<PathBuf>,
    /// Write a table with a line for each epoch
    #[arg(long, value_name = "FILE.csv")]
    pub(super) history: Option<PathBuf>,
}

impl LogArguments {
    /// The files, each with the option that names it.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let named = [("--log", &self.log), ("--history", &self.history)];
        named.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?)))
    }
}

/// Every how many steps.
fn every(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|steps| *steps > 0).ok_or("expected a whole number of at least 1".to_owned())
}
