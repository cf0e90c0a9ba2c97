//! Where results go: known to be possible before hours are spent, and never in place of what is read or of another result.
//!
//! Must not know: what is written.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::atomic::is_special;
use crate::atomic_stream::AtomicFile;

/// Whether a file can be written whole at `path`, found out by making one beside it; `option` names it in messages.
///
/// # Errors
/// If there is no such folder or nothing can be written in it, or `path` is a folder.
pub(crate) fn check_possible(option: &str, path: &Path) -> anyhow::Result<()> {
    let place = || format!("{option} {}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("{}: the folder does not exist\nhelp: mkdir -p {}", place(), folder.display());
    }
    if path.is_dir() {
        bail!("{}: expected a file, got a folder", place());
    }
    // To open a pipe is to wait for whoever reads it.
    if is_special(path) {
        return Ok(());
    }
    AtomicFile::create(path).map(drop).with_context(place)
}

/// Whether results would take the place of what is read, or of each other; each comes with the option that names it.
///
/// # Errors
/// If two of the paths are one file.
pub(crate) fn check_apart(inputs: &[&Path], outputs: &[(&str, &Path)]) -> anyhow::Result<()> {
    for (at, (option, path)) in outputs.iter().enumerate() {
        if inputs.iter().any(|input| is_same(input, path)) {
            bail!("{option} {}: this is the file that is read; expected another one", path.display());
        }
        if let Some((other, _)) = outputs[..at].iter().find(|(_, other)| is_same(other, path)) {
            bail!("{option} {}: {other} is written to this file; expected another one", path.display());
        }
    }
    Ok(())
}

/// Whether two paths are one file, be it there already or not. A pipe may be named as often as it is wanted.
pub(crate) fn is_same(a: &Path, b: &Path) -> bool {
    !is_special(a) && location(a).zip(location(b)).is_some_and(|(a, b)| a == b)
}

/// The path without links and detours.
fn location(path: &Path) -> Option<PathBuf> {
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stay_away_from_inputs_and_from_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let [table, model, page] = ["t.csv", "m.safetensors", "p.html"].map(|name| folder.path().join(name));
        std::fs::write(&table, "a,b").unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let detour = folder.path().join("sub/../t.csv");
        check_apart(&[&table], &[("--out", &model), ("--report", &page)]).unwrap();
        let error = check_apart(&[&table], &[("--out", &detour)]).unwrap_err().to_string();
        assert!(error.ends_with("t.csv: this is the file that is read; expected another one"), "{error}");
        // Neither is there yet.
        let new = folder.path().join("sub/../m.safetensors");
        let error = check_apart(&[], &[("--out", &model), ("--report", &new)]).unwrap_err().to_string();
        assert!(error.ends_with("--out is written to this file; expected another one"), "{error}");
        let null = Path::new("/dev/null");
        check_apart(&[null], &[("--out", null), ("--log", null)]).unwrap();
    }

    #[test]
    fn a_place_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        check_possible("--out", &folder.path().join("m")).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        let error = check_possible("--out", &folder.path().join("none/m")).unwrap_err().to_string();
        assert!(error.contains("none/m: the folder does not exist\nhelp: mkdir -p "), "{error}");
        let error = check_possible("--out", folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("expected a file, got a folder"), "{error}");
    }
}
