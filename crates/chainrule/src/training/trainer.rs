//! The training loop.

use core::ops::Range;

use chainrule_engine::{Moment, Params, Real, Workspace};

use super::batches::{Part, order_rows};
use super::config::{ClassWeights, TrainingConfig};
use super::divergence::{Failure, all_finite};
use super::evaluate::{Judge, check_fit};
use super::event::{Control, Event};
use super::examples::{Examples, Targets};
use super::full_batch::FullBatch;
use super::graphs::{GradientPlan, Shapes};
use super::history::{Divergence, EpochRecord, History, Stop};
use super::split::{Split, split};
use super::stopping::Best;
use crate::layers::Role;
use crate::metrics::Decision;
use crate::network::Network;
use crate::optimizers::{Group, Lbfgs, LbfgsState, Optimizer, State, StopReason, UpdateRule};
use crate::regularisation::Average;
use crate::schedules::{Plateau, PlateauState, Position};
use crate::{Error, limit_norms};

/// Trains a network on examples.
///
/// ```
/// use chainrule::{Control, Examples, Features, Loss, Network, Targets, Trainer, TrainingConfig};
/// let features = Features::Real { width: 2, values: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0].into() };
/// let xor = Examples::new(features, Targets::Classes { count: 2, labels: vec![0, 1, 1, 0].into() })?;
/// let network: Network = "2,tanh:8,sigmoid:1".parse()?;
/// let config = TrainingConfig {
///     loss: Loss::BinaryCrossEntropy,
///     learning_rate: Some(0.05),
///     epochs: 300,
///     ..TrainingConfig::default()
/// };
/// let trained = Trainer::<f32>::new(&network, &xor, config)?.run(&mut |_| Control::Continue)?;
/// assert!(trained.history.epochs.last().unwrap().training_loss < 0.05);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trainer<'a, T: Real = f32> {
    network: &'a Network,
    config: TrainingConfig,
    training: Part<'a>,
    validation: Part<'a>,
    params: Params<T>,
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

impl<'a, T: Real> Trainer<'a, T> {
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

    /// Trains until the epochs are over, patience is at its end, the listener says stop, or a number is not finite.
    ///
    /// # Errors
    /// [`Error::Engine`] only for a fault of our own. Divergence is no error: see [`Stop::Diverged`].
    pub fn run(self, listener: &mut Listener<'_>) -> Result<Trained<T>, Error> {
        match self.config.optimizer {
            Optimizer::Rule(rule) => Run::new(self, rule)?.run(listener),
            Optimizer::Lbfgs(lbfgs) => run_lbfgs(self, &lbfgs, listener),
        }
    }

    fn started(&self, steps_per_epoch: usize) -> Event<'static> {
        Event::Started {
            training_rows: self.training.rows.len(),
            validation_rows: self.validation.rows.len(),
            epochs: self.config.epochs,
            steps_per_epoch,
        }
    }
}

/// What judges the parameters after each epoch, and remembers.
struct Review<T> {
    judge: Option<Judge<T>>,
    best: Best<T>,
    history: History,
}

impl<T: Real> Review<T> {
    fn new(trainer: &Trainer<'_, T>) -> Result<Self, Error> {
        let held_out = !trainer.validation.rows.is_empty();
        let judge = held_out.then(|| Judge::new(trainer.network, &trainer.config)).transpose()?;
        let best = Best::new(&trainer.config, trainer.params.values());
        Ok(Review { judge, best, history: History::default() })
    }

    /// Judges an epoch's parameters, tells the listener, and says whether the run is to end.
    fn epoch(
        &mut self,
        mut record: EpochRecord,
        parameters: &[T],
        validation: &Part<'_>,
        listener: &mut Listener<'_>,
    ) -> Result<Option<Stop>, Error> {
        if let Some(judge) = &mut self.judge {
            let evaluation = judge.evaluate(parameters, validation)?;
            record.validation_loss = Some(evaluation.loss);
            record.validation_score = evaluation.scores.first().copied();
        }
        let epoch = record.epoch;
        let improved = self.best.observe(epoch, record.judged_loss(), parameters);
        let control = listener(&Event::Epoch { record: &record, improved });
        self.history.epochs.push(record);
        Ok(match control {
            Control::Stop => Some(Stop::Interrupted),
            Control::Continue if self.best.exhausted(epoch) => {
                Some(Stop::NoImprovement { best_epoch: self.best.get().0 })
            }
            Control::Continue => None,
        })
    }
}

