//! The training loop of a pack of networks.
//!
//! As `mini_batch.rs` for each lane: gather, differentiate, update, and at the end of an epoch judge. A lane that has ended
//! is still computed, since that costs nothing, but no longer looked at.

use core::ops::Range;

use chainrule_engine::{MOST_LANES, Moment, Pack, Real, Workspace, zero_where_finite};

use super::Numbered;
use super::decide::classes;
use super::fits::decision;
use super::gather::{fill, interleaved, lane_of};
use super::lane::Lane;
use crate::metrics::Decision;
use crate::optimizers::{Group, Optimizer, State, UpdateRule};
use crate::regularisation::Average;
use crate::training::evaluate::Judge;
use crate::training::graphs::{GradientPlan, Shapes};
use crate::training::mini_batch::groups;
use crate::training::trainer::{Trained, Trainer};
use crate::{Error, TrainingConfig, limit_norms};

/// Trains runs that fit each other, at least one and at most [`MOST_LANES`].
pub(super) fn train(members: Vec<Numbered<Trainer<'_, f32>>>) -> Result<Vec<Numbered<Trained<f32>>>, Error> {
    let lanes: Vec<Lane<'_>> =
        members.into_iter().enumerate().map(|(number, member)| Lane::new(number, member)).collect();
    let mut run = Run::new(lanes)?;
    let mut epoch = 0;
    while !run.lanes.is_empty() {
        epoch += 1;
        run.epoch(epoch)?;
        run.end_epoch(epoch)?;
    }
    Ok(run.trained)
}

/// A pack in training.
struct Run<'a> {
    lanes: Vec<Lane<'a>>,
    trained: Vec<Numbered<Trained<f32>>>,
    shared: Shared,
    gradients: GradientPlan,
    workspace: Workspace<Pack>,
    parameters: Vec<Pack>,
    state: State<Pack>,
    average: Option<Average<Pack>>,
    judge: Option<Judge<Pack>>,
    /// The class that each row of a batch is taken for, in each lane.
    classes: Vec<[u32; MOST_LANES]>,
    steps: u64,
}

/// What all lanes have in common.
struct Shared {
    /// The settings of the first lane, of which only those are read that all lanes share.
    config: TrainingConfig,
    rule: UpdateRule,
    decision: Decision,
    rows: usize,
    outputs: usize,
    /// Ranges of the parameters with their weight decay.
    groups: Vec<(Range<usize>, f64)>,
    /// Ranges of weight matrices with the length of their rows.
    matrices: Vec<(Range<usize>, usize)>,
}

impl Shared {
    fn new(trainer: &Trainer<'_, f32>) -> Result<Self, Error> {
        let Optimizer::Rule(rule) = trainer.config.optimizer else {
            unreachable!("only runs that follow a rule are packed")
        };
        let (groups, matrices) = groups(trainer.network, trainer.config.decay())?;
        Ok(Shared {
            config: trainer.config.clone(),
            rule,
            decision: decision(trainer),
            rows: trainer.training.rows.len(),
            outputs: trainer.network.outputs(),
            groups,
            matrices,
        })
    }

    /// The largest batch.
    fn capacity(&self) -> usize {
        self.config.batch_size.min(self.rows)
    }

    fn batches(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (rows, size) = (self.rows, self.config.batch_size);
        (0..rows).step_by(size).map(move |first| first..rows.min(first.saturating_add(size)))
    }
}

impl<'a> Run<'a> {
    fn new(lanes: Vec<Lane<'a>>) -> Result<Self, Error> {
        let first = &lanes[0].trainer;
        let shared = Shared::new(first)?;
        let shapes = Shapes {
            capacity: shared.capacity(),
            parts: 1,
            weighted: first.training.is_weighted(),
            reduction: first.config.reduction,
            turned: None,
        };
        let gradients = GradientPlan::new(first.network, &first.config, shapes)?;
        let held_out = !first.validation.rows.is_empty();
        let judge = held_out.then(|| Judge::new(first.network, &first.config, 1)).transpose()?;
        let starts: Vec<&[f32]> = lanes.iter().map(|lane| lane.trainer.params.values()).collect();
        let parameters = interleaved(&starts);
        Ok(Run {
            workspace: gradients.plan.workspace(),
            gradients,
            state: State::new(&shared.rule, parameters.len()),
            average: shared.config.averaging.map(|decay| Average::new(decay, &parameters)),
            judge,
            classes: vec![[0; MOST_LANES]; shared.capacity()],
            shared,
            parameters,
            trained: Vec::with_capacity(lanes.len()),
            lanes,
            steps: 0,
        })
    }

