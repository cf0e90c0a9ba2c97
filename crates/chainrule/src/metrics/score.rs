//! Which metrics suit a problem, and their values together.

use super::{
    Confusion, accuracy, argmax, label_accuracy, mean_absolute_error, r_squared, roc_auc,
    root_mean_squared_error,
};
use chainrule_engine::Scalar;

use crate::{Loss, Targets};

/// How a row of predictions becomes an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// The class with the largest number.
    Largest,
    /// Class 1 if the only number is above this, else class 0.
    Above(f64),
    /// Each number for itself: above one half is 1.
    Labels,
    /// The numbers are the answer.
    Numbers,
}

impl Decision {
    /// The decision for targets of this kind, with `outputs` numbers an example and this loss.
    pub fn new(targets: &Targets<'_>, outputs: usize, loss: Loss) -> Self {
        match targets {
            Targets::Classes { .. } if outputs > 1 => Decision::Largest,
            Targets::Classes { .. } if loss == Loss::Hinge => Decision::Above(0.0),
            Targets::Classes { .. } => Decision::Above(0.5),
            Targets::Values { .. } if loss == Loss::BinaryCrossEntropy => Decision::Labels,
            Targets::Values { .. } => Decision::Numbers,
        }
    }

    /// The class that a row of predictions stands for; `None` where the answer is no class.
    pub fn class<T: Scalar>(self, row: &[T]) -> Option<usize> {
        match self {
            Decision::Largest => Some(argmax(row)),
            Decision::Above(threshold) => Some(usize::from(row[0] > T::from_f64(threshold))),
            Decision::Labels | Decision::Numbers => None,
        }
    }
}

/// A named number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The metric's name: `accuracy`.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
}

impl Score {
    /// The names of all metrics.
    pub const NAMES: [&'static str; 7] =
        ["accuracy", "macro_f1", "roc_auc", "label_accuracy", "rmse", "mae", "r2"];

    /// A score by its name, as a file has it; `None` if there is no such metric.
    pub fn named(name: &str, value: f64) -> Option<Self> {
        Self::NAMES.into_iter().find(|known| *known == name).map(|name| Score { name, value })
    }
}

/// What predictions are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The loss, mean over the examples that count.
    pub loss: f64,
    /// The metrics that suit the problem, the most telling first.
    pub scores: Vec<Score>,
    /// How often each class was taken for each, where there are classes.
    pub confusion: Option<Confusion>,
}

impl Evaluation {
    /// The metrics of predictions `[rows, outputs]`.
    pub(crate) fn new(loss: f64, predictions: &Predictions<'_>) -> Self {
        match predictions.classes() {
            Some((predicted, actual, classes)) => {
                let confusion = Confusion::new(classes, &predicted, &actual);
                let is_above = matches!(predictions.decision, Decision::Above(_));
                let area = is_above.then(|| roc_auc(predictions.values, &actual));
                Self::of_classes(loss, accuracy(&predicted, &actual), confusion, area)
            }
            None => predictions.of_numbers(loss),
        }
    }

    /// Of classes; the area under the ROC curve where there is one score a row.
    pub(super) fn of_classes(loss: f64, accuracy: f64, confusion: Confusion, area: Option<f64>) -> Self {
        let named =
            [("accuracy", Some(accuracy)), ("macro_f1", Some(confusion.macro_f1())), ("roc_auc", area)];
        let scores = named.into_iter().filter_map(|(name, value)| Some(Score { name, value: value? }));
        Evaluation { loss, scores: scores.collect(), confusion: Some(confusion) }
    }

    /// Of several labels.
    pub(super) fn of_labels(loss: f64, accuracy: f64) -> Self {
        Evaluation { loss, scores: vec![Score { name: "label_accuracy", value: accuracy }], confusion: None }
    }

    /// Of numbers: root mean squared error, mean absolute error, coefficient of determination.
    pub(super) fn of_numbers(loss: f64, [rmse, mae, r2]: [f64; 3]) -> Self {
        let named = [("rmse", rmse), ("mae", mae), ("r2", r2)];
        let scores = named.map(|(name, value)| Score { name, value });
        Evaluation { loss, scores: scores.into(), confusion: None }
    }

    /// The metric of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.scores.iter().find(|score| score.name == name).map(|score| score.value)
    }
}

/// Predictions with what they should have been.
pub(crate) struct Predictions<'a> {
    pub(crate) values: &'a [f64],
    pub(crate) outputs: usize,
    pub(crate) targets: &'a Targets<'a>,
    pub(crate) rows: &'a [usize],
    pub(crate) decision: Decision,
}

impl Predictions<'_> {
    /// Predicted and actual classes, and how many classes there are.
    fn classes(&self) -> Option<(Vec<usize>, Vec<usize>, usize)> {
        let Targets::Classes { count, labels } = self.targets else { return None };
        let rows = self.values.chunks_exact(self.outputs);
        let predicted = rows.map(|row| self.decision.class(row)).collect::<Option<Vec<usize>>>()?;
        let actual = self.rows.iter().map(|row| labels[*row] as usize).collect();
        Some((predicted, actual, *count))
    }

    /// What they are worth where the answers are numbers or labels.
    fn of_numbers(&self, loss: f64) -> Evaluation {
        let mut targets = vec![0.0; self.values.len()];
        self.targets.gather(self.rows, self.outputs, &mut targets);
        if self.decision == Decision::Labels {
            return Evaluation::of_labels(loss, label_accuracy(self.values, &targets));
        }
        let rmse = root_mean_squared_error(self.values, &targets);
        let mae = mean_absolute_error(self.values, &targets);
        Evaluation::of_numbers(loss, [rmse, mae, self.mean_r_squared(&targets)])
    }

    /// The mean of the outputs' coefficients of determination.
    fn mean_r_squared(&self, targets: &[f64]) -> f64 {
        let column = |values: &[f64], output| -> Vec<f64> {
            values.iter().skip(output).step_by(self.outputs).copied().collect()
        };
        let of_output = |output| r_squared(&column(self.values, output), &column(targets, output));
        (0..self.outputs).map(of_output).sum::<f64>() / self.outputs as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Evaluation, Predictions, Score};
    use crate::Targets;

    /// What a file keeps of a score is its name.
    #[test]
    fn every_score_is_found_by_its_name() {
        let classes = Targets::Classes { count: 2, labels: vec![0, 1].into() };
        let numbers = Targets::Values { width: 1, values: vec![0.0, 1.0].into() };
        let (values, rows) = ([0.25, 0.75], [0, 1]);
        let mut met = Vec::new();
        for (targets, decision) in
            [(&classes, Decision::Above(0.5)), (&numbers, Decision::Labels), (&numbers, Decision::Numbers)]
        {
            let predictions = Predictions { values: &values, outputs: 1, targets, rows: &rows, decision };
            met.extend(Evaluation::new(0.5, &predictions).scores);
        }
        assert!(met.iter().all(|score| Score::named(score.name, score.value) == Some(*score)), "{met:?}");
        let names: Vec<&str> = met.iter().map(|score| score.name).collect();
        assert_eq!(names, Score::NAMES);
        assert_eq!(Score::named("auc", 1.0), None);
    }
}
