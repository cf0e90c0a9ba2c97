//! [`Keeper`]: saves checkpoints while training goes on, and puts a run where it stopped.
//!
//! Must not know: networks, how training works.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use chainrule::engine::Layout;
use chainrule::{Control, Event, RunState, Trainer};

use super::convert::{Head, to_file, to_snapshot};
use super::folder::Folder;
use super::lock::Lock;
use super::{CheckpointArguments, Every, Resumed};
use crate::command_line::quoted;
use crate::disk::RealDisk;
use crate::failure::explain;
use crate::interrupt;
use crate::model::Stored;
use crate::output;
use crate::table::counted;

/// Saves checkpoints, if any were asked for.
pub(crate) struct Keeper<'a> {
    layout: Layout,
    place: Option<Place<'a>>,
    began: Instant,
    /// Seconds that the run took before it was stopped.
    before: f64,
}

/// Where and when checkpoints are saved.
struct Place<'a> {
    folder: PathBuf,
    every: Every,
    head: Head,
    resumed: Option<&'a Resumed>,
    /// Held as long as the run lives, unless it is the one of `resumed`.
    _lock: Option<Lock>,
    last: Instant,
    /// Epochs and steps of the last checkpoint.
    saved: Option<(usize, u64)>,
}

/// What is trained, for those that save it.
pub(crate) struct Subject {
    /// The network in text.
    pub(crate) network: String,
    /// Its parameters.
    pub(crate) layout: Layout,
    /// What identifies the data.
    pub(crate) data: String,
}

impl<'a> Keeper<'a> {
    /// Takes the folder that was asked for; one that is gone on with must be of the same network and data.
    ///
    /// # Errors
    /// If the folder has checkpoints of another run, or cannot be written.
    pub(crate) fn new(arguments: &'a CheckpointArguments, subject: Subject) -> anyhow::Result<Self> {
        let Subject { network, layout, data } = subject;
        let head = Head { arguments: arguments.words.clone(), network, data };
        let (mut before, now) = (0.0, Instant::now());
        let (folder, lock, resumed) = match (&arguments.checkpoint, arguments.resumed.as_deref()) {
            (_, Some(resumed)) => {
                check_same(resumed, &head)?;
                before = resumed.found.checkpoint.record.progress.seconds.0;
                tell(resumed);
                (resumed.folder.clone(), None, Some(resumed))
            }
            (Some(folder), None) => (folder.clone(), Some(begin(folder)?), None),
            (None, None) => return Ok(Keeper { layout, place: None, began: now, before }),
        };
        let every = arguments.checkpoint_every;
        let place = Place { folder, every, head, resumed, _lock: lock, last: now, saved: None };
        Ok(Keeper { layout, place: Some(place), began: now, before })
    }

    /// Puts a run where it stopped, if it is one that is gone on with.
    ///
    /// # Errors
    /// If the checkpoint does not fit the run: other settings, another optimizer.
    pub(crate) fn resume<'t, T: Stored>(
        &mut self,
        trainer: Trainer<'t, T>,
        averaging: Option<f64>,
    ) -> anyhow::Result<Trainer<'t, T>> {
        let Some(place) = &mut self.place else { return Ok(trainer) };
        let Some(resumed) = place.resumed else { return Ok(trainer) };
        let path = Folder::new(&RealDisk, &resumed.folder).path_of(resumed.found.step);
        let context = || path.display().to_string();
        let snapshot =
            to_snapshot(&resumed.found.checkpoint, &self.layout, averaging).with_context(context)?;
        place.saved = Some((snapshot.epochs(), snapshot.steps));
        trainer.resume(snapshot).map_err(explain).with_context(context)
    }

    /// Training begins now.
    pub(crate) fn start(&mut self) {
        self.began = Instant::now();
        if let Some(place) = &mut self.place {
            place.last = self.began;
        }
    }

    /// Saves what is due at an event; says whether to go on.
    pub(crate) fn watch<T: Stored>(&mut self, event: &Event<'_>, run: &RunState<'_, T>) -> Control {
        let stop = interrupt::requested();
        let seconds = self.seconds();
        if let Some(place) = &mut self.place
            && (stop || place.every.is_due(event, place.last))
        {
            place.save(&self.layout, run, seconds);
        }
        if stop { Control::Stop } else { Control::Continue }
    }

    /// Seconds of training so far, of all parts of the run together.
    pub(crate) fn seconds(&self) -> f64 {
        self.before + self.began.elapsed().as_secs_f64()
    }

    /// How to go on with a run that was stopped, if it can be.
    pub(crate) fn next(&self) -> Option<String> {
        let place = self.place.as_ref()?;
        let (_, step) = place.saved?;
        let folder = quoted(&place.folder.display().to_string());
        Some(format!("go on after step {step}: chainrule train --resume {folder}"))
    }
}

