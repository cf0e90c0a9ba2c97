//! A network learns a function of two variables from samples, at any depth and width.
//!
//! First three pictures: the surface, the samples, and what a network of two hidden layers makes of them while it learns.
//! Then a sweep: the error on other samples for each depth and width, as a share of the surface's variance.
//!
//! ```text
//! cargo run --release --example 07_universal_approximation
//! ```

use chainrule::engine::random::{Purpose, Stream};
use chainrule::schedules::{Cosine, Schedule};
use chainrule::{
    Activation, Error, Examples, Features, Loss, Network, Predictor, Reduction, Targets, Trainer,
    TrainingConfig,
};
use chainrule_data::Target;
use chainrule_data::builtin::{Points, RandomSource, surface, surface_height};

/// Points of a picture in each direction.
const COLUMNS: usize = 48;
const ROWS: usize = 20;
/// From low to high.
const SHADES: &[u8] = b" .:-=+*#%@";

/// The library's random numbers for the generator of data.
struct Numbers(Stream);

impl RandomSource for Numbers {
    fn uniform(&mut self) -> f64 {
        self.0.next_uniform()
    }

    fn normal(&mut self) -> f64 {
        self.0.next_normal()
    }
}

/// Random places of the square with their heights.
fn samples(rows: usize, seed: u64) -> Result<Examples<'static>, Box<dyn std::error::Error>> {
    let mut source = Numbers(Stream::new(seed, Purpose::Data, 0));
    let (features, target) = surface(Points { rows, noise: 0.0 }, &mut source)?.into_parts();
    let Target::Values { values: heights, .. } = target else {
        return Err("the surface is a regression".into());
    };
    let places: Vec<f64> = (0..rows).flat_map(|row| features.row(row)).collect();
    let features = Features::Real { width: 2, values: places.into() };
    Ok(Examples::new(features, Targets::Values { width: 1, values: heights.into() })?)
}

fn network(depth: usize, width: usize) -> Network {
    Network::new(2).hidden(&vec![width; depth], Activation::Tanh).dense(1, Activation::Identity)
}

fn train(network: &Network, examples: &Examples<'_>, epochs: usize) -> Result<Vec<f32>, Error> {
    let config = TrainingConfig {
        loss: Loss::SquaredError,
        reduction: Reduction::Mean,
        learning_rate: Some(0.02),
        schedule: Schedule::Cosine(Cosine::default()),
        epochs,
        ..TrainingConfig::default()
    };
    let trained = Trainer::<f32>::new(network, examples, config)?.train()?;
    Ok(trained.params.values().to_vec())
}

/// The places of a picture, row by row from the top.
fn places() -> Vec<[f64; 2]> {
    let along = |index: usize, count: usize| 2.0 * (index as f64 + 0.5) / count as f64 - 1.0;
    (0..ROWS * COLUMNS)
        .map(|place| [along(place % COLUMNS, COLUMNS), -along(place / COLUMNS, ROWS)])
        .collect()
}

/// Heights from -1.2 to 1.2 as shades, one line for each row.
fn picture(heights: &[f64]) -> Vec<String> {
    let shade = |height: &f64| {
        let step = (height + 1.2) / 2.4 * SHADES.len() as f64;
        char::from(SHADES[(step.max(0.0) as usize).min(SHADES.len() - 1)])
    };
    heights.chunks(COLUMNS).map(|row| row.iter().map(shade).collect()).collect()
}

fn side_by_side(left: (&str, Vec<String>), right: (&str, Vec<String>)) {
    println!("\n{:<COLUMNS$}   {}", left.0, right.0);
    for (left, right) in left.1.iter().zip(&right.1) {
        println!("{left:<COLUMNS$} | {right}");
    }
}

/// What the network answers at the places of a picture.
fn answers(network: &Network, parameters: &[f32]) -> Result<Vec<f64>, Error> {
    let features = Features::Real { width: 2, values: places().concat().into() };
    let answers = Predictor::<f32>::new(network, Loss::SquaredError)?.predict(parameters, &features)?;
    Ok(answers.into_iter().map(f64::from).collect())
}

/// Where the samples lie, `o` in an empty square.
fn sample_picture(examples: &Examples<'_>) -> Vec<String> {
    let mut rows = vec![vec![' '; COLUMNS]; ROWS];
    if let Features::Real { values, .. } = examples.features() {
        let index = |x: f64, count: usize| (((x + 1.0) / 2.0 * count as f64) as usize).min(count - 1);
        values.chunks(2).for_each(|place| rows[index(-place[1], ROWS)][index(place[0], COLUMNS)] = 'o');
    }
    rows.into_iter().map(|row| row.into_iter().collect()).collect()
}

fn pictures(training: &Examples<'_>) -> Result<(), Error> {
    let truth: Vec<f64> = places().iter().map(|[x, y]| surface_height(*x, *y)).collect();
    side_by_side(("the surface", picture(&truth)), ("the samples", sample_picture(training)));
    let network = network(2, 16);
    let early = answers(&network, &train(&network, training, 5)?)?;
    let late = answers(&network, &train(&network, training, 400)?)?;
    side_by_side(("after 5 epochs", picture(&early)), ("after 400 epochs", picture(&late)));
    Ok(())
}

fn sweep(training: &Examples<'_>, test: &Examples<'_>) -> Result<(), Error> {
    let Targets::Values { values, .. } = test.targets() else { return Ok(()) };
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / values.len() as f64;
    let widths = [2, 4, 8, 16, 32];
    println!("\nerror on other samples, share of the variance, after 400 epochs");
    println!("hidden layers  {}", widths.map(|width| format!("width {width:>3}")).join("  "));
    for depth in 0..=4 {
        let mut shares = Vec::new();
        for width in widths {
            let network = network(depth, width);
            let parameters = train(&network, training, 400)?;
            let error = chainrule::evaluate(&network, &parameters, Loss::SquaredError, test)?.loss;
            shares.push(format!("{:>9.4}", error / variance));
        }
        println!("{depth:>13}  {}", shares.join("  "));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (training, test) = (samples(400, 0)?, samples(200, 1)?);
    pictures(&training)?;
    sweep(&training, &test)?;
    println!("\nWithout a hidden layer only a plane can be learnt; width and depth each buy detail.");
    Ok(())
}
