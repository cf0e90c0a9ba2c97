//! Accuracy: the share of right answers.

use core::hint;

use chainrule_engine::Scalar;

/// The place of the largest number; the first of several, 0 for an empty row. NaN is never the largest.
///
/// ```
/// assert_eq!(chainrule::metrics::argmax(&[0.1, 0.7, 0.7]), 1);
/// ```
pub fn argmax<T: Scalar>(row: &[T]) -> usize {
    let (mut best, mut largest) = (0, T::NEG_INFINITY);
    for (at, x) in row.iter().enumerate() {
        // Selected and not branched on: at the start of training every branch would be a coin's toss.
        let larger = *x > largest;
        best = hint::select_unpredictable(larger, at, best);
        largest = hint::select_unpredictable(larger, *x, largest);
    }
    if largest > T::NEG_INFINITY { best } else { first_number(row) }
}

/// The place of the first that is a number, 0 if none is.
#[cold]
fn first_number<T: Scalar>(row: &[T]) -> usize {
    row.iter().position(|x| x.partial_cmp(x).is_some()).unwrap_or(0)
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
        assert_eq!(argmax(&[f64::NAN, f64::NEG_INFINITY]), 1);
        assert_eq!(argmax(&[f64::NAN; 3]), 0);
        assert_eq!(argmax::<f64>(&[]), 0);
    }

    #[test]
    fn the_largest_comes_before_its_equals_and_after_the_smaller() {
        let numbers = [f32::NEG_INFINITY, -1.0, -0.0, 0.0, 2.0, f32::INFINITY];
        for code in 0..numbers.len().pow(4) {
            let row = [0, 1, 2, 3].map(|place| numbers[code / numbers.len().pow(place) % numbers.len()]);
            let best = argmax(&row);
            assert!(row[..best].iter().all(|x| *x < row[best]), "{row:?}");
            assert!(row[best..].iter().all(|x| *x <= row[best]), "{row:?}");
        }
    }
}
