//! `chainrule train`: from data to a trained network in a file.

mod arguments;
mod data;
mod effective;
mod html;
mod logged;
mod outcome;
mod report;
mod saved;
mod settings;
mod task;
mod weights;

use std::path::{Path, PathBuf};

use anyhow::bail;
use chainrule::{Activation, History, Stop, Task, Trained, Trainer, TrainingConfig};

pub(crate) use arguments::{Arguments, Widths};
use data::TrainingData;
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
use crate::progress::Progress;
use crate::record;
use crate::source::Source;
use chainrule::metrics::Evaluation;
use chainrule_files::CheckpointProgress;

/// Numbers to be learnt from, over all epochs, from which on a debug build is worth a warning.
const SLOW: usize = 20_000_000;

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
    arguments.report.iter().try_for_each(|path| crate::page::check(path))?;
    let mut data = TrainingData::load(arguments, &source)?;
    check_goal(arguments, data.task)?;
    data::check_batch(arguments, &data)?;
    let mut settings = settings::resolve(arguments, data.task, &data.examples()?)?;
    // A step of the recipe takes no more rows than there are, as one that is asked for.
    settings.config.batch_size = settings.config.batch_size.min(data.split.training.len()).max(1);
    if arguments.print_config {
        let found = effective::found(arguments, &data, &settings, &out);
        output::result(&Effective::new(&arguments.given, &found)?.to_toml())?;
        return Ok(Outcome::Done);
    }
    let ends_free = settings.network.output_activation() == Activation::Identity;
    data.scale_targets(ends_free && settings.config.loss.link() == Activation::Identity)?;
    let mut run = match arguments.precision {
        Precision::F32 => train::<f32>(arguments, &data, settings)?,
        Precision::F64 => train::<f64>(arguments, &data, settings)?,
    };
    saved::note_results(&mut run);
    let bytes = run.model.write(&out)?;
    arguments.report.iter().try_for_each(|path| html::write(path, arguments, &data, &run))?;
    let end = logged::finished(&run, &out);
    run.logs.finish(&end, || run.model.tensors());
    tell_end(arguments, &data, &run, &Saved { path: &out, bytes })
}

/// Where the model went.
pub(super) struct Saved<'a> {
    path: &'a Path,
    bytes: usize,
}

/// Where the model goes; known to be possible before hours are spent.
fn out_path(arguments: &Arguments, source: &Source) -> anyhow::Result<PathBuf> {
    let default = || PathBuf::from(format!("{}.safetensors", source.name()));
    let path = arguments.out.clone().unwrap_or_else(default);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("--out {}: the folder does not exist\nhelp: mkdir -p {}", path.display(), folder.display());
    }
    if path.is_dir() {
        bail!("--out {}: expected a file, got a folder", path.display());
    }
    Ok(path)
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
fn tell_beginning(arguments: &Arguments, data: &TrainingData, settings: &Settings) -> anyhow::Result<()> {
    data.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let values = data.split.training.len() * data.dataset.width() * settings.config.epochs;
    if cfg!(debug_assertions) && !arguments.quiet && values > SLOW {
        output::note("note: this is a debug build, which is several times slower; build with --release");
    }
    if arguments.json || arguments.quiet {
        return Ok(());
    }
    output::result(&report::beginning(data, settings, arguments))
}

/// Trains in one precision and judges the result.
fn train<T: Stored>(arguments: &Arguments, data: &TrainingData, settings: Settings) -> anyhow::Result<Run> {
    let Settings { network, config } = &settings;
    let examples = data.examples()?;
    let trainer = Trainer::<T>::new(network, &examples, config.clone()).map_err(explain)?;
    let threads = crate::arguments::threads_or_all(arguments.threads);
    let trainer = trainer.with_split(data.split.clone())?.with_threads(threads);
    let start = arguments.weights.as_deref().filter(|_| !arguments.checkpoints.resumes());
    let trainer = weights::start_from(trainer, network, start)?;
    let subject = Subject {
        network: network.spec(),
        layout: network.layout()?,
        data: record::fingerprint(&data.dataset),
    };
    let mut keeper = Keeper::new(&arguments.checkpoints, subject)?;
    let trainer = keeper.resume(trainer, config.averaging)?;
    crate::interrupt::listen()?;
    tell_beginning(arguments, data, &settings)?;
    for layer in network.symmetric_layers(trainer.params())? {
        output::note(&format!(
            "note: in `{layer}` some units start equal and will stay equal; choose random initial weights"
        ));
    }
    let said = logged::settings(arguments, data, &settings);
    let mut logs = Logs::open(&arguments.logs, said, beginning(arguments))?;
    logs.weights(|| crate::model::tensors(&T::weights(trainer.params().clone())));
    let mut progress = if arguments.quiet { Progress::silent() } else { Progress::new() };
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
    let model = saved::model(data, network.clone(), config.loss, T::weights(trained.params), summary);
    let (judged, baseline) = judge(&model, data)?;
    let on_training = outcome::on_training(&model, data)?;
    let (history, config) = (trained.history, config.clone());
    let again = keeper.next();
    Ok(Run { model, stop, seconds, last, judged, baseline, on_training, history, config, again, logs })
}

/// Whether logs begin anew or are gone on with.
fn beginning(arguments: &Arguments) -> Beginning {
    match arguments.checkpoints.progress() {
        Some(CheckpointProgress { epochs, steps, .. }) => {
            Beginning::Resumed { epochs: *epochs, steps: *steps }
        }
        None => Beginning::New,
    }
}

/// Judges by what is held out and by the test part; by the training rows where there is neither.
fn judge(model: &Model, data: &TrainingData) -> anyhow::Result<(Vec<(&'static str, Evaluation)>, Baseline)> {
    let mut judged = Vec::new();
    let mut by = None;
    if !data.split.validation.is_empty() {
        by = Some(("validation", data.dataset.select(&data.split.validation)?.into_parts()));
    } else if data.test.is_none() {
        by = Some(("training", data.dataset.select(&data.split.training)?.into_parts()));
    }
    let test = data.test.clone().map(|test| ("test", test));
    let mut target = data.dataset.target().clone();
    for (name, (features, answers)) in by.into_iter().chain(test) {
        judged.push((name, model.evaluate(&features, &answers)?));
        target = answers;
    }
    let baseline = baseline::baseline(data.task, data.dataset.target(), &data.split.training, &target);
    Ok((judged, baseline))
}

/// Says what was learned and whether it is enough.
fn tell_end(
    arguments: &Arguments,
    data: &TrainingData,
    run: &Run,
    saved: &Saved<'_>,
) -> anyhow::Result<Outcome> {
    let missed = missed_goal(arguments, run);
    if arguments.json {
        output::json(&report::json(arguments, data, run, saved))?;
    } else {
        output::result(&report::end(arguments, data, run, saved))?;
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
    /// The accuracy on the most telling part.
    fn accuracy(&self) -> Option<f64> {
        let (_, evaluation) = self.judged.last()?;
        evaluation.get("accuracy").or_else(|| evaluation.get("label_accuracy"))
    }
}
