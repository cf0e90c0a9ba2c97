//! `chainrule train`: from data to a trained network in a file.

mod arguments;
mod columns;
mod data;
mod effective;
mod folds;
mod headline;
mod holding;
mod html;
mod large;
mod logged;
mod outcome;
mod refit;
mod report;
mod saved;
mod settings;
mod table;
mod task;
mod weights;

use std::path::{Path, PathBuf};

use anyhow::bail;
use chainrule::{History, Split, Stop, Task, Trained, Trainer, TrainingConfig};

pub(crate) use arguments::{Arguments, Widths};
use data::{Prepared, TrainingData};
use folds::Folds;
pub(crate) use outcome::{goal, measure};
pub(super) use report::part_json;
use settings::Settings;

use crate::baseline::{self, Baseline};
use crate::checkpoint::{Keeper, Subject};
use crate::choices::Precision;
use crate::config::Effective;
use crate::failure::{Outcome, explain};
use crate::logs::{Beginning, Logs};
use crate::model::{Model, Stored};
use crate::output;
use crate::places;
use crate::progress::Progress;
use crate::source::Source;
use chainrule::metrics::Evaluation;
use chainrule_files::CheckpointProgress;

/// Numbers to be learnt from, over all epochs, from which on a debug build is worth a warning.
const SLOW: usize = 20_000_000;

/// What is trained, on what, and how.
struct Job<'a> {
    arguments: &'a Arguments,
    prepared: &'a Prepared<'a>,
    settings: &'a Settings,
}

/// A run that is over.
pub(super) struct Run {
    /// The network, ready for use.
    model: Model,
    /// Why it ended.
    stop: Stop,
    /// How long training took, in seconds.
    seconds: f64,
    /// The loss and the accuracy of the last epoch's batches.
    last: Option<(f64, Option<f64>)>,
    /// What networks like it were worth on parts of the rows that they had not seen.
    folds: Option<Folds>,
    /// What was judged, the most telling part last: `training` or `validation`, `test`.
    judged: Vec<(&'static str, Evaluation)>,
    /// What the last part is worth without a network.
    baseline: Baseline,
    /// What rows learnt from are worth.
    on_training: outcome::OnTraining,
    /// What each epoch was like.
    history: History,
    /// The settings.
    config: TrainingConfig,
    /// How to go on with it, if it was stopped and can be.
    again: Option<String>,
    /// What was written down meanwhile.
    logs: Logs,
}

/// Trains and saves.
///
/// # Errors
/// Why it could not be run. A training that diverges is no error but a goal that is not met.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let source = Source::find(&arguments.data)?;
    let out = out_path(arguments, &source)?;
    let data = TrainingData::load(arguments, &source)?;
    check_goal(arguments, data.task)?;
    data::check_batch(arguments, &data)?;
    let splits = folds::splits(arguments, &data)?;
    let mut prepared = data.prepare(data.split.clone(), arguments.precision)?;
    let settings = prepared.settings(arguments)?;
    if arguments.print_config {
        let found = effective::found(arguments, &data, &settings, &out);
        output::result(&Effective::new(&arguments.given, &found)?.to_toml())?;
        return Ok(Outcome::Done);
    }
    let job = Job { arguments, prepared: &prepared, settings: &settings };
    let mut run = match arguments.precision {
        Precision::F32 => train::<f32>(&job, splits)?,
        Precision::F64 => train::<f64>(&job, splits)?,
    };
    saved::note_results(&mut run);
    let bytes = run.model.write(&out)?;
    // A page that cannot be written after all must not take the results with it.
    let page = arguments.report.iter().try_for_each(|path| html::write(path, arguments, &data, &run));
    let end = logged::finished(&run, &out);
    run.logs.finish(&end, || run.model.tensors());
    let outcome = tell_end(&job, &run, &Saved { path: &out, bytes })?;
    page.map(|()| outcome)
}

/// Where the model went.
pub(super) struct Saved<'a> {
    path: &'a Path,
    bytes: usize,
}

