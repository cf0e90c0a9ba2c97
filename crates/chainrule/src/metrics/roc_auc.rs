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
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut rank_sum, mut positives, mut done) = (0.0, 0.0, 0);
    for tied in order.chunk_by(|a, b| scores[*a] == scores[*b]) {
        let hits = tied.iter().filter(|row| actual[**row] == 1).count() as f64;
        // The mean of the ranks done + 1 ..= done + len.
        rank_sum += hits * (done as f64 + (tied.len() as f64 + 1.0) / 2.0);
        positives += hits;
        done += tied.len();
    }
    let negatives = scores.len() as f64 - positives;
    (rank_sum - positives * (positives + 1.0) / 2.0) / (positives * negatives)
}
