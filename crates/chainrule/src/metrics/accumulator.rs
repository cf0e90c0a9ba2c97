//! [`Accumulator`]: the metrics of predictions that come part by part.

use super::r_squared::of_sums;
use super::roc_auc::from_two_sides;
use super::{Confusion, Decision, Evaluation};
use crate::{Loss, Targets};

/// Metrics of rows that come part by part, in memory that does not grow with them.
///
/// Counts and sums are enough for all metrics but one: the area under the curve compares every row with every other, so two
/// classes with one output take 8 bytes a row. The parts may have any size; how rows are divided changes at most the last
/// digits of `r2`.
///
/// ```
/// use chainrule::metrics::Accumulator;
/// use chainrule::{Loss, Targets};
/// let part = |labels: &[u32]| Targets::Classes { count: 2, labels: labels.to_vec().into() };
/// let mut metrics = Accumulator::new(&part(&[]), 1, Loss::BinaryCrossEntropy);
/// metrics.add(&[0.9, 0.2], &part(&[1, 0]));
/// metrics.add(&[0.7], &part(&[0]));
/// let evaluation = metrics.finish(0.5);
/// assert_eq!(evaluation.get("accuracy"), Some(2.0 / 3.0));
/// assert_eq!(evaluation.get("roc_auc"), Some(1.0));
/// ```
#[derive(Clone, Debug)]
pub struct Accumulator {
    decision: Decision,
    outputs: usize,
    rows: usize,
    seen: Seen,
    /// The targets of a part, as rows of numbers.
    scratch: Vec<f64>,
}

/// What is kept of the rows.
#[derive(Clone, Debug)]
enum Seen {
    Classes {
        confusion: Confusion,
        /// The scores of the rows of class 0 and of class 1, where there is one score a row.
        scores: [Vec<f64>; 2],
    },
    Labels {
        right: usize,
    },
    Numbers(Vec<Errors>),
}

/// The errors of one output, and how its targets vary: mean and sum of squares by Welford's recurrence (Technometrics 4,
/// 1962), which takes the mean out as it goes.
#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    squares: f64,
    absolute: f64,
    mean: f64,
    variation: f64,
}

impl Accumulator {
    /// Of no rows yet; `targets` says the kind of targets and may be empty, `outputs` and `loss` are the network's.
    pub fn new(targets: &Targets<'_>, outputs: usize, loss: Loss) -> Self {
        let decision = Decision::new(targets, outputs, loss);
        let seen = match (targets, decision) {
            (Targets::Classes { count, .. }, _) => {
                Seen::Classes { confusion: Confusion::empty(*count), scores: [Vec::new(), Vec::new()] }
            }
            (_, Decision::Labels) => Seen::Labels { right: 0 },
            _ => Seen::Numbers(vec![Errors::default(); outputs]),
        };
        Accumulator { decision, outputs, rows: 0, seen, scratch: Vec::new() }
    }

    /// Takes in rows: `predictions: [rows, outputs]`, and as many targets of the kind given to [`Accumulator::new`].
    ///
    /// # Panics
    /// If there are not as many predictions as targets, or the targets are of another kind or width.
    pub fn add(&mut self, predictions: &[f64], targets: &Targets<'_>) {
        let rows = predictions.len() / self.outputs.max(1);
        assert_eq!(predictions.len(), rows * self.outputs, "accumulator: whole rows of predictions");
        match (&mut self.seen, targets) {
            (Seen::Classes { confusion, scores }, Targets::Classes { labels, .. }) => {
                assert_eq!(rows, labels.len(), "accumulator: one label for each row of predictions");
                for (row, label) in predictions.chunks_exact(self.outputs).zip(labels.iter()) {
                    let class = self.decision.class(row).unwrap_or(0);
                    confusion.add(class, *label as usize);
                    if let (Decision::Above(_), Some(scores)) =
                        (self.decision, scores.get_mut(*label as usize))
                    {
                        scores.push(row[0]);
                    }
                }
            }
            (seen, Targets::Values { width, values }) => {
                assert_eq!(*width, self.outputs, "accumulator: one target for each output");
                assert_eq!(values.len(), predictions.len(), "accumulator: one target for each prediction");
                self.scratch.resize(predictions.len(), 0.0);
                let all: Vec<usize> = (0..rows).collect();
                targets.gather(&all, self.outputs, &mut self.scratch);
                seen.numbers(predictions, &self.scratch, self.rows);
            }
            _ => panic!("accumulator: targets of another kind than those it was made for"),
        }
        self.rows += rows;
    }

