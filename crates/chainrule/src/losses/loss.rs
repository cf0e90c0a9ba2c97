//! [`Loss`]: the list of losses with their settings. A set of tables.

use core::fmt;
use core::str::FromStr;

use chainrule_engine::{Dim, Shape, Tensor};

use super::{
    HUBER_DELTA, Reduction, Weights, absolute_error, binary_cross_entropy, cross_entropy, half_squared_error,
    hinge, huber, kl_divergence, log_cosh, multiclass_hinge, poisson, quantile, reduce, soft_cross_entropy,
    squared_error, uniform_cross_entropy,
};
use crate::Error;
use crate::activations::Activation;
use crate::named::{Call, show};
use crate::validate::Settings;

/// A loss by name, with its settings.
///
/// Its text is its name, with the setting in parentheses where it is not the default.
///
/// ```
/// use chainrule::losses::Loss;
/// assert_eq!("huber(2.5)".parse::<Loss>()?, Loss::Huber { delta: 2.5 });
/// assert_eq!(Loss::CrossEntropy { label_smoothing: 0.1 }.to_string(), "cross_entropy(0.1)");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Loss {
    /// [`squared_error`](super::squared_error()).
    SquaredError,
    /// [`half_squared_error`](super::half_squared_error()).
    HalfSquaredError,
    /// [`absolute_error`](super::absolute_error()).
    AbsoluteError,
    /// [`huber`](super::huber()).
    Huber {
        /// Where squared turns into absolute, above 0 and finite; 1 by default.
        delta: f64,
    },
    /// [`log_cosh`](super::log_cosh()).
    LogCosh,
    /// [`quantile`](super::quantile()); written `quantile(0.9)`.
    Quantile {
        /// The quantile to predict, in (0, 1).
        level: f64,
    },
    /// [`poisson`](super::poisson()), from log rates.
    Poisson,
    /// [`binary_cross_entropy`](super::binary_cross_entropy()), from logits.
    BinaryCrossEntropy,
    /// [`cross_entropy`](super::cross_entropy()), from logits, with class numbers or distributions as targets.
    CrossEntropy {
        /// The share of the uniform distribution in the target, in [0, 1); 0 by default.
        label_smoothing: f64,
    },
    /// [`hinge`](super::hinge()), with targets 0 and 1.
    Hinge,
    /// [`multiclass_hinge`](super::multiclass_hinge()), with class numbers as targets.
    MulticlassHinge,
    /// [`kl_divergence`](super::kl_divergence()), from logits, with distributions as targets.
    KlDivergence,
}

impl Loss {
    /// Every loss, with default settings; the quantile is the median.
    pub const ALL: [Loss; 12] = [
        Self::SquaredError,
        Self::HalfSquaredError,
        Self::AbsoluteError,
        Self::Huber { delta: HUBER_DELTA },
        Self::LogCosh,
        Self::Quantile { level: 0.5 },
        Self::Poisson,
        Self::BinaryCrossEntropy,
        Self::CrossEntropy { label_smoothing: 0.0 },
        Self::Hinge,
        Self::MulticlassHinge,
        Self::KlDivergence,
    ];

