//! A file system in memory, for tests: any step can fail, and a loss of power forgets what was not forced to the disk.
//!
//! It keeps every file's bytes twice, as programs see them and as they are on the disk, and the names likewise.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{Disk, NewFile};

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No space is left; a write has taken the first half.
    DiskFull,
    /// The device failed; nothing was done.
    Broken,
    /// A signal came; the step may be tried again.
    Interrupted,
    /// The step takes place, but reports a failure.
    DoneButFailed,
}

impl Fault {
    pub(crate) const ALL: [Fault; 4] =
        [Fault::DiskFull, Fault::Broken, Fault::Interrupted, Fault::DoneButFailed];

    fn error(self) -> io::Error {
        match self {
            Fault::DiskFull => ErrorKind::StorageFull.into(),
            Fault::Broken | Fault::DoneButFailed => io::Error::other("input/output error"),
            Fault::Interrupted => ErrorKind::Interrupted.into(),
        }
    }
}

/// What a loss of power leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Only what was forced to the disk.
    AllUnsynced,
    /// All names, but no bytes that were not forced to the disk: the empty files of the folklore.
    BytesUnsynced,
    /// All names, and the first half of the bytes that were not forced to the disk.
    HalfOfBytes,
    /// The names that were forced to the disk, but for those that were removed since.
    NamesMade,
    /// Everything: the program was killed and the machine went on.
    Nothing,
}

impl Loss {
    pub(crate) const ALL: [Loss; 5] =
        [Loss::AllUnsynced, Loss::BytesUnsynced, Loss::HalfOfBytes, Loss::NamesMade, Loss::Nothing];
}

#[derive(Clone, Debug, Default)]
struct Content {
    seen: Vec<u8>,
    durable: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Content>,
    seen: BTreeMap<PathBuf, usize>,
    durable: BTreeMap<PathBuf, usize>,
    calls: usize,
    failing: Option<(usize, Fault)>,
    stopping: Option<usize>,
    failed: bool,
}

/// What a step may do.
enum Turn {
    Do,
    Fail(Fault),
}

impl State {
    /// Counts a step that changes something, and says how it goes.
    fn turn(&mut self) -> Turn {
        let call = self.calls;
        self.calls += 1;
        if self.stopping.is_some_and(|stop| call >= stop) {
            self.failed = true;
            return Turn::Fail(Fault::Broken);
        }
        match self.failing {
            Some((at, fault)) if at == call => {
                self.failed = true;
                Turn::Fail(fault)
            }
            _ => Turn::Do,
        }
    }

    /// Takes a step that is done whole or not at all.
    fn step(&mut self, act: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        match self.turn() {
            Turn::Do => act(self),
            Turn::Fail(Fault::DoneButFailed) => act(self).and(Err(Fault::DoneButFailed.error())),
            Turn::Fail(fault) => Err(fault.error()),
        }
    }
}

/// A file system in memory, with folders that need not be made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Simulated(Rc<RefCell<State>>);

impl Simulated {
    /// One with a file that is on the disk.
    pub(crate) fn with_file(path: &str, bytes: &[u8]) -> Self {
        let disk = Self::default();
        let mut state = disk.0.borrow_mut();
        state.files.push(Content { seen: bytes.to_vec(), durable: bytes.to_vec() });
        state.seen.insert(path.into(), 0);
        state.durable.insert(path.into(), 0);
        drop(state);
        disk
    }

    /// From now on, lets the step of this number fail, once.
    pub(crate) fn fail(&self, call: usize, fault: Fault) {
        let mut state = self.0.borrow_mut();
        state.failing = Some((state.calls + call, fault));
        state.failed = false;
    }

    /// From now on, does no step of this number or later: the program was killed before it.
    pub(crate) fn stop_at(&self, call: usize) {
        let mut state = self.0.borrow_mut();
        state.stopping = Some(state.calls + call);
        state.failed = false;
    }

