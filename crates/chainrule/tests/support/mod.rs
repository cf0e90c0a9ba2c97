//! What the tests of the documents share: plain matrices, recorded losses, and comparisons.

#![allow(dead_code, unused_imports, reason = "each document needs its own part of it")]

mod matrix;
mod recorded;

use chainrule::engine::random::{Purpose, Stream};
pub(crate) use matrix::Matrix;
pub(crate) use recorded::RecordedLoss;

/// What two ways of computing one number may differ by: a few hundred roundings of `f64`, which differ between ways of
/// adding and between libraries' exponential functions.
pub(crate) const ROUNDING: f64 = 1e-12;

/// Asserts that each number is within a share of the expected one. What is small by cancellation beside its neighbours may
/// differ by a millionth of that share of the largest of them.
#[track_caller]
pub(crate) fn assert_close(found: &[f64], expected: &[f64], share: f64) {
    assert_eq!(found.len(), expected.len(), "found {found:?}, expected {expected:?}");
    let largest = expected.iter().fold(0.0f64, |largest, b| largest.max(b.abs()));
    for (number, (a, b)) in found.iter().zip(expected).enumerate() {
        let allowed = share * (b.abs() + 1e-6 * largest);
        assert!((a - b).abs() <= allowed, "number {number}: found {a:e}, expected {b:e}");
    }
}

/// Normal numbers that are the same in every run; another `index` gives others.
pub(crate) fn numbers(index: u64, count: usize) -> Vec<f64> {
    let mut stream = Stream::new(2, Purpose::Check, index);
    (0..count).map(|_| stream.next_normal()).collect()
}

/// `1 / (1 + e^-x)`.
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The derivative of [`sigmoid`].
pub(crate) fn sigmoid_slope(x: f64) -> f64 {
    sigmoid(x) * (1.0 - sigmoid(x))
}
