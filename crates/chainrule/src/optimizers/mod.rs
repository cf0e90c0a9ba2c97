//! Optimizers: how a gradient becomes a change of the parameters.
//!
//! An optimizer is a function over slices of equal length: parameters, gradient and a few moments (running averages) with the
//! same layout. It does not know which parameter is a weight and which a bias; a [`Group`] gives it a range of the flat
//! buffer together with that range's weight decay. A step goes over each slice once and allocates nothing:
//!
//! ```text
//! p <- (1 - learning_rate weight_decay) p          decoupled weight decay (Loshchilov and Hutter 2019), if any
//! p <- p - learning_rate direction(g, moments)     the direction is the optimizer's own
//! ```
//!
//! The learning rate is no setting of an optimizer: it is an argument of each step and comes from a
//! [schedule](crate::schedules). An [`Optimizer`] is either an [`UpdateRule`], which needs one gradient a step, or [`Lbfgs`],
//! which needs the loss as a function. Settings, formulas and defaults are PyTorch's, and golden trajectories made with
//! PyTorch hold them.
//!
//! To add one: a file with its settings, formula and loop; a line in each table of `rule.rs`; a golden trajectory.
//!
//! A running average of a gradient that has become 0 would not: `m - m / 10` of the smallest numbers rounds to m. So the
//! average would stay subnormal for ever, which costs an Adam step 1.8 times its time on Zen 5 and more on other processors.
//! Every decaying average is therefore taken as 0 below the smallest normal number, `1.2e-38` in `f32`. Asked of each number, as
//! here, it has the same bits everywhere, which a mode of the processor has not.
//!
//! Must not know: graphs, layers, data, schedules.

mod adadelta;
mod adagrad;
mod adam;
mod adamw;
mod amsgrad;
mod each;
mod lbfgs;
mod lion;
mod nadam;
mod optimizer;
mod radam;
mod rmsprop;
mod rprop;
mod rule;
mod saved;
mod sgd;
mod state;
mod state_range;

#[cfg(test)]
mod golden;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use amsgrad::AmsGrad;
pub use lbfgs::{Lbfgs, LbfgsOutcome, LbfgsState, Objective, StopReason};
pub use lion::Lion;
pub use nadam::NAdam;
pub use optimizer::Optimizer;
pub use radam::RAdam;
pub use rmsprop::RmsProp;
pub use rprop::Rprop;
pub use rule::{Step, UpdateRule};
pub use saved::SavedOptimizer;
pub use sgd::Sgd;
pub use state::{Group, State};
pub use state_range::StateRange;
