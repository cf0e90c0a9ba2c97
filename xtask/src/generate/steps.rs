//! The table of the steps of `cargo xtask check`, from the list that runs them.

use crate::repository::Repository;
use crate::steps::ALL;

/// A line for each step, in the order in which they run.
#[allow(clippy::unnecessary_wraps, reason = "the signature is that of every generator")]
pub(super) fn table(_repository: &Repository) -> Result<String, String> {
    let lines: String = ALL.iter().map(|step| format!("| `{}` | {} |\n", step.name, step.about)).collect();
    Ok(format!("| step | what holds |\n|---|---|\n{lines}"))
}
