//! Predictions and their evaluation, in batches of a fixed size, so that memory does not grow with the examples.

use chainrule_engine::{
    Executor, Inputs, Moment, NodeId, Plan, Real, Run, Scalar, Serial, Shape, Tape, Workspace,
};

use super::batches::Part;
use super::config::{ClassWeights, TrainingConfig};
use super::examples::Examples;
use super::features::Features;
use super::fit::check_fit;
use super::graphs::{JUDGED_AT_ONCE, JudgingPlan};
use crate::layers::Mode;
use crate::metrics::{Decision, Evaluation, Predictions};
use crate::network::{Network, Objective};
use crate::{Error, Loss, Reduction};

/// A network compiled for predicting.
///
/// ```
/// use chainrule::{Features, Loss, Network, Predictor};
/// let network: Network = "2,tanh:3,identity:1".parse()?;
/// let params = network.initialise::<f32>(0)?;
/// let mut predictor = Predictor::new(&network, Loss::SquaredError)?;
/// let features = Features::Real { width: 2, values: vec![0.0, 0.0, 1.0, 1.0].into() };
/// assert_eq!(predictor.predict(params.values(), &features)?.len(), 2);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictor<T> {
    plan: Plan,
    workspace: Workspace<T>,
    inputs: usize,
    outputs: usize,
}

impl<T: Scalar> Predictor<T> {
    /// Compiles the predictions of a network that was trained with `loss`, whose link turns logits into probabilities.
    ///
    /// # Errors
    /// [`Error::OutputActivation`] if the loss does not go with the network; as [`Network::check`].
    pub fn new(network: &Network, loss: Loss) -> Result<Self, Error> {
        let objective = Objective { loss, reduction: Reduction::Sum };
        objective.check(network)?;
        let tape = Tape::with_layout(network.layout()?);
        let x = tape.input("x", Shape::rows(network.inputs()));
        let forward = network.forward(&tape, x, Mode::Predict)?;
        let prediction: NodeId = objective.prediction(&forward).id();
        let plan = Plan::compile(&tape.finish()?.graph, &[prediction], JUDGED_AT_ONCE)?;
        let workspace = plan.workspace();
        Ok(Predictor { plan, workspace, inputs: network.inputs(), outputs: network.outputs() })
    }

    /// The predictions for all rows: `[rows, outputs]`, row-major.
    ///
    /// # Errors
    /// [`Error::Examples`] if the rows have another width than the network's input; [`Error::Engine`] if there are too
    /// few parameters.
    pub fn predict(&mut self, parameters: &[T], features: &Features<'_>) -> Result<Vec<T>, Error> {
        if features.width() != self.inputs {
            let (expected, got) = (self.inputs, features.width());
            return Err(Error::Examples { detail: format!("expected {expected} features, got {got}") });
        }
        let rows: Vec<usize> = (0..features.rows()).collect();
        let mut predictions = Vec::with_capacity(rows.len() * self.outputs);
        for rows in rows.chunks(JUDGED_AT_ONCE) {
            features.gather(rows, self.workspace.input_mut(&self.plan, 0, rows.len()));
            self.plan.execute(rows.len(), parameters, Moment::default(), &mut self.workspace)?;
            predictions.extend_from_slice(self.workspace.output(&self.plan, 0));
        }
        Ok(predictions)
    }

    /// The prediction for one row; allocates nothing.
    ///
    /// # Errors
    /// As [`Predictor::predict`].
    pub fn predict_row(&mut self, parameters: &[T], row: &[T]) -> Result<&[T], Error> {
        if row.len() != self.inputs {
            let (expected, got) = (self.inputs, row.len());
            return Err(Error::Examples { detail: format!("expected {expected} features, got {got}") });
        }
        self.workspace.input_mut(&self.plan, 0, 1).copy_from_slice(row);
        self.plan.execute(1, parameters, Moment::default(), &mut self.workspace)?;
        Ok(self.workspace.output(&self.plan, 0))
    }
}

/// Judges parameters by examples.
#[derive(Clone, Debug)]
pub(super) struct Judge<T> {
    pub(super) judging: JudgingPlan,
    pub(super) workspace: Workspace<T>,
    pub(super) outputs: usize,
    loss: Loss,
    reduction: Reduction,
}

