//! Activations and the loss of the notebook with their derivatives, wrong or right.
//!
//! `x`: what enters an activation; `a`: what comes out of the network; `y`: the target.

use super::{Bug, Fixes};

/// What the notebook adds to keep clear of `log(0)` and `1 / 0`.
const GUARD: f64 = 1e-100;

/// What the notebook clips the argument of the exponential to.
fn clipped(x: f64) -> f64 {
    x.clamp(-500.0, 500.0)
}

/// `1 / (1 + e^-x)`, or with bug A `1 / (1 + e^x)`.
pub(super) fn sigmoid(x: &[f64], fixes: Fixes) -> Vec<f64> {
    let sign = if fixes.repair(Bug::Sigmoid) { -1.0 } else { 1.0 };
    x.iter().map(|x| 1.0 / (1.0 + (sign * clipped(*x)).exp())).collect()
}

/// `s (1 - s)`: the derivative of a rising sigmoid, and minus that of a falling one.
pub(super) fn sigmoid_slope(x: &[f64], fixes: Fixes) -> Vec<f64> {
    sigmoid(x, fixes).into_iter().map(|s| s * (1.0 - s)).collect()
}

/// `e^x_i / sum_j e^x_j`, without the maximum taken out.
pub(super) fn softmax(x: &[f64]) -> Vec<f64> {
    let powers: Vec<f64> = x.iter().map(|x| clipped(*x).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}

/// `diag(s) - s s^T`, row by row, with bug B for `s = x`.
pub(super) fn softmax_jacobian(x: &[f64], fixes: Fixes) -> Vec<Vec<f64>> {
    let s = if fixes.repair(Bug::Softmax) { softmax(x) } else { x.iter().map(|x| clipped(*x)).collect() };
    let entry = |i: usize, j: usize| if i == j { s[i] - s[i] * s[j] } else { -s[i] * s[j] };
    (0..s.len()).map(|i| (0..s.len()).map(|j| entry(i, j)).collect()).collect()
}

/// The cross-entropy `-sum y ln a`.
pub(super) fn cross_entropy(a: &[f64], y: &[f64]) -> f64 {
    -a.iter().zip(y).map(|(a, y)| y * (a + GUARD).ln()).sum::<f64>()
}

/// `-y / a`, with bug C plus `(1 - y) / (1 - a)`.
pub(super) fn cross_entropy_slope(a: &[f64], y: &[f64], fixes: Fixes) -> Vec<f64> {
    let other = |a: f64, y: f64| {
        if fixes.repair(Bug::CrossEntropy) { 0.0 } else { (1.0 - y) / (1.0 - a + GUARD) }
    };
    a.iter().zip(y).map(|(a, y)| -y / (a + GUARD) + other(*a, *y)).collect()
}
