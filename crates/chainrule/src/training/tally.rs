//! [`Tally`]: what has been seen of an epoch.

/// The batches of an epoch so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Examples used.
    pub examples: usize,
    /// The sum of their weights.
    pub weight: f64,
    /// The sum of their weighted losses.
    pub loss: f64,
    /// How many of their classes were predicted right.
    pub right: usize,
}

impl Tally {
    /// The mean loss of the examples that count.
    pub(super) fn mean_loss(&self) -> f64 {
        self.loss / self.weight.max(f64::MIN_POSITIVE)
    }
}
