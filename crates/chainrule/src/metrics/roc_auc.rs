//! The area under the receiver operating characteristic.

/// The probability that a random example of class 1 has a larger score than a random one of class 0, ties counting half.
///
/// 1 is perfect, 0.5 is chance. Shapes: one score and one class for each example; NaN if a class is missing.
/// Source: Hanley and McNeil, Radiology 143, 1982: the normalised rank sum of Mann and Whitney.
///
/// ```
/// use chainrule::metrics::roc_auc;
/// assert_eq!(roc_auc(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]), 0.75);
/// assert_eq!(roc_auc(&[0.5, 0.5], &[0, 1]), 0.5);
/// ```
pub fn roc_auc(scores: &[f64], actual: &[usize]) -> f64 {
    let of_class = |positive: bool| {
        let rows = scores.iter().zip(actual).filter(|(_, class)| (**class == 1) == positive);
        rows.map(|(score, _)| *score).collect()
    };
    from_two_sides(of_class(false), of_class(true))
}

/// The same from the scores of the examples of class 0 and of class 1: the share of pairs in the right order.
///
/// Counted from the sorted scores, in whole and half pairs, so that the sum is exact below 2^53 pairs.
pub(super) fn from_two_sides(mut negatives: Vec<f64>, mut positives: Vec<f64>) -> f64 {
    negatives.sort_unstable_by(f64::total_cmp);
    positives.sort_unstable_by(f64::total_cmp);
    let (mut below, mut up_to, mut pairs) = (0, 0, 0.0);
    for score in &positives {
        below += negatives[below..].iter().take_while(|negative| *negative < score).count();
        up_to = up_to.max(below);
        up_to += negatives[up_to..].iter().take_while(|negative| *negative <= score).count();
        pairs += below as f64 + (up_to - below) as f64 / 2.0;
    }
    pairs / (positives.len() as f64 * negatives.len() as f64)
}
