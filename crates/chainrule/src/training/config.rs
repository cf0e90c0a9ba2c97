//! The settings of a training run.

use crate::optimizers::{Adam, Optimizer};
use crate::schedules::Schedule;
use crate::{Clipping, Error, Loss, Penalty, Reduction};

/// How a network is trained.
///
/// ```
/// use chainrule::TrainingConfig;
/// let config = TrainingConfig { epochs: 50, batch_size: 16, patience: Some(10), ..TrainingConfig::default() };
/// config.validate()?;
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingConfig {
    /// What is minimised.
    pub loss: Loss,
    /// How the losses of a batch become one number; the mean of all of them.
    pub reduction: Reduction,
    /// How a gradient becomes a change of the parameters; Adam.
    pub optimizer: Optimizer,
    /// The highest learning rate, above 0; `None` takes the optimizer's own default.
    pub learning_rate: Option<f64>,
    /// How the learning rate changes; constant.
    pub schedule: Schedule,
    /// How often every example is used, at least 1.
    pub epochs: usize,
    /// Examples in a step, at least 1; the last step of an epoch takes what is left. L-BFGS always takes all.
    pub batch_size: usize,
    /// The order of the examples; shuffled anew for each epoch.
    pub order: Order,
    /// The share of the examples held out to judge by, in [0, 1); 0.
    pub validation: f64,
    /// Stops after this many epochs without a better validation loss (training loss where nothing is held out), and goes
    /// back to the best weights; `None` trains for all epochs.
    pub patience: Option<usize>,
    /// How much lower the loss must be to count as better, at least 0.
    pub min_improvement: f64,
    /// L1 and L2 penalties on the weights.
    pub penalty: Penalty,
    /// Decoupled weight decay on the weights, at least 0; `None` takes the optimizer's own default (0, AdamW 0.01).
    pub weight_decay: Option<f64>,
    /// Bounds on the gradient.
    pub clipping: Clipping,
    /// The largest norm of the weights into one unit, above 0; `None` is no bound.
    pub max_norm: Option<f64>,
    /// Decay of the moving average of the parameters, in [0, 1), which is then what is kept; `None` keeps the last.
    pub averaging: Option<f64>,
    /// How much each class counts.
    pub class_weights: ClassWeights,
    /// Decides initial weights, order, split and dropout: the same seed gives the same bits.
    pub seed: u64,
}

/// The order in which an epoch uses the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// A new random order for each epoch.
    #[default]
    Shuffled,
    /// As they are.
    AsGiven,
}

/// How much the examples of each class count.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ClassWeights {
    /// All the same.
    #[default]
    Uniform,
    /// So that every class counts the same in all: `rows / (classes * rows of the class)`.
    Balanced,
    /// One finite number of at least 0 for each class.
    Given(Vec<f64>),
}

impl Default for TrainingConfig {
    fn default() -> Self {
        TrainingConfig {
            loss: Loss::CrossEntropy { label_smoothing: 0.0 },
            reduction: Reduction::default(),
            optimizer: Optimizer::from(Adam::default()),
            learning_rate: None,
            schedule: Schedule::default(),
            epochs: 100,
            batch_size: 32,
            order: Order::default(),
            validation: 0.0,
            patience: None,
            min_improvement: 0.0,
            penalty: Penalty::default(),
            weight_decay: None,
            clipping: Clipping::default(),
            max_norm: None,
            averaging: None,
            class_weights: ClassWeights::default(),
            seed: 0,
        }
    }
}

impl TrainingConfig {
    /// The highest learning rate: the one set, or the optimizer's default.
    pub fn peak_learning_rate(&self) -> f64 {
        self.learning_rate.unwrap_or_else(|| self.optimizer.default_learning_rate())
    }

    /// The decoupled weight decay: the one set, or the optimizer's default.
    pub fn decay(&self) -> f64 {
        self.weight_decay.unwrap_or_else(|| self.optimizer.default_weight_decay())
    }

    /// The same settings for another optimizer, with its own learning rate and weight decay.
    ///
    /// L-BFGS finds its step lengths itself, so its learning rate stays as it is.
    #[must_use]
    pub fn with_optimizer(self, optimizer: Optimizer) -> Self {
        let searches = matches!(optimizer, Optimizer::Lbfgs(_));
        let schedule = if searches { Schedule::Constant } else { self.schedule };
        TrainingConfig { optimizer, schedule, learning_rate: None, weight_decay: None, ..self }
    }