/// A run of an optimizer that makes a step for each batch.
struct Run<'a, T: Real> {
    trainer: Trainer<'a, T>,
    rule: UpdateRule,
    state: State<T>,
    /// Ranges of the parameters with their weight decay.
    groups: Vec<(Range<usize>, f64)>,
    /// Ranges of weight matrices with the length of their rows.
    matrices: Vec<(Range<usize>, usize)>,
    gradients: GradientPlan,
    workspace: Workspace<T>,
    average: Option<Average<T>>,
    plateau: Option<(Plateau, PlateauState)>,
    review: Review<T>,
    steps: u64,
    learning_rate: f64,
}

/// What has been seen of an epoch.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    examples: usize,
    weight: f64,
    loss: f64,
    right: usize,
}

impl Tally {
    fn mean_loss(&self) -> f64 {
        self.loss / self.weight.max(f64::MIN_POSITIVE)
    }
}

impl<'a, T: Real> Run<'a, T> {
    fn new(trainer: Trainer<'a, T>, rule: UpdateRule) -> Result<Self, Error> {
        let shapes = Shapes {
            capacity: trainer.config.batch_size.min(trainer.training.rows.len()),
            weighted: trainer.training.is_weighted(),
            reduction: trainer.config.reduction,
        };
        let gradients = GradientPlan::new(trainer.network, &trainer.config, shapes)?;
        let (groups, matrices) = groups(trainer.network, trainer.config.decay())?;
        Ok(Run {
            rule,
            state: State::new(&rule, trainer.params.values().len()),
            groups,
            matrices,
            workspace: gradients.plan.workspace(),
            gradients,
            average: trainer.config.averaging.map(|decay| Average::new(decay, trainer.params.values())),
            plateau: trainer.config.schedule.plateau(),
            review: Review::new(&trainer)?,
            steps: 0,
            learning_rate: trainer.config.peak_learning_rate(),
            trainer,
        })
    }

    fn steps_per_epoch(&self) -> usize {
        self.trainer.training.rows.len().div_ceil(self.trainer.config.batch_size)
    }

    fn run(mut self, listener: &mut Listener<'_>) -> Result<Trained<T>, Error> {
        let mut stop = Stop::Completed;
        if listener(&self.trainer.started(self.steps_per_epoch())) == Control::Stop {
            return Ok(self.finish(Stop::Interrupted));
        }
        let mut rows = self.trainer.training.rows.clone();
        for epoch in 1..=self.trainer.config.epochs {
            let ended = match self.epoch(epoch, &mut rows, listener)? {
                (_, Some(stop)) => Some(stop),
                (tally, None) => self.end_epoch(epoch, tally, listener)?,
            };
            if let Some(reason) = ended {
                stop = reason;
                break;
            }
        }
        Ok(self.finish(stop))
    }

    /// One pass over the rows.
    fn epoch(
        &mut self,
        epoch: usize,
        rows: &mut [usize],
        listener: &mut Listener<'_>,
    ) -> Result<(Tally, Option<Stop>), Error> {
        let config = &self.trainer.config;
        order_rows(rows, config.order, config.seed, epoch as u64 - 1);
        let mut tally = Tally::default();
        for batch in rows.chunks(self.trainer.config.batch_size) {
            let loss = match self.step(epoch, batch)? {
                Ok(loss) => loss,
                Err(divergence) => return Ok((tally, Some(Stop::Diverged(divergence)))),
            };
            self.count(batch, loss, &mut tally);
            let event = Event::Step {
                epoch,
                step: self.steps,
                examples: tally.examples,
                loss,
                mean_loss: tally.mean_loss(),
                accuracy: self.accuracy(&tally),
            };
            if listener(&event) == Control::Stop {
                return Ok((tally, Some(Stop::Interrupted)));
            }
        }
        Ok((tally, None))
    }