    /// The names, in the order of [`Loss::ALL`].
    pub const NAMES: &'static [&'static str] = &[
        "squared_error",
        "half_squared_error",
        "absolute_error",
        "huber",
        "log_cosh",
        "quantile",
        "poisson",
        "binary_cross_entropy",
        "cross_entropy",
        "hinge",
        "multiclass_hinge",
        "kl_divergence",
    ];

    /// The name without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::SquaredError => "squared_error",
            Self::HalfSquaredError => "half_squared_error",
            Self::AbsoluteError => "absolute_error",
            Self::Huber { .. } => "huber",
            Self::LogCosh => "log_cosh",
            Self::Quantile { .. } => "quantile",
            Self::Poisson => "poisson",
            Self::BinaryCrossEntropy => "binary_cross_entropy",
            Self::CrossEntropy { .. } => "cross_entropy",
            Self::Hinge => "hinge",
            Self::MulticlassHinge => "multiclass_hinge",
            Self::KlDivergence => "kl_divergence",
        }
    }

    /// The activation that turns what the loss takes into predictions: the inverse of its link function.
    pub fn link(self) -> Activation {
        match self {
            Self::SquaredError
            | Self::HalfSquaredError
            | Self::AbsoluteError
            | Self::Huber { .. }
            | Self::LogCosh
            | Self::Quantile { .. }
            | Self::Hinge
            | Self::MulticlassHinge => Activation::Identity,
            Self::Poisson => Activation::Exp,
            Self::BinaryCrossEntropy => Activation::Sigmoid,
            Self::CrossEntropy { .. } | Self::KlDivergence => Activation::Softmax,
        }
    }

    /// The shape of targets for that many outputs: `[batch]` of class numbers, or `[batch, outputs]`.
    ///
    /// Cross-entropy takes distributions `[batch, outputs]` as well.
    pub fn target_shape(self, outputs: usize) -> Shape {
        match self {
            Self::CrossEntropy { .. } | Self::MulticlassHinge => Shape::BATCH,
            _ => Shape::rows(outputs),
        }
    }

    /// Whether the outputs are exclusive classes.
    pub fn is_over_classes(self) -> bool {
        matches!(self, Self::CrossEntropy { .. } | Self::MulticlassHinge | Self::KlDivergence)
    }

    /// Whether each output answers a question by yes (1) or no (0).
    pub fn is_binary(self) -> bool {
        matches!(self, Self::BinaryCrossEntropy | Self::Hinge)
    }

    /// Checks that the setting has a meaning.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] with the range.
    pub fn validate(self) -> Result<(), Error> {
        let settings = Settings(self.name());
        match self {
            Self::Huber { delta } => settings.positive("delta", delta),
            Self::Quantile { level } => settings.inner_fraction("level", level),
            Self::CrossEntropy { label_smoothing } => {
                settings.fraction_below_one("label_smoothing", label_smoothing)
            }
            _ => Ok(()),
        }
    }

    /// The loss of each element, `[batch, outputs]`, or of each example, `[batch]`, if the outputs are classes.
    ///
    /// `prediction: [batch, outputs]`, logits where [`link`](Self::link) is not the identity; `target` as
    /// [`target_shape`](Self::target_shape) says.
    ///
    /// # Errors
    /// [`Error::PredictionShape`] or [`Error::TargetShape`]: in particular `[batch]` against `[batch, 1]`, which other
    /// libraries repeat into `[batch, batch]`; [`Error::InvalidSetting`]; [`Error::Engine`] if the tape remembers an
    /// error.
    #[track_caller]
    pub fn terms<'t>(self, prediction: Tensor<'t>, target: Tensor<'t>) -> Result<Tensor<'t>, Error> {
        self.validate()?;
        self.outputs(prediction)?;
        self.check_target(prediction, target)?;
        Ok(match self {
            Self::SquaredError => squared_error(prediction, target),
            Self::HalfSquaredError => half_squared_error(prediction, target),
            Self::AbsoluteError => absolute_error(prediction, target),
            Self::Huber { delta } => huber(prediction, target, delta),
            Self::LogCosh => log_cosh(prediction, target),
            Self::Quantile { level } => quantile(prediction, target, level),
            Self::Poisson => poisson(prediction, target),
            Self::BinaryCrossEntropy => binary_cross_entropy(prediction, target),
            Self::CrossEntropy { label_smoothing } => smoothed(prediction, target, label_smoothing),
            Self::Hinge => hinge(prediction, target),
            Self::MulticlassHinge => multiclass_hinge(prediction, target),
            Self::KlDivergence => kl_divergence(prediction, target),
        })
    }

    /// The loss as one number, `[]`: [`terms`](Self::terms), weighted and reduced.
    ///
    /// # Errors
    /// As [`terms`](Self::terms), and [`Error::WeightShape`].
    #[track_caller]
    pub fn apply<'t>(
        self,
        prediction: Tensor<'t>,
        target: Tensor<'t>,
        reduction: Reduction,
        weights: Weights<'t>,
    ) -> Result<Tensor<'t>, Error> {
        let terms = self.terms(prediction, target)?;
        let weights = weights.of_examples(self, target, self.outputs(prediction)?)?;
        Ok(reduce(terms, reduction, weights))
    }

    /// The width of the rows of predictions.
    fn outputs(self, prediction: Tensor<'_>) -> Result<usize, Error> {
        prediction.tape().check()?;
        match prediction.shape().dims() {
            [Dim::Batch | Dim::Fixed(_), Dim::Fixed(outputs)] => Ok(*outputs),
            _ => Err(Error::PredictionShape { loss: self.to_string(), got: prediction.shape() }),
        }
    }

    fn check_target(self, prediction: Tensor<'_>, target: Tensor<'_>) -> Result<(), Error> {
        let (rows, got) = (prediction.shape(), target.shape());
        let numbers = rows.without(chainrule_engine::Axes::of(&[1]));
        let (holds, expected) = match self {
            Self::CrossEntropy { .. } => (got == numbers || got == rows, format!("{numbers} or {rows}")),
            Self::MulticlassHinge => (got == numbers, numbers.to_string()),
            _ => (got == rows, rows.to_string()),
        };
        let loss = || self.to_string();
        if holds { Ok(()) } else { Err(Error::TargetShape { loss: loss(), expected, prediction: rows, got }) }
    }
}

