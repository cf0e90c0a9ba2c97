//! A network written by hand in a numpy notebook, with its mistakes on switches.
//!
//! The notebook trains a 4-50-20-10-3 network on iris and asks: "does it work? The answer is mostly not. It outputs the
//! probability of getting a given type of flower. I'm not sure why it does that. There's probably a typo somewhere." There
//! are seven. Each is a [`Bug`] that can be repaired alone, so that one can see which of them matter and how.
//!
//! Everything is as in the notebook: objects with caches, one example at a time, `f64`, numpy's random numbers from seed
//! 47, learning rate 0.5, batches of 2, targets 0.98 and 0.01. Two of its lines could not run at all and are left out: the
//! call with `bn=bn`, a name that does not exist, and the second import of unused names. It uses nothing of `chainrule`
//! but numpy's generator and the table of flowers: this is what a library saves one from.
//!
//! - [`fixes`]: the bugs and which of them are repaired;
//! - [`functions`]: activations, losses and their derivatives, wrong and right;
//! - [`flowers`]: the rows as the notebook prepares them;
//! - [`layer`]: the notebook's class;
//! - [`replay`]: its training loop, and what comes out.

mod fixes;
mod flowers;
mod functions;
mod layer;
mod replay;

pub(crate) use fixes::{Bug, Fixes};
pub(crate) use replay::{Ending, Replay, replay};
