//! The training loop of optimizers that make a step for each batch.
//!
//! A step gathers a batch into the plan's buffers, runs the plan, and updates the parameters, on one thread or several
//! ([`Crew`]): no memory is allocated. `saved.rs` takes snapshots of a run and goes on from them.

mod saved;

use core::cell::OnceCell;
use core::ops::Range;
use std::borrow::Cow;

use chainrule_engine::{self as engine, Aligned, Dim, Executor, Moment, Plan, Scalar};

use super::batches::order_rows;
use super::crew::{Crew, Way};
use super::divergence::Failure;
use super::event::{Control, Event};
use super::examples::Targets;
use super::graphs::Shapes;
use super::history::{Divergence, EpochRecord, Stop};
use super::review::Review;
use super::snapshot::{RunState, Setting, Watcher};
use super::tally::Tally;
use super::trainer::{Trained, Trainer};
use super::turned::Turned;
use super::update::{Flat, update};
use crate::layers::Role;
use crate::metrics::Decision;
use crate::network::Network;
use crate::optimizers::{State, UpdateRule};
use crate::regularisation::Average;
use crate::schedules::{Plateau, PlateauState, Position};
use crate::{Error, Reduction, limit_norms};

/// A run of an optimizer that makes a step for each batch.
pub(super) struct Run<'a, T: Scalar> {
    trainer: Trainer<'a, T>,
    rule: UpdateRule,
    state: State<T>,
    /// Ranges of the parameters with their weight decay.
    groups: Vec<(Range<usize>, f64)>,
    /// Ranges of weight matrices with the length of their rows.
    matrices: Vec<(Range<usize>, usize)>,
    /// The rows to learn from, in ascending order.
    ascending: Vec<usize>,
    crew: Crew<T>,
    /// The parameters of the run; the trainer's are those from before until it ends.
    parameters: Aligned<T>,
    /// What lies the other way round in the parameters, the moments and the average.
    turned: Option<Turned>,
    average: Option<Average<T>>,
    plateau: Option<(Plateau, PlateauState)>,
    review: Review<T>,
    tally: Tally,
    steps: u64,
    learning_rate: f64,
    /// What snapshots say about the settings, once one was taken.
    terms: OnceCell<Vec<Setting>>,
}

impl<'a, T: Scalar> Run<'a, T> {
    pub(super) fn new(trainer: Trainer<'a, T>, rule: UpdateRule) -> Result<Self, Error> {
        let turned = Turned::first(trainer.network, &trainer.config)?;
        let shapes = Shapes {
            capacity: trainer.config.batch_size.min(trainer.training.rows.len()),
            parts: 1,
            weighted: trainer.training.is_weighted(),
            reduction: trainer.config.reduction,
            turned: turned.as_ref(),
        };
        let (groups, matrices) = groups(trainer.network, trainer.config.decay())?;
        let crew = Crew::new(&trainer, shapes)?;
        let review = Review::new(&trainer, crew.pool.threads())?;
        let mut ascending = trainer.training.rows.clone();
        ascending.sort_unstable();
        let mut parameters = Aligned::from(trainer.params.values());
        if let Some(turned) = &turned {
            turned.turn(&mut parameters);
        }
        let run = Run {
            rule,
            state: State::new(&rule, parameters.len()),
            groups,
            matrices,
            ascending,
            crew,
            turned,
            average: trainer.config.averaging.map(|decay| Average::new(decay, &parameters)),
            parameters,
            plateau: trainer.config.schedule.plateau(),
            review,
            tally: Tally::default(),
            steps: 0,
            learning_rate: trainer.config.peak_learning_rate(),
            terms: OnceCell::new(),
            trainer,
        };
        run.restored()
    }

    pub(super) fn run(mut self, watcher: &mut Watcher<'_, T>) -> Result<Trained<T>, Error> {
        if self.tell(&self.trainer.started(self.steps), watcher) == Control::Stop {
            return Ok(self.finish(Stop::Interrupted));
        }
        let mut rows = self.ascending.clone();
        loop {
            // First, as a run that is gone on with may be over already.
            if let Some(stop) = self.review.over(self.trainer.config.epochs) {
                return Ok(self.finish(stop));
            }
            if let Some(stop) = self.epoch(&mut rows, watcher)? {
                return Ok(self.finish(stop));
            }
        }
    }

    fn tell(&self, event: &Event<'_>, watcher: &mut Watcher<'_, T>) -> Control {
        watcher(event, &RunState::new(&|| self.snapshot()))
    }

