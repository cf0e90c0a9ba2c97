//! Root mean squared error.

/// `sqrt(1/n Σ (p - y)²)`: in the unit of the target, at least 0; NaN without numbers.
///
/// Shapes: `predictions` and `targets` have the same length.
///
/// ```
/// assert_eq!(chainrule::metrics::root_mean_squared_error(&[1.0, 2.0], &[4.0, 6.0]), 12.5f64.sqrt());
/// ```
pub fn root_mean_squared_error(predictions: &[f64], targets: &[f64]) -> f64 {
    let squares = predictions.iter().zip(targets).map(|(p, y)| (p - y) * (p - y));
    (squares.sum::<f64>() / predictions.len() as f64).sqrt()
}
