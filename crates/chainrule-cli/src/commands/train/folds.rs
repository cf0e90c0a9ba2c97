//! `--folds K`: K networks, each judged by a part of the rows that it has not seen.
//!
//! Must not know: what is told about it, nor files.

use anyhow::{Context, bail};
use chainrule::engine::Pool;
use chainrule::metrics::Evaluation;
use chainrule::{Control, Split, Stop, Trained, Trainer, TrainingConfig, train_many_on};

use super::arguments::Arguments;
use super::data::{Prepared, TrainingData};
use super::settings::Settings;
use super::{Job, refit, saved};
use crate::arguments::threads_or_all;
use crate::choices::Precision;
use crate::failure::explain;
use crate::model::{Model, Stored};
use crate::output;
use crate::progress::Progress;

/// Numbers of all folds' inputs up to which they are prepared at once, 256 MB of them: then networks are trained side by side.
const MOST_NUMBERS: usize = 1 << 26;
/// Parameters up to which networks are trained side by side; each step of larger ones fills the threads by itself.
const MOST_PARAMETERS: u128 = 1 << 14;

/// What each network was worth on the rows that it had not seen.
#[derive(Clone, Debug)]
pub(super) struct Folds {
    /// Rows that each was judged by.
    pub(super) rows: Vec<usize>,
    /// What it was worth.
    pub(super) judged: Vec<Evaluation>,
}

/// A metric over all folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// The metric.
    pub(super) name: &'static str,
    /// The mean of the folds.
    pub(super) mean: f64,
    /// The standard deviation between folds, with division by their number less one.
    pub(super) deviation: f64,
}

impl Folds {
    /// Each metric, the most telling first, then the loss.
    pub(super) fn spreads(&self) -> Vec<Spread> {
        let Some(first) = self.judged.first() else { return Vec::new() };
        let of = |name, values: Vec<f64>| {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            Spread { name, mean, deviation: (squares / (count - 1.0)).sqrt() }
        };
        let scores = first.scores.iter().map(|score| {
            of(score.name, self.judged.iter().filter_map(|fold| fold.get(score.name)).collect())
        });
        scores.chain([of("loss", self.judged.iter().map(|fold| fold.loss).collect())]).collect()
    }

    /// The mean of a metric.
    pub(super) fn mean(&self, name: &str) -> Option<f64> {
        self.spreads().iter().find(|spread| spread.name == name).map(|spread| spread.mean)
    }
}

/// The parts to be held out, if they are asked for.
///
/// # Errors
/// If there are too few rows, groups or times.
pub(super) fn splits(arguments: &Arguments, data: &TrainingData) -> anyhow::Result<Vec<Split>> {
    let Some(count) = arguments.folds else { return Ok(Vec::new()) };
    let rows = data.rows();
    if count < 2 || count > rows {
        bail!("--folds: out of range; expected 2 to {rows}, one for each row, got {count}");
    }
    let splits = data.holding.folds(&data.answers()?, count, arguments.seed).context("--folds")?;
    match splits.iter().find(|split| split.training.is_empty() || split.validation.is_empty()) {
        Some(_) => bail!("--folds: a part without rows; expected fewer parts than {count}"),
        None => Ok(splits),
    }
}

/// Trains a network on each part's other rows, and judges it by the part. `None` without parts.
///
/// # Errors
/// As a training.
pub(super) fn judge(
    job: &Job<'_>,
    splits: Vec<Split>,
    progress: &mut Progress,
) -> anyhow::Result<Option<Folds>> {
    if splits.is_empty() {
        return Ok(None);
    }
    let network = &job.settings.network;
    let numbers = splits.len().saturating_mul(job.prepared.data.rows()).saturating_mul(network.inputs());
    let is_small = numbers <= MOST_NUMBERS && network.parameter_count() <= MOST_PARAMETERS;
    let judged = crate::interrupt::before_anything_is_saved(|| match job.arguments.precision {
        Precision::F32 if is_small => side_by_side(job, splits),
        Precision::F32 => one_by_one::<f32>(job, splits, progress),
        Precision::F64 => one_by_one::<f64>(job, splits, progress),
    });
    judged.map(Some)
}

