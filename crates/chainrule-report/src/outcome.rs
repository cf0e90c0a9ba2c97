//! What a training came to, in numbers: what sentences and advice are made of.

/// The kind of answer that a network gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// One of several classes; judged by the share of right answers.
    Classes,
    /// Several questions, each yes or no; judged by the share of right answers.
    Labels,
    /// Numbers; judged by the root of the mean squared error.
    Numbers,
}

/// What answers are worth, whoever gives them.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// In words: ``always `no` ``, `always the mean`.
    pub name: String,
    /// The share of right answers in \[0, 1\], or the root of the mean squared error.
    pub value: f64,
}

/// One class of the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Rows of it among those learnt from.
    pub training_rows: usize,
    /// Rows of it among those judged by.
    pub judged_rows: usize,
    /// The share of these that was found.
    pub recall: f64,
}

/// One epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Epoch {
    /// Its number, from 1.
    pub number: usize,
    /// The mean loss of its steps.
    pub training_loss: f64,
    /// The loss of the rows held out.
    pub validation_loss: Option<f64>,
    /// The share of right answers in its steps.
    pub training_score: Option<f64>,
    /// The most telling metric of the rows held out.
    pub validation_score: Option<f64>,
    /// The learning rate at its end.
    pub learning_rate: f64,
}

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All epochs were made.
    Completed,
    /// Patience came to its end, and the best weights were taken.
    NoImprovement,
    /// The optimizer found no way further down.
    Converged,
    /// Somebody stopped it.
    Interrupted,
    /// A number was no longer finite.
    Diverged,
    /// There was no training: a finished model was judged.
    NotTrained,
}

/// What keeps weights small, and whether the optimizer can do it by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Smallness {
    /// Whether the optimizer takes decoupled weight decay; L-BFGS takes a penalty alone.
    pub can_decay: bool,
    /// The decoupled weight decay, 0 for none.
    pub decay: f64,
    /// The factor of the penalty on half the squares of the weights, 0 for none.
    pub l2: f64,
}

/// What a training came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The kind of answers.
    pub goal: Goal,
    /// The name of the target.
    pub target: String,
    /// What the judged rows are called: `rows held out`, `test rows`.
    pub judged_by: String,
    /// How many rows were judged by.
    pub rows: usize,
    /// Whether these rows were learnt from.
    pub seen: bool,
    /// How many rows were learnt from.
    pub training_rows: usize,
    /// The share of the rows that was to be held out, 0 for none. `None` where another share would not be judged by: where test
    /// rows or folds judge, all rows are of one group or time, or nothing was trained.
    pub held_out: Option<f64>,
    /// Whether networks like this one were judged by parts of the rows that they had not seen.
    pub folds: bool,
    /// What the network's answers are worth on the judged rows.
    pub network: Answer,
    /// What the trivial answer is worth on the same rows.
    pub baseline: Answer,
    /// The share of the variance that the network explains, for numbers.
    pub explained: Option<f64>,
    /// What the network's answers are worth on rows learnt from.
    pub on_training: Option<f64>,
    /// What the trivial answer is worth on rows learnt from.
    pub baseline_on_training: Option<f64>,
    /// The classes, where there are some.
    pub classes: Vec<Class>,
    /// Whether rare classes counted more already.
    pub balanced: bool,
    /// The epochs.
    pub epochs: Vec<Epoch>,
    /// Why it ended.
    pub ended: Ended,
    /// The widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// What keeps its weights small.
    pub smallness: Smallness,
}

impl Outcome {
    /// How many of the judged answers were right, where answers are right or wrong.
    pub(crate) fn right(&self, answer: &Answer) -> usize {
        (answer.value * self.rows as f64).round() as usize
    }

    /// The standard error of a share of right answers among the judged rows.
    pub(crate) fn standard_error(&self, share: f64) -> f64 {
        (share * (1.0 - share) / self.rows.max(1) as f64).sqrt()
    }
}

/// The range that holds the true share in 95 of 100 cases, when `share` of `rows` was seen (Wilson, 1927).
///
/// Between 0 and 1; NaN without rows.
pub(crate) fn likely_range(share: f64, rows: usize) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let n = rows as f64;
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let all = 1.0 + Z * Z / n;
    // At the ends the formula gives the end, but for roundings.
    let low = if share <= 0.0 { 0.0 } else { (centre - half) / all };
    let high = if share >= 1.0 { 1.0 } else { (centre + half) / all };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::likely_range;

    #[test]
    fn the_likely_range_is_that_of_the_textbook() {
        // Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263 and 0 of 20, method 3.
        let (lower, upper) = likely_range(81.0 / 263.0, 263);
        assert!((lower - 0.2553).abs() < 5e-5 && (upper - 0.3662).abs() < 5e-5, "{lower} {upper}");
        let (lower, upper) = likely_range(0.0, 20);
        assert!(lower == 0.0 && (upper - 0.1611).abs() < 5e-5, "{lower} {upper}");
    }
}
