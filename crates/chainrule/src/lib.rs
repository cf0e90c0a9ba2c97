//! Train feed-forward neural networks by backpropagation.

mod error;
pub mod optimizers;
pub mod schedules;
mod validate;

pub use error::Error;
