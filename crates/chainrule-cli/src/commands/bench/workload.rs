//! What is trained: five networks from tiny to large, and the formula of their cost.
//!
//! With weights W in all, batch B, `n` inputs and `h` units in the first layer, a step costs
//!
//! ```text
//! flops = 6 W B - 2 n h B
//! ```
//!
//! : three products of two flops a weight and row (forward, gradient of the weights, gradient of the inputs), of which the
//! first layer needs no gradient of its inputs. Biases, activations, loss and optimizer are not counted.
//! Must not know: clocks, how a result is shown.

use std::borrow::Cow;

use chainrule::engine::random::{Purpose, Stream};
use chainrule::optimizers::{Adam, Optimizer, Sgd};
use chainrule::{Activation, Examples, Features, Loss, Network, Targets, TrainingConfig};
use chainrule_data as data;

/// A network with the data and settings that it is trained with: softmax and cross-entropy of class numbers, `f32`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Workload {
    /// What it is called.
    pub(super) name: String,
    /// Inputs, hidden units, classes.
    pub(super) widths: Vec<usize>,
    /// Of the hidden layers.
    pub(super) activation: Activation,
    /// Examples of a step; divides `rows`.
    pub(super) batch: usize,
    /// With its default settings.
    pub(super) optimizer: Optimizer,
    /// Constant.
    pub(super) learning_rate: f64,
    /// Examples of an epoch.
    pub(super) rows: usize,
    /// Epochs that are timed together, so that a block is long enough for the clock.
    pub(super) epochs_per_block: usize,
    /// What the examples are.
    pub(super) data: Data,
}

/// Where examples come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// Normal numbers and random classes, of a fixed seed.
    Synthetic,
    /// The first rows of MNIST, as bytes.
    Mnist,
}

impl Data {
    /// The name that reports and peers know.
    pub(super) fn name(self) -> &'static str {
        match self {
            Data::Synthetic => "synthetic",
            Data::Mnist => "mnist",
        }
    }
}

impl Workload {
    /// The five networks of the suite, smallest first.
    pub(super) fn all() -> Vec<Workload> {
        vec![
            Workload {
                activation: Activation::Sigmoid,
                epochs_per_block: 20,
                ..Workload::new("iris", &[4, 50, 20, 10, 3], 2, 150)
            },
            Workload { epochs_per_block: 10, ..Workload::new("tab", &[32, 64, 64, 10], 64, 6400) }
                .with_adam(),
            Workload::new("mnist-small", &[784, 128, 10], 32, 60_000).with_mnist(),
            Workload::new("mnist-mid", &[784, 512, 512, 10], 128, 12_800).with_mnist().with_adam(),
            Workload::new("large", &[1024, 2048, 2048, 1000], 512, 2048),
        ]
    }

    /// A network of rectified units on synthetic data, by plain gradient descent.
    pub(super) fn new(name: &str, widths: &[usize], batch: usize, rows: usize) -> Workload {
        Workload {
            name: name.to_owned(),
            widths: widths.to_vec(),
            activation: Activation::Relu,
            batch,
            optimizer: Sgd::default().into(),
            learning_rate: 0.01,
            rows,
            epochs_per_block: 1,
            data: Data::Synthetic,
        }
    }

    fn with_adam(self) -> Workload {
        Workload { optimizer: Adam::default().into(), learning_rate: 1e-3, ..self }
    }

    fn with_mnist(self) -> Workload {
        Workload { data: Data::Mnist, ..self }
    }

    /// The widths as one writes them: `784-128-10`.
    pub(super) fn shape(&self) -> String {
        self.widths.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
    }

    /// The network, with initial weights by the library's rules.
    pub(super) fn network(&self) -> Network {
        let (inputs, rest) = self.widths.split_first().unwrap_or((&0, &[]));
        let (classes, hidden) = rest.split_last().unwrap_or((&0, &[]));
        Network::new(*inputs).hidden(hidden, self.activation).dense(*classes, Activation::Softmax)
    }

    /// The settings: shuffled every epoch, and more epochs than anyone waits for.
    pub(super) fn config(&self) -> TrainingConfig {
        TrainingConfig {
            loss: Loss::CrossEntropy { label_smoothing: 0.0 },
            optimizer: self.optimizer,
            learning_rate: Some(self.learning_rate),
            epochs: 100_000_000,
            batch_size: self.batch,
            ..TrainingConfig::default()
        }
    }

    /// The examples; `mnist` is borrowed, not copied.
    ///
    /// # Errors
    /// If the data do not fit, which is a fault of ours.
    pub(super) fn examples<'a>(&self, mnist: &'a data::Dataset) -> Result<Examples<'a>, chainrule::Error> {
        match (self.data, mnist.features(), mnist.target()) {
            (
                Data::Mnist,
                data::Features::Bytes { values, divisor, width },
                data::Target::Classes { labels, .. },
            ) => {
                let values = Cow::Borrowed(&values[..self.rows * width]);
                let features = Features::Bytes { width: *width, values, divisor: f64::from(*divisor) };
                Examples::new(
                    features,
                    Targets::Classes { count: 10, labels: Cow::Borrowed(&labels[..self.rows]) },
                )
            }
            _ => self.synthetic(),
        }
    }

    fn synthetic(&self) -> Result<Examples<'static>, chainrule::Error> {
        let (width, count) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let mut values = vec![0.0; self.rows * width];
        Stream::new(0, Purpose::Data, 0).fill_normal(0, &mut values);
        let mut stream = Stream::new(0, Purpose::Data, 1);
        let labels: Vec<u32> = (0..self.rows).map(|_| stream.next_below(count as u64) as u32).collect();
        let features = Features::Real { width, values: values.into() };
        Examples::new(features, Targets::Classes { count, labels: labels.into() })
    }

    /// Steps of an epoch.
    pub(super) fn steps_per_epoch(&self) -> usize {
        self.rows.div_ceil(self.batch)
    }

    /// Multiplications and additions of a step.
    pub(super) fn flops(&self) -> f64 {
        let products = self.widths.windows(2).map(|pair| pair[0] * pair[1]);
        let weights: usize = products.clone().sum();
        let first = products.take(1).sum::<usize>();
        ((6 * weights - 2 * first) * self.batch) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::Workload;

    #[test]
    fn every_epoch_has_whole_batches_so_that_all_sides_do_the_same_work() {
        for workload in Workload::all() {
            assert_eq!(workload.rows % workload.batch, 0, "{}", workload.name);
        }
    }

    #[test]
    fn the_first_layer_costs_two_products_and_the_others_three() {
        assert_eq!(Workload::new("one", &[3, 2], 5, 5).flops(), (4 * 6 * 5) as f64);
        assert_eq!(Workload::new("two", &[3, 2, 7], 5, 5).flops(), ((4 * 6 + 6 * 14) * 5) as f64);
    }
}
