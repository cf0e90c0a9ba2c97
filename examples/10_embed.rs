//! A network inside a program: trained once, kept as one file, asked row by row without touching the allocator.
//!
//! The program steers a fan: from temperature and humidity the network has to guess the speed that a slow formula gives.
//! Run it with `cargo run --release --example 10_embed`.

use std::error::Error;

use chainrule::engine::Params;
use chainrule::{Examples, Features, Network, Predictor, Recipe, Targets, Trainer, TrainingConfig};
use chainrule_files::{ModelFile, ModelRecord, Tensor, Values, decode, encode};

/// The formula that the network replaces; both inputs in [-1, 1].
fn speed(temperature: f64, humidity: f64) -> f64 {
    (2.0 * temperature).tanh() + 0.3 * humidity * temperature
}

fn main() -> Result<(), Box<dyn Error>> {
    // Once, at home: learn from a grid of 21 by 21 points.
    let grid = || (0..21).map(|i| f64::from(i) / 10.0 - 1.0);
    let rows: Vec<f64> = grid().flat_map(|t| grid().flat_map(move |h| [t, h])).collect();
    let targets: Vec<f64> = rows.chunks(2).map(|row| speed(row[0], row[1])).collect();
    let examples = Examples::new(
        Features::Real { width: 2, values: rows.into() },
        Targets::Values { width: 1, values: targets.into() },
    )?;
    let network: Network = "2,tanh:16,identity:1".parse()?;
    // A formula has no noise that the network should not learn: nothing is to hold its weights back.
    let config = TrainingConfig { weight_decay: Some(0.0), ..Recipe::new(&examples).config };
    let loss = config.loss;
    let trained = Trainer::<f32>::new(&network, &examples, config)?.train()?;
    let bytes = encode(&to_file(&network, &trained.params))?;
    println!("{} parameters in a file of {} bytes", trained.params.values().len(), bytes.len());

    // Ever after, in the device: the bytes are all that is needed. (A program that is never to fail would put them into
    // itself with `include_bytes!`.)
    let (network, params) = from_file(&decode(&bytes)?)?;
    assert_eq!(params, trained.params, "a file gives back every bit");
    let mut predictor = Predictor::new(&network, loss)?;
    let mut largest = 0.0_f64;
    let used = allocation_counter::measure(|| {
        for i in 0..10_000_u16 {
            let (temperature, humidity) = (f32::from(i % 100) / 50.0 - 1.0, f32::from(i / 100) / 50.0 - 1.0);
            if let Ok(answer) = predictor.predict_row(params.values(), &[temperature, humidity]) {
                let error = f64::from(answer[0]) - speed(temperature.into(), humidity.into());
                largest = largest.max(error.abs());
            }
        }
    });
    println!("10000 predictions, {} allocations, largest error {largest:.4}", used.count_total);
    Ok(())
}

/// The parameters by name, and what else a reader of the file has to know.
fn to_file(network: &Network, params: &Params<f32>) -> ModelFile {
    let record = ModelRecord::new(&network.spec(), chainrule_files::Task::Regression, "squared_error");
    let entries = params.layout().entries().iter();
    let tensors = entries.map(|entry| {
        let values = Values::F32(params.values()[entry.range.clone()].to_vec());
        Tensor::new(&entry.name, entry.shape.extents(0).sizes(), values)
    });
    ModelFile { record, tensors: tensors.collect() }
}

fn from_file(file: &ModelFile) -> Result<(Network, Params<f32>), Box<dyn Error>> {
    let network: Network = file.record.network.parse()?;
    let mut params = Params::zeros(network.layout()?);
    for entry in network.layout()?.entries() {
        match file.tensor(&entry.name).map(|tensor| &tensor.values) {
            Some(Values::F32(values)) => params.get_mut(&entry.name)?.copy_from_slice(values),
            _ => return Err(format!("the file has no `f32` tensor `{}`", entry.name).into()),
        }
    }
    Ok((network, params))
}
