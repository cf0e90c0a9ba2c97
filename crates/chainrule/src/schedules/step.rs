//! Step decay: the learning rate is cut every few epochs.
//!
//! ```text
//! factor = gamma^floor(epoch / period)
//! ```
//!
//! As PyTorch's `StepLR`, stepped once an epoch. Must not know: optimizers.

use chainrule_engine::Real;

use super::Position;
use crate::Error;
use crate::validate::Settings;

/// A cut by `gamma` every `period` epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepDecay {
    /// The epochs between cuts, at least 1; 10.
    pub period: u64,
    /// The factor of each cut, in (0, 1\]; 0.1.
    pub gamma: f64,
}

impl Default for StepDecay {
    fn default() -> Self {
        Self { period: 10, gamma: 0.1 }
    }
}

impl StepDecay {
    pub(super) fn factor(&self, position: Position) -> f64 {
        Real::pow(self.gamma, (position.epoch() / self.period.max(1)) as f64)
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.at_least_one("period", self.period as f64)?;
        settings.positive_fraction("gamma", self.gamma)
    }
}
