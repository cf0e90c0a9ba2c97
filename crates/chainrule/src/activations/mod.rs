//! Activations: the functions between a layer's affine part and its output.
//!
//! One file each, with formula, range, behaviour at kinks and source; [`Activation`] is their list, which texts such as
//! `leaky_relu(0.2)` and settings name. All are compositions of the engine's operations, so their derivatives come from
//! the chain rule and are checked against PyTorch's and against differences.
//!
//! Must not know: layers, parameters, losses.

mod activation;
mod elu;
mod exp;
mod gelu;
mod gelu_tanh;
mod hard_tanh;
mod identity;
mod leaky_relu;
mod log_softmax;
mod mish;
mod relu;
mod relu6;
mod selu;
mod sigmoid;
mod silu;
mod softmax;
mod softplus;
mod softsign;
mod tanh;

pub use activation::Activation;
pub use elu::{ELU_ALPHA, elu};
pub use exp::exp;
pub use gelu::gelu;
pub use gelu_tanh::gelu_tanh;
pub use hard_tanh::hard_tanh;
pub use identity::identity;
pub use leaky_relu::{LEAKY_RELU_SLOPE, leaky_relu};
pub use log_softmax::log_softmax;
pub use mish::mish;
pub use relu::relu;
pub use relu6::relu6;
pub use selu::selu;
pub use sigmoid::sigmoid;
pub use silu::silu;
pub use softmax::softmax;
pub use softplus::softplus;
pub use softsign::softsign;
pub use tanh::tanh;
