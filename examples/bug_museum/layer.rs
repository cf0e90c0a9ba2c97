//! The notebook's class `Layer`: weights `W: [m, n]`, biases `b: [m]`, and caches that fill up to a batch.

use chainrule::engine::random::NumpyRandom;

use super::functions::{cross_entropy_slope, sigmoid, sigmoid_slope, softmax, softmax_jacobian};
use super::{Bug, Fixes};

/// Learning rate.
const RATE: f64 = 0.5;
/// Examples that a step waits for.
pub(super) const BATCH: usize = 2;

/// `y = f(W x + b)`, one example at a time.
pub(super) struct Layer {
    n: usize,
    weights: Vec<f64>,
    biases: Vec<f64>,
    /// What entered since the last step.
    inputs: Vec<Vec<f64>>,
    /// `W x + b` for each of them.
    sums: Vec<Vec<f64>>,
    fixes: Fixes,
}

impl Layer {
    pub(super) fn new(n: usize, m: usize, fixes: Fixes, random: &mut NumpyRandom) -> Self {
        let inputs = n as f64;
        let deviation = if fixes.repair(Bug::Scale) { 1.0 / inputs.sqrt() } else { 1.0 / inputs };
        let weights = (0..n * m).map(|_| random.normal(0.0, deviation)).collect();
        Layer { n, weights, biases: vec![0.0; m], inputs: Vec::new(), sums: Vec::new(), fixes }
    }

    /// Moves one weight by that many units in the last place, or about as many.
    pub(super) fn nudge(&mut self, units: i32) {
        self.weights[7] *= 1.0 + f64::from(units) * f64::EPSILON;
    }

    /// `W x + b`.
    fn sum(&self, x: &[f64]) -> Vec<f64> {
        let rows = self.weights.chunks_exact(self.n).zip(&self.biases);
        rows.map(|(row, bias)| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias).collect()
    }

    /// `W^T d`.
    fn back(&self, d: &[f64]) -> Vec<f64> {
        let mut back = vec![0.0; self.n];
        for (row, d) in self.weights.chunks_exact(self.n).zip(d) {
            back.iter_mut().zip(row).for_each(|(back, w)| *back += w * d);
        }
        back
    }

    /// Adds `RATE / BATCH` times the sums of `d x^T` and `d` to the parameters, in the direction that the bugs say.
    fn step(&mut self, deltas: &[Vec<f64>]) {
        let rate = RATE / BATCH as f64;
        let bias_rate = if self.fixes.repair(Bug::Bias) { -rate } else { rate };
        for (j, row) in self.weights.chunks_exact_mut(self.n).enumerate() {
            for (k, weight) in row.iter_mut().enumerate() {
                *weight -= rate * deltas.iter().zip(&self.inputs).map(|(d, x)| d[j] * x[k]).sum::<f64>();
            }
            self.biases[j] += bias_rate * deltas.iter().map(|d| d[j]).sum::<f64>();
        }
        self.inputs.clear();
        self.sums.clear();
    }
}

/// The network's answer without touching the caches.
pub(super) fn predict(network: &[Layer], x: &[f64]) -> Vec<f64> {
    let (last, hidden) = network.split_last().expect("a network has a layer");
    let a = hidden.iter().fold(x.to_vec(), |a, layer| sigmoid(&layer.sum(&a), layer.fixes));
    softmax(&last.sum(&a))
}

/// The network's answer; each layer keeps what it needs for [`backward`].
pub(super) fn forward(network: &mut [Layer], x: &[f64]) -> Vec<f64> {
    let last = network.len() - 1;
    let mut a = x.to_vec();
    for (number, layer) in network.iter_mut().enumerate() {
        let sum = layer.sum(&a);
        let next = if number == last { softmax(&sum) } else { sigmoid(&sum, layer.fixes) };
        layer.inputs.push(a);
        layer.sums.push(sum);
        a = next;
    }
    a
}

/// One step from the cached examples and their targets, once there are [`BATCH`] of them; says whether it was made.
///
/// Each layer hands `W^T d` down before it changes its own weights.
pub(super) fn backward(network: &mut [Layer], targets: &[Vec<f64>]) -> bool {
    if targets.len() < BATCH {
        return false;
    }
    let mut handed: Option<Vec<Vec<f64>>> = None;
    for layer in network.iter_mut().rev() {
        let fixes = layer.fixes;
        let deltas: Vec<Vec<f64>> = match &handed {
            None => layer.sums.iter().zip(targets).map(|(z, y)| output_delta(z, y, fixes)).collect(),
            Some(handed) => layer.sums.iter().zip(handed).map(|(z, h)| hidden_delta(z, h, fixes)).collect(),
        };
        handed = Some(deltas.iter().map(|d| layer.back(d)).collect());
        layer.step(&deltas);
    }
    true
}

/// `dE/da` times the Jacobian of softmax.
fn output_delta(z: &[f64], y: &[f64], fixes: Fixes) -> Vec<f64> {
    let slope = cross_entropy_slope(&softmax(z), y, fixes);
    let jacobian = softmax_jacobian(z, fixes);
    (0..z.len()).map(|j| slope.iter().zip(&jacobian).map(|(slope, row)| slope * row[j]).sum()).collect()
}

/// What the next layer handed down times the slope of the sigmoid.
fn hidden_delta(z: &[f64], handed: &[f64], fixes: Fixes) -> Vec<f64> {
    handed.iter().zip(sigmoid_slope(z, fixes)).map(|(handed, slope)| handed * slope).collect()
}