    /// Rows taken in.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The metrics that suit the problem, beside a loss computed elsewhere; NaN where there was no row.
    pub fn finish(self, loss: f64) -> Evaluation {
        let numbers = (self.rows * self.outputs) as f64;
        match self.seen {
            Seen::Classes { confusion, scores: [negatives, positives] } => {
                let right: usize = (0..confusion.classes()).map(|class| confusion.count(class, class)).sum();
                let is_above = matches!(self.decision, Decision::Above(_));
                let area = is_above.then(|| from_two_sides(negatives, positives));
                Evaluation::of_classes(loss, right as f64 / self.rows as f64, confusion, area)
            }
            Seen::Labels { right } => Evaluation::of_labels(loss, right as f64 / numbers),
            Seen::Numbers(outputs) => {
                let sum = |part: fn(&Errors) -> f64| outputs.iter().map(part).sum::<f64>();
                let r_squared =
                    sum(|errors| of_sums(errors.squares, errors.variation)) / outputs.len() as f64;
                let rmse = (sum(|errors| errors.squares) / numbers).sqrt();
                Evaluation::of_numbers(loss, [rmse, sum(|errors| errors.absolute) / numbers, r_squared])
            }
        }
    }
}

impl Seen {
    /// Takes in rows of numbers, of which `before` came earlier.
    fn numbers(&mut self, predictions: &[f64], targets: &[f64], before: usize) {
        match self {
            Seen::Labels { right } => {
                let pairs = predictions.iter().zip(targets);
                *right += pairs.filter(|(p, y)| (**p > 0.5) == (**y > 0.5)).count();
            }
            Seen::Numbers(outputs) => {
                let width = outputs.len().max(1);
                let rows = predictions.chunks_exact(width).zip(targets.chunks_exact(width));
                for (number, (predictions, targets)) in (before + 1..).zip(rows) {
                    let values = predictions.iter().zip(targets);
                    for (errors, (p, y)) in outputs.iter_mut().zip(values) {
                        errors.add(*p, *y, number);
                    }
                }
            }
            Seen::Classes { .. } => panic!("accumulator: expected classes, got numbers"),
        }
    }
}

