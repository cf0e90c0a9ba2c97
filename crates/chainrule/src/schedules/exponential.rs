//! Exponential decay: the same cut every epoch.
//!
//! ```text
//! factor = gamma^epoch
//! ```
//!
//! As PyTorch's `ExponentialLR`, stepped once an epoch. Must not know: optimizers.

use chainrule_engine::Real;

use super::Position;
use crate::Error;
use crate::validate::Settings;

/// A cut by `gamma` every epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    /// The factor of each epoch, in (0, 1\]; 0.95.
    pub gamma: f64,
}

impl Default for Exponential {
    fn default() -> Self {
        Self { gamma: 0.95 }
    }
}

impl Exponential {
    pub(super) fn factor(&self, position: Position) -> f64 {
        Real::pow(self.gamma, position.epoch() as f64)
    }

    pub(super) fn validate(&self, settings: Settings) -> Result<(), Error> {
        settings.positive_fraction("gamma", self.gamma)
    }
}
