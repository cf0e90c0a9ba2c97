//! Mean absolute error.

/// `1/n Σ |p - y|`: in the unit of the target, at least 0, 0 if all predictions are right; NaN without numbers.
///
/// Shapes: `predictions` and `targets` have the same length.
///
/// ```
/// assert_eq!(chainrule::metrics::mean_absolute_error(&[1.0, 5.0], &[2.0, 2.0]), 2.0);
/// ```
pub fn mean_absolute_error(predictions: &[f64], targets: &[f64]) -> f64 {
    let errors = predictions.iter().zip(targets).map(|(p, y)| (p - y).abs());
    errors.sum::<f64>() / predictions.len() as f64
}
