//! From a run's snapshot to the content of a checkpoint, and back.
//!
//! Must not know: folders, when checkpoints are due.

use anyhow::{Context, bail};
use chainrule::engine::{Entry, Layout};
use chainrule::metrics::Score;
use chainrule::optimizers::SavedOptimizer;
use chainrule::schedules::PlateauState;
use chainrule::{Average, Best, EpochRecord, History, Setting, Snapshot, Tally};
use chainrule_files::{
    CheckpointFile, CheckpointProgress, CheckpointRecord, HISTORY_COLUMNS, Number, OptimizerRecord,
    PlateauRecord, Tensor,
};

use crate::model::{Stored, sizes};

/// What a checkpoint says about the run as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The arguments that the run was started with.
    pub(crate) arguments: Vec<String>,
    /// The network in text.
    pub(crate) network: String,
    /// What identifies the data.
    pub(crate) data: String,
}

/// The content of a checkpoint of a run that has taken so many seconds.
pub(crate) fn to_file<T: Stored>(
    snapshot: Snapshot<T>,
    layout: &Layout,
    head: &Head,
    seconds: f64,
) -> CheckpointFile {
    let Snapshot { settings, parameters, optimizer, average, plateau, history, .. } = &snapshot;
    let weight = |entry: &Entry| {
        Tensor::new(&entry.name, &sizes(entry), T::values(parameters[entry.range.clone()].to_vec()))
    };
    let score = history.epochs.iter().find_map(|record| record.validation_score);
    let record = CheckpointRecord {
        written_by: env!("CARGO_PKG_VERSION").to_owned(),
        network: head.network.clone(),
        arguments: head.arguments.clone(),
        data_fingerprint: head.data.clone(),
        settings: settings.iter().map(|it| (it.name.clone(), it.value.clone())).collect(),
        progress: progress(&snapshot, seconds),
        optimizer: OptimizerRecord {
            name: optimizer.name.clone(),
            scalars: optimizer.scalars.iter().copied().map(Number).collect(),
        },
        average_steps: average.as_ref().map(Average::steps),
        plateau: plateau.map(plateau_record),
        score: score.map(|score| score.name.to_owned()),
    };
    CheckpointFile {
        record,
        weights: layout.entries().iter().map(weight).collect(),
        average: average.as_ref().map(|average| T::values(average.values().to_vec())),
        history: history.epochs.iter().flat_map(row).collect(),
        best: T::values(snapshot.best.parameters),
        optimizer: T::values(snapshot.optimizer.vectors),
    }
}

fn progress<T>(snapshot: &Snapshot<T>, seconds: f64) -> CheckpointProgress {
    let Snapshot { steps, learning_rate, best, history, tally, converged, .. } = snapshot;
    CheckpointProgress {
        epochs: history.epochs.len() as u64,
        steps: *steps,
        seconds: Number(seconds),
        learning_rate: Number(*learning_rate),
        best_epoch: best.epoch as u64,
        best_loss: Number(best.loss),
        examples: tally.examples as u64,
        weight: Number(tally.weight),
        loss: Number(tally.loss),
        right: tally.right as u64,
        converged: *converged,
    }
}

fn plateau_record(state: PlateauState) -> PlateauRecord {
    let PlateauState { factor, best, waited, cooldown_left } = state;
    PlateauRecord { factor: Number(factor), best: best.map(Number), waited, cooldown_left }
}

/// The bits of the column `given`.
const GIVEN: [u8; 3] = [1, 2, 4];

/// A row of the history, in the order of [`HISTORY_COLUMNS`].
fn row(record: &EpochRecord) -> [f64; HISTORY_COLUMNS.len()] {
    let score = record.validation_score.map(|score| score.value);
    let options = [record.training_accuracy, record.validation_loss, score];
    let given = options.iter().zip(GIVEN).map(|(option, bit)| if option.is_some() { bit } else { 0 });
    let [accuracy, loss, score] = options.map(|option| option.unwrap_or(0.0));
    let EpochRecord { epoch, steps, learning_rate, training_loss, .. } = *record;
    let given = f64::from(given.sum::<u8>());
    [epoch as f64, steps as f64, learning_rate, training_loss, given, accuracy, loss, score]
}

