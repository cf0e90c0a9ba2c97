//! Accuracy: the share of right answers.

use chainrule_engine::Scalar;

/// The place of the largest number; the first of several, 0 for an empty row. NaN is never the largest.
///
/// ```
/// assert_eq!(chainrule::metrics::argmax(&[0.1, 0.7, 0.7]), 1);
/// ```
pub fn argmax<T: Scalar>(row: &[T]) -> usize {
    let is_nan = |x: T| x.partial_cmp(&x).is_none();
    let larger = |best: usize, at: usize| if row[at] > row[best] || is_nan(row[best]) { at } else { best };
    (1..row.len()).fold(0, larger)
}

/// The share of examples whose predicted class is the true one, in \[0, 1\]; NaN without examples.
///
/// Shapes: one class number for each example in both.
///
/// ```
/// assert_eq!(chainrule::metrics::accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), 0.75);
/// ```
pub fn accuracy(predicted: &[usize], actual: &[usize]) -> f64 {
    let right = predicted.iter().zip(actual).filter(|(p, y)| p == y).count();
    right as f64 / predicted.len() as f64
}

/// The share of right labels where an example has several: a probability above one half stands for 1.
///
/// Shapes: `probabilities` and `targets` have the same length; targets are 0 or 1.
pub fn label_accuracy(probabilities: &[f64], targets: &[f64]) -> f64 {
    let right = probabilities.iter().zip(targets).filter(|(p, y)| (**p > 0.5) == (**y > 0.5)).count();
    right as f64 / probabilities.len() as f64
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn nan_is_never_the_largest() {
        assert_eq!(argmax(&[f64::NAN, 1.0, 2.0]), 2);
        assert_eq!(argmax(&[1.0, f64::NAN]), 0);
        assert_eq!(argmax::<f64>(&[]), 0);
    }
}
