//! [`Objective`]: a loss joined to a network's output in the stable form.

use chainrule_engine::Tensor;

use super::{Forward, Network, Task};
use crate::Error;
use crate::activations::Activation;
use crate::losses::{Loss, Reduction, Weights};

/// What training makes small: a loss and how its terms become one number.
///
/// A loss with a link (sigmoid for the binary cross-entropy, softmax for the cross-entropy, the exponential for Poisson)
/// takes the values before the network's last activation if that is the link, and the output if that is the identity.
/// A loss without a link takes the output, whatever the last activation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Objective {
    /// The loss.
    pub loss: Loss,
    /// From terms to one number.
    pub reduction: Reduction,
}

impl From<Loss> for Objective {
    /// The loss with its mean over all terms.
    fn from(loss: Loss) -> Self {
        Objective { loss, reduction: Reduction::default() }
    }
}

impl Objective {
    /// The loss with its mean over all terms.
    pub fn new(loss: Loss) -> Self {
        Objective { loss, reduction: Reduction::default() }
    }

    /// The task's loss with its mean over all terms.
    pub fn for_task(task: Task) -> Self {
        Self::new(task.loss())
    }

    /// Whether the loss can be joined to the network.
    ///
    /// # Errors
    /// [`Error::OutputActivation`] if the loss has a link and the network ends in another activation;
    /// [`Error::InvalidSetting`] if the loss's setting has no meaning; and as [`Network::check`].
    pub fn check(self, network: &Network) -> Result<(), Error> {
        network.check()?;
        self.loss.validate()?;
        self.joins(network.output_activation())
    }

    /// Appends the loss, `[]`, of a forward pass against `target`, whose shape [`Loss::target_shape`] tells.
    ///
    /// ```
    /// use chainrule::layers::Mode;
    /// use chainrule::losses::{Loss, Weights};
    /// use chainrule::network::{Network, Objective};
    /// use chainrule_engine::{Shape, Tape};
    /// let network: Network = "4,relu:8,softmax:3".parse()?;
    /// let objective = Objective::new(Loss::CrossEntropy { label_smoothing: 0.0 });
    /// let tape = Tape::new();
    /// let forward = network.forward(&tape, tape.input("x", Shape::rows(4)), Mode::Train)?;
    /// let target = tape.input("target", objective.loss.target_shape(3));
    /// let loss = objective.build(&forward, target, Weights::default())?;
    /// let parameters: Vec<_> = forward.trainable().collect();
    /// assert_eq!(tape.grad(loss, &parameters)?.len(), 4);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`check`](Self::check) and [`Loss::apply`].
    #[track_caller]
    pub fn build<'t>(
        self,
        forward: &Forward<'t>,
        target: Tensor<'t>,
        weights: Weights<'t>,
    ) -> Result<Tensor<'t>, Error> {
        self.joins(forward.activation)?;
        let has_link = self.loss.link() != Activation::Identity;
        let values = if has_link { forward.logits } else { forward.output };
        let loss = self.loss.apply(values, target, self.reduction, weights)?;
        Ok(loss.named("loss"))
    }

    /// What the network predicts, `[batch, outputs]`: its output, or the link of it if it ends before the link.
    #[track_caller]
    pub fn prediction<'t>(self, forward: &Forward<'t>) -> Tensor<'t> {
        let link = self.loss.link();
        if link == Activation::Identity || link == forward.activation {
            forward.output
        } else {
            link.apply(forward.logits)
        }
    }

    fn joins(self, last: Activation) -> Result<(), Error> {
        let link = self.loss.link();
        let softmaxes = link == Activation::Softmax && last == Activation::LogSoftmax;
        if link == Activation::Identity || last == Activation::Identity || last == link || softmaxes {
            return Ok(());
        }
        let [link, activation] = [link, last].map(|activation| activation.to_string());
        Err(Error::OutputActivation { loss: self.loss.to_string(), link, activation })
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Feed, Shape, Tape, reference};

    use super::Objective;
    use crate::activations::Activation;
    use crate::layers::Mode;
    use crate::losses::{Loss, Reduction, Weights};
    use crate::network::Network;

    /// The loss and the predictions of one unit with weight 1 for each row.
    fn read(activation: Activation, objective: Objective, x: &[f64], target: &[f64]) -> [Vec<f64>; 2] {
        let network = Network::new(1).dense_without_bias(1, activation);
        let tape = Tape::new();
        let forward = network.forward(&tape, tape.input("x", Shape::rows(1)), Mode::Train).unwrap();
        let y = tape.input("y", objective.loss.target_shape(1));
        let loss = objective.build(&forward, y, Weights::default()).unwrap();
        let outputs = [loss.id(), objective.prediction(&forward).id()];
        let graph = tape.finish().unwrap().graph;
        let inputs = [x, target];
        let values = reference::evaluate(&graph, &outputs, &Feed::new(x.len(), &inputs, &[1.0])).unwrap();
        [values[0].values().to_vec(), values[1].values().to_vec()]
    }

    #[test]
    fn the_link_and_the_identity_give_the_same_stable_loss() {
        for loss in [Loss::BinaryCrossEntropy, Loss::Poisson] {
            let objective = Objective { loss, reduction: Reduction::Sum };
            let (x, target) = ([-1e4, 0.5, -30.0], [1.0, 0.0, 1.0]);
            let [with_link, predictions] = read(loss.link(), objective, &x, &target);
            assert!(with_link[0].is_finite());
            assert_eq!([with_link, predictions], read(Activation::Identity, objective, &x, &target));
        }
    }

    #[test]
    fn losses_without_link_take_the_output() {
        let objective = Objective { loss: Loss::HalfSquaredError, reduction: Reduction::Sum };
        let [loss, predictions] = read(Activation::Sigmoid, objective, &[0.0], &[1.0]);
        assert_eq!((loss, predictions), (vec![0.125], vec![0.5]));
    }

    #[test]
    fn other_activations_are_refused_with_help() {
        let network: Network = "4,relu:3".parse().unwrap();
        let objective = Objective::new(Loss::CrossEntropy { label_smoothing: 0.0 });
        insta::assert_snapshot!(objective.check(&network).unwrap_err(), @r"
        loss `cross_entropy`: the network ends in the wrong activation; expected `softmax` or `identity`, got `relu`
        help: end the network in `softmax`; the loss is then computed from the values before it, in the stable form
        ");
        for end in ["softmax:3", "log_softmax:3", "identity:3", "identity:3,softmax", "3,dropout(0.5)"] {
            assert_eq!(objective.check(&format!("4,{end}").parse().unwrap_or(Network::new(4))), Ok(()));
        }
    }
}
