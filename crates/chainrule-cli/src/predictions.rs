//! Predictions as comma separated text: the answer, how sure it is, and columns of the data that are to stand beside it.
//!
//! Must not know: files, nor how predictions are computed.

use anyhow::{Context, bail};
use chainrule::metrics::argmax;
use chainrule::{Activation, Task};
use chainrule_data::Frame;

use crate::model::Model;

/// The columns of the predictions of one model.
pub(crate) struct Layout<'m> {
    model: &'m Model,
    /// What is predicted: classes, labels or target columns.
    names: Vec<String>,
    keep: &'m [String],
    gives_probabilities: bool,
}

impl<'m> Layout<'m> {
    /// The columns for a model, behind those of the data that are kept.
    ///
    /// # Errors
    /// If a column that is kept has a name of the predictions' own.
    pub(crate) fn new(model: &'m Model, keep: &'m [String]) -> anyhow::Result<Self> {
        let layout = model.layout();
        let names = layout.classes.unwrap_or(layout.targets);
        let layout = Layout { model, names, keep, gives_probabilities: gives_probabilities(model) };
        let own = layout.own_columns();
        match keep.iter().find(|kept| own.contains(kept)) {
            Some(kept) => bail!("--keep {kept}: the predictions have a column of this name"),
            None => Ok(layout),
        }
    }

    /// The first line.
    ///
    /// # Errors
    /// Never, since memory takes everything.
    pub(crate) fn heading(&self) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.keep.iter().chain(&self.own_columns()))?;
        writer.into_inner().context("predictions: cannot be written")
    }

    /// Lines for predictions `[rows, outputs]`; `frame` has the columns that are kept.
    ///
    /// # Errors
    /// If a column that is kept is missing.
    pub(crate) fn lines(&self, predictions: &[f64], frame: Option<&Frame>) -> anyhow::Result<Vec<u8>> {
        let kept = match frame {
            Some(frame) => frame.require(self.keep.iter().map(String::as_str))?,
            None => Vec::new(),
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut number = String::new();
        for (at, row) in predictions.chunks_exact(self.model.network.outputs()).enumerate() {
            for column in &kept {
                writer.write_field(column.cells().text(at).unwrap_or_default().as_bytes())?;
            }
            self.answer(row, &mut writer)?;
            for value in self.numbers(row).as_ref() {
                number.clear();
                self.model.weights.show(*value, &mut number);
                writer.write_field(&number)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.into_inner().context("predictions: cannot be written")
    }

    /// The names of the columns that are predicted.
    fn own_columns(&self) -> Vec<String> {
        let names = &self.names;
        if self.model.task == Task::Regression {
            return match &names[..] {
                [_] => vec!["prediction".to_owned()],
                names => names.iter().map(|name| format!("prediction_{name}")).collect(),
            };
        }
        let kind = if self.gives_probabilities { "probability" } else { "score" };
        let one_score = self.model.network.outputs() < names.len() && kind == "score";
        let names = if one_score { &names[names.len() - 1..] } else { &names[..] };
        let columns = names.iter().map(|name| format!("{kind}_{name}"));
        ["prediction".to_owned()].into_iter().chain(columns).collect()
    }

    /// The answer of one row, where it is no number.
    fn answer(&self, row: &[f64], writer: &mut csv::Writer<Vec<u8>>) -> csv::Result<()> {
        match (self.model.task, row) {
            (Task::Regression, _) => Ok(()),
            (Task::Multilabel, _) => {
                let labels = self.names.iter().zip(row).filter(|(_, value)| **value > 0.5);
                let labels: Vec<&str> = labels.map(|(name, _)| &name[..]).collect();
                writer.write_field(labels.join("|"))
            }
            (_, [value]) => writer.write_field(&self.names[usize::from(*value > self.model.threshold())]),
            (_, row) => writer.write_field(&self.names[argmax(row)]),
        }
    }

    /// The numbers of one row: the outputs, and the probability of the other class where there is one output for two.
    fn numbers<'r>(&self, row: &'r [f64]) -> Numbers<'r> {
        match (self.model.task, row) {
            (Task::Binary, [value]) if self.gives_probabilities => {
                Numbers::Two([self.model.weights.rest(*value), *value])
            }
            _ => Numbers::Own(row),
        }
    }
}

/// The numbers of a row.
enum Numbers<'r> {
    Own(&'r [f64]),
    Two([f64; 2]),
}

impl AsRef<[f64]> for Numbers<'_> {
    fn as_ref(&self) -> &[f64] {
        match self {
            Numbers::Own(row) => row,
            Numbers::Two(pair) => pair,
        }
    }
}

/// Whether the outputs are probabilities: those of exclusive classes by softmax, or one for each question by sigmoid.
pub(crate) fn gives_probabilities(model: &Model) -> bool {
    let last = match model.loss.link() {
        Activation::Identity => model.network.output_activation(),
        link => link,
    };
    match model.task {
        Task::Multiclass => last == Activation::Softmax,
        Task::Binary if model.network.outputs() > 1 => last == Activation::Softmax,
        _ => last == Activation::Sigmoid,
    }
}
