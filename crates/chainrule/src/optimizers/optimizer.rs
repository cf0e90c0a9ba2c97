//! [`Optimizer`]: every optimizer under one name.
//!
//! Must not know: formulas, the training loop.

use core::fmt;
use core::str::FromStr;

use super::{Lbfgs, UpdateRule};
use crate::Error;

/// How parameters follow the gradient: by a rule from one gradient a step, or by L-BFGS from the loss as a function.
///
/// The two differ in what a step needs, so the training loop matches on them once.
///
/// ```
/// use chainrule::optimizers::{Adam, Optimizer};
/// let optimizer: Optimizer = "adam".parse()?;
/// assert_eq!(optimizer, Adam::default().into());
/// assert_eq!((optimizer.to_string().as_str(), optimizer.default_learning_rate()), ("adam", 1e-3));
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimizer {
    /// An element-wise rule, for mini-batches and full batches.
    Rule(UpdateRule),
    /// Limited-memory BFGS with a line search, for full batches.
    Lbfgs(Lbfgs),
}

impl Optimizer {
    /// The names that [`FromStr`] knows, as the command line and configurations write them.
    pub const NAMES: &'static [&'static str] = &[
        "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adadelta", "adam", "amsgrad", "adamw", "nadam",
        "radam", "lion", "rprop", "lbfgs",
    ];

    /// The optimizer's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.name(),
            Self::Lbfgs(_) => Lbfgs::NAME,
        }
    }

    /// The learning rate to use if none is given.
    pub fn default_learning_rate(&self) -> f64 {
        match self {
            Self::Rule(rule) => rule.default_learning_rate(),
            Self::Lbfgs(lbfgs) => lbfgs.default_learning_rate(),
        }
    }

    /// The decoupled weight decay to use for weights if none is given: 0.01 for AdamW, 0 for the others.
    ///
    /// L-BFGS has no decoupled decay: add the penalty to its loss.
    pub fn default_weight_decay(&self) -> f64 {
        match self {
            Self::Rule(rule) => rule.default_weight_decay(),
            Self::Lbfgs(_) => 0.0,
        }
    }

    /// Checks that each setting has a meaning.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] with the first setting out of range.
    pub fn validate(&self) -> Result<(), Error> {
        match self {
            Self::Rule(rule) => rule.validate(),
            Self::Lbfgs(lbfgs) => lbfgs.validate(),
        }
    }
}

impl Default for Optimizer {
    /// Adam with its default settings.
    fn default() -> Self {
        super::Adam::default().into()
    }
}

impl FromStr for Optimizer {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        if name == Lbfgs::NAME {
            return Ok(Self::Lbfgs(Lbfgs::default()));
        }
        name.parse().map(Self::Rule).map_err(|_| Error::UnknownName {
            kind: "optimizer",
            name: name.into(),
            known: Self::NAMES,
        })
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl<R: Into<UpdateRule>> From<R> for Optimizer {
    fn from(rule: R) -> Self {
        Self::Rule(rule.into())
    }
}

impl From<Lbfgs> for Optimizer {
    fn from(lbfgs: Lbfgs) -> Self {
        Self::Lbfgs(lbfgs)
    }
}

#[cfg(test)]
mod tests {
    use super::{Optimizer, UpdateRule};
    use crate::Error;
    use crate::optimizers::{Adam, Lbfgs, RmsProp, Rprop};

    #[test]
    fn every_name_parses_validates_and_displays_as_itself() {
        for &name in Optimizer::NAMES {
            let optimizer: Optimizer = name.parse().expect("a name of the list");
            assert_eq!(optimizer.to_string(), name);
            assert_eq!(optimizer.validate(), Ok(()));
            assert!(optimizer.default_learning_rate() > 0.0);
        }
        assert_eq!(Optimizer::NAMES[..UpdateRule::NAMES.len()], *UpdateRule::NAMES);
    }

    #[test]
    fn unknown_names_list_the_known_ones() {
        let error = "adm".parse::<Optimizer>().expect_err("there is no such optimizer").to_string();
        assert!(
            error.starts_with("optimizer: unknown name; expected one of `sgd`, ") && error.ends_with("`adm`")
        );
        assert!(error.contains("`lbfgs`"));
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let cases: [(Optimizer, &str); 5] = [
            (Adam { beta1: 1.0, ..Adam::default() }.into(), "beta1"),
            (Adam { epsilon: f64::NAN, ..Adam::default() }.into(), "epsilon"),
            (RmsProp { momentum: -0.1, ..RmsProp::default() }.into(), "momentum"),
            (Rprop { shrink: 1.0, ..Rprop::default() }.into(), "shrink"),
            (Lbfgs { history: 0, ..Lbfgs::default() }.into(), "history"),
        ];
        for (optimizer, name) in cases {
            let error = optimizer.validate().expect_err("the setting is out of range");
            assert!(matches!(error, Error::InvalidSetting { setting, .. } if setting == name), "{error}");
        }
    }
}
