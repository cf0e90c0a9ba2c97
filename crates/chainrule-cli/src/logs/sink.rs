//! A file that grows while a training goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::atomic::write_atomically;
use crate::output;

/// A file to which whole lines or records are appended.
#[derive(Debug)]
pub(super) struct Sink {
    path: PathBuf,
    /// None once it could not be written any more.
    file: Option<File>,
}

impl Sink {
    /// A file with this content alone.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn replace(path: &Path, content: &[u8]) -> anyhow::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            bail!("{}: the folder does not exist\nhelp: mkdir -p {}", path.display(), folder.display());
        }
        let write = || {
            let mut file = File::create(path)?;
            file.write_all(content)?;
            io::Result::Ok(file)
        };
        let file = write().with_context(|| path.display().to_string())?;
        Ok(Sink { path: path.to_owned(), file: Some(file) })
    }

    /// A new file in a folder, which is made if there is none.
    ///
    /// # Errors
    /// If folder or file cannot be made.
    pub(super) fn in_folder(folder: &Path, name: &str) -> anyhow::Result<Self> {
        if folder.is_file() {
            bail!("{}: expected a folder, got a file", folder.display());
        }
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        Self::replace(&folder.join(name), b"")
    }

    /// A file of lines to go on with; a torn last line is taken away. A file that there is not is made.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub(super) fn append_lines(path: &Path) -> anyhow::Result<Self> {
        let open = || {
            let file = OpenOptions::new().append(true).create(true).open(path)?;
            let content = fs::read(path)?;
            let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
            file.set_len(whole as u64)?;
            io::Result::Ok(file)
        };
        let file = open().with_context(|| path.display().to_string())?;
        Ok(Sink { path: path.to_owned(), file: Some(file) })
    }

    /// A file to go on with, with what `keep` makes of its text; what there was is replaced whole or not at all.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub(super) fn rewrite(path: &Path, keep: impl FnOnce(&str) -> String) -> anyhow::Result<Self> {
        let open = || {
            let text = match fs::read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                read => read?,
            };
            write_atomically(path, keep(&String::from_utf8_lossy(&text)).as_bytes())?;
            OpenOptions::new().append(true).open(path)
        };
        let file = open().with_context(|| path.display().to_string())?;
        Ok(Sink { path: path.to_owned(), file: Some(file) })
    }

    /// Appends whole lines or records. The first error is told, and the file given up.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(bytes) {
            self.file = None;
            output::note(&format!(
                "note: {}: {error}; it is not written any more, the training goes on",
                self.path.display()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_taken_away_before_a_run_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.jsonl");
        fs::write(&path, "{\"a\":1}\n{\"b\"").unwrap();
        Sink::append_lines(&path).unwrap().write(b"{\"c\":3}\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"a\":1}\n{\"c\":3}\n");
        fs::remove_file(&path).unwrap();
        Sink::append_lines(&path).unwrap().write(b"{}\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n");
    }

    #[test]
    fn what_is_kept_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        fs::write(&path, "1\n2\n3\n").unwrap();
        Sink::rewrite(&path, |text| text.replace("3\n", "")).unwrap().write(b"4\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n2\n4\n");
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Sink::replace(&folder.path().join("none/run.jsonl"), b"").unwrap_err();
        assert!(error.to_string().contains("run.jsonl: the folder does not exist"), "{error}");
    }
}