    /// Whether every setting lies in its range.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for the first that does not; [`Error::NotForOptimizer`] for a setting that a line search
    /// over all examples cannot heed.
    pub fn validate(&self) -> Result<(), Error> {
        self.loss.validate()?;
        self.optimizer.validate()?;
        self.schedule.validate()?;
        self.penalty.validate()?;
        self.clipping.validate()?;
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let not_negative = |x: f64| x.is_finite() && x >= 0.0;
        let share = |x: f64| (0.0..1.0).contains(&x);
        check("learning_rate", self.peak_learning_rate(), positive, "a finite number above 0")?;
        check("epochs", self.epochs as f64, positive, "at least 1")?;
        check("batch_size", self.batch_size as f64, positive, "at least 1")?;
        check("validation", self.validation, share, "a share in [0, 1)")?;
        check("patience", self.patience.unwrap_or(1) as f64, positive, "at least 1")?;
        check("min_improvement", self.min_improvement, not_negative, "a finite number of at least 0")?;
        check("weight_decay", self.decay(), not_negative, "a finite number of at least 0")?;
        check("max_norm", self.max_norm.unwrap_or(1.0), positive, "a finite number above 0")?;
        check("averaging", self.averaging.unwrap_or(0.0), share, "a decay in [0, 1)")?;
        self.fits_optimizer()
    }

    /// L-BFGS changes the parameters along lines on which the loss must fall: nothing else may change them.
    fn fits_optimizer(&self) -> Result<(), Error> {
        let Optimizer::Lbfgs(_) = self.optimizer else { return Ok(()) };
        let unheeded = [
            ("schedule", self.schedule != Schedule::Constant),
            ("weight_decay", self.decay() > 0.0),
            ("clipping", self.clipping != Clipping::default()),
            ("max_norm", self.max_norm.is_some()),
            ("averaging", self.averaging.is_some()),
        ];
        match unheeded.into_iter().find(|(_, asked)| *asked) {
            Some((setting, _)) => Err(Error::NotForOptimizer { setting, optimizer: self.optimizer.name() }),
            None => Ok(()),
        }
    }
}

fn check(
    setting: &'static str,
    got: f64,
    holds: impl Fn(f64) -> bool,
    expected: &'static str,
) -> Result<(), Error> {
    if holds(got) { Ok(()) } else { Err(Error::InvalidSetting { owner: "training", setting, expected, got }) }
}

#[cfg(test)]
mod tests {
    use super::TrainingConfig;
    use crate::optimizers::Lbfgs;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let base = TrainingConfig::default;
        let message = |config: TrainingConfig| config.validate().unwrap_err().to_string();
        insta::assert_snapshot!(message(TrainingConfig { learning_rate: Some(-0.1), ..base() }),
            @"training: `learning_rate` is out of range; expected a finite number above 0, got -0.1");
        insta::assert_snapshot!(message(TrainingConfig { learning_rate: Some(f64::NAN), ..base() }),
            @"training: `learning_rate` is out of range; expected a finite number above 0, got NaN");
        insta::assert_snapshot!(message(TrainingConfig { epochs: 0, ..base() }),
            @"training: `epochs` is out of range; expected at least 1, got 0");
        insta::assert_snapshot!(message(TrainingConfig { validation: 1.0, ..base() }),
            @"training: `validation` is out of range; expected a share in [0, 1), got 1");
        insta::assert_snapshot!(message(TrainingConfig { averaging: Some(1.0), ..base() }),
            @"training: `averaging` is out of range; expected a decay in [0, 1), got 1");
        assert!(base().validate().is_ok());
        let searching = base().with_optimizer(Lbfgs::default().into());
        assert!(searching.validate().is_ok());
        insta::assert_snapshot!(message(TrainingConfig { max_norm: Some(1.0), ..searching }), @r"
        training: `max_norm` does not go with `lbfgs`
        help: leave it out, or choose an optimizer that makes a step for each batch
        ");
    }
}
