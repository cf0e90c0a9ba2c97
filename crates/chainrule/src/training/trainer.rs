//! [`Trainer`]: a network, examples and settings put together.

use chainrule_engine::{Params, Pool, Scalar, all_finite};

use super::batches::Part;
use super::config::{ClassWeights, TrainingConfig};
use super::event::{Control, Event};
use super::examples::Examples;
use super::fit::check_fit;
use super::full_batch;
use super::history::{History, Stop};
use super::mini_batch;
use super::snapshot::{RunState, Snapshot, Watcher};
use super::split::{Split, split};
use crate::Error;
use crate::network::Network;
use crate::optimizers::Optimizer;

/// The most threads of a run: as many as a batch is cut into parts.
pub const MOST_THREADS: usize = 64;

/// As many threads as the system has for this program at once; 1 where it does not tell.
pub fn available_threads() -> usize {
    Pool::available_threads()
}

/// Trains a network on examples.
///
/// ```
/// use chainrule::{Examples, Features, Loss, Network, Targets, Trainer, TrainingConfig};
/// let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
/// let xor = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;
/// let network: Network = "2,tanh:8,sigmoid:1".parse()?;
/// let config = TrainingConfig {
///     loss: Loss::BinaryCrossEntropy,
///     learning_rate: Some(0.05),
///     epochs: 300,
///     ..TrainingConfig::default()
/// };
/// let trained = Trainer::<f32>::new(&network, &xor, config)?.train()?;
/// assert!(trained.history.epochs.last().unwrap().training_loss < 0.05);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trainer<'a, T: Scalar = f32> {
    pub(super) network: &'a Network,
    pub(super) config: TrainingConfig,
    pub(super) training: Part<'a>,
    pub(super) validation: Part<'a>,
    pub(super) params: Params<T>,
    pub(super) threads: usize,
    /// Where to go on, if not at the beginning.
    pub(super) snapshot: Option<Box<Snapshot<T>>>,
}

/// A network after training.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained<T> {
    /// The parameters that are kept: the best, the average or the last, as the settings say; always finite.
    pub params: Params<T>,
    /// What each epoch was like.
    pub history: History,
    /// Why training ended.
    pub stop: Stop,
    /// Steps made.
    pub steps: u64,
}

/// Who listens to a run.
type Listener<'l> = dyn FnMut(&Event<'_>) -> Control + 'l;

impl<'a, T: Scalar> Trainer<'a, T> {
    /// Prepares training from the network's initial parameters; holds out what `config.validation` says.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for a setting out of range, [`Error::OutputActivation`] if the loss does not go with the
    /// network, [`Error::Examples`] if the examples do not.
    pub fn new(
        network: &'a Network,
        examples: &'a Examples<'a>,
        config: TrainingConfig,
    ) -> Result<Self, Error> {
        config.validate()?;
        check_fit(network, config.loss, examples)?;
        let Split { training, validation } = split(examples, config.validation, config.seed);
        Ok(Trainer {
            network,
            training: Part::new(examples, training, &config.class_weights)?,
            validation: Part::new(examples, validation, &ClassWeights::Uniform)?,
            params: network.initialise(config.seed)?,
            threads: 1,
            snapshot: None,
            config,
        })
    }

    /// Learns from and judges by the rows of `split` instead.
    ///
    /// # Errors
    /// [`Error::Examples`] if a row does not exist or there is none to learn from.
    pub fn with_split(mut self, split: Split) -> Result<Self, Error> {
        let examples = self.training.examples;
        let rows = split.training.iter().chain(&split.validation);
        if let Some(row) = rows.copied().find(|row| *row >= examples.rows()) {
            let detail = format!("expected rows below {}, got {row}", examples.rows());
            return Err(Error::Examples { detail });
        }
        if split.training.is_empty() {
            return Err(Error::Examples { detail: "expected at least one row to learn from, got 0".into() });
        }
        self.training = Part::new(examples, split.training, &self.config.class_weights)?;
        self.validation = Part::new(examples, split.validation, &ClassWeights::Uniform)?;
        Ok(self)
    }

    /// Judges by other examples instead; all of `new`'s examples are then learnt from.
    ///
    /// # Errors
    /// [`Error::Examples`] if they do not go with the network.
    pub fn with_validation(mut self, examples: &'a Examples<'a>) -> Result<Self, Error> {
        check_fit(self.network, self.config.loss, examples)?;
        let all = Split { training: (0..self.training.examples.rows()).collect(), validation: Vec::new() };
        self = self.with_split(all)?;
        self.validation = Part::new(examples, (0..examples.rows()).collect(), &ClassWeights::Uniform)?;
        Ok(self)
    }

    /// Starts from these parameters instead.
    ///
    /// # Errors
    /// [`Error::Parameters`] if they have another layout than the network's or are not all finite.
    pub fn with_params(mut self, params: Params<T>) -> Result<Self, Error> {
        if params.layout() != self.params.layout() {
            return Err(Error::Parameters { detail: "they are laid out for another network".into() });
        }
        if !all_finite(params.values()) {
            return Err(Error::Parameters { detail: "expected finite numbers only".into() });
        }
        self.params = params;
        Ok(self)
    }