/// Small networks, as many at once as lanes and threads take; each gets the bits that it would get alone.
fn side_by_side(job: &Job<'_>, splits: Vec<Split>) -> anyhow::Result<Folds> {
    let mut prepared = Vec::new();
    for split in splits {
        prepared.push(prepare(job, split)?);
    }
    let examples = prepared.iter().map(|(fold, _)| fold.examples()).collect::<Result<Vec<_>, _>>()?;
    let mut trainers = Vec::new();
    for ((fold, settings), examples) in prepared.iter().zip(&examples) {
        // Networks are told apart by where they lie; equal ones can be lanes of one pack.
        let equal = prepared.iter().find(|(_, other)| other.network.spec() == settings.network.spec());
        let network = equal.map_or(&settings.network, |(_, other)| &other.network);
        let trainer = Trainer::<f32>::new(network, examples, settings.config.clone()).map_err(explain)?;
        trainers.push(trainer.with_split(fold.split.clone())?);
    }
    let mut pool = Pool::new(threads_or_all(job.arguments.threads));
    let trained = train_many_on(trainers, &mut pool)?;
    let mut folds = Folds { rows: Vec::new(), judged: Vec::new() };
    for ((number, (fold, settings)), trained) in (1..).zip(&prepared).zip(trained) {
        add(&mut folds, number, fold, model(job.arguments, fold, settings, trained))?;
    }
    Ok(folds)
}

/// Networks one after another, each on all threads.
fn one_by_one<T: Stored>(
    job: &Job<'_>,
    splits: Vec<Split>,
    progress: &mut Progress,
) -> anyhow::Result<Folds> {
    let mut folds = Folds { rows: Vec::new(), judged: Vec::new() };
    for (number, split) in (1..).zip(splits) {
        let (fold, settings) = prepare(job, split)?;
        let examples = fold.examples()?;
        let trainer = Trainer::<T>::new(&settings.network, &examples, settings.config.clone());
        let trainer = trainer.map_err(explain)?.with_split(fold.split.clone())?;
        let trained = trainer.with_threads(threads_or_all(job.arguments.threads)).run(&mut |event| {
            progress.show(event);
            Control::Continue
        })?;
        add(&mut folds, number, &fold, model(job.arguments, &fold, &settings, trained))?;
    }
    Ok(folds)
}

/// The rows of a fold, prepared by those that it learns from, and the settings of the run as they suit them.
fn prepare<'a>(job: &Job<'a>, split: Split) -> anyhow::Result<(Prepared<'a>, Settings)> {
    let Job { arguments, prepared, settings } = job;
    let mut fold = prepared.data.prepare(split, arguments.precision)?;
    let network = refit::refitted(&settings.network, &prepared.inputs, &fold.inputs)?;
    let network = match arguments.init {
        Some(rule) => network.with_initializer(rule),
        None => network,
    };
    let batch_size = settings.config.batch_size.min(fold.split.training.len()).max(1);
    let settings = Settings { network, config: TrainingConfig { batch_size, ..settings.config.clone() } };
    if settings.is_free() {
        fold.scale_targets()?;
    }
    Ok((fold, settings))
}

fn model<T: Stored>(
    arguments: &Arguments,
    fold: &Prepared<'_>,
    settings: &Settings,
    trained: Trained<T>,
) -> (Model, Stop) {
    let model = saved::model(arguments, fold, settings, T::weights(trained.params), None);
    (model, trained.stop)
}

/// Judges a network by the rows that it has not seen.
fn add(
    folds: &mut Folds,
    number: usize,
    fold: &Prepared<'_>,
    (model, stop): (Model, Stop),
) -> anyhow::Result<()> {
    if let Stop::Diverged(divergence) = stop {
        output::note(&format!("note: fold {number}: {divergence}"));
    }
    let held_out = &fold.split.validation;
    let (raw, target) = fold.data.select(held_out)?;
    folds.judged.push(model.evaluate(&raw, &target)?);
    folds.rows.push(held_out.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use chainrule::metrics::{Evaluation, Score};

    use super::{Folds, Spread};

    #[test]
    fn mean_and_deviation_are_those_of_the_folds() {
        let fold = |accuracy| Evaluation {
            loss: 1.0,
            scores: vec![Score { name: "accuracy", value: accuracy }],
            confusion: None,
        };
        let folds = Folds { rows: vec![1; 3], judged: vec![fold(0.5), fold(0.75), fold(1.0)] };
        let expected = [
            Spread { name: "accuracy", mean: 0.75, deviation: 0.25 },
            Spread { name: "loss", mean: 1.0, deviation: 0.0 },
        ];
        assert_eq!(folds.spreads(), expected);
        assert_eq!(folds.mean("accuracy"), Some(0.75));
    }
}
