//! [`Activation`]: the list of activations with their settings. A set of tables.

use core::fmt;
use core::str::FromStr;

use chainrule_engine::Tensor;

use super::{
    ELU_ALPHA, LEAKY_RELU_SLOPE, elu, exp, gelu, gelu_tanh, hard_tanh, identity, leaky_relu, log_softmax,
    mish, relu, relu6, selu, sigmoid, silu, softmax, softplus, softsign, tanh,
};
use crate::Error;
use crate::named::{Call, show};
use crate::validate::Settings;

/// An activation by name, with its settings.
///
/// Its text is its name, with the setting in parentheses where it is not the default.
///
/// ```
/// use chainrule::activations::Activation;
/// let leaky: Activation = "leaky_relu(0.2)".parse()?;
/// assert_eq!(leaky, Activation::LeakyRelu { slope: 0.2 });
/// assert_eq!(leaky.to_string(), "leaky_relu(0.2)");
/// assert_eq!("linear".parse::<Activation>()?.to_string(), "identity");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// [`identity`](super::identity()).
    Identity,
    /// [`sigmoid`](super::sigmoid()).
    Sigmoid,
    /// [`tanh`](super::tanh()).
    Tanh,
    /// [`relu`](super::relu()).
    Relu,
    /// [`leaky_relu`](super::leaky_relu()).
    LeakyRelu {
        /// The slope for negative numbers, finite; 0.01 by default.
        slope: f64,
    },
    /// [`elu`](super::elu()).
    Elu {
        /// The depth of the negative side, finite; 1 by default.
        alpha: f64,
    },
    /// [`selu`](super::selu()).
    Selu,
    /// [`gelu`](super::gelu()).
    Gelu,
    /// [`gelu_tanh`](super::gelu_tanh()).
    GeluTanh,
    /// [`silu`](super::silu()).
    Silu,
    /// [`mish`](super::mish()).
    Mish,
    /// [`softplus`](super::softplus()).
    Softplus,
    /// [`softsign`](super::softsign()).
    Softsign,
    /// [`hard_tanh`](super::hard_tanh()).
    HardTanh,
    /// [`relu6`](super::relu6()).
    Relu6,
    /// [`softmax`](super::softmax()), for outputs.
    Softmax,
    /// [`log_softmax`](super::log_softmax()), for outputs.
    LogSoftmax,
    /// [`exp`](super::exp()), for outputs.
    Exp,
}

impl Activation {
    /// Every activation, with default settings.
    pub const ALL: [Activation; 18] = [
        Self::Identity,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu { slope: LEAKY_RELU_SLOPE },
        Self::Elu { alpha: ELU_ALPHA },
        Self::Selu,
        Self::Gelu,
        Self::GeluTanh,
        Self::Silu,
        Self::Mish,
        Self::Softplus,
        Self::Softsign,
        Self::HardTanh,
        Self::Relu6,
        Self::Softmax,
        Self::LogSoftmax,
        Self::Exp,
    ];

    /// The names, in the order of [`Activation::ALL`]; `linear` and `swish` are read as well.
    pub const NAMES: &'static [&'static str] = &[
        "identity",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "gelu_tanh",
        "silu",
        "mish",
        "softplus",
        "softsign",
        "hard_tanh",
        "relu6",
        "softmax",
        "log_softmax",
        "exp",
    ];

    /// The name without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Elu { .. } => "elu",
            Self::Selu => "selu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_tanh",
            Self::Silu => "silu",
            Self::Mish => "mish",
            Self::Softplus => "softplus",
            Self::Softsign => "softsign",
            Self::HardTanh => "hard_tanh",
            Self::Relu6 => "relu6",
            Self::Softmax => "softmax",
            Self::LogSoftmax => "log_softmax",
            Self::Exp => "exp",
        }
    }

    /// The activation of `x`, of the same shape. Softmax and log-softmax go along the last axis, the others element
    /// by element.
    #[track_caller]
    pub fn apply(self, x: Tensor<'_>) -> Tensor<'_> {
        match self {
            Self::Identity => identity(x),
            Self::Sigmoid => sigmoid(x),
            Self::Tanh => tanh(x),
            Self::Relu => relu(x),
            Self::LeakyRelu { slope } => leaky_relu(x, slope),
            Self::Elu { alpha } => elu(x, alpha),
            Self::Selu => selu(x),
            Self::Gelu => gelu(x),
            Self::GeluTanh => gelu_tanh(x),
            Self::Silu => silu(x),
            Self::Mish => mish(x),
            Self::Softplus => softplus(x),
            Self::Softsign => softsign(x),
            Self::HardTanh => hard_tanh(x),
            Self::Relu6 => relu6(x),
            Self::Softmax => softmax(x),
            Self::LogSoftmax => log_softmax(x),
            Self::Exp => exp(x),
        }
    }

    /// Checks that the setting has a meaning.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] if the slope or depth is infinite or not a number.
    pub fn validate(self) -> Result<(), Error> {
        match self {
            Self::LeakyRelu { slope } => Settings("leaky_relu").finite("slope", slope),
            Self::Elu { alpha } => Settings("elu").finite("alpha", alpha),
            _ => Ok(()),
        }
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::parse("activation", text)?;
        let activation = match call.name {
            "leaky_relu" => Self::LeakyRelu { slope: call.number_or(LEAKY_RELU_SLOPE) },
            "elu" => Self::Elu { alpha: call.number_or(ELU_ALPHA) },
            "linear" => call.plain(Self::Identity)?,
            "swish" => call.plain(Self::Silu)?,
            name => {
                let found = Self::ALL.into_iter().find(|activation| activation.name() == name);
                call.plain(found.ok_or_else(|| call.unknown(Self::NAMES))?)?
            }
        };
        activation.validate()?;
        Ok(activation)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::LeakyRelu { slope } => show(self.name(), *slope, LEAKY_RELU_SLOPE),
            Self::Elu { alpha } => show(self.name(), *alpha, ELU_ALPHA),
            _ => self.name().into(),
        };
        formatter.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::Activation;

    #[test]
    fn every_activation_is_written_and_read() {
        let names: Vec<&str> = Activation::ALL.iter().map(|activation| activation.name()).collect();
        assert_eq!(names, Activation::NAMES);
        let settings = [Activation::LeakyRelu { slope: -0.25 }, Activation::Elu { alpha: 1e-3 }];
        for activation in Activation::ALL.into_iter().chain(settings) {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
    }

    #[test]
    fn bad_texts_are_refused() {
        insta::assert_snapshot!("rleu".parse::<Activation>().unwrap_err(), @"activation: unknown name; expected one of `identity`, `sigmoid`, `tanh`, `relu`, `leaky_relu`, `elu`, `selu`, `gelu`, `gelu_tanh`, `silu`, `mish`, `softplus`, `softsign`, `hard_tanh`, `relu6`, `softmax`, `log_softmax`, `exp`, got `rleu`");
        insta::assert_snapshot!("elu(inf)".parse::<Activation>().unwrap_err(),
            @"elu: `alpha` is out of range; expected a finite number, got inf");
        for text in ["", "relu(1)", "ReLU", "linear(3)", "elu(1,2)"] {
            assert!(text.parse::<Activation>().is_err(), "{text}");
        }
    }
}