    /// Whether a step failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.borrow().failed
    }

    /// Loses power; what is left is found when it comes back, and no step fails any more.
    pub(crate) fn lose_power(&self, loss: Loss) {
        let state = &mut *self.0.borrow_mut();
        (state.failing, state.stopping) = (None, None);
        match loss {
            Loss::Nothing => {}
            Loss::AllUnsynced => state.seen = state.durable.clone(),
            Loss::NamesMade => {
                let seen = std::mem::take(&mut state.seen);
                let is_left = |(path, _): &(&PathBuf, &usize)| seen.contains_key(*path);
                state.seen = state.durable.iter().filter(is_left).map(|(p, id)| (p.clone(), *id)).collect();
            }
            Loss::BytesUnsynced | Loss::HalfOfBytes => {}
        }
        for file in &mut state.files {
            file.seen = match loss {
                Loss::Nothing => file.seen.clone(),
                Loss::HalfOfBytes if file.seen.len() > file.durable.len() => {
                    let more = (file.seen.len() - file.durable.len()) / 2;
                    file.seen[..file.durable.len() + more].to_vec()
                }
                _ => file.durable.clone(),
            };
            file.durable = file.seen.clone();
        }
        state.durable = state.seen.clone();
    }

    /// The names of all files, without their folders.
    pub(crate) fn file_names(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        self.0.borrow().seen.keys().map(name).collect()
    }

    /// Changes a file behind the back of the program.
    pub(crate) fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.0.borrow_mut();
        let id = state.seen[path];
        change(&mut state.files[id].seen);
    }
}

impl Disk for Simulated {
    fn create(&self, path: &Path, _like: &Path) -> io::Result<Box<dyn NewFile>> {
        let mut state = self.0.borrow_mut();
        if state.seen.contains_key(path) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let id = state.files.len();
        // A name that was made although the step failed belongs to nobody: left to the test of killed programs.
        if let Turn::Fail(fault) = state.turn() {
            return Err(fault.error());
        }
        state.files.push(Content::default());
        state.seen.insert(path.to_owned(), id);
        Ok(Box::new(Open { disk: self.clone(), id }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.borrow_mut().step(|state| {
            let id = state.seen.remove(from).ok_or(ErrorKind::NotFound)?;
            state.seen.insert(to.to_owned(), id);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.borrow_mut().step(|state| {
            state.seen.remove(path).ok_or(ErrorKind::NotFound)?;
            Ok(())
        })
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.borrow_mut().step(|state| {
            let is_inside = |path: &PathBuf| path.parent() == Some(folder);
            state.durable.retain(|path, _| !is_inside(path));
            let inside = state.seen.iter().filter(|(path, _)| is_inside(path));
            let inside: Vec<(PathBuf, usize)> = inside.map(|(path, id)| (path.clone(), *id)).collect();
            state.durable.extend(inside);
            Ok(())
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.0.borrow();
        let id = *state.seen.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(state.files[id].seen.clone())
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.0.borrow();
        let inside = state.seen.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect())
    }
}

/// A file that is being written.
struct Open {
    disk: Simulated,
    id: usize,
}

impl Write for Open {
    /// Takes at most half of the bytes, as any system may.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.0.borrow_mut();
        let taken = bytes.len().div_ceil(2);
        let turn = state.turn();
        let file = &mut state.files[self.id].seen;
        match turn {
            Turn::Do => {
                file.extend_from_slice(&bytes[..taken]);
                Ok(taken)
            }
            Turn::Fail(fault) => {
                if fault == Fault::DiskFull || fault == Fault::DoneButFailed {
                    file.extend_from_slice(&bytes[..taken]);
                }
                Err(fault.error())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl NewFile for Open {
    fn sync(&mut self) -> io::Result<()> {
        let id = self.id;
        self.disk.0.borrow_mut().step(|state| {
            let file = &mut state.files[id];
            file.durable = file.seen.clone();
            Ok(())
        })
    }
}
