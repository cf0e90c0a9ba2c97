//! The functions that stand between layers.

/// An activation, by its formula. Softmax and log-softmax go along the row, the others element by element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// `x`.
    Identity,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `tanh(x)`.
    Tanh,
    /// `max(x, 0)`.
    Relu,
    /// `x if x > 0 else slope x`.
    LeakyRelu {
        /// Finite.
        slope: f64,
    },
    /// `x if x > 0 else alpha (e^x - 1)`.
    Elu {
        /// Finite.
        alpha: f64,
    },
    /// `scale (x if x > 0 else alpha (e^x - 1))` with the constants [`SELU_SCALE`](Self::SELU_SCALE) and
    /// [`SELU_ALPHA`](Self::SELU_ALPHA).
    Selu,
    /// `x (1 + erf(x / √2)) / 2`.
    Gelu,
    /// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`.
    GeluTanh,
    /// `x / (1 + e^-x)`.
    Silu,
    /// `x tanh(ln(1 + e^x))`.
    Mish,
    /// `ln(1 + e^x)`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
    /// `min(max(x, -1), 1)`.
    HardTanh,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `e^(x_i) / sum_j e^(x_j)`.
    Softmax,
    /// `x_i - ln(sum_j e^(x_j))`.
    LogSoftmax,
    /// `e^x`.
    Exp,
}

impl Function {
    /// The depth of the negative side of [`Function::Selu`] before its scale.
    ///
    /// Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", NeurIPS 2017, equation 14.
    pub const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
    /// The scale of [`Function::Selu`].
    pub const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
    /// Every function, with settings that are common.
    pub const ALL: [Function; 18] = [
        Self::Identity,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu { slope: 0.01 },
        Self::Elu { alpha: 1.0 },
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

    /// The name, in lower case with underlines, such as `leaky_relu`.
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
}
