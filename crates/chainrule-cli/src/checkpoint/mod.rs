//! `train --checkpoint FOLDER` and `--resume FOLDER`: a run that survives being killed.
//!
//! | file | what it holds |
//! |---|---|
//! | `every.rs` | when a checkpoint is due |
//! | `folder.rs` | the files of a run, of which one that is whole is always there |
//! | `lock.rs` | one run for each folder |
//! | `convert.rs` | from a snapshot of the library to a file and back |
//! | `again.rs` | the words of the command that began the run |
//! | `keeper.rs` | saves while training goes on |

mod again;
mod convert;
mod every;
mod folder;
mod keeper;
mod lock;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, bail};
use chainrule_files::CheckpointProgress;

use folder::{Folder, Found};
use lock::Lock;

pub(crate) use again::{complete, kept_words};
pub(crate) use convert::parameters;
pub(crate) use every::Every;
pub(crate) use keeper::{Keeper, Subject};

use crate::disk::RealDisk;

/// Where checkpoints are, and when they are saved.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Checkpoints")]
pub(crate) struct CheckpointArguments {
    /// Save the whole run here from time to time, so that it can be gone on with
    #[arg(long, value_name = "FOLDER", conflicts_with = "resume")]
    checkpoint: Option<PathBuf>,
    /// How often: a time, steps or epochs, such as 60s, 10min, 500steps or 1epoch
    #[arg(long, value_name = "WHEN", default_value = "60s")]
    checkpoint_every: Every,
    /// Go on with the run whose checkpoints are here; it ends with the same bits as if it had never stopped
    #[arg(long, value_name = "FOLDER")]
    resume: Option<PathBuf>,
    /// What was typed, in the form that a checkpoint keeps.
    #[arg(skip)]
    pub(crate) words: Vec<String>,
    /// The run that is gone on with.
    #[arg(skip)]
    pub(crate) resumed: Option<Rc<Resumed>>,
}

impl CheckpointArguments {
    /// Whether a run is gone on with, whose weights are those of its checkpoint.
    pub(crate) fn resumes(&self) -> bool {
        self.resumed.is_some()
    }

    /// Whether checkpoints are saved in a folder that was empty.
    pub(crate) fn begins(&self) -> bool {
        self.checkpoint.is_some()
    }

    /// How far the run that is gone on with had come.
    pub(crate) fn progress(&self) -> Option<&CheckpointProgress> {
        self.resumed.as_ref().map(|resumed| &resumed.found.checkpoint.record.progress)
    }
}

/// A run that is to go on: its folder, which is this process's alone, and its newest checkpoint.
#[derive(Debug)]
pub(crate) struct Resumed {
    folder: PathBuf,
    lock: Lock,
    found: Found,
}

impl Resumed {
    /// Takes a folder and reads its newest checkpoint.
    ///
    /// # Errors
    /// If there is none, or another run has the folder.
    fn open(path: &Path) -> anyhow::Result<Self> {
        let folder = Folder::new(&RealDisk, path);
        // Before the lock is taken, so that no file is left in a folder of something else.
        if folder.steps().context("--resume")?.is_empty() {
            let path = path.display();
            bail!(
                "--resume {path}: there is no checkpoint\nhelp: begin a run: chainrule train DATA --checkpoint {path}"
            );
        }
        let lock = Lock::take(path).context("--resume")?;
        folder.clear()?;
        match folder.newest().context("--resume")? {
            Some(found) => Ok(Resumed { folder: path.to_owned(), lock, found }),
            None => bail!("--resume {}: there is no checkpoint", path.display()),
        }
    }
}