/// The snapshot in a checkpoint, for a network with this layout and this decay of a moving average.
///
/// Whether it fits the run that is to go on is the library's to say.
///
/// # Errors
/// If the weights are not those of the network, or of another type of numbers.
pub(crate) fn to_snapshot<T: Stored>(
    file: &CheckpointFile,
    layout: &Layout,
    averaging: Option<f64>,
) -> anyhow::Result<Snapshot<T>> {
    let record = &file.record;
    let numbers = |part: &str, values| T::from_values(values).with_context(|| type_of(part));
    let average = file.average.as_ref().map(|values| numbers("average", values)).transpose()?;
    let average = average.zip(record.average_steps);
    let progress = &record.progress;
    let tally = Tally {
        examples: count("examples", progress.examples)?,
        weight: progress.weight.0,
        loss: progress.loss.0,
        right: count("right", progress.right)?,
    };
    let best = Best {
        epoch: count("best_epoch", progress.best_epoch)?,
        loss: progress.best_loss.0,
        parameters: numbers("best", &file.best)?,
    };
    let optimizer = SavedOptimizer {
        name: record.optimizer.name.clone(),
        scalars: record.optimizer.scalars.iter().map(|number| number.0).collect(),
        vectors: numbers("optimizer", &file.optimizer)?,
    };
    let setting = |(name, value): (&String, &String)| Setting { name: name.clone(), value: value.clone() };
    Ok(Snapshot {
        settings: record.settings.iter().map(setting).collect(),
        steps: progress.steps,
        learning_rate: progress.learning_rate.0,
        parameters: parameters(file, layout)?,
        optimizer,
        average: average.map(|(values, steps)| Average::from_parts(averaging.unwrap_or(0.0), steps, values)),
        plateau: record.plateau.as_ref().map(plateau_state),
        best,
        history: history(file)?,
        tally,
        converged: progress.converged,
    })
}

fn type_of(part: &str) -> String {
    format!(
        "checkpoint: `{part}` has the other type of numbers\nhelp: --precision f32 or f64, as when the run began"
    )
}

fn count(field: &str, number: u64) -> anyhow::Result<usize> {
    usize::try_from(number).with_context(|| format!("checkpoint: `{field}` is too large: {number}"))
}

fn plateau_state(record: &PlateauRecord) -> PlateauState {
    let PlateauRecord { factor, best, waited, cooldown_left } = record;
    let best = best.map(|number| number.0);
    PlateauState { factor: factor.0, best, waited: *waited, cooldown_left: *cooldown_left }
}

/// The parameters in their declared order.
///
/// # Errors
/// If one is missing, has another shape or type, or belongs to no layer.
pub(crate) fn parameters<T: Stored>(file: &CheckpointFile, layout: &Layout) -> anyhow::Result<Vec<T>> {
    let mut parameters = Vec::with_capacity(layout.len());
    for entry in layout.entries() {
        let tensor = file.weights.iter().find(|tensor| tensor.name == entry.name);
        let tensor =
            tensor.with_context(|| format!("checkpoint: the tensor `weights.{}` is missing", entry.name))?;
        if tensor.shape != sizes(entry) {
            let (name, expected, got) = (&entry.name, sizes(entry), &tensor.shape);
            bail!(
                "checkpoint: the tensor `weights.{name}` does not fit the network; expected {expected:?}, got {got:?}"
            );
        }
        parameters.extend(T::from_values(&tensor.values).with_context(|| type_of(&entry.name))?);
    }
    let is_extra = |tensor: &&Tensor| !layout.entries().iter().any(|entry| entry.name == tensor.name);
    match file.weights.iter().find(is_extra) {
        Some(tensor) => bail!("checkpoint: the tensor `weights.{}` belongs to no layer", tensor.name),
        None => Ok(parameters),
    }
}