/// Where the model goes. All places of results are known to be possible before hours are spent.
fn out_path(arguments: &Arguments, source: &Source) -> anyhow::Result<PathBuf> {
    let default = || PathBuf::from(format!("{}.safetensors", source.name()));
    let out = arguments.out.clone().unwrap_or_else(default);
    places::check_possible("--out", &out)?;
    arguments.report.iter().try_for_each(|path| places::check_possible("--report", path))?;
    let logs = arguments.logs.files();
    let page = arguments.report.as_deref().map(|path| ("--report", path));
    let outputs: Vec<_> = [("--out", out.as_path())].into_iter().chain(page).chain(logs).collect();
    let test = arguments.test.as_deref().map(Path::new);
    let inputs: Vec<_> =
        [Some(source.path()), test, arguments.config.as_deref()].into_iter().flatten().collect();
    places::check_apart(&inputs, &outputs)?;
    Ok(out)
}

fn check_goal(arguments: &Arguments, task: Task) -> anyhow::Result<()> {
    match arguments.min_accuracy {
        Some(_) if task == Task::Regression => {
            bail!("--min-accuracy: expected classes to be right about, got a regression")
        }
        Some(goal) if !(0.0..=1.0).contains(&goal) => {
            bail!("--min-accuracy: out of range; expected a share in [0, 1], got {goal}")
        }
        _ => Ok(()),
    }
}

/// Says what was understood, before it takes time.
fn tell_beginning(job: &Job<'_>) -> anyhow::Result<()> {
    let Job { arguments, prepared, settings } = job;
    let data = prepared.data;
    data.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let rows = prepared.split.training.len();
    let values = rows.saturating_mul(settings.network.inputs()).saturating_mul(settings.config.epochs);
    if cfg!(debug_assertions) && !arguments.quiet && values > SLOW {
        output::note("note: this is a debug build, which is several times slower; build with --release");
    }
    if arguments.json || arguments.quiet {
        return Ok(());
    }
    output::result(&report::beginning(prepared, settings, arguments))
}

/// Trains in one precision and judges the result.
fn train<T: Stored>(job: &Job<'_>, splits: Vec<Split>) -> anyhow::Result<Run> {
    let Job { arguments, prepared, settings } = job;
    let Settings { network, config } = settings;
    let examples = prepared.examples()?;
    let trainer = Trainer::<T>::new(network, &examples, config.clone()).map_err(explain)?;
    let threads = crate::arguments::threads_or_all(arguments.threads);
    let trainer = trainer.with_split(prepared.split.clone())?.with_threads(threads);
    let start = arguments.weights.as_deref().filter(|_| !arguments.checkpoints.resumes());
    let trainer = weights::start_from(trainer, network, start)?;
    let data = saved::fingerprint(prepared.data)?;
    let subject = Subject { network: network.spec(), layout: network.layout()?, data: data.clone() };
    let mut keeper = Keeper::new(&arguments.checkpoints, subject)?;
    let trainer = keeper.resume(trainer, config.averaging)?;
    crate::interrupt::listen()?;
    tell_beginning(job)?;
    for layer in network.symmetric_layers(trainer.params())? {
        output::note(&format!(
            "note: in `{layer}` some units start equal and will stay equal; choose random initial weights"
        ));
    }
    let mut progress = if arguments.quiet { Progress::silent() } else { Progress::new() };
    let said = logged::settings(arguments, prepared.data, settings);
    let mut logs = Logs::open(&arguments.logs, said, beginning(arguments))?;
    let folds = folds::judge(job, splits, &mut progress)?;
    logs.weights(|| crate::model::tensors(&T::weights(trainer.params().clone())));
    keeper.start();
    let trained: Trained<T> = trainer.watch(&mut |event, run| {
        progress.show(event);
        logs.listen(event);
        keeper.watch(event, run)
    })?;
    let seconds = keeper.seconds();
    progress.finish();
    let last = trained.history.epochs.last().map(|record| (record.training_loss, record.training_accuracy));
    let summary = saved::summary(config, &trained);
    let stop = trained.stop;
    let mut model = saved::model(arguments, prepared, settings, T::weights(trained.params), summary);
    model.record.data_fingerprint = data;
    let (judged, baseline) = judge(&model, prepared)?;
    let on_training = outcome::on_training(&model, prepared.data)?;
    let (history, config) = (trained.history, config.clone());
    let again = keeper.next();
    Ok(Run { model, stop, seconds, last, folds, judged, baseline, on_training, history, config, again, logs })
}

