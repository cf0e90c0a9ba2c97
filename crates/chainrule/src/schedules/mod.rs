//! Schedules: the learning rate of each step, as a factor of the configured one.
//!
//! ```text
//! learning_rate(step) = base learning rate * factor(position of the step)
//! ```
//!
//! A schedule is a pure function of the [`Position`], so that a resumed training sees what an uninterrupted one would have
//! seen. The one exception is [`Plateau`], which follows the monitored value; its memory is a small [`PlateauState`] of its
//! own, saved with a checkpoint.
//!
//! To add one: a file with its settings, formula and tests; a line in each table of `schedule.rs`; a golden sequence.
//!
//! Must not know: optimizers, parameters, what is monitored.

mod cosine;
mod exponential;
mod inverse_scaling;
mod one_cycle;
mod plateau;
mod polynomial;
mod position;
mod schedule;
mod step;
mod warmup;

#[cfg(test)]
mod golden;

pub use cosine::{Cosine, CosineRestarts};
pub use exponential::Exponential;
pub use inverse_scaling::InverseScaling;
pub use one_cycle::OneCycle;
pub use plateau::{Goal, Plateau, PlateauState};
pub use polynomial::Polynomial;
pub use position::Position;
pub use schedule::Schedule;
pub use step::StepDecay;
pub use warmup::Warmup;

use core::f64::consts::PI;

use chainrule_engine::Real;

/// From `start` at share 0 to `end` at share 1 along half a cosine: `end + (start - end) (1 + cos(pi share)) / 2`.
fn half_cosine(start: f64, end: f64, share: f64) -> f64 {
    end + 0.5 * (start - end) * (1.0 + Real::cos(PI * share))
}
