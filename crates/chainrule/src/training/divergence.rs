//! What went wrong when a number is no longer finite, and where it began.

use chainrule_engine::{Moment, NodeId, Plan, Run, Scalar, Serial, Tape, Workspace, all_finite};

use super::batches::Part;
use super::config::TrainingConfig;
use super::graphs::{GradientPlan, Inputs};
use super::history::Divergence;
use crate::layers::Mode;
use crate::network::{Network, Objective};
use crate::{Error, Reduction};

/// A step that produced something that is not finite.
pub(super) struct Failure<'a, T> {
    pub(super) network: &'a Network,
    pub(super) config: &'a TrainingConfig,
    pub(super) part: &'a Part<'a>,
    pub(super) rows: &'a [usize],
    pub(super) parameters: &'a [T],
    pub(super) gradients: &'a GradientPlan,
    pub(super) workspace: &'a Workspace<T>,
    pub(super) moment: Moment,
    pub(super) epoch: usize,
}

impl<T: Scalar> Failure<'_, T> {
    /// The place, the cause and what helps.
    pub(super) fn explain(&self) -> Result<Divergence, Error> {
        let forward = self.first_in_forward()?;
        let place = match forward.or_else(|| self.first_parameter()).or_else(|| self.first_gradient()) {
            Some(place) => place,
            None => "loss".into(),
        };
        let (cause, help) = self.cause(&place);
        Ok(Divergence { epoch: self.epoch, step: self.moment.step + 1, place, cause, help })
    }

    fn cause(&self, place: &str) -> (&'static str, &'static str) {
        let largest = self.parameters.iter().map(|p| p.to_f64().abs()).fold(0.0, f64::max);
        if self.moment.step == 0 && place == "x" {
            return (
                "features too large for the number type",
                "scale the features, for instance to mean 0 and deviation 1",
            );
        }
        if self.moment.step == 0 {
            return (
                "features or targets so large that the first loss overflows",
                "scale the features and targets",
            );
        }
        if largest > 1e3 || !largest.is_finite() {
            (
                "the learning rate is too high: the weights grew without bound",
                "divide the learning rate by 10",
            )
        } else {
            (
                "gradients too large for the number type",
                "clip the gradients or divide the learning rate by 10",
            )
        }
    }

    /// The first value of the forward pass that is not finite.
    fn first_in_forward(&self) -> Result<Option<String>, Error> {
        let tape = Tape::with_layout(self.network.layout()?);
        let inputs = Inputs::new(&tape, self.network, self.config, true);
        let forward = self.network.forward(&tape, inputs.features, Mode::Train)?;
        let objective = Objective { loss: self.config.loss, reduction: Reduction::Sum };
        let loss = objective.build(&forward, inputs.targets, inputs.weights())?;
        let mut named: Vec<(String, NodeId)> = vec![("x".into(), inputs.features.id())];
        for layer in &forward.layers {
            let z = layer.pre_activation.map(|z| (format!("{}.z", layer.name), z.id()));
            named.extend(z);
            named.push((format!("{}.a", layer.name), layer.output.id()));
        }
        named.push(("loss".into(), loss.id()));
        let outputs: Vec<NodeId> = named.iter().map(|(_, id)| *id).collect();
        let plan = Plan::compile(&tape.finish()?.graph, &outputs, self.rows.len())?;
        let mut workspace = plan.workspace::<T>();
        let run = Run { batch: self.rows.len(), parameters: self.parameters, moment: self.moment };
        plan.execute_on(&mut Serial, &run, &mut workspace, |rows, inputs| {
            self.part.fill(&self.rows[rows], self.gradients.target_width, inputs);
        })?;
        let is_broken = |index: usize| !all_finite(workspace.output(&plan, index));
        Ok((0..named.len()).find(|index| is_broken(*index)).map(|index| named[index].0.clone()))
    }

    fn first_parameter(&self) -> Option<String> {
        let layout = self.network.layout().ok()?;
        let broken = layout.entries().iter().find(|entry| !all_finite(&self.parameters[entry.range.clone()]));
        broken.map(|entry| entry.name.clone())
    }

    /// The gradient that went wrong first: backward, so of the last layer.
    fn first_gradient(&self) -> Option<String> {
        let layout = self.network.layout().ok()?;
        let gradient = |index: usize| self.workspace.output(&self.gradients.plan, index);
        let broken = (0..layout.entries().len()).rev().find(|index| !all_finite(gradient(*index)));
        broken.map(|index| format!("grad({})", layout.entries()[index].name))
    }
}
