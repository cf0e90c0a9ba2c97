//! The page that `evaluate --report` writes: a finished model on rows whose answers are known.

use std::path::Path;

use chainrule::metrics::Evaluation;
use chainrule_data::Target;
use chainrule_report::{
    Answer, Class, Ended, Outcome, Report, Smallness, Verdict, comparison, findings, learned, verdict,
};

use super::{Judged, columns, environment, importance, network, part, quality, tiles, worst, write};
use crate::baseline::baseline;
use crate::command_line;
use crate::commands::train::{goal, measure};
use crate::model::Model;
use crate::prepare::Raw;

/// The seed of the shuffles where no training tells one.
const SEED: u64 = 0;

/// A model with the rows that it was asked about.
pub(crate) struct Evaluated<'a> {
    /// The model.
    pub(crate) model: &'a Model,
    /// What the model and the data are called.
    pub(crate) names: (&'a str, &'a str),
    /// Raw rows and answers.
    pub(crate) rows: (&'a Raw, &'a Target),
    /// What the answers are worth.
    pub(crate) evaluation: &'a Evaluation,
    /// What was decided while reading.
    pub(crate) notes: &'a [String],
}

impl Evaluated<'_> {
    /// Makes the page and writes it.
    ///
    /// # Errors
    /// If it cannot be written; else only for a fault of our own.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        write(path, &self.report()?)
    }

    fn report(&self) -> anyhow::Result<Report> {
        let Evaluated { model, names, rows: (raw, target), evaluation, notes } = *self;
        let judged = Judged::new(model, (raw, target), evaluation)?;
        let outcome = self.outcome();
        let importance = importance(&judged, SEED)?;
        let trivial = super::trivial(&outcome);
        let baseline = chainrule_report::Part {
            name: outcome.baseline.name.clone(),
            rows: outcome.rows,
            scores: Vec::new(),
        };
        let scores = vec![(evaluation.scores[0].name.to_owned(), outcome.baseline.value)];
        Ok(Report {
            title: format!("{} on {}", names.0, names.1),
            subtitle: format!("A finished model judged by {} rows whose answers are known", outcome.rows),
            lead: super::sentence(&learned(&outcome)),
            good: verdict(&outcome) == Verdict::Better,
            story: vec![
                "The trivial answer is taken from these rows themselves, so it is as good as it can be."
                    .into(),
            ],
            tiles: tiles(evaluation, Some(&trivial)),
            comparison: Some(comparison(&outcome)),
            advice: findings(&outcome)
                .into_iter()
                .map(|finding| chainrule_report::Advice {
                    level: finding.level,
                    text: finding.text,
                    command: None,
                })
                .collect(),
            notes: notes.to_vec(),
            parts: vec![
                part(names.1, outcome.rows, evaluation),
                chainrule_report::Part { scores, ..baseline },
            ],
            history: None,
            quality: quality(&judged),
            examples: Some(worst(&judged, Some(&importance))),
            importance: Some(importance),
            columns: columns(raw, target, None)?,
            network: Some(network(model)),
            settings: trained(model),
            command: command_line::line(&command_line::typed()),
            reproduce: vec![("model was trained on".into(), model.record.data_fingerprint.clone())],
            environment: environment(1),
        })
    }

    fn outcome(&self) -> Outcome {
        let (_, target) = self.rows;
        let all: Vec<usize> = (0..target.rows()).collect();
        let trivial = baseline(self.model.task, target, &all, target);
        Outcome {
            goal: goal(self.model.task),
            target: target.columns().join(", "),
            judged_by: "rows".into(),
            rows: target.rows(),
            seen: false,
            training_rows: 0,
            held_out: None,
            folds: false,
            network: Answer { name: "this network".into(), value: measure(self.evaluation) },
            baseline: Answer { name: trivial.answer, value: trivial.value },
            explained: self.evaluation.get("r2"),
            on_training: None,
            baseline_on_training: None,
            classes: self.classes(),
            // The training is over.
            balanced: true,
            epochs: Vec::new(),
            ended: Ended::NotTrained,
            hidden: Vec::new(),
            smallness: Smallness::default(),
        }
    }

    fn classes(&self) -> Vec<Class> {
        let (Target::Classes { names, .. }, Some(confusion)) = (self.rows.1, &self.evaluation.confusion)
        else {
            return Vec::new();
        };
        let rows = |class: usize| (0..confusion.classes()).map(|answer| confusion.count(class, answer)).sum();
        let class = |(at, name): (usize, &String)| Class {
            name: name.clone(),
            training_rows: rows(at),
            judged_rows: rows(at),
            recall: confusion.recall(at),
        };
        names.iter().enumerate().map(class).collect()
    }
}

/// What the model file tells about its training.
fn trained(model: &Model) -> Vec<(String, String)> {
    let training = model.record.training.iter().flat_map(|training| {
        [
            ("optimizer", training.optimizer.clone()),
            ("learning rate", training.learning_rate.to_string()),
            ("epochs", training.epochs.to_string()),
            ("steps", training.steps.to_string()),
            ("rows in a step", training.batch_size.to_string()),
            ("seed", training.seed.to_string()),
        ]
    });
    let all =
        [("network", model.network.spec()), ("loss", model.loss.to_string())].into_iter().chain(training);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}
