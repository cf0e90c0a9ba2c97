//! [`Tally`]: what has been seen of an epoch.

/// The batches of an epoch so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) examples: usize,
    pub(super) weight: f64,
    pub(super) loss: f64,
    pub(super) right: usize,
}

impl Tally {
    /// The mean loss of the examples that count.
    pub(super) fn mean_loss(&self) -> f64 {
        self.loss / self.weight.max(f64::MIN_POSITIVE)
    }
}
