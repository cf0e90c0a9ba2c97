//! The loss of all examples as a function of the parameters, for optimizers with a line search.
//!
//! Running statistics would lag behind such a search, so a network with batch normalisation is refused.
//!
//! The examples go through the plan in blocks whose losses and gradients are summed, so that memory does not grow with
//! them; the penalties are added once. `L(p) = 1/W Σ w_i loss_i(p) + penalty(p)` with `W` the sum of the weights (times
//! the number of outputs for [`Reduction::Mean`], 1 for [`Reduction::Sum`]).

use chainrule_engine::{Executor, Moment, NodeId, Plan, Pool, Run, Scalar, Tape, Tensor, Workspace};

use super::batches::Part;
use super::config::TrainingConfig;
use super::crew::worthwhile_threads;
use super::event::{Control, Event};
use super::graphs::{GradientPlan, JUDGED_AT_ONCE, Shapes};
use super::history::{EpochRecord, Stop};
use super::review::Review;
use super::snapshot::{RunState, Snapshot, Watcher};
use super::tally::Tally;
use super::terms::terms;
use super::trainer::{Trained, Trainer};
use crate::layers::Role;
use crate::network::Network;
use crate::optimizers::{Lbfgs, LbfgsState, SavedOptimizer, StopReason};
use crate::{Error, Penalty, Reduction};

/// A run of L-BFGS: every epoch is one step over all examples.
pub(super) fn run<T: Scalar>(
    mut trainer: Trainer<'_, T>,
    lbfgs: &Lbfgs,
    watcher: &mut Watcher<'_, T>,
) -> Result<Trained<T>, Error> {
    if trainer.network.parameters()?.iter().any(|parameter| parameter.role == Role::Statistic) {
        return Err(Error::NotForOptimizer { setting: "batch_norm", optimizer: Lbfgs::NAME });
    }
    let training = trainer.training.clone();
    let mut objective = FullBatch::new(&trainer, &training)?;
    let mut search = Search::new(&mut trainer, lbfgs, objective.pool.threads())?;
    if search.tell(&trainer, &trainer.started(search.steps), watcher) == Control::Stop {
        return Ok(search.finish(trainer, Stop::Interrupted));
    }
    loop {
        // First, as a run that is gone on with may be over already.
        if let Some(stop) = search.over(trainer.config.epochs) {
            return Ok(search.finish(trainer, stop));
        }
        search.epoch(&mut trainer, &mut objective)?;
        let Some(record) = search.review.history.epochs.last() else { continue };
        let event = Event::Epoch { record, improved: search.review.improved };
        if search.tell(&trainer, &event, watcher) == Control::Stop {
            return Ok(search.finish(trainer, Stop::Interrupted));
        }
    }
}

/// Where the search stands; the parameters are the trainer's.
struct Search<'l, T> {
    lbfgs: &'l Lbfgs,
    state: LbfgsState<T>,
    review: Review<T>,
    steps: u64,
    converged: bool,
}

impl<'l, T: Scalar> Search<'l, T> {
    /// A search from the beginning, or from the trainer's snapshot.
    fn new(trainer: &mut Trainer<'_, T>, lbfgs: &'l Lbfgs, threads: usize) -> Result<Self, Error> {
        let parameters = trainer.params.values().len();
        let state = LbfgsState::new(lbfgs, parameters);
        let review = Review::new(trainer, threads)?;
        let mut search = Search { lbfgs, state, review, steps: 0, converged: false };
        if let Some(snapshot) = trainer.snapshot.take() {
            snapshot.check(trainer)?;
            trainer.params.values_mut().copy_from_slice(&snapshot.parameters);
            search.state = snapshot.optimizer.to_lbfgs(lbfgs, parameters)?;
            search.review.restore(snapshot.history, snapshot.best);
            (search.steps, search.converged) = (snapshot.steps, snapshot.converged);
        }
        Ok(search)
    }

    /// One step over all examples, and its judgement.
    fn epoch(&mut self, trainer: &mut Trainer<'_, T>, objective: &mut FullBatch<'_, T>) -> Result<(), Error> {
        let learning_rate = trainer.config.peak_learning_rate();
        let mut fault = None;
        let mut loss = |parameters: &[T], gradient: &mut [T]| {
            objective.evaluate(parameters, gradient).unwrap_or_else(|error| {
                fault.get_or_insert(error);
                T::from_f64(f64::NAN)
            })
        };
        let parameters = trainer.params.values_mut();
        let outcome = self.lbfgs.step(&mut self.state, parameters, &mut loss, learning_rate);
        if let Some(error) = fault {
            return Err(error);
        }
        self.steps += 1;
        self.converged = !matches!(outcome.reason, StopReason::Iterations | StopReason::Evaluations);
        let record = EpochRecord {
            epoch: self.review.history.epochs.len() + 1,
            steps: self.steps,
            learning_rate,
            training_loss: objective.without_penalty(outcome.loss, trainer.params.values())?,
            training_accuracy: None,
            validation_loss: None,
            validation_score: None,
        };
        let judged_on = (&trainer.validation, &mut objective.pool);
        self.review.epoch(record, trainer.params.values(), judged_on).map(drop)
    }

    /// Why the run ends here, if it does. An end of the patience counts before convergence, and that before the last epoch.
    fn over(&self, epochs: usize) -> Option<Stop> {
        match self.review.over(epochs) {
            None | Some(Stop::Completed) if self.converged => Some(Stop::Converged),
            over => over,
        }
    }