impl<T: Real> Judge<T> {
    /// `threads` compute at once.
    pub(super) fn new(network: &Network, config: &TrainingConfig, threads: usize) -> Result<Self, Error> {
        let judging = JudgingPlan::new(network, config, threads)?;
        let workspace = judging.plan.workspace();
        let (outputs, loss, reduction) = (network.outputs(), config.loss, config.reduction);
        Ok(Judge { judging, workspace, outputs, loss, reduction })
    }

    /// The mean loss of a part and its metrics, from the sum of its losses and its predictions `[rows, outputs]`.
    pub(super) fn conclude(&self, total: f64, values: &[f64], part: &Part<'_>) -> Evaluation {
        let targets = part.examples.targets();
        let decision = Decision::new(targets, self.outputs, self.loss);
        let predictions = Predictions { values, outputs: self.outputs, targets, rows: &part.rows, decision };
        Evaluation::new(total / self.divisor(part), &predictions)
    }

    /// What the sum of losses is divided by; the sum itself where that is asked for is still shown as a mean.
    pub(super) fn divisor(&self, part: &Part<'_>) -> f64 {
        let terms = match self.reduction {
            Reduction::Mean if self.judging.target_width > 0 && !self.loss.is_over_classes() => self.outputs,
            _ => 1,
        };
        part.total_weight(&part.rows) * terms as f64
    }
}

impl<T: Scalar> Judge<T> {
    /// The mean loss of a part and its metrics.
    pub(super) fn evaluate(
        &mut self,
        executor: &mut impl Executor,
        parameters: &[T],
        part: &Part<'_>,
    ) -> Result<Evaluation, Error> {
        self.evaluate_changed(executor, parameters, part, |_, _| ())
    }

    /// As [`Judge::evaluate`], where `change` may change what was gathered of some rows before it is looked at.
    pub(super) fn evaluate_changed(
        &mut self,
        executor: &mut impl Executor,
        parameters: &[T],
        part: &Part<'_>,
        change: impl Fn(&[usize], &mut Inputs<'_, T>) + Sync,
    ) -> Result<Evaluation, Error> {
        let mut values = Vec::with_capacity(part.rows.len() * self.outputs);
        let total = self.sum(executor, parameters, (part, change), &mut values)?;
        Ok(self.conclude(total, &values, part))
    }

    /// The sum of the losses of a part, whose rows are changed as by [`Judge::evaluate_changed`]; its predictions are added to
    /// `values`.
    pub(super) fn sum(
        &mut self,
        executor: &mut impl Executor,
        parameters: &[T],
        (part, change): (&Part<'_>, impl Fn(&[usize], &mut Inputs<'_, T>) + Sync),
        values: &mut Vec<f64>,
    ) -> Result<f64, Error> {
        let JudgingPlan { plan, target_width } = &self.judging;
        let mut total = 0.0;
        for rows in part.rows.chunks(JUDGED_AT_ONCE) {
            let run = Run { batch: rows.len(), parameters, moment: Moment::default() };
            plan.execute_on(executor, &run, &mut self.workspace, |range, inputs| {
                part.fill(&rows[range.clone()], *target_width, inputs);
                change(&rows[range], inputs);
            })?;
            total += self.workspace.output(plan, 0)[0].to_f64();
            values.extend(self.workspace.output_parts(plan, 1).flatten().map(|x| x.to_f64()));
        }
        Ok(total)
    }
}

/// The loss and the metrics of parameters on examples; a sum of losses is shown as their mean over the examples.
///
/// # Errors
/// [`Error::OutputActivation`] if the loss does not go with the network, [`Error::Examples`] if the examples do not.
pub fn evaluate<T: Scalar>(
    network: &Network,
    parameters: &[T],
    objective: impl Into<Objective>,
    examples: &Examples<'_>,
) -> Result<Evaluation, Error> {
    let Objective { loss, reduction } = objective.into();
    let config = TrainingConfig { loss, reduction, ..TrainingConfig::default() };
    check_fit(network, loss, examples)?;
    let part = Part::new(examples, (0..examples.rows()).collect(), &ClassWeights::Uniform)?;
    Judge::new(network, &config, 1)?.evaluate(&mut Serial, parameters, &part)
}
