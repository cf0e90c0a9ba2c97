//! [`CheckpointFile`]: the content of a checkpoint, and whether its parts fit each other.

use super::CheckpointRecord;
use crate::{Error, Tensor, Values};

/// The columns of the history.
///
/// `given` says which of the last three numbers there are: 1 for the accuracy, 2 for the validation loss, 4 for the score,
/// added up; what is not there is 0.
pub const HISTORY_COLUMNS: [&str; 8] = [
    "epoch",
    "steps",
    "learning_rate",
    "training_loss",
    "given",
    "training_accuracy",
    "validation_loss",
    "validation_score",
];

/// A run of training at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckpointFile {
    /// What is said in words and single numbers.
    pub record: CheckpointRecord,
    /// The parameters by name, finite; [`decode_checkpoint`](super::decode_checkpoint) gives them in the order of their names.
    pub weights: Vec<Tensor>,
    /// The parameters of the best epoch in their declared order, finite.
    pub best: Values,
    /// The moving average of the parameters in their declared order; any numbers.
    pub average: Option<Values>,
    /// The optimizer's vectors, each in the declared order of the parameters, one after the other; any numbers.
    pub optimizer: Values,
    /// A row of [`HISTORY_COLUMNS`] for each epoch that is over; any numbers.
    pub history: Vec<f64>,
}

impl CheckpointFile {
    /// The number of parameters.
    pub fn parameters(&self) -> usize {
        self.weights.iter().map(|tensor| tensor.values.len()).sum()
    }

    /// Checks that the parts have the lengths and types that belong together, and that the weights are finite.
    pub(super) fn check(&self) -> Result<(), Error> {
        let parameters = self.parameters();
        if parameters == 0 {
            return refuse("weights", "are missing");
        }
        let parts = [("best", Some(&self.best)), ("average", self.average.as_ref())];
        for (part, values) in parts.into_iter().filter_map(|(part, values)| Some((part, values?))) {
            self.same_type(part, values)?;
            if values.len() != parameters {
                let got = values.len();
                return refuse(
                    part,
                    &format!("does not fit the weights; expected {parameters} numbers, got {got}"),
                );
            }
        }
        self.same_type("optimizer", &self.optimizer)?;
        self.weights.iter().try_for_each(|tensor| self.same_type("weights", &tensor.values))?;
        if !self.optimizer.len().is_multiple_of(parameters) {
            let got = self.optimizer.len();
            return refuse(
                "optimizer",
                &format!("does not fit the weights; expected a multiple of {parameters} numbers, got {got}"),
            );
        }
        self.check_record()
    }

    fn check_record(&self) -> Result<(), Error> {
        let (epochs, columns) = (self.record.progress.epochs, HISTORY_COLUMNS.len());
        if self.history.len() as u64 != epochs.saturating_mul(columns as u64) {
            let got = self.history.len();
            return refuse(
                "history",
                &format!("expected {epochs} rows of {columns} numbers, got {got} numbers"),
            );
        }
        if self.average.is_some() != self.record.average_steps.is_some() {
            return refuse("average", "and its steps are not both there");
        }
        if self.record.network.is_empty() {
            return refuse("network", "is empty");
        }
        Ok(())
    }

    /// Whether a part is of the same type as the best parameters.
    fn same_type(&self, part: &str, values: &Values) -> Result<(), Error> {
        let same = std::mem::discriminant(values) == std::mem::discriminant(&self.best);
        if same { Ok(()) } else { refuse(part, "is not of the same type of numbers as `best`") }
    }
}

pub(super) fn refuse<T>(part: &str, fault: &str) -> Result<T, Error> {
    Err(Error::CheckpointPart { part: part.to_owned(), fault: fault.to_owned() })
}
