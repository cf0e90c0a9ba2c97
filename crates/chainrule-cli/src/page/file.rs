//! The page as a file.

use std::path::Path;

use anyhow::Context;
use chainrule_report::Report;

use crate::atomic::write_atomically;

/// Writes the page, whole or not at all.
///
/// # Errors
/// What the file system refuses, with the path in front.
pub(crate) fn write(path: &Path, report: &Report) -> anyhow::Result<()> {
    let page = chainrule_report::page(report);
    write_atomically(path, page.as_bytes()).with_context(|| format!("--report {}", path.display()))
}
