//! Permutation importance: how much worse a network gets when the values of one column are dealt out anew among the rows.
//!
//! The column keeps its distribution and loses all connection with the answers. Rows are shuffled while a batch is gathered,
//! so that the data are never copied; the memory is that of one batch and one list of row numbers.

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{Scalar, Serial};

use super::batches::{FEATURES, Part};
use super::config::{ClassWeights, TrainingConfig};
use super::evaluate::Judge;
use super::examples::Examples;
use super::fit::check_fit;
use crate::metrics::Evaluation;
use crate::network::{Network, Objective};
use crate::{Error, Loss};

/// What is shuffled, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Shuffling {
    /// The input columns of each group, from 0: those of one group are shuffled together, such as the columns that one
    /// category became. A column may be in several groups.
    pub groups: Vec<Vec<usize>>,
    /// How often each group is shuffled, at least 1; 5 is usual.
    pub repeats: usize,
    /// The seed of the shuffles.
    pub seed: u64,
}

/// The mean of several values and how much they differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, dividing by the number of values; 0 for one.
    pub deviation: f64,
}

/// What shuffling one group changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// By how much the loss grows; about 0 for a group that does not matter, below 0 by chance.
    pub loss: Change,
    /// By how much the most telling metric ([`Evaluation::scores`], the first) changes.
    pub score: Change,
}

/// The importance of each group for a network on these examples, in the order of the groups.
///
/// ```text
/// importance(g) = mean over r of loss(shuffled(g, r)) - loss
/// ```
///
/// Deterministic for a seed: group and repeat choose the shuffle. Of two columns that say the same, each alone seems to
/// matter little, for the network has the other; and a shuffled row may be one that cannot be. Source: Breiman, "Random
/// forests", Machine Learning 45, 2001, section 10; Fisher, Rudin and Dominici, JMLR 20, 2019.
///
/// ```
/// use chainrule::{Examples, Features, Loss, Network, Shuffling, Targets, permutation_importance};
/// let features = Features::Real { width: 2, values: vec![0.0, 5.0, 1.0, 6.0, 2.0, 7.0, 3.0, 9.0].into() };
/// let targets = Targets::Values { width: 1, values: vec![0.0, 1.0, 2.0, 3.0].into() };
/// let examples = Examples::new(features, targets)?;
/// // The answer is the first input and does not look at the second.
/// let network: Network = "2,identity:1".parse()?;
/// let shuffling = Shuffling { groups: vec![vec![0], vec![1]], repeats: 5, seed: 0 };
/// let found = permutation_importance(&network, &[1.0, 0.0, 0.0], Loss::SquaredError, &examples, &shuffling)?;
/// assert!(found[0].loss.mean > 0.0);
/// assert_eq!(found[1].loss.mean, 0.0);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
/// As [`evaluate`](super::evaluate()); [`Error::Examples`] if a group names a column that there is not, and
/// [`Error::InvalidSetting`] if there are no repeats.
pub fn permutation_importance<T: Scalar>(
    network: &Network,
    parameters: &[T],
    loss: Loss,
    examples: &Examples<'_>,
    shuffling: &Shuffling,
) -> Result<Vec<Importance>, Error> {
    check(shuffling, network.inputs())?;
    check_fit(network, loss, examples)?;
    let reduction = Objective::from(loss).reduction;
    let config = TrainingConfig { loss, reduction, ..TrainingConfig::default() };
    let part = Part::new(examples, (0..examples.rows()).collect(), &ClassWeights::Uniform)?;
    let mut judge = Judge::new(network, &config, 1)?;
    let plain = judge.evaluate(&mut Serial, parameters, &part)?;
    let importance = |(number, columns): (usize, &Vec<usize>)| {
        let shuffled = (0..shuffling.repeats).map(|repeat| {
            let index = (number * shuffling.repeats + repeat) as u64;
            let order = Stream::new(shuffling.seed, Purpose::Importance, index).permutation(examples.rows());
            let shuffled = Shuffled { columns, order: &order };
            judge.evaluate_changed(&mut Serial, parameters, &part, |rows, inputs| {
                shuffled.replace(examples, rows, inputs.slot_mut(FEATURES));
            })
        });
        Ok(compare(&plain, &shuffled.collect::<Result<Vec<_>, Error>>()?))
    };
    shuffling.groups.iter().enumerate().map(importance).collect()
}

fn check(shuffling: &Shuffling, width: usize) -> Result<(), Error> {
    if let Some(column) = shuffling.groups.iter().flatten().find(|column| **column >= width) {
        let detail = format!("importance: expected columns below {width}, got {column}");
        return Err(Error::Examples { detail });
    }
    match shuffling.repeats {
        0 => Err(Error::InvalidSetting {
            owner: "importance",
            setting: "repeats",
            expected: "at least 1",
            got: 0.0,
        }),
        _ => Ok(()),
    }
}

/// The columns whose values come from other rows: row `i` gets those of row `order[i]`.
struct Shuffled<'a> {
    columns: &'a [usize],
    order: &'a [usize],
}

