//! [`Initializer`]: the list of rules for initial values. A set of tables.

use core::fmt;
use core::str::FromStr;

use super::{Draw, Fans, Scale, fill_orthogonal};
use crate::Error;
use crate::activations::Activation;
use crate::named::Call;
use crate::validate::Settings;

/// A rule for the initial values of a parameter.
///
/// Its text is its name, with the setting in parentheses: `glorot_uniform`, `normal(0.01)`. `pytorch` is read as
/// `fan_in_uniform`. The normal distributions are not truncated.
///
/// ```
/// use chainrule::initializers::Initializer;
/// assert_eq!("uniform(0.5)".parse::<Initializer>()?, Initializer::Uniform { bound: 0.5 });
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Initializer {
    /// All 0. A hidden layer whose weights are all equal never learns different units.
    Zeros,
    /// All 1.
    Ones,
    /// All the same number.
    Constant {
        /// The number, finite.
        value: f64,
    },
    /// Uniform on `[-bound, bound)`.
    Uniform {
        /// The bound, finite and at least 0.
        bound: f64,
    },
    /// Normal with mean 0.
    Normal {
        /// The standard deviation, finite and at least 0.
        deviation: f64,
    },
    /// Uniform with the variance of a [`Scale`].
    ScaledUniform(Scale),
    /// Normal with mean 0 and the variance of a [`Scale`].
    ScaledNormal(Scale),
    /// A random orthogonal matrix; see [`fill_orthogonal`].
    Orthogonal,
}

impl Initializer {
    /// The names that [`FromStr`] knows; `constant`, `uniform` and `normal` take a number in parentheses.
    pub const NAMES: &'static [&'static str] = &[
        "zeros",
        "ones",
        "constant",
        "uniform",
        "normal",
        "glorot_uniform",
        "glorot_normal",
        "he_uniform",
        "he_normal",
        "lecun_uniform",
        "lecun_normal",
        "fan_in_uniform",
        "fan_in_normal",
        "orthogonal",
    ];

    /// The rule for weights whose layer has this activation: He for rectifiers and their smooth relatives, LeCun normal
    /// for SELU, Glorot for all others.
    pub fn for_activation(activation: Activation) -> Self {
        match activation {
            Activation::Relu
            | Activation::LeakyRelu { .. }
            | Activation::Elu { .. }
            | Activation::Gelu
            | Activation::GeluTanh
            | Activation::Silu
            | Activation::Mish
            | Activation::Softplus
            | Activation::Relu6 => Self::ScaledUniform(Scale::He),
            Activation::Selu => Self::ScaledNormal(Scale::Lecun),
            Activation::Identity
            | Activation::Sigmoid
            | Activation::Tanh
            | Activation::Softsign
            | Activation::HardTanh
            | Activation::Softmax
            | Activation::LogSoftmax
            | Activation::Exp => Self::ScaledUniform(Scale::Glorot),
        }
    }

    /// Writes the initial values of one parameter, row-major; draws nothing where nothing is random.
    ///
    /// A matrix has `fans.outputs` rows of `fans.inputs`; a bias takes its layer's fans. Drawn in the order of `out`.
    pub fn fill(self, fans: Fans, draw: &mut dyn Draw, out: &mut [f64]) {
        match self {
            Self::Zeros => out.fill(0.0),
            Self::Ones => out.fill(1.0),
            Self::Constant { value } => out.fill(value),
            Self::Uniform { bound } => out.fill_with(|| draw.uniform(-bound, bound)),
            Self::Normal { deviation } => out.fill_with(|| draw.normal(0.0, deviation)),
            Self::ScaledUniform(scale) => {
                let bound = scale.bound(fans);
                out.fill_with(|| draw.uniform(-bound, bound));
            }
            Self::ScaledNormal(scale) => {
                let deviation = scale.deviation(fans);
                out.fill_with(|| draw.normal(0.0, deviation));
            }
            Self::Orthogonal if out.len() == fans.inputs.saturating_mul(fans.outputs) => {
                fill_orthogonal(fans.inputs, draw, out);
            }
            // A vector is a matrix of one row: a random direction.
            Self::Orthogonal => fill_orthogonal(out.len(), draw, out),
        }
    }

    /// Checks that the setting has a meaning.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] with the range.
    pub fn validate(self) -> Result<(), Error> {
        match self {
            Self::Constant { value } => Settings("constant").finite("value", value),
            Self::Uniform { bound } => Settings("uniform").not_negative("bound", bound),
            Self::Normal { deviation } => Settings("normal").not_negative("deviation", deviation),
            _ => Ok(()),
        }
    }
}

