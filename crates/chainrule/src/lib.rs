//! Train feed-forward neural networks by backpropagation.

pub mod activations;
mod error;
pub mod initializers;
pub mod layers;
pub mod losses;
mod named;
pub mod network;
#[cfg(test)]
mod testing;

pub use error::Error;