impl Shuffled<'_> {
    /// Overwrites the columns in a batch `[rows, width]` by those of the rows that the shuffle gives.
    fn replace<T: Scalar>(&self, examples: &Examples<'_>, rows: &[usize], batch: &mut [T]) {
        let width = examples.features().width();
        let others: Vec<usize> = rows.iter().map(|row| self.order[*row]).collect();
        let mut values = vec![T::ZERO; batch.len()];
        examples.features().gather(&others, &mut values);
        for (row, other) in batch.chunks_exact_mut(width).zip(values.chunks_exact(width)) {
            self.columns.iter().for_each(|column| row[*column] = other[*column]);
        }
    }
}

fn compare(plain: &Evaluation, shuffled: &[Evaluation]) -> Importance {
    let score = |evaluation: &Evaluation| evaluation.scores.first().map_or(f64::NAN, |score| score.value);
    let losses: Vec<f64> = shuffled.iter().map(|evaluation| evaluation.loss - plain.loss).collect();
    let scores: Vec<f64> = shuffled.iter().map(|evaluation| score(evaluation) - score(plain)).collect();
    Importance { loss: change(&losses), score: change(&scores) }
}

fn change(values: &[f64]) -> Change {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Change { mean, deviation: (squares / count).sqrt() }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::{Purpose, Stream};

    use super::{Shuffling, permutation_importance};
    use crate::{Examples, Features, Loss, Network, Targets, evaluate};

    const ROWS: usize = 600;

    fn features() -> Vec<f64> {
        let stream = Stream::new(3, Purpose::Data, 0);
        (0..ROWS as u64 * 4).map(|at| stream.normal_at(at)).collect()
    }

    fn examples(values: &[f64]) -> Examples<'_> {
        let labels: Vec<u32> = (0..ROWS).map(|row| (row % 3) as u32).collect();
        let features = Features::Real { width: 4, values: values.into() };
        Examples::new(features, Targets::Classes { count: 3, labels: labels.into() }).unwrap()
    }

    /// Against data that are really shuffled, over more rows than are judged at once.
    #[test]
    fn it_is_the_difference_to_data_that_are_copied_and_shuffled() {
        let network: Network = "4,tanh:5,softmax:3".parse().unwrap();
        let params = network.initialise::<f64>(1).unwrap();
        let values = features();
        let examples_as_given = examples(&values);
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        let shuffling = Shuffling { groups: vec![vec![0], vec![1, 3]], repeats: 2, seed: 9 };
        let found =
            permutation_importance(&network, params.values(), loss, &examples_as_given, &shuffling).unwrap();
        let plain = evaluate(&network, params.values(), loss, &examples_as_given).unwrap();
        for (number, columns) in shuffling.groups.iter().enumerate() {
            let naive = |repeat: u64| {
                let index = number as u64 * 2 + repeat;
                let order = Stream::new(9, Purpose::Importance, index).permutation(ROWS);
                let mut copied = values.clone();
                for (row, other) in order.iter().enumerate() {
                    columns.iter().for_each(|column| copied[row * 4 + column] = values[other * 4 + column]);
                }
                let shuffled = evaluate(&network, params.values(), loss, &examples(&copied)).unwrap();
                (shuffled.loss - plain.loss, shuffled.scores[0].value - plain.scores[0].value)
            };
            let (first, second) = (naive(0), naive(1));
            assert_eq!(found[number].loss.mean, (first.0 + second.0) / 2.0);
            assert_eq!(found[number].score.mean, (first.1 + second.1) / 2.0);
            let deviation = (first.0 - second.0).abs() / 2.0;
            // A square and a root round.
            assert!((found[number].loss.deviation - deviation).abs() < 1e-12);
        }
    }

    #[test]
    fn a_column_that_is_not_looked_at_does_not_matter_at_all() {
        let network: Network = "4,softmax:3:no_bias".parse().unwrap();
        let weights = [1.0, 0.0, 2.0, 0.0, -1.0, 0.0, 0.5, 0.0, 0.3, 0.0, 1.0, 0.0];
        let values = features();
        let shuffling = Shuffling { groups: vec![vec![1, 3], vec![2]], repeats: 3, seed: 0 };
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        let found = permutation_importance(&network, &weights, loss, &examples(&values), &shuffling).unwrap();
        assert_eq!((found[0].loss.mean, found[0].loss.deviation), (0.0, 0.0));
        assert!(found[1].loss.deviation > 0.0);
    }

    #[test]
    fn what_cannot_be_shuffled_is_refused() {
        let network: Network = "4,softmax:3:no_bias".parse().unwrap();
        let values = features();
        let refused = |groups: Vec<Vec<usize>>, repeats| {
            let shuffling = Shuffling { groups, repeats, seed: 0 };
            let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
            permutation_importance(&network, &[0.0; 12], loss, &examples(&values), &shuffling)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(refused(vec![vec![4]], 1), @"examples: importance: expected columns below 4, got 4");
        insta::assert_snapshot!(refused(vec![vec![0]], 0),
            @"importance: `repeats` is out of range; expected at least 1, got 0");
    }
}