    /// One pass over the rows, or over those that are left of one; gives the reason to end the run, if there is one already.
    fn epoch(&mut self, rows: &mut [usize], watcher: &mut Watcher<'_, T>) -> Result<Option<Stop>, Error> {
        let epoch = self.review.history.epochs.len() + 1;
        let config = &self.trainer.config;
        order_rows(&self.ascending, rows, config.order, (config.seed, epoch as u64 - 1));
        let made = self.steps_in_epoch();
        if made == 0 {
            self.tally = Tally::default();
        }
        for batch in rows.chunks(self.trainer.config.batch_size).skip(made) {
            let loss = match self.step(epoch, batch)? {
                Ok(loss) => loss,
                Err(divergence) => return Ok(Some(Stop::Diverged(divergence))),
            };
            self.count(batch, loss);
            let event = Event::Step {
                epoch,
                step: self.steps,
                examples: self.tally.examples,
                loss,
                mean_loss: self.tally.mean_loss(),
                accuracy: self.accuracy(),
            };
            if self.tell(&event, watcher) == Control::Stop {
                return Ok(Some(Stop::Interrupted));
            }
        }
        self.end_epoch(epoch, watcher)
    }

    /// Steps made in the epoch that is not over.
    fn steps_in_epoch(&self) -> usize {
        let before = self.review.history.epochs.last().map_or(0, |record| record.steps);
        (self.steps - before) as usize
    }

    /// One step: gather, differentiate, update. The loss of the batch, or what is not finite.
    fn step(&mut self, epoch: usize, batch: &[usize]) -> Result<Result<f64, Divergence>, Error> {
        self.crew.begin_step();
        let moment = Moment { seed: self.trainer.config.seed, step: self.steps };
        let Trainer { training, config, .. } = &self.trainer;
        let (pool, Way { gradients, workspace }) = self.crew.parts_mut();
        let (plan, width) = (&gradients.plan, gradients.target_width);
        let run = engine::Run { batch: batch.len(), parameters: &self.parameters, moment };
        plan.execute_on(pool, &run, workspace, |rows, inputs| training.fill(&batch[rows], width, inputs))?;
        let loss = workspace.output(plan, gradients.loss())[0].to_f64();
        if !workspace.is_finite() {
            return self.explain(epoch, batch, moment).map(Err);
        }
        config.clipping.apply(workspace.outputs_mut(plan, gradients.gradient()));
        self.learning_rate = self.scheduled_rate();
        self.update();
        self.crew.end_step();
        Ok(Ok(loss))
    }

    /// Why the step on these rows ended in something that is not finite.
    fn explain(&self, epoch: usize, rows: &[usize], moment: Moment) -> Result<Divergence, Error> {
        let Way { gradients, workspace } = self.crew.way();
        let failure = Failure {
            network: self.trainer.network,
            config: &self.trainer.config,
            part: &self.trainer.training,
            rows,
            parameters: &declared(self.turned.as_ref(), &self.parameters),
            gradients,
            workspace,
            moment,
            epoch,
        };
        failure.explain()
    }

    /// The learning rate of the next step.
    fn scheduled_rate(&self) -> f64 {
        let Trainer { config, training, .. } = &self.trainer;
        let steps_per_epoch = self.trainer.steps_per_epoch();
        let position = Position {
            step: self.steps,
            total_steps: steps_per_epoch.saturating_mul(config.epochs) as u64,
            steps_per_epoch: steps_per_epoch as u64,
            examples_per_epoch: training.rows.len() as u64,
        };
        let plateau = self.plateau.map_or(1.0, |(_, state)| state.factor);
        config.peak_learning_rate() * config.schedule.factor(position) * plateau
    }