    /// One step: gather, differentiate, update. The loss of the batch, or what is not finite.
    fn step(&mut self, epoch: usize, batch: &[usize]) -> Result<Result<f64, Divergence>, Error> {
        let (plan, workspace) = (&self.gradients.plan, &mut self.workspace);
        let moment = Moment { seed: self.trainer.config.seed, step: self.steps };
        self.trainer.training.fill(batch, self.gradients.target_width, plan, workspace);
        plan.execute(batch.len(), self.trainer.params.values(), moment, workspace)?;
        let loss = workspace.output(plan, self.gradients.loss())[0].to_f64();
        let gradient = workspace.outputs_mut(plan, self.gradients.gradient());
        // One sum is cheaper than a test of each element; it is not finite if any of them is not.
        let sum = gradient.iter().copied().fold(T::ZERO, |sum, g| sum + g);
        if !loss.is_finite() || !sum.is_finite() {
            return self.failure(epoch, batch, moment).explain().map(Err);
        }
        self.trainer.config.clipping.apply(gradient);
        self.update();
        Ok(Ok(loss))
    }

    fn failure<'f>(&'f self, epoch: usize, rows: &'f [usize], moment: Moment) -> Failure<'f, T> {
        Failure {
            network: self.trainer.network,
            config: &self.trainer.config,
            part: &self.trainer.training,
            rows,
            parameters: self.trainer.params.values(),
            gradients: &self.gradients,
            workspace: &self.workspace,
            moment,
            epoch,
        }
    }

    /// Changes the parameters by the gradient in the workspace.
    fn update(&mut self) {
        let (plan, workspace) = (&self.gradients.plan, &self.workspace);
        let parameters = self.trainer.params.values_mut();
        for (output, range) in self.gradients.updates() {
            parameters[range.clone()].copy_from_slice(workspace.output(plan, output));
        }
        let position = Position {
            step: self.steps,
            total_steps: (self.trainer.training.rows.len().div_ceil(self.trainer.config.batch_size)
                * self.trainer.config.epochs) as u64,
            steps_per_epoch: self.trainer.training.rows.len().div_ceil(self.trainer.config.batch_size) as u64,
            examples_per_epoch: self.trainer.training.rows.len() as u64,
        };
        let plateau = self.plateau.map_or(1.0, |(_, state)| state.factor);
        let factor = self.trainer.config.schedule.factor(position) * plateau;
        self.learning_rate = self.trainer.config.peak_learning_rate() * factor;
        let gradient = workspace.outputs(plan, self.gradients.gradient());
        let step = self.rule.begin_step(&mut self.state, self.learning_rate);
        for (range, weight_decay) in &self.groups {
            let group = Group {
                first: range.start,
                parameters: &mut parameters[range.clone()],
                gradients: &gradient[range.clone()],
                weight_decay: *weight_decay,
            };
            step.update(&mut self.state, group);
        }
        if let Some(bound) = self.trainer.config.max_norm {
            for (range, inputs) in &self.matrices {
                limit_norms(&mut parameters[range.clone()], *inputs, bound);
            }
        }
        if let Some(average) = &mut self.average {
            average.update(parameters);
        }
        self.steps += 1;
    }

    fn count(&self, batch: &[usize], loss: f64, tally: &mut Tally) {
        let weight = self.trainer.training.total_weight(batch);
        tally.examples += batch.len();
        tally.weight += weight;
        tally.loss += loss * weight;
        let outputs = self.trainer.network.outputs();
        let targets = self.trainer.training.examples.targets();
        let Targets::Classes { labels, .. } = targets else { return };
        let decision = Decision::new(targets, outputs, self.trainer.config.loss);
        let predictions = self.workspace.output(&self.gradients.plan, self.gradients.prediction());
        let right =
            |(row, prediction): (&usize, &[T])| decision.class(prediction) == Some(labels[*row] as usize);
        tally.right +=
            batch.iter().zip(predictions.chunks_exact(outputs)).filter(|pair| right(*pair)).count();
    }

    fn accuracy(&self, tally: &Tally) -> Option<f64> {
        let targets = self.trainer.training.examples.targets();
        let classes = matches!(targets, Targets::Classes { .. });
        classes.then(|| tally.right as f64 / tally.examples.max(1) as f64)
    }

    fn end_epoch(
        &mut self,
        epoch: usize,
        tally: Tally,
        listener: &mut Listener<'_>,
    ) -> Result<Option<Stop>, Error> {
        let record = EpochRecord {
            epoch,
            steps: self.steps,
            learning_rate: self.learning_rate,
            training_loss: tally.mean_loss(),
            training_accuracy: self.accuracy(&tally),
            validation_loss: None,
            validation_score: None,
        };
        let parameters = self.average.as_ref().map_or(self.trainer.params.values(), Average::values);
        let stop = self.review.epoch(record, parameters, &self.trainer.validation, listener)?;
        if let (Some((plateau, state)), Some(record)) = (&mut self.plateau, self.review.history.epochs.last())
        {
            *state = plateau.observe(*state, record.judged_loss());
        }
        Ok(stop)
    }