/// Whether logs begin anew or are gone on with.
fn beginning(arguments: &Arguments) -> Beginning {
    match arguments.checkpoints.progress() {
        Some(CheckpointProgress { epochs, steps, seconds, .. }) => {
            Beginning::Resumed { epochs: *epochs, steps: *steps, seconds: seconds.0 }
        }
        None => Beginning::New,
    }
}

/// Judges by what is held out and by the test part; by the training rows where there is neither.
fn judge(
    model: &Model,
    prepared: &Prepared<'_>,
) -> anyhow::Result<(Vec<(&'static str, Evaluation)>, Baseline)> {
    let (data, split) = (prepared.data, &prepared.split);
    let part = |rows: &[usize]| anyhow::Ok((data.raw.select(rows)?, data.target.select(rows)?));
    let mut judged = Vec::new();
    let mut by = None;
    if !split.validation.is_empty() {
        by = Some(("validation", part(&split.validation)?));
    } else if data.test.is_none() {
        by = Some(("training", part(&split.training)?));
    }
    let test = data.test.clone().map(|test| ("test", test));
    let mut target = data.target.clone();
    for (name, (raw, answers)) in by.into_iter().chain(test) {
        judged.push((name, model.evaluate(&raw, &answers)?));
        target = answers;
    }
    let baseline = baseline::baseline(data.task, &data.target, &split.training, &target);
    Ok((judged, baseline))
}

/// Says what was learned and whether it is enough.
fn tell_end(job: &Job<'_>, run: &Run, saved: &Saved<'_>) -> anyhow::Result<Outcome> {
    let Job { arguments, prepared, .. } = job;
    let missed = missed_goal(arguments, run);
    if arguments.json {
        output::json(&report::json(arguments, prepared, run, saved))?;
    } else {
        output::result(&report::end(arguments, prepared.data, run, saved))?;
    }
    missed.iter().for_each(|reason| output::error(reason));
    Ok(if missed.is_empty() { Outcome::Done } else { Outcome::GoalMissed })
}

/// The goals that were not met, each in a sentence.
fn missed_goal(arguments: &Arguments, run: &Run) -> Vec<String> {
    let stopped = match &run.stop {
        Stop::Diverged(divergence) => Some(divergence.to_string()),
        Stop::Interrupted => {
            let help = run.again.as_ref().map(|again| format!("\nhelp: {again}")).unwrap_or_default();
            Some(format!("interrupted before all epochs were made{help}"))
        }
        _ => None,
    };
    let accuracy = run.accuracy();
    let too_low = arguments.min_accuracy.filter(|goal| accuracy.is_none_or(|got| got < *goal));
    let too_low = too_low.map(|goal| {
        format!("--min-accuracy: the goal is not met; expected {goal}, got {:.4}", accuracy.unwrap_or(0.0))
    });
    stopped.into_iter().chain(too_low).collect()
}

impl Run {
    /// The folds, where nothing tells more: no rows of a test.
    fn telling_folds(&self) -> Option<&Folds> {
        let is_tested = self.judged.last().is_some_and(|(part, _)| *part == "test");
        self.folds.as_ref().filter(|_| !is_tested)
    }

    /// The accuracy on the most telling part: rows of their own to test by, parts that were not seen, or what is there.
    fn accuracy(&self) -> Option<f64> {
        if let Some(folds) = self.telling_folds() {
            return folds.mean("accuracy").or_else(|| folds.mean("label_accuracy"));
        }
        let (_, evaluation) = self.judged.last()?;
        evaluation.get("accuracy").or_else(|| evaluation.get("label_accuracy"))
    }
}
