//! Plateau: the learning rate is cut when the monitored value has not improved for a while.
//!
//! ```text
//! improved:   value < best (1 - threshold)          (to maximise: value > best (1 + threshold))
//! more than `patience` epochs without:   factor <- max(factor * shrink, minimum)
//! ```
//!
//! After a cut, epochs without improvement are not counted for `cooldown` epochs.
//!
//! As PyTorch's `ReduceLROnPlateau` with a relative threshold. Must not know: what the value is.

use crate::Error;
use crate::validate::Settings;

/// Which direction of the monitored value is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Goal {
    /// Smaller is better: a loss.
    #[default]
    Minimise,
    /// Larger is better: an accuracy.
    Maximise,
}

/// Cuts when the monitored value stops improving.
///
/// The schedule itself is constant; multiply its factor by that of its [`PlateauState`], fed once an epoch.
///
/// ```
/// use chainrule::schedules::{Plateau, PlateauState};
/// let plateau = Plateau { patience: 1, ..Plateau::default() };
/// let mut state = PlateauState::default();
/// for loss in [0.9, 0.8, 0.8, 0.8] {
///     state = plateau.observe(state, loss);
/// }
/// assert_eq!(state.factor, 0.1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// The factor of each cut, in (0, 1); 0.1.
    pub shrink: f64,
    /// How many epochs without improvement are let pass; 10.
    pub patience: u64,
    /// By which share of the best value an improvement has to beat it, in \[0, 1); 1e-4.
    pub threshold: f64,
    /// How many epochs after a cut are let pass uncounted; 0.
    pub cooldown: u64,
    /// The least factor, in \[0, 1\]; 0.
    pub minimum: f64,
    /// Whether the value should fall or rise; fall.
    pub goal: Goal,
}

impl Default for Plateau {
    fn default() -> Self {
        Self { shrink: 0.1, patience: 10, threshold: 1e-4, cooldown: 0, minimum: 0.0, goal: Goal::Minimise }
    }
}

/// The memory of a [`Plateau`]: all that a checkpoint has to keep of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlateauState {
    /// The factor of the learning rate, in (0, 1\]; 1 at first.
    pub factor: f64,
    /// The best value observed; none before the first.
    pub best: Option<f64>,
    /// Epochs without improvement that counted.
    pub waited: u64,
    /// Epochs that will not be counted.
    pub cooldown_left: u64,
}

impl Default for PlateauState {
    fn default() -> Self {
        Self { factor: 1.0, best: None, waited: 0, cooldown_left: 0 }
    }
}

impl Plateau {
    /// The state after an epoch with this value; one that is not a number is no improvement.
    #[must_use]
    pub fn observe(&self, state: PlateauState, value: f64) -> PlateauState {
        let improved = self.is_better(value, state.best);
        let mut next = state;
        next.best = if improved { Some(value) } else { state.best };
        next.waited = if improved || state.cooldown_left > 0 { 0 } else { state.waited + 1 };
        next.cooldown_left = state.cooldown_left.saturating_sub(1);
        if next.waited > self.patience {
            next.factor = (state.factor * self.shrink).max(self.minimum.min(state.factor));
            next.waited = 0;
            next.cooldown_left = self.cooldown;
        }
        next
    }

    fn is_better(&self, value: f64, best: Option<f64>) -> bool {
        match (best, self.goal) {
            (None, _) => !value.is_nan(),
            (Some(best), Goal::Minimise) => value < best * (1.0 - self.threshold),
            (Some(best), Goal::Maximise) => value > best * (1.0 + self.threshold),
        }
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.inner_fraction("shrink", self.shrink)?;
        settings.fraction_below_one("threshold", self.threshold)?;
        settings.fraction("minimum", self.minimum)
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, Plateau, PlateauState};

    fn factors(plateau: Plateau, values: &[f64]) -> Vec<f64> {
        let mut state = PlateauState::default();
        let observe = |&value: &f64| {
            state = plateau.observe(state, value);
            state.factor
        };
        values.iter().map(observe).collect()
    }

    #[test]
    fn values_that_are_no_numbers_never_improve() {
        let plateau = Plateau { patience: 1, shrink: 0.5, ..Plateau::default() };
        assert_eq!(
            factors(plateau, &[f64::NAN, f64::NAN, 1.0, f64::NAN, f64::NAN]),
            [1.0, 0.5, 0.5, 0.5, 0.25]
        );
    }

    #[test]
    fn the_factor_stops_at_the_minimum() {
        let plateau = Plateau { patience: 0, minimum: 0.05, goal: Goal::Maximise, ..Plateau::default() };
        assert_eq!(factors(plateau, &[1.0, 1.0, 1.0, 2.0, 1.0]), [1.0, 0.1, 0.05, 0.05, 0.05]);
    }
}
