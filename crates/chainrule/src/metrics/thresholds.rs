//! How many examples of each class have at least a given score: what the curves over thresholds are made of.

/// All examples down to one score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// The score.
    pub(super) threshold: f64,
    /// Examples of class 1 with at least this score.
    pub(super) hits: usize,
    /// Examples of class 0 with at least this score.
    pub(super) misses: usize,
}

/// A step for each distinct score, the highest first.
pub(super) fn thresholds(scores: &[f64], actual: &[usize]) -> Vec<Step> {
    let mut order: Vec<usize> = (0..scores.len().min(actual.len())).collect();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let (mut hits, mut taken) = (0, 0);
    let step = |tied: &[usize]| {
        hits += tied.iter().filter(|row| actual[**row] == 1).count();
        taken += tied.len();
        Step { threshold: scores[tied[0]], hits, misses: taken - hits }
    };
    order.chunk_by(|a, b| scores[*a] == scores[*b]).map(step).collect()
}
