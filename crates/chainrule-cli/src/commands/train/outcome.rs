//! What a run came to, as the numbers from which its sentences and its advice are made.
//!
//! Must not know: how they are shown.

use chainrule::metrics::Evaluation;
use chainrule::optimizers::Optimizer;
use chainrule::{ClassWeights, Network, Stop, Task, TrainingConfig};
use chainrule_data::Target;
use chainrule_data::describe::spread;
use chainrule_report::{Advice, Answer, Class, Ended, Epoch, Finding, Goal, Outcome, Smallness, findings};

use super::Run;
use super::arguments::Arguments;
use super::data::{self, TrainingData};
use super::holding::Holding;
use crate::baseline::baseline;
use crate::choices::ClassWeightChoice;
use crate::command_line;
use crate::model::Model;

/// The most rows learnt from that are judged again, to set them beside those held out.
const MOST_ROWS: usize = 5000;

/// What the model is worth on some of the rows that it has learnt from, and what the trivial answer is worth on them.
#[derive(Clone, Debug)]
pub(super) struct OnTraining {
    /// How many rows were looked at.
    pub(super) rows: usize,
    /// What the network's answers are worth.
    pub(super) evaluation: Evaluation,
    /// What the trivial answer is worth.
    pub(super) baseline: f64,
}

/// Judges by rows learnt from.
///
/// # Errors
/// Only for a fault of our own.
pub(super) fn on_training(model: &Model, data: &TrainingData) -> anyhow::Result<OnTraining> {
    let places = spread(data.split.training.len(), MOST_ROWS);
    let rows: Vec<usize> = places.into_iter().map(|place| data.split.training[place]).collect();
    let (raw, target) = data.select(&rows)?;
    let trivial = baseline(data.task, &data.target, &data.split.training, &target);
    Ok(OnTraining { rows: rows.len(), evaluation: model.evaluate(&raw, &target)?, baseline: trivial.value })
}

/// What the run came to.
pub(super) fn outcome(arguments: &Arguments, data: &TrainingData, run: &Run) -> Option<Outcome> {
    let (part, evaluation) = run.judged.last()?;
    let seen = *part == "training";
    let (judged_by, rows) = match *part {
        "test" => ("test rows", data.test.as_ref().map_or(0, |(_, target)| target.rows())),
        "training" => ("rows learnt from", data.split.training.len()),
        _ => ("rows held out", data.split.validation.len()),
    };
    Some(Outcome {
        goal: goal(data.task),
        target: data.target.columns().join(", "),
        judged_by: judged_by.to_owned(),
        rows,
        seen,
        training_rows: data.split.training.len(),
        held_out: held_out(arguments, data),
        folds: run.folds.is_some(),
        network: Answer { name: "this network".into(), value: measure(evaluation) },
        baseline: Answer { name: run.baseline.answer.clone(), value: run.baseline.value },
        explained: evaluation.get("r2"),
        on_training: Some(measure(&run.on_training.evaluation)),
        baseline_on_training: Some(run.on_training.baseline),
        classes: classes(data, evaluation),
        balanced: arguments.class_weight == ClassWeightChoice::Balanced
            || run.config.class_weights != ClassWeights::Uniform,
        epochs: epochs(run),
        ended: ended(&run.stop),
        hidden: hidden(&run.model.network),
        smallness: smallness(&run.config),
    })
}

/// The share that was to be held out, where another one would be judged by.
fn held_out(arguments: &Arguments, data: &TrainingData) -> Option<f64> {
    if arguments.folds.is_some() || data.test.is_some() {
        return None;
    }
    let share = data::share_held_out(arguments, data.rows(), false).ok()?;
    // A single group or time stays together whatever the share is.
    let indivisible = data.holding != Holding::Random && share > 0.0 && data.split.validation.is_empty();
    (!indivisible).then_some(share)
}

/// What keeps weights small.
fn smallness(config: &TrainingConfig) -> Smallness {
    let can_decay = !matches!(config.optimizer, Optimizer::Lbfgs(_));
    Smallness { can_decay, decay: config.decay(), l2: config.penalty.l2 }
}

/// The kind of answer that a task asks for.
pub(crate) fn goal(task: Task) -> Goal {
    match task {
        Task::Binary | Task::Multiclass => Goal::Classes,
        Task::Multilabel => Goal::Labels,
        Task::Regression => Goal::Numbers,
    }
}

/// The share of right answers, or the root of the mean squared error.
pub(crate) fn measure(evaluation: &Evaluation) -> f64 {
    evaluation.scores.first().map_or(f64::NAN, |score| score.value)
}

/// How often each class was learnt from and found.
fn classes(data: &TrainingData, evaluation: &Evaluation) -> Vec<Class> {
    let (Target::Classes { names, labels, .. }, Some(confusion)) = (&data.target, &evaluation.confusion)
    else {
        return Vec::new();
    };
    let mut counts = vec![0; names.len()];
    data.split.training.iter().for_each(|row| counts[labels[*row] as usize] += 1);
    let class = |(at, name): (usize, &String)| Class {
        name: name.clone(),
        training_rows: counts[at],
        judged_rows: (0..confusion.classes()).map(|answer| confusion.count(at, answer)).sum(),
        recall: confusion.recall(at),
    };
    names.iter().enumerate().map(class).collect()
}

/// The epochs as a report takes them.
pub(super) fn epochs(run: &Run) -> Vec<Epoch> {
    let epoch = |record: &chainrule::EpochRecord| Epoch {
        number: record.epoch,
        training_loss: record.training_loss,
        validation_loss: record.validation_loss,
        training_score: record.training_accuracy,
        validation_score: record.validation_score.map(|score| score.value),
        learning_rate: record.learning_rate,
    };
    run.history.epochs.iter().map(epoch).collect()
}

fn ended(stop: &Stop) -> Ended {
    match stop {
        Stop::NoImprovement { .. } => Ended::NoImprovement,
        Stop::Converged => Ended::Converged,
        Stop::Interrupted => Ended::Interrupted,
        Stop::Diverged(_) => Ended::Diverged,
        _ => Ended::Completed,
    }
}

/// The widths of all layers but the last.
fn hidden(network: &Network) -> Vec<usize> {
    let layers = network.layers().iter().filter(|layer| layer.layer().kind() == "layer");
    let mut widths: Vec<usize> = layers.map(chainrule::network::NamedLayer::outputs).collect();
    widths.pop();
    widths
}

/// The command of this run from its beginning, without a folder for checkpoints: another run needs another one.
pub(super) fn words(arguments: &Arguments) -> Vec<String> {
    let began = &arguments.checkpoints;
    // A file of settings may name the folder.
    if began.resumes() || arguments.config.is_some() && began.begins() {
        let first = ["chainrule", "train"].map(str::to_owned);
        return first.into_iter().chain(began.words.iter().cloned()).collect();
    }
    command_line::without(&command_line::typed(), "--checkpoint")
}

/// The findings with the whole commands that would change them.
pub(super) fn advice(arguments: &Arguments, outcome: &Outcome) -> Vec<Advice> {
    let words = words(arguments);
    let command = |finding: &Finding| {
        let (option, value) = finding.change.as_ref()?;
        // A network given whole has its own widths.
        let possible = *option != "--hidden" || arguments.spec.is_none();
        possible.then(|| command_line::line(&command_line::with(&words, option, value)))
    };
    let advice = |finding: Finding| {
        let command = command(&finding);
        Advice { level: finding.level, text: finding.text, command }
    };
    findings(outcome).into_iter().map(advice).collect()
}
