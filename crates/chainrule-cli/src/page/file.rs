//! The page as a file.

use std::path::Path;

use anyhow::{Context, bail};
use chainrule_report::Report;

use crate::atomic::write_atomically;

/// Whether the page can probably be written; asked before hours are spent.
///
/// # Errors
/// If its folder does not exist, or it is a folder itself.
pub(crate) fn check(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let shown = folder.display();
        bail!("--report {}: the folder does not exist\nhelp: mkdir -p {shown}", path.display());
    }
    if path.is_dir() {
        bail!("--report {}: expected a file, got a folder", path.display());
    }
    Ok(())
}

/// Writes the page, whole or not at all.
///
/// # Errors
/// What the file system refuses, with the path in front.
pub(crate) fn write(path: &Path, report: &Report) -> anyhow::Result<()> {
    let page = chainrule_report::page(report);
    write_atomically(path, page.as_bytes()).with_context(|| format!("--report {}", path.display()))
}
