//! From a model and the rows it is judged by to the records of a report.
//!
//! Everything is taken from the model, the rows and the library's metrics; `chainrule-report` makes the page. Must not know:
//! arguments, the terminal.

mod columns;
mod environment;
mod evaluated;
mod file;
mod importance;
mod network;
mod quality;
mod worst;

use chainrule::metrics::Evaluation;
use chainrule_data::{Place, Target};
use chainrule_report::{self as report, Tile};

use crate::answering::Answering;
use crate::model::Model;
use crate::prepare::Raw;

pub(crate) use columns::columns;
pub(crate) use environment::environment;
pub(crate) use evaluated::Evaluated;
pub(crate) use file::write;
pub(crate) use importance::importance;
pub(crate) use network::network;
pub(crate) use quality::quality;
pub(crate) use worst::worst;

/// A model with rows whose answers are known, and what it answers.
pub(crate) struct Judged<'a> {
    /// The model.
    pub(crate) model: &'a Model,
    /// Raw rows.
    pub(crate) raw: &'a Raw,
    /// The right answers.
    pub(crate) target: &'a Target,
    /// What the answers are worth.
    pub(crate) evaluation: &'a Evaluation,
    /// The numbers of the rows in their file, from 0; `None` if they are counted as they stand here.
    pub(crate) numbers: Option<&'a [usize]>,
    /// The network's outputs, `[rows, outputs]`.
    predictions: Vec<f64>,
}

impl<'a> Judged<'a> {
    /// Predicts every row.
    ///
    /// # Errors
    /// If the rows do not go with the network.
    pub(crate) fn new(
        model: &'a Model,
        (raw, target): (&'a Raw, &'a Target),
        evaluation: &'a Evaluation,
    ) -> anyhow::Result<Self> {
        let predictions = Answering::new(model)?.predict(raw)?;
        Ok(Judged { model, raw, target, evaluation, numbers: None, predictions })
    }

    /// With the numbers that the rows have in their file.
    pub(crate) fn numbered(mut self, numbers: Option<&'a [usize]>) -> Self {
        self.numbers = numbers;
        self
    }

    /// The outputs of one row.
    fn outputs(&self, row: usize) -> &[f64] {
        let outputs = self.model.network.outputs();
        &self.predictions[row * outputs..(row + 1) * outputs]
    }

    fn rows(&self) -> usize {
        self.target.rows()
    }

    /// The line of a row in the file that it came from, or else its number as a person counts, from 1.
    fn number(&self, row: usize) -> usize {
        self.line(row).unwrap_or_else(|| self.numbers.map_or(row, |numbers| numbers[row]) + 1)
    }

    /// The line of a row in a table of text.
    fn line(&self, row: usize) -> Option<usize> {
        let Raw::Table(frame) = self.raw else { return None };
        match frame.place(row) {
            Place::Line(line) => usize::try_from(line).ok(),
            Place::Row(_) => None,
        }
    }

    /// The probability of one class for each row; of two classes, one output tells both.
    fn of_class(&self, class: usize) -> Vec<f64> {
        let value = |row: usize| match self.outputs(row) {
            [one] if class == 0 => 1.0 - one,
            [one] => *one,
            several => several[class],
        };
        (0..self.rows()).map(value).collect()
    }
}

/// The numbers of an evaluation that are seen first.
pub(crate) fn tiles(evaluation: &Evaluation, baseline: Option<&str>) -> Vec<Tile> {
    let tile = |(at, score): (usize, &chainrule::metrics::Score)| Tile {
        label: score.name.replace('_', " "),
        value: shown(score),
        note: baseline.filter(|_| at == 0).map_or_else(|| meaning(score.name).to_owned(), str::to_owned),
    };
    evaluation.scores.iter().enumerate().map(tile).collect()
}

/// What the trivial answer gets, beside the first metric.
pub(crate) fn trivial(outcome: &report::Outcome) -> String {
    let value = outcome.baseline.value;
    let text =
        if outcome.goal == report::Goal::Numbers { report::show(value) } else { report::percent(value) };
    format!("{} gets {text}", outcome.baseline.name)
}

/// A metric as people read it: shares of right answers as parts of a hundred.
fn shown(score: &chainrule::metrics::Score) -> String {
    match score.name {
        "accuracy" | "label_accuracy" => report::percent(score.value),
        _ => report::show(score.value),
    }
}

/// Text as a sentence: with a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut signs = text.chars();
    let first = signs.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", signs.as_str())
}

/// What a metric means in a few words.
fn meaning(name: &str) -> &'static str {
    match name {
        "accuracy" | "label_accuracy" => "the share of right answers",
        "macro_f1" => "every class counts the same",
        "roc_auc" => "1 is perfect, 0.5 is guessing",
        "rmse" => "root of the mean squared error",
        "mae" => "mean absolute error",
        "r2" => "share of the variance explained",
        _ => "",
    }
}

/// The metrics of a part for the table of scores.
pub(crate) fn part(name: &str, rows: usize, evaluation: &Evaluation) -> report::Part {
    let scores = evaluation.scores.iter().map(|score| (score.name.to_owned(), score.value));
    let scores = scores.chain([("loss".to_owned(), evaluation.loss)]).collect();
    report::Part { name: name.to_owned(), rows, scores }
}
