//! The smallest training program: a network of eight hidden units learns exclusive or.
//!
//! Run it with `cargo run --release --example 01_xor`.

use chainrule::{Examples, Features, Loss, Network, Predictor, Targets, Trainer, TrainingConfig};

fn main() -> Result<(), chainrule::Error> {
    // Four rows of two numbers each, one after another, and a class for each row.
    let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
    let xor = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;

    // Two inputs, eight hidden units, and one output: the probability of class 1.
    let network: Network = "2,tanh:8,sigmoid:1".parse()?;
    println!("{network}\n");

    // What is not set here is Adam in batches of 32, with seed 0: every run prints the same numbers.
    let config = TrainingConfig {
        loss: Loss::BinaryCrossEntropy,
        learning_rate: Some(0.05),
        epochs: 300,
        ..TrainingConfig::default()
    };
    let loss = config.loss;
    let trained = Trainer::<f32>::new(&network, &xor, config)?.train()?;
    for epoch in trained.history.epochs.iter().filter(|epoch| epoch.epoch % 60 == 0) {
        println!("epoch {:3}: loss {:.5}", epoch.epoch, epoch.training_loss);
    }

    let mut predictor = Predictor::new(&network, loss)?;
    let probabilities = predictor.predict(trained.params.values(), xor.features())?;
    for (row, probability) in ["0 xor 0", "0 xor 1", "1 xor 0", "1 xor 1"].iter().zip(probabilities) {
        println!("{row} is 1 with probability {probability:.3}");
    }
    Ok(())
}
