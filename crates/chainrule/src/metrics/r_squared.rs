//! The coefficient of determination.

/// `1 - Σ (p - y)² / Σ (y - mean y)²` for one output: 1 is perfect, 0 is as good as the mean, below 0 is worse than it.
///
/// Shapes: `predictions` and `targets` have the same length. Where all targets are equal there is nothing to explain:
/// 1 if every prediction is right, else 0.
///
/// ```
/// assert_eq!(chainrule::metrics::r_squared(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]), 1.0);
/// assert_eq!(chainrule::metrics::r_squared(&[2.0, 2.0, 2.0], &[1.0, 2.0, 3.0]), 0.0);
/// ```
pub fn r_squared(predictions: &[f64], targets: &[f64]) -> f64 {
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    let total: f64 = targets.iter().map(|y| (y - mean) * (y - mean)).sum();
    let left: f64 = predictions.iter().zip(targets).map(|(p, y)| (p - y) * (p - y)).sum();
    of_sums(left, total)
}

/// The same from the sums of squares: of the errors, and of the targets' distances from their mean.
pub(super) fn of_sums(left: f64, total: f64) -> f64 {
    match (left == 0.0, total == 0.0) {
        (true, true) => 1.0,
        (false, true) => 0.0,
        _ => 1.0 - left / total,
    }
}
