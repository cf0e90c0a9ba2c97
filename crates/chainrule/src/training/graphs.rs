//! The compiled graphs of a run: one that gives gradients, one that judges.

use core::ops::Range;

use chainrule_engine::{Capacity, Layout, NodeId, Plan, Shape, Tape, Tensor};

use super::config::TrainingConfig;
use super::turned::Turned;
use crate::layers::Mode;
use crate::losses::Weights;
use crate::network::{Forward, Network, Objective, transposed};
use crate::{Error, Reduction};

/// Rows that a judging plan takes at once.
pub(super) const JUDGED_AT_ONCE: usize = 256;

/// The gradient of a network's objective as a plan.
///
/// Outputs: the gradient of each parameter in the order of the layout (zeros for statistics), so that they are one flat
/// gradient; the loss without penalties; the predictions; then the new values of statistics.
#[derive(Clone, Debug)]
pub(super) struct GradientPlan {
    pub(super) plan: Plan,
    parameters: usize,
    /// Where the new statistics go in the parameter buffer.
    updates: Vec<Range<usize>>,
    pub(super) target_width: usize,
}

/// What is different between a batch's gradient and the whole data's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shapes<'s> {
    /// The most rows at once.
    pub(super) capacity: usize,
    /// The parts that are computed at once.
    pub(super) parts: usize,
    /// Whether examples have weights.
    pub(super) weighted: bool,
    /// How the losses of the rows become one number.
    pub(super) reduction: Reduction,
    /// The matrix that is stored the other way round.
    pub(super) turned: Option<&'s Turned>,
}

impl GradientPlan {
    pub(super) fn new(network: &Network, config: &TrainingConfig, shapes: Shapes<'_>) -> Result<Self, Error> {
        let turned = shapes.turned.map(|turned| turned.name.as_str());
        let tape = Tape::with_layout(stored_layout(network, turned)?);
        let objective = Objective { loss: config.loss, reduction: shapes.reduction };
        let inputs = Inputs::new(&tape, network, config, shapes.weighted);
        let forward = network.forward_with(&tape, inputs.features, Mode::Train, turned)?;
        let loss = objective.build(&forward, inputs.targets, inputs.weights())?;
        let penalised = config.penalty.add_to(loss, &weights(network, &forward)?);
        let gradients = flat_gradient(&tape, penalised, &forward)?;
        let prediction = objective.prediction(&forward);
        let layout = network.layout()?;
        let updates = forward.updates.iter().map(|update| Ok(layout.get(&update.name)?.range.clone()));
        let updates = updates.collect::<Result<Vec<_>, Error>>()?;
        let outputs: Vec<NodeId> = gradients
            .iter()
            .copied()
            .chain([loss, prediction])
            .chain(forward.updates.iter().map(|update| update.value))
            .map(Tensor::id)
            .collect();
        let parameters = gradients.len();
        let capacity = Capacity { batch: shapes.capacity, parts: shapes.parts };
        let plan = Plan::compile_in_parts(&tape.finish()?.graph, &outputs, capacity)?;
        Ok(GradientPlan { plan, parameters, updates, target_width: target_width(network, config) })
    }

    /// The outputs that form the flat gradient.
    pub(super) fn gradient(&self) -> Range<usize> {
        0..self.parameters
    }

    /// The output with the loss.
    pub(super) fn loss(&self) -> usize {
        self.parameters
    }

    /// The output with the predictions.
    pub(super) fn prediction(&self) -> usize {
        self.parameters + 1
    }

    /// The outputs with new statistics, and where they go.
    pub(super) fn updates(&self) -> impl Iterator<Item = (usize, &Range<usize>)> {
        let first = self.parameters + 2;
        self.updates.iter().enumerate().map(move |(number, range)| (first + number, range))
    }
}

/// The layout of the network's parameters with the matrix of this name the other way round.
fn stored_layout(network: &Network, turned: Option<&str>) -> Result<Layout, Error> {
    let mut layout = Layout::default();
    for parameter in network.parameters()? {
        let is_turned = turned == Some(parameter.name.as_str());
        let shape = if is_turned { transposed(parameter.shape) } else { parameter.shape };
        layout.add(&parameter.name, shape, parameter.role.is_trainable())?;
    }
    Ok(layout)
}

/// The weight matrices of a forward pass.
fn weights<'t>(network: &Network, forward: &Forward<'t>) -> Result<Vec<Tensor<'t>>, Error> {
    let described = network.parameters()?;
    let pairs = described.iter().zip(&forward.parameters);
    Ok(pairs.filter(|(parameter, _)| parameter.role.is_decayed()).map(|(_, tensor)| *tensor).collect())
}

/// The gradient for each parameter in the order of the layout, zeros for what is not trained.
fn flat_gradient<'t>(
    tape: &'t Tape,
    loss: Tensor<'t>,
    forward: &Forward<'t>,
) -> Result<Vec<Tensor<'t>>, Error> {
    let trainable: Vec<Tensor<'t>> = forward.trainable().collect();
    let gradients = tape.grad(loss, &trainable)?;
    let of = |parameter: &Tensor<'t>| {
        let found = trainable.iter().position(|tensor| tensor.id() == parameter.id());
        found.map_or_else(|| parameter.zeros_like(), |place| gradients[place])
    };
    Ok(forward.parameters.iter().map(of).collect())
}

/// A network with its loss as a plan that does not learn. Outputs: the sum of the losses, the predictions.
#[derive(Clone, Debug)]
pub(super) struct JudgingPlan {
    pub(super) plan: Plan,
    pub(super) target_width: usize,
}

impl JudgingPlan {
    pub(super) fn new(network: &Network, config: &TrainingConfig, parts: usize) -> Result<Self, Error> {
        let tape = Tape::with_layout(network.layout()?);
        let objective = Objective { loss: config.loss, reduction: Reduction::Sum };
        let inputs = Inputs::new(&tape, network, config, true);
        let forward = network.forward(&tape, inputs.features, Mode::Predict)?;
        let loss = objective.build(&forward, inputs.targets, inputs.weights())?;
        let outputs = [loss, objective.prediction(&forward)].map(Tensor::id);
        // As many rows for any number of parts, so that the sums of losses have the same bits.
        let capacity = Capacity { batch: JUDGED_AT_ONCE, parts };
        let plan = Plan::compile_in_parts(&tape.finish()?.graph, &outputs, capacity)?;
        Ok(JudgingPlan { plan, target_width: target_width(network, config) })
    }
}

/// The inputs that training and judging graphs share, in the order of their slots.
pub(super) struct Inputs<'t> {
    pub(super) features: Tensor<'t>,
    pub(super) targets: Tensor<'t>,
    weights: Option<Tensor<'t>>,
}

impl<'t> Inputs<'t> {
    pub(super) fn new(tape: &'t Tape, network: &Network, config: &TrainingConfig, weighted: bool) -> Self {
        Inputs {
            features: tape.input("x", Shape::rows(network.inputs())),
            targets: tape.input("target", config.loss.target_shape(network.outputs())),
            weights: weighted.then(|| tape.input("weights", Shape::BATCH)),
        }
    }

    pub(super) fn weights(&self) -> Weights<'t> {
        Weights { examples: self.weights, ..Weights::default() }
    }
}

/// The numbers of one target: 0 where the loss takes an index.
fn target_width(network: &Network, config: &TrainingConfig) -> usize {
    let takes_index = config.loss.target_shape(network.outputs()) == Shape::BATCH;
    if takes_index { 0 } else { network.outputs() }
}
