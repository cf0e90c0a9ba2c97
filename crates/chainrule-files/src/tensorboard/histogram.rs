//! How numbers are spread: TensorFlow's `HistogramProto`.

use super::message::Histogram;

/// As many buckets as TensorBoard draws.
const BUCKETS: usize = 30;

/// The message for these numbers; `None` if none of them is finite.
///
/// Buckets have one width and reach from the least to the largest number; equal numbers lie in one bucket that ends at
/// that number.
pub(super) fn histogram(numbers: &[f64]) -> Option<Histogram> {
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let (least, largest) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
    let width = (largest - least) / BUCKETS as f64;
    let (mut limits, mut counts) = (vec![largest], vec![finite().count() as f64]);
    if width > 0.0 && width.is_finite() {
        limits = (1..=BUCKETS).map(|bucket| least + width * bucket as f64).collect();
        counts = vec![0.0; BUCKETS];
        for number in finite() {
            // A negative or too large quotient ends at the first or last bucket.
            counts[(((number - least) / width) as usize).min(BUCKETS - 1)] += 1.0;
        }
    }
    Some(Histogram {
        min: Some(least),
        max: Some(largest),
        num: Some(finite().count() as f64),
        sum: Some(finite().sum()),
        sum_squares: Some(finite().map(|number| number * number).sum()),
        bucket_limit: limits,
        bucket: counts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_number_is_in_one_bucket() {
        let numbers: Vec<f64> = (0..=300).map(|number| f64::from(number) * 0.1 - 7.0).collect();
        let Histogram { bucket: counts, bucket_limit, .. } = histogram(&numbers).unwrap();
        assert_eq!(bucket_limit.len(), BUCKETS);
        assert_eq!(counts.iter().sum::<f64>(), 301.0);
        assert!(counts.iter().all(|count| (9.0..=11.0).contains(count)), "{counts:?}");
    }

    #[test]
    fn equal_numbers_and_none_are_no_trouble() {
        assert_eq!(histogram(&[2.0, f64::NAN, 2.0]).unwrap().bucket, [2.0]);
        assert!(histogram(&[f64::NAN]).is_none() && histogram(&[]).is_none());
    }
}
