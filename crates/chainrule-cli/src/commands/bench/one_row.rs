//! The prediction of a single row, as a program makes it that answers one request at a time.

use std::hint::black_box;
use std::time::Duration;

use chainrule::{Activation, Loss, Network, Predictor};

use super::measure::least;

/// The network that predicts, as one writes it.
pub(super) const SHAPE: &str = "784-128-10";

/// Seconds of one prediction of 784-128-10 with nothing prepared but the plan.
///
/// # Errors
/// If the network does not predict, which is a fault of ours.
pub(super) fn seconds() -> anyhow::Result<f64> {
    let network = Network::new(784).dense(128, Activation::Relu).dense(10, Activation::Softmax);
    let params = network.initialise::<f32>(0)?;
    let mut predictor = Predictor::new(&network, Loss::CrossEntropy { label_smoothing: 0.0 })?;
    let row: Vec<f32> = (0..784).map(|pixel| (pixel % 17) as f32 / 17.0).collect();
    predictor.predict_row(params.values(), &row)?;
    Ok(least(Duration::from_millis(100), || {
        // The first call has shown that there is no error.
        black_box(predictor.predict_row(params.values(), black_box(&row)).is_ok());
    }))
}