    /// Changes the parameters by the gradient in the workspace.
    fn update(&mut self) {
        let parameters = &mut self.parameters[..];
        let (pool, Way { gradients, workspace }) = self.crew.parts_mut();
        for (output, range) in gradients.updates() {
            parameters[range.clone()].copy_from_slice(workspace.output(&gradients.plan, output));
        }
        let step = self.rule.begin_step(&mut self.state, self.learning_rate);
        let flat = Flat {
            parameters,
            gradient: workspace.outputs(&gradients.plan, gradients.gradient()),
            cuts: &mut cuts(&gradients.plan),
        };
        update(pool, &step, &mut self.state, flat, &self.groups);
        let parameters = &mut self.parameters[..];
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

    fn count(&mut self, batch: &[usize], loss: f64) {
        let weight = self.trainer.training.total_weight(batch);
        let tally = &mut self.tally;
        tally.examples += batch.len();
        tally.weight += weight;
        // A sum of losses is shown as their mean, like every other.
        tally.loss += if self.trainer.config.reduction == Reduction::Sum { loss } else { loss * weight };
        let outputs = self.trainer.network.outputs();
        let targets = self.trainer.training.examples.targets();
        let Targets::Classes { labels, .. } = targets else { return };
        let decision = Decision::new(targets, outputs, self.trainer.config.loss);
        let Way { gradients, workspace } = self.crew.way();
        let predictions = workspace.output_parts(&gradients.plan, gradients.prediction());
        let predictions = predictions.flat_map(|part| part.chunks_exact(outputs));
        let right =
            |(row, prediction): (&usize, &[T])| decision.class(prediction) == Some(labels[*row] as usize);
        tally.right += batch.iter().zip(predictions).filter(|pair| right(*pair)).count();
    }

    fn accuracy(&self) -> Option<f64> {
        let targets = self.trainer.training.examples.targets();
        let classes = matches!(targets, Targets::Classes { .. });
        classes.then(|| self.tally.right as f64 / self.tally.examples.max(1) as f64)
    }

    fn end_epoch(&mut self, epoch: usize, watcher: &mut Watcher<'_, T>) -> Result<Option<Stop>, Error> {
        let record = EpochRecord {
            epoch,
            steps: self.steps,
            learning_rate: self.learning_rate,
            training_loss: self.tally.mean_loss(),
            training_accuracy: self.accuracy(),
            validation_loss: None,
            validation_score: None,
        };
        let parameters = self.average.as_ref().map_or(&self.parameters[..], Average::values);
        let judged_on = (&self.trainer.validation, &mut self.crew.pool);
        let parameters = declared(self.turned.as_ref(), parameters);
        let loss = self.review.epoch(record, &parameters, judged_on)?;
        if let Some((plateau, state)) = &mut self.plateau {
            *state = plateau.observe(*state, loss);
        }
        let Some(record) = self.review.history.epochs.last() else { return Ok(None) };
        let control = self.tell(&Event::Epoch { record, improved: self.review.improved }, watcher);
        Ok((control == Control::Stop).then_some(Stop::Interrupted))
    }

    /// Keeps the average where one was asked for.
    fn finish(mut self, stop: Stop) -> Trained<T> {
        let kept = self.average.as_ref().map_or(&self.parameters[..], Average::values);
        self.trainer.params.values_mut().copy_from_slice(&declared(self.turned.as_ref(), kept));
        self.review.finish(self.trainer, stop, self.steps)
    }
}

/// Where the flat gradient is cut for the threads that computed it.
fn cuts(plan: &Plan) -> impl Iterator<Item = usize> {
    plan.shares().map(|share| share.start).skip(1)
}

/// Parameters in their declared order.
fn declared<'p, T: Scalar>(turned: Option<&Turned>, parameters: &'p [T]) -> Cow<'p, [T]> {
    let Some(turned) = turned else { return Cow::Borrowed(parameters) };
    let mut declared = parameters.to_vec();
    turned.turn_back(&mut declared);
    Cow::Owned(declared)
}

/// Ranges of the flat buffer that are updated together, and the weight matrices with the length of their rows.
#[expect(clippy::type_complexity, reason = "two lists of ranges with a number each")]
pub(super) fn groups(
    network: &Network,
    decay: f64,
) -> Result<(Vec<(Range<usize>, f64)>, Vec<(Range<usize>, usize)>), Error> {
    let layout = network.layout()?;
    let (mut groups, mut matrices): (Vec<(Range<usize>, f64)>, _) = (Vec::new(), Vec::new());
    for (entry, parameter) in layout.entries().iter().zip(network.parameters()?) {
        let decay = if parameter.role.is_decayed() { decay } else { 0.0 };
        match groups.last_mut() {
            _ if !entry.trainable => {}
            Some((range, before)) if range.end == entry.range.start && *before == decay => {
                range.end = entry.range.end;
            }
            _ => groups.push((entry.range.clone(), decay)),
        }
        if parameter.role == Role::Weight {
            let inputs = parameter.shape.elements(1)
                / parameter
                    .shape
                    .dims()
                    .first()
                    .map_or(1, |dim| if let Dim::Fixed(units) = dim { (*units).max(1) } else { 1 });
            matrices.push((entry.range.clone(), inputs));
        }
    }
    Ok((groups, matrices))
}
