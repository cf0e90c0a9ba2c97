//! Writes a file whole or not at all, while its bytes are still being made.
//!
//! As [`crate::atomic`], for what is too large to be held in memory: bytes go to a temporary file in the same folder, which
//! takes the place of the old one when all is written, and is gone if anything fails before. Must not know: what the bytes mean.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::atomic::{is_special, resolve};
use crate::disk::{Disk, NewFile, RealDisk, create_beside, folder_of};

/// Bytes that are gathered before the system is asked to write.
const BUFFER: usize = 1 << 18;

/// A file that appears when it is finished.
pub(crate) struct AtomicFile {
    /// `None` once it is closed.
    out: Option<Out>,
    /// Where the bytes are, until they take the place of `path`; `None` for what is no file, such as a pipe.
    temporary: Option<PathBuf>,
    path: PathBuf,
}

/// Where bytes go.
enum Out {
    /// To a temporary file.
    New(BufWriter<Box<dyn NewFile>>),
    /// To what is no file, such as a pipe.
    Special(BufWriter<File>),
}

impl AtomicFile {
    /// Begins a file that is to be at `path`.
    ///
    /// # Errors
    /// If nothing can be written there: there is no such folder, it must not be written to, `path` is a folder.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        if is_special(path) {
            let file = BufWriter::with_capacity(BUFFER, OpenOptions::new().write(true).open(path)?);
            return Ok(AtomicFile { out: Some(Out::Special(file)), temporary: None, path: path.to_owned() });
        }
        let path = resolve(path)?;
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let (temporary, file) = create_beside(&RealDisk, &path)?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(AtomicFile { out: Some(Out::New(file)), temporary: Some(temporary), path })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// What the file system says; then whatever was at the path is untouched, and the temporary file is gone.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let mut file = match self.out.take() {
            None => return Ok(()),
            Some(Out::Special(mut file)) => return file.flush(),
            Some(Out::New(file)) => file.into_inner().map_err(io::IntoInnerError::into_error)?,
        };
        file.sync()?;
        // Some systems cannot rename an open file.
        drop(file);
        if let Some(temporary) = &self.temporary {
            RealDisk.rename(temporary, &self.path)?;
        }
        self.temporary = None;
        RealDisk.sync_folder(folder_of(&self.path))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Some(Out::New(file)) => file.write(bytes),
            Some(Out::Special(file)) => file.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Some(Out::New(file)) => file.flush(),
            Some(Out::Special(file)) => file.flush(),
            None => Ok(()),
        }
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Closed first, for systems that cannot remove an open file; what it holds is not wanted.
            if let Some(Out::New(file)) = self.out.take() {
                drop(file.into_parts());
            }
            // The error that led here is the one to report.
            let _ = RealDisk.remove(temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::AtomicFile;

    fn names(folder: &std::path::Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_finished_file_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.csv");
        fs::write(&path, "old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        file.finish().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"new".to_vec(), vec!["p.csv".into()]));
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.csv");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_is_no_place_for_a_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(AtomicFile::create(folder.path()).is_err());
        assert!(AtomicFile::create(&folder.path().join("none").join("p.csv")).is_err());
        assert!(names(folder.path()).is_empty());
    }
}
