//! Early stopping: the best weights so far, and when to give up.

use super::config::TrainingConfig;

/// The best epoch so far.
#[derive(Clone, Debug)]
pub(super) struct Best<T> {
    patience: Option<usize>,
    min_improvement: f64,
    loss: f64,
    epoch: usize,
    parameters: Vec<T>,
}

impl<T: Copy> Best<T> {
    /// Nothing is the best yet; memory for the weights is taken at once.
    pub(super) fn new(config: &TrainingConfig, parameters: &[T]) -> Self {
        let (patience, min_improvement) = (config.patience, config.min_improvement);
        Best { patience, min_improvement, loss: f64::INFINITY, epoch: 0, parameters: parameters.to_vec() }
    }

    /// Looks at the weights after an epoch; true if they are the best.
    pub(super) fn observe(&mut self, epoch: usize, loss: f64, parameters: &[T]) -> bool {
        let improved = loss < self.loss - self.min_improvement;
        if improved {
            (self.loss, self.epoch) = (loss, epoch);
            self.parameters.copy_from_slice(parameters);
        }
        improved
    }

    /// Whether the patience is at its end after `epoch`.
    pub(super) fn exhausted(&self, epoch: usize) -> bool {
        self.patience.is_some_and(|patience| epoch - self.epoch >= patience)
    }

    /// The best epoch and its weights; 0 and the first weights before any epoch was good.
    pub(super) fn get(&self) -> (usize, &[T]) {
        (self.epoch, &self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::Best;
    use crate::TrainingConfig;

    #[test]
    fn patience_counts_from_the_best_epoch() {
        let config = TrainingConfig { patience: Some(2), min_improvement: 0.1, ..TrainingConfig::default() };
        let mut best = Best::new(&config, &[0.0]);
        assert!(best.observe(1, 1.0, &[1.0]));
        assert!(!best.observe(2, 0.95, &[2.0]) && !best.exhausted(2));
        assert!(best.observe(3, 0.5, &[3.0]) && !best.exhausted(4));
        assert!(!best.observe(5, f64::NAN, &[5.0]) && best.exhausted(5));
        assert_eq!(best.get(), (3, &[3.0][..]));
    }
}
