//! The folder of a run: files `checkpoint-STEP.safetensors`, of which the newest that is whole counts.
//!
//! A new checkpoint is on the disk, name and all, before an older one goes, and the one before it stays, so that at any
//! moment, also after a crash, one that is whole is there. Must not know: what a checkpoint holds, locks.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use chainrule_files::{CheckpointFile, Error, decode_checkpoint, encode_checkpoint};

use crate::disk::{Disk, is_temporary, replace};

/// How the names of checkpoints begin and end.
const BEGINNING: &str = "checkpoint-";
const ENDING: &str = ".safetensors";
/// How many checkpoints are kept.
const KEPT: usize = 2;

/// The folder of a run.
pub(crate) struct Folder<'d> {
    disk: &'d dyn Disk,
    path: PathBuf,
}

/// A checkpoint that was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// The steps made.
    pub(crate) step: u64,
    /// Its content.
    pub(crate) checkpoint: CheckpointFile,
    /// What was passed over, in a sentence each.
    pub(crate) notes: Vec<String>,
}

impl<'d> Folder<'d> {
    pub(crate) fn new(disk: &'d dyn Disk, path: &Path) -> Self {
        Folder { disk, path: path.to_owned() }
    }

    /// Where the checkpoint after so many steps lies.
    pub(crate) fn path_of(&self, step: u64) -> PathBuf {
        self.path.join(format!("{BEGINNING}{step}{ENDING}"))
    }

    /// The steps of all checkpoints, the newest first, whole or not.
    ///
    /// # Errors
    /// If the folder cannot be read, with its path.
    pub(crate) fn steps(&self) -> anyhow::Result<Vec<u64>> {
        let names = self.disk.names(&self.path).with_context(|| self.path.display().to_string())?;
        let mut steps: Vec<u64> = names.iter().filter_map(|name| step_of(name)).collect();
        steps.sort_unstable_by(|a, b| b.cmp(a));
        Ok(steps)
    }

    /// Saves a checkpoint; those from before stay.
    ///
    /// # Errors
    /// What the file system or the format refuses, with the path.
    pub(crate) fn save(&self, step: u64, checkpoint: &CheckpointFile) -> anyhow::Result<()> {
        let path = self.path_of(step);
        let place = || path.display().to_string();
        let bytes = encode_checkpoint(checkpoint).with_context(place)?;
        replace(self.disk, &path, &bytes).with_context(place)
    }