    /// Trains on up to this many threads instead of one, the caller's included; 0 is the same as 1, and 64 is the most.
    ///
    /// The result has the same bits for any number. Optimizers with a step for each batch try both ways in the first steps and go
    /// on with the faster one, unless a step is so small that meeting takes longer; what is slower is left at once. L-BFGS
    /// uses all, unless its evaluations are as small. [`available_threads`] says what the system has.
    #[must_use = "the trainer with this many threads is returned"]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, MOST_THREADS);
        self
    }

    /// Goes on from a snapshot of a run with the same network, settings and rows, on any number of threads: the run ends with the
    /// bits that it would have had if it had never stopped.
    ///
    /// Rows that are given afterwards are compared as well, when the run begins; parameters that are have no effect.
    ///
    /// ```
    /// use chainrule::{Control, Event, Examples, Features, Loss, Network, Targets, Trainer, TrainingConfig};
    /// let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
    /// let xor = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;
    /// let network: Network = "2,tanh:8,sigmoid:1".parse()?;
    /// let config = || TrainingConfig { loss: Loss::BinaryCrossEntropy, batch_size: 1, epochs: 9, ..TrainingConfig::default() };
    /// let trainer = || Trainer::<f32>::new(&network, &xor, config());
    ///
    /// let mut snapshot = None;
    /// trainer()?.watch(&mut |event, run| match event {
    ///     Event::Step { step: 18, .. } => {
    ///         snapshot = Some(run.snapshot());
    ///         Control::Stop
    ///     }
    ///     _ => Control::Continue,
    /// })?;
    /// let resumed = trainer()?.resume(snapshot.expect("36 steps are made"))?.train()?;
    /// assert_eq!(resumed, trainer()?.train()?);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OtherRun`] for the first setting that differs, [`Error::Snapshot`] if its parts do not fit each other or the
    /// network, and the errors of [`SavedOptimizer::to_state`](crate::optimizers::SavedOptimizer::to_state).
    pub fn resume(mut self, snapshot: Snapshot<T>) -> Result<Self, Error> {
        snapshot.check(&self)?;
        let parameters = self.params.values().len();
        match &self.config.optimizer {
            Optimizer::Rule(rule) => snapshot.optimizer.to_state(rule, parameters).map(drop)?,
            Optimizer::Lbfgs(lbfgs) => snapshot.optimizer.to_lbfgs(lbfgs, parameters).map(drop)?,
        }
        self.snapshot = Some(Box::new(snapshot));
        Ok(self)
    }

    /// The parameters that training starts from.
    pub fn params(&self) -> &Params<T> {
        &self.params
    }

    /// Trains without anybody listening.
    ///
    /// # Errors
    /// As [`Trainer::run`].
    pub fn train(self) -> Result<Trained<T>, Error> {
        self.run(&mut |_| Control::Continue)
    }

    /// Trains until the epochs are over, patience is at its end, the listener says stop, or a number is not finite.
    ///
    /// # Errors
    /// [`Error::NotForOptimizer`] for batch normalisation with L-BFGS; those of [`Trainer::resume`] where something else was said
    /// after it; [`Error::Engine`] only for a fault of our own. Divergence is no error: see [`Stop::Diverged`].
    pub fn run(self, listener: &mut Listener<'_>) -> Result<Trained<T>, Error> {
        self.watch(&mut |event, _| listener(event))
    }

    /// Trains as [`Trainer::run`] does, and lets the listener take a [`Snapshot`] at any event, to go on from it later. What is
    /// not asked for costs nothing.
    ///
    /// # Errors
    /// As [`Trainer::run`].
    pub fn watch(
        self,
        watcher: &mut (dyn FnMut(&Event<'_>, &RunState<'_, T>) -> Control + '_),
    ) -> Result<Trained<T>, Error> {
        let watcher: &mut Watcher<'_, T> = watcher;
        match self.config.optimizer {
            Optimizer::Rule(rule) => mini_batch::Run::new(self, rule)?.run(watcher),
            Optimizer::Lbfgs(lbfgs) => full_batch::run(self, &lbfgs, watcher),
        }
    }

    /// Steps in an epoch: one for an optimizer that takes all examples.
    pub(super) fn steps_per_epoch(&self) -> usize {
        match self.config.optimizer {
            Optimizer::Rule(_) => self.training.rows.len().div_ceil(self.config.batch_size),
            Optimizer::Lbfgs(_) => 1,
        }
    }

    pub(super) fn started(&self, steps_made: u64) -> Event<'static> {
        Event::Started {
            training_rows: self.training.rows.len(),
            validation_rows: self.validation.rows.len(),
            epochs: self.config.epochs,
            steps_per_epoch: self.steps_per_epoch(),
            steps_made,
        }
    }
}