/// The cross-entropy with the target mixed with a share of the uniform distribution.
fn smoothed<'t>(logits: Tensor<'t>, target: Tensor<'t>, share: f64) -> Tensor<'t> {
    let of_target = if target.shape().rank() == 1 { cross_entropy } else { soft_cross_entropy };
    let sharp = of_target(logits, target);
    if share == 0.0 { sharp } else { sharp * (1.0 - share) + uniform_cross_entropy(logits) * share }
}

impl FromStr for Loss {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::parse("loss", text)?;
        let loss = match call.name {
            "huber" => Self::Huber { delta: call.number_or(HUBER_DELTA) },
            "quantile" => Self::Quantile { level: call.number()? },
            "cross_entropy" => Self::CrossEntropy { label_smoothing: call.number_or(0.0) },
            name => {
                let found = Self::ALL.into_iter().find(|loss| loss.name() == name);
                call.plain(found.ok_or_else(|| call.unknown(Self::NAMES))?)?
            }
        };
        loss.validate()?;
        Ok(loss)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Huber { delta } => show(self.name(), *delta, HUBER_DELTA),
            Self::CrossEntropy { label_smoothing } => show(self.name(), *label_smoothing, 0.0),
            Self::Quantile { level } => format!("quantile({level})"),
            _ => self.name().into(),
        };
        formatter.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Shape, Tape};

    use super::Loss;
    use crate::losses::{Reduction, Weights};

    #[test]
    fn every_loss_is_written_and_read() {
        let names: Vec<&str> = Loss::ALL.iter().map(|loss| loss.name()).collect();
        assert_eq!(names, Loss::NAMES);
        let settings = [Loss::Huber { delta: 0.1 }, Loss::CrossEntropy { label_smoothing: 0.05 }];
        for loss in Loss::ALL.into_iter().chain(settings) {
            assert_eq!(loss.to_string().parse(), Ok(loss));
        }
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for text in
            ["huber(0)", "huber(inf)", "quantile", "quantile(1)", "cross_entropy(1)", "hinge(2)", "mse"]
        {
            assert!(text.parse::<Loss>().is_err(), "{text}");
        }
        insta::assert_snapshot!("quantile(90)".parse::<Loss>().unwrap_err(),
            @"quantile: `level` is out of range; expected a number in (0, 1), got 90");
    }

    #[test]
    fn a_column_of_targets_is_not_a_list_of_targets() {
        let tape = Tape::new();
        let (column, list) = (tape.input("p", Shape::rows(1)), tape.input("y", Shape::BATCH));
        for loss in Loss::ALL.into_iter().filter(|loss| loss.target_shape(1) != Shape::BATCH) {
            assert!(loss.apply(column, list, Reduction::Mean, Weights::default()).is_err(), "{loss}");
            assert!(loss.apply(list, list, Reduction::Mean, Weights::default()).is_err(), "{loss}");
        }
        insta::assert_snapshot!(Loss::BinaryCrossEntropy.terms(column, list).unwrap_err(), @"loss `binary_cross_entropy`: the target has the wrong shape; expected [batch, 1] for predictions [batch, 1], got [batch]");
        insta::assert_snapshot!(Loss::MulticlassHinge.terms(column, column).unwrap_err(), @"loss `multiclass_hinge`: the target has the wrong shape; expected [batch] for predictions [batch, 1], got [batch, 1]");
        insta::assert_snapshot!(Loss::SquaredError.terms(list, list).unwrap_err(), @"loss `squared_error`: the prediction has the wrong shape; expected [batch, outputs], got [batch]");
    }
}
