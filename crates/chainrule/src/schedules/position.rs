//! [`Position`]: where in a training a step is.
//!
//! Must not know: schedules.

/// The place of a step in its training, from which every schedule reads what it needs.
///
/// ```
/// use chainrule::schedules::Position;
/// let position = Position { step: 25, total_steps: 100, steps_per_epoch: 10, examples_per_epoch: 320 };
/// assert_eq!((position.epoch(), position.epochs_passed(), position.progress()), (2, 2.5, 0.25));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// How many steps were made before this one, from 0.
    pub step: u64,
    /// How many steps the whole training is planned to have.
    pub total_steps: u64,
    /// How many steps go over all examples once; 0 counts as 1.
    pub steps_per_epoch: u64,
    /// How many examples one epoch has.
    pub examples_per_epoch: u64,
}

impl Position {
    /// How many epochs were completed before this step.
    pub fn epoch(&self) -> u64 {
        self.step / self.steps_per_epoch.max(1)
    }

    /// The same as [`epoch`](Self::epoch) with the share of the epoch that has passed.
    pub fn epochs_passed(&self) -> f64 {
        self.step as f64 / self.steps_per_epoch.max(1) as f64
    }

    /// The share of the training that has passed, in \[0, 1\]; 1 if no steps are planned or all were made.
    pub fn progress(&self) -> f64 {
        if self.step >= self.total_steps { 1.0 } else { self.step as f64 / self.total_steps as f64 }
    }

    /// The position in a training that begins `steps` steps later; its first step from there on backwards.
    pub(super) fn begun_later(self, steps: u64) -> Self {
        Self {
            step: self.step.saturating_sub(steps),
            total_steps: self.total_steps.saturating_sub(steps),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn an_empty_plan_is_complete() {
        let position = Position::default();
        assert_eq!((position.epoch(), position.epochs_passed(), position.progress()), (0, 0.0, 1.0));
    }
}
