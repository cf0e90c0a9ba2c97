//! Two hidden neurons tell ones from sevens: a lesson's unfinished listing, finished.
//!
//! The lesson loads the ones and sevens of MNIST, scales pixels by mean 0.1307 and deviation 0.3081, makes a 784-2-1 net of
//! sigmoids with standard normal parameters, prints an accuracy of about one half, and stops before the training that its
//! text derives: batch gradient descent, learning rate 0.01, 4 epochs. Here it is, with what one tries next.
//!
//! ```text
//! cargo run --release --example 08_neuron_mnist_1_versus_7
//! ```

use std::time::Instant;

use chainrule::optimizers::Sgd;
use chainrule::{Error, Examples, Features, Initializer, Loss, Network, Targets, Trainer, TrainingConfig};
use chainrule_data::{Dataset, Target, builtin};

/// Ones (class 0) and sevens (class 1) with scaled pixels.
fn ones_and_sevens(digits: &Dataset) -> Result<Examples<'static>, Box<dyn std::error::Error>> {
    let (pixels, target) = digits.only_classes(&["1", "7"])?.into_parts();
    let Target::Classes { labels, .. } = target else { return Err("digits are classes".into()) };
    let rows = (0..pixels.rows()).flat_map(|row| pixels.row(row));
    let values: Vec<f64> = rows.map(|pixel| (pixel - 0.1307) / 0.3081).collect();
    let features = Features::Real { width: 784, values: values.into() };
    Ok(Examples::new(features, Targets::Classes { count: 2, labels: labels.into() })?)
}

/// How a net starts and how it is trained.
struct Attempt {
    title: &'static str,
    /// `None` is the library's own start.
    start: Option<Initializer>,
    learning_rate: f64,
    /// `None` is the whole batch.
    batch_size: Option<usize>,
    epochs: usize,
}

const STANDARD_NORMAL: Initializer = Initializer::Normal { deviation: 1.0 };

const ATTEMPTS: [Attempt; 5] = [
    Attempt {
        title: "the lesson's settings: whole batch, rate 0.01, 4 epochs",
        start: Some(STANDARD_NORMAL),
        learning_rate: 0.01,
        batch_size: None,
        epochs: 4,
    },
    Attempt {
        title: "the same with 100 epochs at rate 1",
        start: Some(STANDARD_NORMAL),
        learning_rate: 1.0,
        batch_size: None,
        epochs: 100,
    },
    Attempt {
        title: "the lesson's start, batches of 32, rate 0.1",
        start: Some(STANDARD_NORMAL),
        learning_rate: 0.1,
        batch_size: Some(32),
        epochs: 4,
    },
    Attempt {
        title: "small weights (Glorot), whole batch, rate 0.1, 100 epochs",
        start: None,
        learning_rate: 0.1,
        batch_size: None,
        epochs: 100,
    },
    Attempt {
        title: "small weights (Glorot), batches of 32, rate 0.01",
        start: None,
        learning_rate: 0.01,
        batch_size: Some(32),
        epochs: 4,
    },
];

impl Attempt {
    fn network(&self) -> Result<Network, Error> {
        let network: Network = "784,sigmoid:2,sigmoid:1".parse()?;
        Ok(match self.start {
            Some(rule) => network.with_initializer(rule).with_bias_initializer(rule),
            None => network,
        })
    }

    fn config(&self, rows: usize) -> TrainingConfig {
        TrainingConfig {
            loss: Loss::BinaryCrossEntropy,
            optimizer: Sgd::default().into(),
            learning_rate: Some(self.learning_rate),
            epochs: self.epochs,
            batch_size: self.batch_size.unwrap_or(rows),
            ..TrainingConfig::default()
        }
    }

    /// Trains and prints one line.
    fn run(&self, training: &Examples<'_>, test: &Examples<'_>) -> Result<(), Error> {
        let network = self.network()?;
        let accuracy = |parameters: &[f32]| {
            let evaluation = chainrule::evaluate(&network, parameters, Loss::BinaryCrossEntropy, test)?;
            Ok::<f64, Error>(evaluation.get("accuracy").unwrap_or(f64::NAN))
        };
        let before = accuracy(network.initialise::<f32>(0)?.values())?;
        let started = Instant::now();
        let trainer = Trainer::<f32>::new(&network, training, self.config(training.rows()))?;
        let trained = trainer.train()?;
        let seconds = started.elapsed().as_secs_f64();
        let after = accuracy(trained.params.values())?;
        println!("{:<58} {before:>7.3} {after:>7.3} {:>6} {seconds:>6.2} s", self.title, trained.steps);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mnist = builtin::mnist()?;
    let test = mnist.test.ok_or("MNIST has digits to test on")?;
    let (training, test) = (ones_and_sevens(&mnist.train)?, ones_and_sevens(&test)?);
    println!("{} ones and sevens to learn from, {} to test on\n", training.rows(), test.rows());
    println!("{:<58} {:>7} {:>7} {:>6} {:>8}", "", "before", "after", "steps", "time");
    for attempt in &ATTEMPTS {
        attempt.run(&training, &test)?;
    }
    println!(
        "\nStandard normal weights sum 784 pixels to a deviation of 28: both sigmoids start flat, and hardly learn."
    );
    Ok(())
}
