//! [`Evaluator`]: the loss of examples that come part by part.

use chainrule_engine::{Scalar, Serial};

use super::batches::Part;
use super::config::{ClassWeights, TrainingConfig};
use super::evaluate::Judge;
use super::examples::Examples;
use super::fit::check_fit;
use crate::Error;
use crate::network::{Network, Objective};

/// The loss of a network on examples that come part by part, in memory that does not grow with them.
///
/// Gives the predictions of each part as well, from which an [`Accumulator`](crate::metrics::Accumulator) makes the metrics, in
/// the unit that the caller chooses. [`evaluate`](super::evaluate()) does both for examples that are in memory.
///
/// ```
/// use chainrule::{Evaluator, Examples, Features, Loss, Network, Targets};
/// let network: Network = "1,identity:1:no_bias".parse()?;
/// let part = |x: f64, y: f64| {
///     let features = Features::Real { width: 1, values: vec![x].into() };
///     Examples::new(features, Targets::Values { width: 1, values: vec![y].into() })
/// };
/// let mut evaluator = Evaluator::<f64>::new(&network, Loss::SquaredError)?;
/// assert_eq!(evaluator.add(&[2.0], &part(3.0, 5.0)?)?, [6.0]);
/// evaluator.add(&[2.0], &part(1.0, 5.0)?)?;
/// assert_eq!(evaluator.loss(), (1.0 + 9.0) / 2.0);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Evaluator<T> {
    network: Network,
    judge: Judge<T>,
    objective: Objective,
    /// The sum of the losses, and what it is to be divided by.
    total: f64,
    divisor: f64,
    predictions: Vec<f64>,
}

impl<T: Scalar> Evaluator<T> {
    /// Compiles the loss of a network.
    ///
    /// # Errors
    /// [`Error::OutputActivation`] if the loss does not go with the network; as [`Network::check`].
    pub fn new(network: &Network, objective: impl Into<Objective>) -> Result<Self, Error> {
        let objective = objective.into();
        objective.check(network)?;
        let Objective { loss, reduction } = objective;
        let config = TrainingConfig { loss, reduction, ..TrainingConfig::default() };
        let judge = Judge::new(network, &config, 1)?;
        let network = network.clone();
        Ok(Evaluator { network, judge, objective, total: 0.0, divisor: 0.0, predictions: Vec::new() })
    }

    /// Takes in more examples; gives their predictions, `[rows, outputs]`.
    ///
    /// # Errors
    /// [`Error::Examples`] if the examples do not go with the network and its loss, or there are none; [`Error::Engine`] if
    /// there are too few parameters.
    pub fn add(&mut self, parameters: &[T], examples: &Examples<'_>) -> Result<&[f64], Error> {
        check_fit(&self.network, self.objective.loss, examples)?;
        let part = Part::new(examples, (0..examples.rows()).collect(), &ClassWeights::Uniform)?;
        self.predictions.clear();
        self.total += self.judge.sum(&mut Serial, parameters, (&part, |_, _| ()), &mut self.predictions)?;
        self.divisor += self.judge.divisor(&part);
        Ok(&self.predictions)
    }

    /// The mean loss of all examples so far, where a sum was asked for as well; NaN if there were none.
    pub fn loss(&self) -> f64 {
        self.total / self.divisor
    }
}

#[cfg(test)]
mod tests {
    use super::Evaluator;
    use crate::{Examples, Features, Loss, Network, Objective, Reduction, Targets, evaluate};

    /// The rows from `start` on, at most `count` of 20.
    fn examples(start: usize, count: usize) -> Examples<'static> {
        let rows = start..(start + count).min(20);
        let features =
            Features::Real { width: 2, values: rows.clone().flat_map(|x| [x as f64, -0.5]).collect() };
        let targets =
            Targets::Classes { count: 3, labels: rows.clone().map(|row| row as u32 * 7 % 3).collect() };
        let weights: Vec<f64> = rows.map(|row| 1.0 + row as f64 % 3.0).collect();
        Examples::new(features, targets).unwrap().with_weights(weights).unwrap()
    }

    #[test]
    fn parts_of_any_size_have_the_loss_of_the_whole() {
        let network: Network = "2,tanh:4,softmax:3".parse().unwrap();
        let params = network.initialise::<f64>(1).unwrap();
        for (loss, reduction) in [
            (Loss::CrossEntropy { label_smoothing: 0.1 }, Reduction::Mean),
            (Loss::SquaredError, Reduction::Mean),
            (Loss::SquaredError, Reduction::Sum),
        ] {
            let objective = Objective { loss, reduction };
            let whole = evaluate(&network, params.values(), objective, &examples(0, 20)).unwrap().loss;
            for size in [1, 3, 20] {
                let mut evaluator = Evaluator::new(&network, objective).unwrap();
                let mut predictions = 0;
                for start in (0..20).step_by(size) {
                    predictions += evaluator.add(params.values(), &examples(start, size)).unwrap().len();
                }
                assert_eq!(predictions, 60);
                // Twenty terms of about 1, added in another order.
                assert!((evaluator.loss() - whole).abs() < 1e-14, "{loss} in parts of {size}");
            }
        }
    }

    #[test]
    fn examples_of_another_network_are_refused() {
        let network: Network = "3,softmax:3".parse().unwrap();
        let mut evaluator =
            Evaluator::<f32>::new(&network, "cross_entropy".parse::<Loss>().unwrap()).unwrap();
        insta::assert_snapshot!(evaluator.add(&[0.0; 12], &examples(0, 4)).unwrap_err(), @"examples: expected 3 features, got 2");
        assert!(evaluator.loss().is_nan());
    }
}
