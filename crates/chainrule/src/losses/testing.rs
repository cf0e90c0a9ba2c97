//! Helpers of the losses' unit tests: a loss through its public method, on an eager tape.

use chainrule_engine::{Array, Error, Tape, Tensor};

use super::Loss;
use crate::testing::{assert_close, golden, numbers};

/// The loss's terms and the gradient of their sum for predictions of that width; a target shorter than the predictions
/// holds class numbers.
fn evaluate(loss: Loss, (prediction, width): (&[f64], usize), target: &[f64]) -> [Vec<f64>; 2] {
    let tape = Tape::eager();
    let rows = |values: &[f64]| tape.array(&Array::new([values.len() / width, width], values).unwrap());
    let classes = |values: &[f64]| tape.array(&Array::new([values.len()], values).unwrap());
    let x = rows(prediction);
    let target = if target.len() < prediction.len() { classes(target) } else { rows(target) };
    let terms = loss.terms(x, target).unwrap();
    let gradient = tape.grad(terms.sum(), &[x]).unwrap()[0];
    let read = |tensor: Tensor<'_>| -> Result<Vec<f64>, Error> { Ok(tensor.value()?.into_values()) };
    [read(terms).unwrap(), read(gradient).unwrap()]
}

pub(super) fn terms(loss: Loss, prediction: (&[f64], usize), target: &[f64]) -> Vec<f64> {
    let [terms, _] = evaluate(loss, prediction, target);
    terms
}

pub(super) fn gradient(loss: Loss, prediction: (&[f64], usize), target: &[f64]) -> Vec<f64> {
    let [_, gradient] = evaluate(loss, prediction, target);
    gradient
}

/// The terms of an elementwise loss.
pub(super) fn values(loss: Loss, prediction: &[f64], target: &[f64]) -> Vec<f64> {
    terms(loss, (prediction, 1), target)
}

/// The slopes of an elementwise loss.
pub(super) fn slopes(loss: Loss, prediction: &[f64], target: &[f64]) -> Vec<f64> {
    gradient(loss, (prediction, 1), target)
}

/// Compares terms and gradient with `losses/<name>.json`, which PyTorch made.
pub(super) fn assert_matches_torch(name: &str, loss: Loss) {
    let file = golden(&format!("losses/{name}"));
    let [prediction, target] = ["prediction", "target"].map(|key| numbers(&file[key]));
    let width = file["prediction"][0].as_array().unwrap().len();
    assert_close(name, &terms(loss, (&prediction, width), &target), &numbers(&file["terms"]));
    let slopes = gradient(loss, (&prediction, width), &target);
    assert_close(&format!("gradient of {name}"), &slopes, &numbers(&file["gradient"]));
}