    fn tell(&self, trainer: &Trainer<'_, T>, event: &Event<'_>, watcher: &mut Watcher<'_, T>) -> Control {
        watcher(event, &RunState::new(&|| self.snapshot(trainer)))
    }

    fn snapshot(&self, trainer: &Trainer<'_, T>) -> Snapshot<T> {
        Snapshot {
            settings: terms(trainer),
            steps: self.steps,
            learning_rate: trainer.config.peak_learning_rate(),
            parameters: trainer.params.values().to_vec(),
            optimizer: SavedOptimizer::of_lbfgs(&self.state),
            average: None,
            plateau: None,
            best: self.review.best().clone(),
            history: self.review.history.clone(),
            tally: Tally::default(),
            converged: self.converged,
        }
    }

    fn finish(self, trainer: Trainer<'_, T>, stop: Stop) -> Trained<T> {
        self.review.finish(trainer, stop, self.steps)
    }
}

/// The function, with the memory to compute it.
struct FullBatch<'a, T> {
    part: &'a Part<'a>,
    data: GradientPlan,
    pool: Pool,
    data_workspace: Workspace<T>,
    penalty: Plan,
    penalty_workspace: Workspace<T>,
    scale: T,
    is_sum: bool,
    moment: Moment,
}

impl<'a, T: Scalar> FullBatch<'a, T> {
    fn new(trainer: &Trainer<'_, T>, part: &'a Part<'a>) -> Result<Self, Error> {
        let Trainer { network, config, .. } = trainer;
        let threads = worthwhile_threads(trainer, JUDGED_AT_ONCE.min(part.rows.len()));
        let shapes = Shapes {
            capacity: JUDGED_AT_ONCE.min(part.rows.len()),
            parts: threads,
            weighted: part.is_weighted(),
            reduction: Reduction::Sum,
            turned: None,
        };
        let without = TrainingConfig { penalty: Penalty::default(), ..config.clone() };
        let data = GradientPlan::new(network, &without, shapes)?;
        let penalty = penalty_plan(network, config.penalty)?;
        let elements =
            if data.target_width > 0 && !config.loss.is_over_classes() { data.target_width } else { 1 };
        let divisor = match config.reduction {
            Reduction::Sum => 1.0,
            Reduction::MeanOverExamples => part.total_weight(&part.rows),
            Reduction::Mean => part.total_weight(&part.rows) * elements as f64,
        };
        Ok(FullBatch {
            part,
            data_workspace: data.plan.workspace(),
            data,
            pool: Pool::new(threads),
            penalty_workspace: penalty.workspace(),
            penalty,
            scale: T::from_f64(1.0 / divisor),
            is_sum: config.reduction == Reduction::Sum,
            moment: Moment { seed: config.seed, step: 0 },
        })
    }

    /// The loss at `parameters`, and its gradient.
    fn evaluate(&mut self, parameters: &[T], gradient: &mut [T]) -> Result<T, Error> {
        gradient.fill(T::ZERO);
        let (plan, workspace) = (&self.data.plan, &mut self.data_workspace);
        let mut total = T::ZERO;
        for rows in self.part.rows.chunks(JUDGED_AT_ONCE) {
            let run = Run { batch: rows.len(), parameters, moment: self.moment };
            plan.execute_on(&mut self.pool, &run, workspace, |range, inputs| {
                self.part.fill(&rows[range], self.data.target_width, inputs);
            })?;
            total += workspace.output(plan, self.data.loss())[0];
            add(gradient, workspace.outputs(plan, self.data.gradient()));
        }
        gradient.iter_mut().for_each(|g| *g *= self.scale);
        let penalty = self.penalty(parameters)?;
        let outputs = self.penalty.output_count();
        add(gradient, self.penalty_workspace.outputs(&self.penalty, 0..outputs - 1));
        Ok(total * self.scale + penalty)
    }

    /// The penalty at `parameters`; its gradient is left in the workspace.
    fn penalty(&mut self, parameters: &[T]) -> Result<T, Error> {
        let (plan, workspace) = (&self.penalty, &mut self.penalty_workspace);
        plan.execute(0, parameters, self.moment, workspace)?;
        Ok(workspace.output(plan, plan.output_count() - 1)[0])
    }

    /// A loss of [`FullBatch::evaluate`] as it is shown: a mean without the penalty.
    fn without_penalty(&mut self, loss: f64, parameters: &[T]) -> Result<f64, Error> {
        let data = loss - self.penalty(parameters)?.to_f64();
        Ok(if self.is_sum { data / self.part.total_weight(&self.part.rows) } else { data })
    }
}

fn add<T: Scalar>(total: &mut [T], more: &[T]) {
    total.iter_mut().zip(more).for_each(|(total, more)| *total += *more);
}

/// The gradient of the penalty for each parameter, then the penalty itself.
fn penalty_plan(network: &Network, penalty: Penalty) -> Result<Plan, Error> {
    let tape = Tape::with_layout(network.layout()?);
    let described = network.parameters()?;
    let parameters: Vec<Tensor<'_>> =
        described.iter().map(|parameter| tape.param(&parameter.name, parameter.shape)).collect();
    let is_weight = |index: &usize| described[*index].role.is_decayed();
    let weights: Vec<Tensor<'_>> =
        (0..parameters.len()).filter(is_weight).map(|index| parameters[index]).collect();
    let value = penalty.add_to(tape.scalar(0.0), &weights);
    let gradients = tape.grad(value, &parameters)?;
    let outputs: Vec<NodeId> = gradients.iter().chain([&value]).map(|tensor| tensor.id()).collect();
    Ok(Plan::compile(&tape.finish()?.graph, &outputs, 0)?)
}
