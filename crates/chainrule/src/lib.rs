//! Train feed-forward neural networks by backpropagation.

pub mod activations;
mod error;
pub mod initializers;
pub mod layers;
pub mod losses;
mod named;
pub mod network;
pub mod optimizers;
pub mod schedules;
#[cfg(test)]
mod testing;
mod validate;

pub use activations::Activation;
pub use error::Error;
pub use initializers::Initializer;
pub use layers::Mode;
pub use losses::{Loss, Reduction, Weights};
pub use network::{Forward, Network, Objective, Task};