    /// Removes what is no longer wanted once the checkpoint after so many steps is saved: all but the newest two, and those of
    /// later steps, which a run that went on from an older one has left behind.
    ///
    /// # Errors
    /// What the file system says, with the path.
    pub(crate) fn tidy(&self, step: u64) -> anyhow::Result<()> {
        let (lost, past): (Vec<u64>, Vec<u64>) = self.steps()?.into_iter().partition(|other| *other > step);
        for old in lost.into_iter().chain(past.into_iter().skip(KEPT)) {
            let path = self.path_of(old);
            self.disk.remove(&path).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }

    /// The newest checkpoint that is whole; `None` if there is not even a damaged one.
    ///
    /// # Errors
    /// If none is whole; if one cannot be read, or was written by a newer version, as no older one is taken instead then.
    pub(crate) fn newest(&self) -> anyhow::Result<Option<Found>> {
        let mut notes = Vec::new();
        let mut first: Option<anyhow::Error> = None;
        for step in self.steps()? {
            let path = self.path_of(step);
            let place = || path.display().to_string();
            let bytes = self.disk.read(&path).with_context(place)?;
            match decode_checkpoint(&bytes) {
                Ok(checkpoint) => return Ok(Some(Found { step, checkpoint, notes })),
                Err(error @ Error::NewerFormat { .. }) => return Err(error).with_context(place),
                Err(error) => {
                    notes.push(format!("{} is damaged and was passed over", path.display()));
                    first.get_or_insert(anyhow::Error::from(error).context(place()));
                }
            }
        }
        let none_whole = |error: anyhow::Error| {
            let (path, places) = (self.path.display(), notes.len());
            let sentence = anyhow!("{path}: none of its checkpoints is whole; tried {places}");
            Err(error.context(sentence))
        };
        first.map_or(Ok(None), none_whole)
    }

    /// Removes what a run that was killed has left half-written.
    ///
    /// # Errors
    /// What the file system says, with the path.
    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        let names = self.disk.names(&self.path).with_context(|| self.path.display().to_string())?;
        for name in names.iter().filter(|name| is_temporary(name, BEGINNING)) {
            let path = self.path.join(name);
            match self.disk.remove(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| path.display().to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The steps in the name of a checkpoint.
fn step_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(BEGINNING)?.strip_suffix(ENDING)?;
    let step = digits.parse().ok()?;
    // Not `+5` or `05`, which would be another file's name.
    (format!("{step}") == digits).then_some(step)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chainrule_files::{CheckpointFile, CheckpointProgress, CheckpointRecord, Tensor, Values};

    use super::Folder;
    use crate::disk::Disk;
    use crate::disk::simulated::{Fault, Loss, Simulated};

    const RUN: &str = "run";

    fn checkpoint(step: u64) -> CheckpointFile {
        let progress = CheckpointProgress { steps: step, ..CheckpointProgress::default() };
        let network = "identity:1,identity:1".to_owned();
        CheckpointFile {
            record: CheckpointRecord { network, progress, ..CheckpointRecord::default() },
            weights: vec![Tensor::new("w", &[1], Values::F32(vec![step as f32]))],
            best: Values::F32(vec![0.5]),
            average: None,
            optimizer: Values::F32(vec![]),
            history: vec![],
        }
    }

    /// A folder with the checkpoints of these steps.
    fn with_steps(steps: &[u64]) -> Simulated {
        let disk = Simulated::default();
        steps.iter().for_each(|step| save(&disk, *step).unwrap());
        disk
    }

    fn save(disk: &Simulated, step: u64) -> anyhow::Result<()> {
        let folder = Folder::new(disk, Path::new(RUN));
        folder.save(step, &checkpoint(step)).and_then(|()| folder.tidy(step))
    }

    fn newest(disk: &Simulated) -> (u64, usize) {
        let found = Folder::new(disk, Path::new(RUN)).newest().unwrap().unwrap();
        assert_eq!(found.checkpoint, checkpoint(found.step), "what it says is what was saved");
        (found.step, found.notes.len())
    }

    #[test]
    fn the_newest_two_stay() {
        let disk = with_steps(&[9, 10, 100]);
        assert_eq!(disk.file_names(), ["checkpoint-10.safetensors", "checkpoint-100.safetensors"]);
        assert_eq!(newest(&disk), (100, 0));
    }

    #[test]
    fn a_damaged_checkpoint_is_passed_over_and_goes_with_the_next() {
        let disk = with_steps(&[10, 20]);
        let folder = Folder::new(&disk, Path::new(RUN));
        disk.damage(&folder.path_of(20), |bytes| bytes.truncate(100));
        assert_eq!(newest(&disk), (10, 1));
        save(&disk, 15).unwrap();
        assert_eq!(folder.steps().unwrap(), [15, 10]);
        disk.damage(&folder.path_of(15), |bytes| bytes[300] ^= 1);
        disk.damage(&folder.path_of(10), Vec::clear);
        let error = crate::failure::describe(&folder.newest().unwrap_err());
        assert!(
            error.starts_with("run: none of its checkpoints is whole; tried 2: run/checkpoint-15"),
            "{error}"
        );
    }

    #[test]
    fn a_newer_version_s_checkpoint_is_not_passed_over() {
        let disk = with_steps(&[10, 20]);
        let folder = Folder::new(&disk, Path::new(RUN));
        disk.damage(&folder.path_of(20), |bytes| {
            let at = bytes.windows(3).position(|part| part == b":1,").unwrap();
            bytes[at + 1] = b'9';
        });
        let error = crate::failure::describe(&folder.newest().unwrap_err());
        assert!(error.contains("in format 9") && error.contains("install a newer chainrule"), "{error}");
    }

    #[test]
    fn what_is_not_a_checkpoint_is_left_alone() {
        let disk = with_steps(&[5]);
        let names = [
            "checkpoint-05.safetensors",
            "checkpoint-x.safetensors",
            "lock",
            ".checkpoint-7.safetensors.1-0.tmp",
        ];
        for name in names {
            drop(disk.create(&Path::new(RUN).join(name), Path::new("")).unwrap());
        }
        let folder = Folder::new(&disk, Path::new(RUN));
        assert_eq!(folder.steps().unwrap(), [5]);
        folder.clear().unwrap();
        assert_eq!(disk.file_names().len(), names.len());
        assert!(disk.file_names().iter().all(|name| !name.ends_with("tmp")));
    }

    /// Whatever step fails: what was there before can be loaded, or what was to be saved, and the error names the path.
    #[test]
    fn every_failing_step_leaves_a_checkpoint_that_can_be_loaded() {
        for fault in Fault::ALL {
            let mut failures = 0;
            for call in 0.. {
                let disk = with_steps(&[10, 20, 30]);
                disk.fail(call, fault);
                let folder = Folder::new(&disk, Path::new(RUN));
                let saved = save(&disk, 40);
                let place = format!("{fault:?} at {call}");
                let (step, damaged) = newest(&disk);
                assert!(damaged == 0 && (step == 30 || step == 40), "{place}: {step}");
                match saved {
                    Ok(()) => assert_eq!(step, 40, "{place}"),
                    Err(error) => {
                        failures += 1;
                        let message = crate::failure::describe(&error);
                        assert!(message.starts_with("run/checkpoint-"), "{place}: {message}");
                        // The next time the disk works again.
                        save(&disk, 50).unwrap();
                        assert_eq!(newest(&disk), (50, 0), "{place}");
                        assert_eq!(folder.steps().unwrap().len(), 2, "{place}");
                    }
                }
                if !disk.has_failed() {
                    break;
                }
            }
            assert!(failures > 4, "{fault:?}: {failures}");
        }
    }

    /// Wherever the program is killed and whatever a loss of power leaves.
    #[test]
    fn after_a_loss_of_power_a_checkpoint_can_be_loaded() {
        for loss in Loss::ALL {
            for call in 0.. {
                let disk = with_steps(&[10, 20, 30]);
                disk.stop_at(call);
                let folder = Folder::new(&disk, Path::new(RUN));
                let saved = save(&disk, 40).and_then(|()| save(&disk, 50));
                let stopped = disk.has_failed();
                disk.lose_power(loss);
                let (step, damaged) = newest(&disk);
                assert!(damaged == 0 && step >= 30, "{loss:?} at {call}: {step}");
                assert!(saved.is_err() || step == 50, "{loss:?} at {call}: {step}");
                folder.clear().unwrap();
                save(&disk, 60).unwrap();
                assert_eq!(newest(&disk), (60, 0), "{loss:?} at {call}");
                if !stopped {
                    break;
                }
            }
        }
    }
}