impl FromStr for Initializer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::parse("initializer", text)?;
        let initializer = match call.name {
            "constant" => Self::Constant { value: call.number()? },
            "uniform" => Self::Uniform { bound: call.number()? },
            "normal" => Self::Normal { deviation: call.number()? },
            name => call.plain(without_setting(name).ok_or_else(|| call.unknown(Self::NAMES))?)?,
        };
        initializer.validate()?;
        Ok(initializer)
    }
}

fn without_setting(name: &str) -> Option<Initializer> {
    Some(match name {
        "zeros" => Initializer::Zeros,
        "ones" => Initializer::Ones,
        "glorot_uniform" => Initializer::ScaledUniform(Scale::Glorot),
        "glorot_normal" => Initializer::ScaledNormal(Scale::Glorot),
        "he_uniform" => Initializer::ScaledUniform(Scale::He),
        "he_normal" => Initializer::ScaledNormal(Scale::He),
        "lecun_uniform" => Initializer::ScaledUniform(Scale::Lecun),
        "lecun_normal" => Initializer::ScaledNormal(Scale::Lecun),
        "fan_in_uniform" | "pytorch" => Initializer::ScaledUniform(Scale::FanIn),
        "fan_in_normal" => Initializer::ScaledNormal(Scale::FanIn),
        "orthogonal" => Initializer::Orthogonal,
        _ => return None,
    })
}

impl fmt::Display for Initializer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = |scale: &Scale| match scale {
            Scale::Glorot => "glorot",
            Scale::He => "he",
            Scale::Lecun => "lecun",
            Scale::FanIn => "fan_in",
        };
        let text = match self {
            Self::Zeros => "zeros".into(),
            Self::Ones => "ones".into(),
            Self::Constant { value } => format!("constant({value})"),
            Self::Uniform { bound } => format!("uniform({bound})"),
            Self::Normal { deviation } => format!("normal({deviation})"),
            Self::ScaledUniform(scale) => format!("{}_uniform", family(scale)),
            Self::ScaledNormal(scale) => format!("{}_normal", family(scale)),
            Self::Orthogonal => "orthogonal".into(),
        };
        formatter.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::{Purpose, Stream};

    use super::{Fans, Initializer, Scale};

    const FANS: Fans = Fans { inputs: 200, outputs: 300 };

    fn filled(initializer: Initializer) -> Vec<f64> {
        let mut out = vec![f64::NAN; 200 * 300];
        initializer.fill(FANS, &mut Stream::new(3, Purpose::Initialisation, 0), &mut out);
        out
    }

    #[test]
    fn constants_are_constant() {
        assert_eq!(filled(Initializer::Zeros), [0.0; 60_000]);
        assert_eq!(filled(Initializer::Ones), [1.0; 60_000]);
        assert_eq!(filled(Initializer::Constant { value: -0.25 }), [-0.25; 60_000]);
    }

    /// Five standard errors of the mean and of the variance of 60,000 numbers; kurtosis 3 at most.
    #[test]
    fn means_and_variances_are_as_promised() {
        let mut cases =
            vec![(Initializer::Uniform { bound: 3.0 }, 3.0), (Initializer::Normal { deviation: 0.5 }, 0.25)];
        for (scale, variance) in [
            (Scale::Glorot, 2.0 / 500.0),
            (Scale::He, 2.0 / 200.0),
            (Scale::Lecun, 1.0 / 200.0),
            (Scale::FanIn, 1.0 / 600.0),
        ] {
            cases.extend([
                (Initializer::ScaledUniform(scale), variance),
                (Initializer::ScaledNormal(scale), variance),
            ]);
        }
        for (initializer, variance) in cases {
            let values = filled(initializer);
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let spread = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            assert!(mean.abs() < 5.0 * (variance / count).sqrt(), "{initializer}: {mean}");
            assert!((spread / variance - 1.0).abs() < 5.0 * (2.0 / count).sqrt(), "{initializer}: {spread}");
        }
    }

    #[test]
    fn names_are_written_and_read() {
        for name in Initializer::NAMES {
            let text = if ["constant", "uniform", "normal"].contains(name) {
                format!("{name}(0.5)")
            } else {
                (*name).into()
            };
            assert_eq!(text.parse::<Initializer>().unwrap().to_string(), text);
        }
        let pytorch = "pytorch".parse();
        assert_eq!(pytorch, Ok(Initializer::ScaledUniform(Scale::FanIn)));
        for text in ["uniform", "uniform(-1)", "normal(nan)", "zeros(0)", "xavier", "constant(inf)"] {
            assert!(text.parse::<Initializer>().is_err(), "{text}");
        }
    }
}
