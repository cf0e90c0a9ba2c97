//! The receiver operating characteristic: what each threshold catches and what it takes by mistake.

use super::thresholds::thresholds;

/// One threshold: examples with at least this score are taken for class 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// The lowest score that is taken for class 1; infinite for the first point, which takes none.
    pub threshold: f64,
    /// Of the examples of class 0, the share taken for class 1.
    pub false_positive_rate: f64,
    /// Of the examples of class 1, the share taken for class 1.
    pub true_positive_rate: f64,
}

/// The curve from (0, 0) to (1, 1): a point for each distinct score, from the highest threshold down.
///
/// ```text
/// fpr(t) = |{i: s_i >= t, y_i = 0}| / |{i: y_i = 0}|,   tpr(t) = |{i: s_i >= t, y_i = 1}| / |{i: y_i = 1}|
/// ```
///
/// Shapes: one score and one class (0 or 1) for each example. Examples of the same score make one point together, so the
/// order of the rows does not show. Empty if a class is missing, for then one of the shares has no meaning. The area under
/// the straight lines between the points is [`roc_auc`](super::roc_auc). Source: Fawcett, "An introduction to ROC analysis",
/// Pattern Recognition Letters 27, 2006, algorithm 1.
///
/// ```
/// use chainrule::metrics::roc_curve;
/// let curve = roc_curve(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]);
/// let points: Vec<_> = curve.iter().map(|p| (p.false_positive_rate, p.true_positive_rate)).collect();
/// assert_eq!(points, [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]);
/// ```
pub fn roc_curve(scores: &[f64], actual: &[usize]) -> Vec<RocPoint> {
    let steps = thresholds(scores, actual);
    let Some(last) = steps.last().filter(|last| last.hits > 0 && last.misses > 0) else {
        return Vec::new();
    };
    let (positives, negatives) = (last.hits as f64, last.misses as f64);
    let first = RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 };
    let point = |step: &super::thresholds::Step| RocPoint {
        threshold: step.threshold,
        false_positive_rate: step.misses as f64 / negatives,
        true_positive_rate: step.hits as f64 / positives,
    };
    [first].into_iter().chain(steps.iter().map(point)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::roc_auc;
    use super::roc_curve;

    #[test]
    fn ties_are_one_point_whatever_the_order_of_rows() {
        let curve = roc_curve(&[0.5, 0.5, 0.2], &[0, 1, 0]);
        assert_eq!(curve, roc_curve(&[0.2, 0.5, 0.5], &[0, 1, 0]));
        assert_eq!(curve.len(), 3);
    }

    #[test]
    fn without_one_of_the_classes_there_is_no_curve() {
        assert!(roc_curve(&[0.5, 0.1], &[1, 1]).is_empty());
        assert!(roc_curve(&[], &[]).is_empty());
    }

    #[test]
    fn the_area_below_the_lines_is_the_auc() {
        let scores: Vec<f64> = (0..97_u32).map(|i| f64::from(i * 37 % 23)).collect();
        let actual: Vec<usize> = (0..97).map(|i| usize::from(i * 31 % 7 > 2)).collect();
        let curve = roc_curve(&scores, &actual);
        let trapezium = |pair: &[super::RocPoint]| {
            let width = pair[1].false_positive_rate - pair[0].false_positive_rate;
            width * (pair[0].true_positive_rate + pair[1].true_positive_rate) / 2.0
        };
        let area: f64 = curve.windows(2).map(trapezium).sum();
        // A hundred roundings of numbers below 1.
        assert!((area - roc_auc(&scores, &actual)).abs() < 1e-13, "{area}");
    }
}
