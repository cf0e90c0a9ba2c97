//! Early stopping: the best weights so far, and when to give up.

use super::config::TrainingConfig;

/// The best epoch so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Best<T> {
    /// Its number; 0 before any epoch was good.
    pub epoch: usize,
    /// Its loss; infinite before any epoch was good.
    pub loss: f64,
    /// Its parameters in their declared order; the first ones before any epoch was good.
    pub parameters: Vec<T>,
}

/// Looks for the best epoch, and knows when to give up.
#[derive(Clone, Debug)]
pub(super) struct Stopping<T> {
    patience: Option<usize>,
    min_improvement: f64,
    pub(super) best: Best<T>,
}

impl<T: Copy> Stopping<T> {
    /// Nothing is the best yet; memory for the weights is taken at once.
    pub(super) fn new(config: &TrainingConfig, parameters: &[T]) -> Self {
        let best = Best { epoch: 0, loss: f64::INFINITY, parameters: parameters.to_vec() };
        Stopping { patience: config.patience, min_improvement: config.min_improvement, best }
    }

    /// Looks at the weights after an epoch; true if they are the best.
    pub(super) fn observe(&mut self, epoch: usize, loss: f64, parameters: &[T]) -> bool {
        let improved = loss < self.best.loss - self.min_improvement;
        if improved {
            (self.best.loss, self.best.epoch) = (loss, epoch);
            self.best.parameters.copy_from_slice(parameters);
        }
        improved
    }

    /// Whether the patience is at its end after `epoch`.
    pub(super) fn exhausted(&self, epoch: usize) -> bool {
        self.patience.is_some_and(|patience| epoch - self.best.epoch >= patience)
    }
}

#[cfg(test)]
mod tests {
    use super::Stopping;
    use crate::TrainingConfig;

    #[test]
    fn patience_counts_from_the_best_epoch() {
        let config = TrainingConfig { patience: Some(2), min_improvement: 0.1, ..TrainingConfig::default() };
        let mut stopping = Stopping::new(&config, &[0.0]);
        assert!(stopping.observe(1, 1.0, &[1.0]));
        assert!(!stopping.observe(2, 0.95, &[2.0]) && !stopping.exhausted(2));
        assert!(stopping.observe(3, 0.5, &[3.0]) && !stopping.exhausted(4));
        assert!(!stopping.observe(5, f64::NAN, &[5.0]) && stopping.exhausted(5));
        assert_eq!((stopping.best.epoch, &stopping.best.parameters[..]), (3, &[3.0][..]));
    }
}
