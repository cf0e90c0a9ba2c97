//! How sure is an accuracy? A hundred networks, ten seeds for each of ten folds of the iris flowers, trained at once.
//!
//! One network tells what one seed and one split happened to give. A hundred tell the mean, and how far chance moves it.
//! They are trained sixteen at a time in the lanes of vector registers, each with the bits that it would get alone.
//! Run it with `cargo run --release --example 11_many_networks`.

use std::error::Error;

use chainrule::engine::Pool;
use chainrule::{
    Examples, Features, Network, Targets, Trained, Trainer, TrainingConfig, available_threads, folds,
    train_many, train_many_on,
};
use chainrule_data::{Dataset, Scaling, Target, builtin};

const FOLDS: usize = 10;
const SEEDS: u64 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let iris = builtin::iris()?;
    let network: Network = "4,tanh:16,softmax:3".parse()?;
    // Each fold is scaled by its own training rows: what is judged by was never looked at.
    let splits = folds(&examples(&iris, &Scaling::identity(iris.width()))?, FOLDS, 0);
    let parts = splits.iter().map(|split| {
        let (training, held_out) = (iris.select(&split.training)?, iris.select(&split.validation)?);
        let rows: Vec<usize> = (0..training.rows()).collect();
        let scaling = Scaling::fit(training.features(), &rows)?;
        Ok((examples(&training, &scaling)?, examples(&held_out, &scaling)?))
    });
    let parts = parts.collect::<Result<Vec<_>, Box<dyn Error>>>()?;

    let mut trainers = Vec::new();
    for (training, held_out) in &parts {
        for seed in 0..SEEDS {
            let config =
                TrainingConfig { seed, learning_rate: Some(0.01), epochs: 30, ..TrainingConfig::default() };
            trainers.push(Trainer::<f32>::new(&network, training, config)?.with_validation(held_out)?);
        }
    }
    let alone = trainers[42].clone().train()?;
    let trained = train_many_on(trainers, &mut Pool::new(available_threads()))?;
    assert_eq!(trained[42], alone, "the same bits as alone");

    let accuracies: Vec<f64> = trained.iter().filter_map(accuracy).collect();
    let (mean, deviation) = mean_and_deviation(&accuracies);
    println!("{} networks: accuracy {mean:.4}, deviation {deviation:.4}", trained.len());
    let by_fold: Vec<f64> =
        accuracies.chunks(SEEDS as usize).map(|fold| mean_and_deviation(fold).0).collect();
    println!("of which between folds, the mean of their seeds: {:.4}", mean_and_deviation(&by_fold).1);

    // The same for a setting: which learning rate? One call, one fold, a rate for each lane.
    let (training, held_out) = &parts[0];
    let rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1];
    let with_rate = |rate| {
        let config = TrainingConfig { learning_rate: Some(rate), epochs: 30, ..TrainingConfig::default() };
        Trainer::<f32>::new(&network, training, config)?.with_validation(held_out)
    };
    let trained = train_many(rates.into_iter().map(with_rate).collect::<Result<_, _>>()?)?;
    println!("learning rate, loss of the flowers held out:");
    for (rate, trained) in rates.iter().zip(&trained) {
        let loss = trained.history.epochs.last().map_or(f64::INFINITY, |epoch| epoch.judged_loss());
        println!("{rate:>8} {loss:.4}");
    }
    Ok(())
}

/// The share of right answers on what was held out, after the last epoch.
fn accuracy(trained: &Trained<f32>) -> Option<f64> {
    Some(trained.history.epochs.last()?.validation_score.as_ref()?.value)
}

/// The mean, and the standard deviation of a sample.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (values.len() - 1) as f64).sqrt())
}

/// The rows of a table as a network takes them: numbers scaled, targets as class numbers.
fn examples(table: &Dataset, scaling: &Scaling) -> Result<Examples<'static>, Box<dyn Error>> {
    let rows: Vec<usize> = (0..table.rows()).collect();
    let mut values = vec![0.0; table.rows() * table.width()];
    table.features().copy_rows_f64(&rows, &mut values);
    scaling.apply_f64(&mut values);
    let features = Features::Real { width: table.width(), values: values.into() };
    let Target::Classes { names, labels, .. } = table.target().clone() else {
        return Err("iris has classes".into());
    };
    Ok(Examples::new(features, Targets::Classes { count: names.len(), labels: labels.into() })?)
}