impl Place<'_> {
    /// Saves the run. If that fails, training goes on all the same: what is learnt is worth more than a checkpoint.
    fn save<T: Stored>(&mut self, layout: &Layout, run: &RunState<'_, T>, seconds: f64) {
        let snapshot = run.snapshot();
        let (epochs, steps) = (snapshot.epochs(), snapshot.steps);
        if self.saved == Some((epochs, steps)) {
            return;
        }
        let file = to_file(snapshot, layout, &self.head, seconds);
        let folder = Folder::new(&RealDisk, &self.folder);
        match folder.save(steps, &file) {
            Ok(()) => {
                self.saved = Some((epochs, steps));
                if let Err(error) = folder.tidy(steps) {
                    let reason = crate::failure::describe(&error);
                    output::note(&format!("note: older checkpoints cannot be removed: {reason}"));
                }
            }
            Err(error) => {
                let reason = crate::failure::describe(&error);
                let kept = self.saved.map_or_else(
                    || "there is none yet".to_owned(),
                    |(_, step)| format!("the one after step {step} is still there"),
                );
                output::note(&format!(
                    "note: the checkpoint after step {steps} is not saved, {kept}: {reason}"
                ));
            }
        }
        self.last = Instant::now();
    }
}

/// Makes a folder the run's own.
fn begin(path: &Path) -> anyhow::Result<Lock> {
    let place = || format!("--checkpoint {}", path.display());
    fs::create_dir_all(path).with_context(place)?;
    let lock = Lock::take(path).context("--checkpoint")?;
    let folder = Folder::new(&RealDisk, path);
    if let Some(step) = folder.steps()?.first() {
        let path = quoted(&path.display().to_string());
        bail!(
            "{}: a run has its checkpoints here, the newest after step {step}\n\
             help: go on with it: chainrule train --resume {path}; or choose another folder",
            place()
        );
    }
    folder.clear()?;
    tell_stale(&lock);
    Ok(lock)
}

/// Whether the run that is gone on with is one of the same network and data.
fn check_same(resumed: &Resumed, head: &Head) -> anyhow::Result<()> {
    let record = &resumed.found.checkpoint.record;
    let pairs = [("data", &record.data_fingerprint, &head.data), ("network", &record.network, &head.network)];
    for (what, then, now) in pairs {
        if then != now {
            let folder = resumed.folder.display();
            bail!("--resume {folder}: the {what} is not that of the run; expected `{then}`, got `{now}`");
        }
    }
    Ok(())
}

/// Says where the run goes on, and what is odd.
fn tell(resumed: &Resumed) {
    tell_stale(&resumed.lock);
    let Resumed { folder, found, .. } = resumed;
    found.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let record = &found.checkpoint.record;
    let (folder, step) = (folder.display(), found.step);
    let epochs = counted(record.progress.epochs, "epoch");
    output::note(&format!(
        "note: going on with the run in {folder} after {epochs}, {}",
        counted(step, "step")
    ));
    let (then, now) = (&record.written_by, env!("CARGO_PKG_VERSION"));
    if then != now {
        output::note(&format!(
            "note: the run began with version {then}; this is {now}, whose bits may differ"
        ));
    }
}

fn tell_stale(lock: &Lock) {
    if let Some(holder) = &lock.stale {
        let process = holder.process();
        output::note(&format!(
            "note: the run of process {process}, which is over, had not given its folder back"
        ));
    }
}