fn history(file: &CheckpointFile) -> anyhow::Result<History> {
    let name = file.record.score.as_deref();
    let (rows, _) = file.history.as_chunks::<{ HISTORY_COLUMNS.len() }>();
    let record = |row: &[f64; HISTORY_COLUMNS.len()]| -> anyhow::Result<EpochRecord> {
        let [epoch, steps, learning_rate, training_loss, given, accuracy, loss, score] = *row;
        // A damaged count becomes another one, which does not fit the run.
        let given = given as u8;
        let if_given = |place: usize, value| (given & GIVEN[place] != 0).then_some(value);
        let score = if_given(2, score).map(|value| {
            let known = Score::named(name.unwrap_or_default(), value);
            known.with_context(|| format!("checkpoint: `score` is unknown: {}", name.unwrap_or("nothing")))
        });
        Ok(EpochRecord {
            epoch: epoch as usize,
            steps: steps as u64,
            learning_rate,
            training_loss,
            training_accuracy: if_given(0, accuracy),
            validation_loss: if_given(1, loss),
            validation_score: score.transpose()?,
        })
    };
    Ok(History { epochs: rows.iter().map(record).collect::<anyhow::Result<_>>()? })
}

#[cfg(test)]
mod tests {
    use chainrule::optimizers::Optimizer;
    use chainrule::{Control, Examples, Features, Network, Snapshot, Targets, Trainer, TrainingConfig};
    use chainrule_files::{decode_checkpoint, encode_checkpoint};

    use super::{Head, to_file, to_snapshot};
    use crate::model::Stored;

    fn snapshots<T: Stored>(network: &Network, config: &TrainingConfig) -> Vec<Snapshot<T>> {
        let features = Features::Real { width: 2, values: (0..60).map(|x| f64::from(x * 7 % 11)).collect() };
        let labels = (0..30).map(|x| x * x % 3).collect();
        let examples = Examples::new(features, Targets::Classes { count: 3, labels }).unwrap();
        let trainer = Trainer::<T>::new(network, &examples, config.clone()).unwrap();
        let mut snapshots = Vec::new();
        trainer
            .watch(&mut |_, run| {
                snapshots.push(run.snapshot());
                Control::Continue
            })
            .unwrap();
        snapshots
    }

    /// Every snapshot of a run comes back from the bytes of a file as it was.
    fn comes_back<T: Stored>(config: &TrainingConfig) {
        let network: Network = "2,relu:4,batch_norm,softmax:3".parse().unwrap();
        let network = match config.optimizer {
            Optimizer::Rule(_) => network,
            Optimizer::Lbfgs(_) => "2,tanh:4,softmax:3".parse().unwrap(),
        };
        let layout = network.layout().unwrap();
        let head = Head { arguments: vec!["iris".into()], network: network.spec(), data: "iris".into() };
        let snapshots = snapshots::<T>(&network, config);
        assert!(snapshots.len() > 2);
        for snapshot in snapshots {
            let file = to_file(snapshot.clone(), &layout, &head, 1.5);
            let file = decode_checkpoint(&encode_checkpoint(&file).unwrap()).unwrap();
            let mut again = to_snapshot::<T>(&file, &layout, config.averaging).unwrap();
            again.settings.sort_by_key(|setting| snapshot.settings.iter().position(|it| it == setting));
            assert_eq!(again, snapshot);
        }
    }

    #[test]
    fn a_snapshot_comes_back_from_a_file() {
        let config = TrainingConfig { epochs: 2, batch_size: 8, ..TrainingConfig::default() };
        for name in Optimizer::NAMES {
            let config = config.clone().with_optimizer(name.parse().unwrap());
            comes_back::<f32>(&config);
            comes_back::<f64>(&TrainingConfig { validation: 0.3, ..config });
        }
        let schedule = "plateau".parse().unwrap();
        comes_back::<f32>(&TrainingConfig { schedule, averaging: Some(0.9), validation: 0.3, ..config });
    }
}
