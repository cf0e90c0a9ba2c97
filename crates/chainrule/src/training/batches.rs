//! From examples to the input buffers of a plan, and how much each example counts.

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{Inputs, Scalar};

use super::config::{ClassWeights, Order};
use super::examples::{Examples, Targets};
use crate::Error;

/// The input slots of training and evaluation graphs.
pub(super) const FEATURES: usize = 0;
pub(super) const TARGETS: usize = 1;
pub(super) const WEIGHTS: usize = 2;

/// Some rows of some examples, with their weights.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) examples: &'a Examples<'a>,
    pub(super) rows: Vec<usize>,
    class_weights: Option<Vec<f64>>,
}

impl<'a> Part<'a> {
    /// The rows of a part, counted as the classes' weights say.
    ///
    /// # Errors
    /// [`Error::Examples`] if there are not as many class weights as classes, or one is not a finite number of at least 0.
    pub(super) fn new(
        examples: &'a Examples<'a>,
        rows: Vec<usize>,
        class_weights: &ClassWeights,
    ) -> Result<Self, Error> {
        let class_weights = match (class_weights, examples.targets()) {
            (ClassWeights::Uniform, _) => None,
            (ClassWeights::Balanced, Targets::Classes { count, labels }) => {
                Some(balanced(&rows, labels, *count))
            }
            (ClassWeights::Given(weights), Targets::Classes { count, .. }) => Some(given(weights, *count)?),
            (_, Targets::Values { .. }) => {
                return Err(Error::Examples {
                    detail: "expected classes for class weights, got numbers".into(),
                });
            }
        };
        Ok(Part { examples, rows, class_weights })
    }

    /// Whether some example counts more than another.
    pub(super) fn is_weighted(&self) -> bool {
        self.class_weights.is_some() || self.examples.weights().is_some()
    }

    /// How much a row counts.
    pub(super) fn weight(&self, row: usize) -> f64 {
        let of_class = match (&self.class_weights, self.examples.targets()) {
            (Some(weights), Targets::Classes { labels, .. }) => weights[labels[row] as usize],
            _ => 1.0,
        };
        of_class * self.examples.weight(row)
    }

    /// How much several rows count together.
    pub(super) fn total_weight(&self, rows: &[usize]) -> f64 {
        if self.is_weighted() { rows.iter().map(|row| self.weight(*row)).sum() } else { rows.len() as f64 }
    }

    /// Writes rows into the inputs of a plan, targets as `target_width` numbers each (0: one index).
    pub(super) fn fill<T: Scalar>(&self, rows: &[usize], target_width: usize, inputs: &mut Inputs<'_, T>) {
        self.examples.features().gather(rows, inputs.slot_mut(FEATURES));
        let targets = inputs.slot_mut(TARGETS);
        if !targets.is_empty() {
            self.examples.targets().gather(rows, target_width, targets);
        }
        let weights = inputs.slot_mut(WEIGHTS);
        weights.iter_mut().zip(rows).for_each(|(out, row)| *out = T::from_f64(self.weight(*row)));
    }
}

fn balanced(rows: &[usize], labels: &[u32], count: usize) -> Vec<f64> {
    let mut of_class = vec![0.0f64; count];
    rows.iter().for_each(|row| of_class[labels[*row] as usize] += 1.0);
    of_class.iter().map(|n| rows.len() as f64 / (count as f64 * n.max(1.0))).collect()
}

fn given(weights: &[f64], count: usize) -> Result<Vec<f64>, Error> {
    if weights.len() != count {
        return Err(Error::Examples {
            detail: format!("expected {count} class weights, got {}", weights.len()),
        });
    }
    match weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        Some(class) => {
            let got = weights[class];
            let detail = format!("class {class}: expected a finite weight of at least 0, got {got}");
            Err(Error::Examples { detail })
        }
        None => Ok(weights.to_vec()),
    }
}

/// Writes the rows of a part, given in ascending order, in the order of an epoch, counted from 0.
pub(super) fn order_rows(ascending: &[usize], rows: &mut [usize], order: Order, (seed, epoch): (u64, u64)) {
    rows.copy_from_slice(ascending);
    if order == Order::Shuffled {
        Stream::new(seed, Purpose::Shuffle, epoch).shuffle(rows);
    }
}
