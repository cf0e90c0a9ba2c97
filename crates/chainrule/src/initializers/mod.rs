//! Initial values of parameters.
//!
//! A family a file: [`fill`](Initializer::fill) writes the values of one parameter from a source of random numbers
//! ([`Draw`]), which is the counter-based stream of the parameter or numpy's legacy generator. The variances follow
//! from the numbers of units that a weight matrix connects, its [`Fans`].
//!
//! Must not know: layers, networks, how seeds are derived.

mod draw;
mod initializer;
mod orthogonal;
mod scaled;

pub use draw::Draw;
pub use initializer::Initializer;
pub use orthogonal::fill_orthogonal;
pub use scaled::{Fans, Scale};
