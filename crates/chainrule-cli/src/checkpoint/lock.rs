//! One run for each folder: a file `lock` that the run holds as long as it lives.
//!
//! The system's own lock on the file decides, since it ends with the process, however that ends. The file also says who
//! holds it: process, when that process began (numbers of processes are given again), and machine. That is what a second
//! run tells its user, and a second look where file systems of a network take every lock for free. The file stays when the
//! run is over, empty: were it removed, a run that has just opened it would hold a lock that nobody else sees.
//! Must not know: checkpoints.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, bail};

/// The name of the file.
const NAME: &str = "lock";
/// The most bytes of the file that are looked at.
const LONGEST: u64 = 1000;

/// A folder that belongs to this run alone.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Who held the lock when it died, if anybody.
    pub(crate) stale: Option<Holder>,
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    process: u32,
    /// When the process began, in the system's own count since the machine was started; 0 where it is not told.
    began: u64,
    machine: String,
}

impl Lock {
    /// Takes a folder that exists.
    ///
    /// # Errors
    /// If another run has it, with the number of its process; what the file system says, with the path.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(NAME);
        let place = || path.display().to_string();
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.with_context(place)?;
        let locked = file.try_lock();
        let holder = read(&mut file).ok().flatten();
        match locked {
            Err(TryLockError::WouldBlock) => bail!(taken(folder, holder.as_ref())),
            // File systems without locks: what the file says has to do.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error).with_context(place),
            Ok(()) => {}
        }
        if holder.as_ref().is_some_and(Holder::is_alive) {
            bail!(taken(folder, holder.as_ref()));
        }
        write(&mut file, &Holder::this().to_string()).with_context(place)?;
        Ok(Lock { file, stale: holder })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it fails, the next run sees a lock whose process is gone, and takes it over.
        let _ = self.file.set_len(0);
    }
}

/// What a second run tells.
fn taken(folder: &Path, holder: Option<&Holder>) -> String {
    let who = holder.map_or_else(|| "process unknown".to_owned(), ToString::to_string);
    let who = who.trim_end().replace('\n', ", ");
    format!(
        "{}: another run writes its checkpoints here ({who})\nhelp: wait until it is over, or choose another folder",
        folder.display()
    )
}

fn read(file: &mut File) -> io::Result<Option<Holder>> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(LONGEST).read_to_string(&mut text)?;
    Ok(Holder::parse(&text))
}

fn write(file: &mut File, text: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())
}

impl Holder {
    /// This process.
    fn this() -> Self {
        let process = std::process::id();
        Holder { process, began: began(process).unwrap_or(0), machine: machine() }
    }

    fn parse(text: &str) -> Option<Self> {
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let process = value("process")?.parse().ok()?;
        let began = value("began")?.parse().ok()?;
        Some(Holder { process, began, machine: value("machine")?.to_owned() })
    }

    /// Whether it is another process of this machine that is known to be alive: one of the same number that began at the same
    /// time.
    fn is_alive(&self) -> bool {
        let this = Holder::this();
        let is_other = self.process != this.process;
        is_other && self.machine == this.machine && began(self.process) == Some(self.began)
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.process
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { process, began, machine } = self;
        writeln!(formatter, "process {process}\nbegan {began}\nmachine {machine}")
    }
}

/// When a process of this machine began; `None` if there is none, or the system does not tell.
fn began(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses, the second field, may hold anything; the state, `Z` for a process that is over, comes next.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if state == "Z" { None } else { fields.nth(18)?.parse().ok() }
}

/// The name of this machine.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let told = told.or_else(|| std::env::var("COMPUTERNAME").ok()).or_else(|| std::env::var("HOSTNAME").ok());
    let name: String = told.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).take(100).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::{Holder, Lock};

    #[test]
    fn a_folder_has_one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        assert_eq!(lock.stale, None);
        let message = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(message.contains(&format!("(process {}, began ", std::process::id())), "{message}");
        drop(lock);
        assert_eq!(Lock::take(folder.path()).unwrap().stale, None);
    }

    #[test]
    fn what_a_killed_run_left_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        // No process has this number, and a number given again would have begun at another time.
        let dead = Holder { process: u32::MAX - 1, began: 5, machine: super::machine() };
        std::fs::write(folder.path().join(super::NAME), dead.to_string()).unwrap();
        assert_eq!(Lock::take(folder.path()).unwrap().stale, Some(dead));
        std::fs::write(folder.path().join(super::NAME), "\0\0torn").unwrap();
        assert_eq!(Lock::take(folder.path()).unwrap().stale, None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_number_that_was_given_again_is_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let began = super::began(other.id()).unwrap();
        let alive = Holder { process: other.id(), began, machine: super::machine() };
        let gone = Holder { began: began + 1, ..alive.clone() };
        std::fs::write(folder.path().join(super::NAME), gone.to_string()).unwrap();
        assert_eq!(Lock::take(folder.path()).unwrap().stale, Some(gone));
        std::fs::write(folder.path().join(super::NAME), alive.to_string()).unwrap();
        assert!(Lock::take(folder.path()).is_err(), "the system's lock is free, yet its holder lives");
        other.kill().unwrap();
        // Not waited for, it is a process that is over but not yet gone.
        while super::began(other.id()).is_some() {
            std::thread::yield_now();
        }
        assert_eq!(Lock::take(folder.path()).unwrap().stale, Some(alive));
        other.wait().unwrap();
    }
}