impl Errors {
    /// Takes in row number `number`, counted from 1.
    fn add(&mut self, prediction: f64, target: f64, number: usize) {
        let error = prediction - target;
        self.squares += error * error;
        self.absolute += error.abs();
        let away = target - self.mean;
        self.mean += away / number as f64;
        self.variation += away * (target - self.mean);
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::{Purpose, Stream};

    use super::Accumulator;
    use crate::metrics::{Decision, Evaluation, Predictions};
    use crate::{Loss, Targets};

    /// All at once by the functions for whole slices.
    fn whole(predictions: &[f64], outputs: usize, targets: &Targets<'_>, loss: Loss) -> Evaluation {
        let rows: Vec<usize> = (0..predictions.len() / outputs).collect();
        let decision = Decision::new(targets, outputs, loss);
        Evaluation::new(0.25, &Predictions { values: predictions, outputs, targets, rows: &rows, decision })
    }

    /// The rows from `start` on, at most `count`.
    fn part<'a>(targets: &'a Targets<'_>, start: usize, count: usize) -> Targets<'a> {
        match targets {
            Targets::Classes { count: classes, labels } => {
                let end = labels.len().min(start + count);
                Targets::Classes { count: *classes, labels: labels[start..end].into() }
            }
            Targets::Values { width, values } => {
                let end = values.len().min((start + count) * width);
                Targets::Values { width: *width, values: values[start * width..end].into() }
            }
        }
    }

    #[test]
    fn parts_of_any_size_give_what_the_whole_gives() {
        let mut stream = Stream::new(3, Purpose::Check, 0);
        // Few distinct scores, so that there are ties.
        let mut drawn =
            |count: usize| (0..count).map(|_| stream.next_below(9) as f64 / 8.0).collect::<Vec<_>>();
        let (one, two, three) = (drawn(97), drawn(2 * 97), drawn(3 * 97));
        let binary = Targets::Classes { count: 2, labels: (0..97).map(|row| row * row % 7 % 2).collect() };
        let many = Targets::Classes { count: 3, labels: (0..97).map(|row| row * row % 7 % 3).collect() };
        let values = Targets::Values { width: 2, values: drawn(2 * 97).into() };
        let labels = Targets::Values { width: 2, values: drawn(2 * 97).iter().map(|x| x.round()).collect() };
        for (predictions, outputs, targets, loss) in [
            (&one, 1, &binary, Loss::BinaryCrossEntropy),
            (&one, 1, &binary, Loss::Hinge),
            (&two, 2, &binary, Loss::SquaredError),
            (&three, 3, &many, Loss::SquaredError),
            (&two, 2, &values, Loss::SquaredError),
            (&two, 2, &labels, Loss::BinaryCrossEntropy),
        ] {
            let expected = whole(predictions, outputs, targets, loss);
            for size in [1, 2, 10, 96, 97, 200] {
                let mut metrics = Accumulator::new(&part(targets, 0, 0), outputs, loss);
                for (number, rows) in predictions.chunks(size * outputs).enumerate() {
                    metrics.add(rows, &part(targets, number * size, size));
                }
                assert_eq!(metrics.rows(), 97);
                let found = metrics.finish(0.25);
                assert_eq!(found.confusion, expected.confusion);
                for (found, expected) in found.scores.iter().zip(&expected.scores) {
                    // Sums of 97 numbers below 1, added in another order.
                    let close = (found.value - expected.value).abs() <= 1e-13;
                    assert!(found.name == expected.name && close, "{found:?}, {expected:?}, parts of {size}");
                }
            }
        }
    }

    #[test]
    fn without_rows_there_is_nothing_to_say() {
        let none = Targets::Values { width: 1, values: [].as_slice().into() };
        assert!(Accumulator::new(&none, 1, Loss::SquaredError).finish(0.0).get("rmse").unwrap().is_nan());
    }

    /// Numbers, labels and classes, each with targets for one row and predictions that do not go with them.
    #[test]
    fn parts_of_different_lengths_are_refused() {
        let values = |width: usize, count: usize| Targets::Values { width, values: vec![1.0; count].into() };
        let labels = |count: usize| Targets::Classes { count: 3, labels: vec![1; count].into() };
        let refused = |outputs: usize, loss, predictions: usize, targets: &Targets<'_>| {
            let mut metrics = Accumulator::new(targets, outputs, loss);
            let add = core::panic::AssertUnwindSafe(|| metrics.add(&vec![1.0; predictions], targets));
            std::panic::catch_unwind(add).is_err()
        };
        for loss in [Loss::SquaredError, Loss::BinaryCrossEntropy] {
            assert!(!refused(1, loss, 2, &values(1, 2)) && !refused(2, loss, 2, &values(2, 2)));
            assert!(refused(1, loss, 1, &values(1, 2)), "a target too many");
            assert!(refused(1, loss, 2, &values(1, 1)), "a target too few");
            assert!(refused(2, loss, 3, &values(2, 4)), "half a row of predictions");
            assert!(refused(2, loss, 2, &values(1, 2)), "targets of another width");
        }
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        assert!(!refused(3, loss, 3, &labels(1)));
        assert!(refused(3, loss, 3, &labels(2)) && refused(3, loss, 4, &labels(1)));
    }

    #[test]
    fn equal_targets_leave_nothing_to_explain() {
        let targets = Targets::Values { width: 1, values: vec![0.1; 7].into() };
        let r2 = |predictions: &[f64]| {
            let mut metrics = Accumulator::new(&targets, 1, Loss::SquaredError);
            metrics.add(predictions, &targets);
            metrics.finish(0.0).get("r2")
        };
        assert_eq!((r2(&[0.1; 7]), r2(&[0.2; 7])), (Some(1.0), Some(0.0)));
    }
}
