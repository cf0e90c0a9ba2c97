//! The steps of a file system that writing safely is made of, so that tests can let each of them fail.
//!
//! A step that returned has happened, but whether it survives a loss of power is another question: bytes do after
//! [`NewFile::sync`], names after [`Disk::sync_folder`], and nothing else is promised. Must not know: what is written.

mod real;
#[cfg(test)]
pub(crate) mod simulated;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) use real::RealDisk;

/// How many names are tried for a temporary file before giving up.
const ATTEMPTS: u32 = 100;
/// How the names of temporary files end.
const TEMPORARY: &str = ".tmp";

/// A file system, as far as it is used.
pub(crate) trait Disk {
    /// Makes a new file, with the permissions of `like` if there is such a file.
    ///
    /// # Errors
    /// What the file system says; also if there is a file of this name.
    fn create(&self, path: &Path, like: &Path) -> io::Result<Box<dyn NewFile>>;

    /// Gives a file another name in the same folder, in place of the file that has it.
    ///
    /// # Errors
    /// What the file system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// What the file system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Forces the names in a folder to the disk.
    ///
    /// # Errors
    /// What the file system says.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// What the file system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names in a folder, in any order; those that are no text are left out.
    ///
    /// # Errors
    /// What the file system says.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
}

/// A file that is being written.
pub(crate) trait NewFile: Write {
    /// Forces the bytes to the disk.
    ///
    /// # Errors
    /// What the file system says; whether any of the bytes are on the disk is then unknown.
    fn sync(&mut self) -> io::Result<()>;
}

/// Puts `bytes` at `path`, in place of the file that is there, whole or not at all.
///
/// The bytes go to a temporary file in the same folder, are forced to the disk, and take the place of the old file in one
/// step; then the folder is forced to the disk, without which the step itself may be lost (Pillai et al., "All File Systems
/// Are Not Created Equal", OSDI 2014).
///
/// # Errors
/// What the file system says; whatever was at `path` is then untouched, and the temporary file is gone if the file system
/// allows it. Only if the very last step fails, forcing the folder to the disk, are the new bytes in place already.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (temporary, file) = create_beside(disk, path)?;
    if let Err(error) = write(file, bytes).and_then(|()| disk.rename(&temporary, path)) {
        // The first error is the one to report; a second one here would hide it.
        let _ = disk.remove(&temporary);
        return Err(error);
    }
    disk.sync_folder(folder_of(path))
}

/// Fills a file and forces it to the disk; closes it, as some systems cannot rename an open file.
fn write(mut file: Box<dyn NewFile>, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync()
}

/// A new file beside `path`, with a name that no other process uses.
pub(crate) fn create_beside(disk: &dyn Disk, path: &Path) -> io::Result<(PathBuf, Box<dyn NewFile>)> {
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
    let name = path.file_name().ok_or_else(no_name)?.to_string_lossy();
    let mut attempt = 0;
    loop {
        let process = std::process::id();
        let temporary = folder_of(path).join(format!(".{name}.{process}-{attempt}{TEMPORARY}"));
        match disk.create(&temporary, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
            Ok(file) => return Ok((temporary, file)),
        }
    }
}

/// Whether a name is one of a temporary file for a file whose name begins so.
pub(crate) fn is_temporary(name: &str, begins: &str) -> bool {
    let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(TEMPORARY));
    inner.is_some_and(|inner| inner.starts_with(begins))
}

/// The folder that holds `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::simulated::{Fault, Loss, Simulated};
    use super::{Disk, replace};

    const PATH: &str = "folder/model";

    /// Steps of one replacement: create, four writes of half of what is left, sync, rename, sync of the folder.
    #[test]
    fn every_failing_step_leaves_the_old_bytes_or_the_new() {
        for fault in Fault::ALL {
            let mut failed = 0;
            for call in 0.. {
                let disk = Simulated::with_file(PATH, b"the old bytes");
                disk.fail(call, fault);
                let ended = replace(&disk, Path::new(PATH), b"the new bytes");
                let found = disk.read(Path::new(PATH)).unwrap();
                if ended.is_ok() {
                    assert_eq!(found, b"the new bytes");
                } else {
                    failed += 1;
                    assert!(found == b"the old bytes" || found == b"the new bytes", "{fault:?} at {call}");
                }
                assert_eq!(disk.file_names(), ["model"], "{fault:?} at {call}");
                if !disk.has_failed() {
                    break;
                }
            }
            assert_eq!(failed, if fault == Fault::Interrupted { 4 } else { 8 }, "{fault:?}");
        }
    }

    #[test]
    fn after_a_loss_of_power_the_old_bytes_are_there_or_the_new() {
        for loss in Loss::ALL {
            for call in 0.. {
                let disk = Simulated::with_file(PATH, b"the old bytes");
                disk.stop_at(call);
                let ended = replace(&disk, Path::new(PATH), b"the new bytes");
                let stopped = disk.has_failed();
                disk.lose_power(loss);
                let found = disk.read(Path::new(PATH)).unwrap();
                assert!(found == b"the old bytes" || found == b"the new bytes", "{loss:?} at {call}");
                assert!(stopped || ended.is_ok() && found == b"the new bytes", "{loss:?} at {call}");
                if !stopped {
                    break;
                }
            }
        }
    }
}