    /// One pass over the rows of each lane; lanes that diverge leave.
    fn epoch(&mut self, epoch: usize) -> Result<(), Error> {
        self.lanes.iter_mut().for_each(|lane| lane.begin_epoch(epoch));
        for batch in self.shared.batches() {
            self.differentiate(batch.clone())?;
            if self.lanes.is_empty() {
                break;
            }
            self.count(batch);
            self.update();
        }
        Ok(())
    }

    /// Computes losses and gradients of a batch.
    fn differentiate(&mut self, batch: Range<usize>) -> Result<(), Error> {
        let (plan, width, workspace) =
            (&self.gradients.plan, self.gradients.target_width, &mut self.workspace);
        let sources = self.lanes.iter().map(|lane| lane.batch(batch.clone()));
        fill(sources, (batch.len(), width), plan, workspace);
        plan.execute(batch.len(), &self.parameters, Moment::default(), workspace)?;
        let loss = workspace.outputs(plan, self.gradients.loss()..self.gradients.loss() + 1);
        let gradient = workspace.outputs(plan, self.gradients.gradient());
        let faults = zero_where_finite(loss) + zero_where_finite(gradient);
        let is_broken = |lane: &mut Lane<'_>| faults.lane(lane.number).is_nan();
        for lane in self.lanes.extract_if(.., is_broken) {
            self.trained.push(lane.train_alone()?);
        }
        Ok(())
    }

    /// Takes in what the batch was like.
    fn count(&mut self, batch: Range<usize>) {
        let (plan, Shared { decision, outputs, .. }) = (&self.gradients.plan, &self.shared);
        let loss = self.workspace.output(plan, self.gradients.loss())[0];
        let predictions = self.workspace.output(plan, self.gradients.prediction());
        classes(*decision, *outputs, predictions, &mut self.classes[..batch.len()]);
        for lane in &mut self.lanes {
            let number = lane.number;
            let classes = self.classes.iter().map(|classes| classes[number]);
            lane.count(batch.clone(), f64::from(loss.lane(number)), classes);
        }
    }

    /// Changes the parameters by the gradient in the workspace.
    fn update(&mut self) {
        let (plan, workspace, parameters) =
            (&self.gradients.plan, &mut self.workspace, &mut self.parameters[..]);
        let Shared { config, rule, groups, matrices, .. } = &self.shared;
        config.clipping.apply(workspace.outputs_mut(plan, self.gradients.gradient()));
        for (output, range) in self.gradients.updates() {
            parameters[range.clone()].copy_from_slice(workspace.output(plan, output));
        }
        let gradient = workspace.outputs(plan, self.gradients.gradient());
        let step = rule.begin_lanes(&mut self.state, &rates(&mut self.lanes, self.steps));
        for (range, weight_decay) in groups {
            let group = Group {
                first: range.start,
                parameters: &mut parameters[range.clone()],
                gradients: &gradient[range.clone()],
                weight_decay: *weight_decay,
            };
            step.update(&mut self.state, group);
        }
        if let Some(bound) = config.max_norm {
            for (range, inputs) in matrices {
                limit_norms(&mut parameters[range.clone()], *inputs, bound);
            }
        }
        if let Some(average) = &mut self.average {
            average.update(parameters);
        }
        self.steps += 1;
    }

    /// Judges the parameters; lanes that end leave with theirs.
    fn end_epoch(&mut self, epoch: usize) -> Result<(), Error> {
        let parameters = self.average.as_ref().map_or(&self.parameters[..], Average::values);
        let evaluations = match &mut self.judge {
            Some(judge) => judge.evaluate_lanes(parameters, &self.lanes)?.into_iter().map(Some).collect(),
            None => vec![None; self.lanes.len()],
        };
        let mut going_on = Vec::with_capacity(self.lanes.len());
        for (mut lane, evaluation) in self.lanes.drain(..).zip(evaluations) {
            let values: Vec<f32> = lane_of(parameters, lane.number).collect();
            match lane.end_epoch(epoch, self.steps, &values, evaluation.as_ref()) {
                Some(stop) => self.trained.push(lane.finish(&values, stop, self.steps)),
                None => going_on.push(lane),
            }
        }
        self.lanes = going_on;
        Ok(())
    }
}

/// The learning rate of each lane; that of the first for lanes that nobody looks at.
fn rates(lanes: &mut [Lane<'_>], steps: u64) -> [f64; MOST_LANES] {
    let mut rates = [lanes[0].schedule(steps); MOST_LANES];
    lanes.iter_mut().skip(1).for_each(|lane| rates[lane.number] = lane.schedule(steps));
    rates
}