    /// Chooses the parameters to keep.
    fn finish(self, stop: Stop) -> Trained<T> {
        let mut params = self.trainer.params;
        if let Some(average) = &self.average {
            params.values_mut().copy_from_slice(average.values());
        }
        let (best_epoch, best) = self.review.best.get();
        let go_back = self.trainer.config.patience.is_some() && best_epoch > 0;
        if go_back || !all_finite(params.values()) {
            params.values_mut().copy_from_slice(best);
        }
        Trained { params, history: self.review.history, stop, steps: self.steps }
    }
}

/// Ranges of the flat buffer that are updated together, and the weight matrices with the length of their rows.
#[expect(clippy::type_complexity, reason = "two lists of ranges with a number each")]
fn groups(
    network: &Network,
    decay: f64,
) -> Result<(Vec<(Range<usize>, f64)>, Vec<(Range<usize>, usize)>), Error> {
    let layout = network.layout()?;
    let (mut groups, mut matrices): (Vec<(Range<usize>, f64)>, _) = (Vec::new(), Vec::new());
    for (entry, parameter) in layout.entries().iter().zip(network.parameters()?) {
        let decay = if parameter.role == Role::Weight { decay } else { 0.0 };
        match groups.last_mut() {
            _ if !entry.trainable => {}
            Some((range, before)) if range.end == entry.range.start && *before == decay => {
                range.end = entry.range.end;
            }
            _ => groups.push((entry.range.clone(), decay)),
        }
        if parameter.role == Role::Weight {
            let inputs = parameter.shape.elements(1)
                / parameter.shape.dims().first().map_or(1, |dim| {
                    if let chainrule_engine::Dim::Fixed(units) = dim { (*units).max(1) } else { 1 }
                });
            matrices.push((entry.range.clone(), inputs));
        }
    }
    Ok((groups, matrices))
}

/// A run of L-BFGS: every epoch is one step over all examples.
fn run_lbfgs<T: Real>(
    mut trainer: Trainer<'_, T>,
    lbfgs: &Lbfgs,
    listener: &mut Listener<'_>,
) -> Result<Trained<T>, Error> {
    let mut review = Review::new(&trainer)?;
    let mut stop = Stop::Completed;
    let mut steps = 0;
    let training = trainer.training.clone();
    let mut objective = FullBatch::new(trainer.network, &trainer.config, &training)?;
    let mut state = LbfgsState::new(lbfgs, trainer.params.values().len());
    let learning_rate = trainer.config.peak_learning_rate();
    if listener(&trainer.started(1)) == Control::Stop {
        return Ok(Trained {
            params: trainer.params,
            history: review.history,
            stop: Stop::Interrupted,
            steps,
        });
    }
    for epoch in 1..=trainer.config.epochs {
        let mut fault = None;
        let mut loss = |parameters: &[T], gradient: &mut [T]| {
            objective.evaluate(parameters, gradient).unwrap_or_else(|error| {
                fault.get_or_insert(error);
                T::from_f64(f64::NAN)
            })
        };
        let outcome = lbfgs.step(&mut state, trainer.params.values_mut(), &mut loss, learning_rate);
        if let Some(error) = fault {
            return Err(error);
        }
        steps += 1;
        let record = EpochRecord {
            epoch,
            steps,
            learning_rate,
            training_loss: outcome.loss,
            training_accuracy: None,
            validation_loss: None,
            validation_score: None,
        };
        let ended = review.epoch(record, trainer.params.values(), &trainer.validation, listener)?;
        let stuck = !matches!(outcome.reason, StopReason::Iterations | StopReason::Evaluations);
        if let Some(reason) = ended.or(stuck.then_some(Stop::Converged)) {
            stop = reason;
            break;
        }
    }
    let (best_epoch, best) = review.best.get();
    if (trainer.config.patience.is_some() && best_epoch > 0) || !all_finite(trainer.params.values()) {
        trainer.params.values_mut().copy_from_slice(best);
    }
    Ok(Trained { params: trainer.params, history: review.history, stop, steps })
}
