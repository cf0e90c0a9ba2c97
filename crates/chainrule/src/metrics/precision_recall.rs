//! Precision against recall: how pure what is found is, and how much of it is found.

use super::thresholds::{Step, thresholds};

/// One threshold: examples with at least this score are taken for class 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrecisionRecallPoint {
    /// The lowest score that is taken for class 1.
    pub threshold: f64,
    /// Of the examples taken for class 1, the share that is.
    pub precision: f64,
    /// Of the examples of class 1, the share taken for it.
    pub recall: f64,
}

/// A point for each distinct score, from the highest threshold down: recall rises to 1.
///
/// ```text
/// precision(t) = |{i: s_i >= t, y_i = 1}| / |{i: s_i >= t}|,   recall(t) = |{i: s_i >= t, y_i = 1}| / |{i: y_i = 1}|
/// ```
///
/// Shapes: one score and one class (0 or 1) for each example. Examples of the same score make one point together. Empty if
/// no example is of class 1. No point is made up for a recall of 0, where precision has no meaning. Source: Davis and
/// Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
///
/// ```
/// use chainrule::metrics::precision_recall_curve;
/// let curve = precision_recall_curve(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]);
/// let points: Vec<_> = curve.iter().map(|p| (p.precision, p.recall)).collect();
/// assert_eq!(points, [(1.0, 0.5), (0.5, 0.5), (2.0 / 3.0, 1.0), (0.5, 1.0)]);
/// ```
pub fn precision_recall_curve(scores: &[f64], actual: &[usize]) -> Vec<PrecisionRecallPoint> {
    let steps = thresholds(scores, actual);
    let Some(positives) = steps.last().map(|last| last.hits).filter(|hits| *hits > 0) else {
        return Vec::new();
    };
    let point = |step: &Step| PrecisionRecallPoint {
        threshold: step.threshold,
        precision: step.hits as f64 / (step.hits + step.misses) as f64,
        recall: step.hits as f64 / positives as f64,
    };
    steps.iter().map(point).collect()
}

/// The area under the steps of the curve: `Σ (R_k - R_(k-1)) P_k`, the mean precision over all examples of class 1.
///
/// In \[0, 1\]; guessing gets the share of class 1. Not the area under straight lines, which would be too good (Davis and
/// Goadrich, section 4). Shapes as [`precision_recall_curve`]; NaN if no example is of class 1.
///
/// ```
/// use chainrule::metrics::average_precision;
/// assert_eq!(average_precision(&[0.9, 0.8, 0.1], &[1, 1, 0]), 1.0);
/// assert_eq!(average_precision(&[0.5, 0.5, 0.5, 0.5], &[1, 0, 0, 0]), 0.25);
/// ```
pub fn average_precision(scores: &[f64], actual: &[usize]) -> f64 {
    let curve = precision_recall_curve(scores, actual);
    if curve.is_empty() {
        return f64::NAN;
    }
    let before = [0.0].into_iter().chain(curve.iter().map(|point| point.recall));
    curve.iter().zip(before).map(|(point, before)| (point.recall - before) * point.precision).sum()
}

#[cfg(test)]
mod tests {
    use super::{average_precision, precision_recall_curve};

    #[test]
    fn without_class_one_there_is_no_curve() {
        assert!(precision_recall_curve(&[0.5, 0.1], &[0, 0]).is_empty());
        assert!(average_precision(&[], &[]).is_nan());
    }

    #[test]
    fn with_class_one_alone_precision_is_one() {
        assert_eq!(average_precision(&[0.5, 0.1], &[1, 1]), 1.0);
    }
}
