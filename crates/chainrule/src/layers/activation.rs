//! An activation as a layer of its own.

use chainrule_engine::Tensor;

use super::{Layer, Scope};
use crate::Error;
use crate::activations::Activation;

/// `y = f(x)`, for places where an activation does not follow a dense layer at once, such as after a normalisation.
///
/// Shapes: `x` and `y: [batch, inputs]`. No parameters.
///
/// ```
/// use chainrule::activations::Activation;
/// use chainrule::layers::{ActivationLayer, Layer};
/// assert_eq!(ActivationLayer::new(Activation::Relu).spec(), "relu");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationLayer {
    activation: Activation,
}

impl ActivationLayer {
    /// The layer that applies `activation`.
    pub fn new(activation: Activation) -> Self {
        ActivationLayer { activation }
    }
}

impl Layer for ActivationLayer {
    fn kind(&self) -> &'static str {
        "activation"
    }

    fn spec(&self) -> String {
        self.activation.to_string()
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        self.activation.validate()?;
        Ok(inputs)
    }

    fn activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        // Not `before_activation`: `x` has a name already, as the output of the layer before.
        scope.pre_activation = Some(x);
        self.activation.apply(x)
    }
}

#[cfg(test)]
mod tests {
    use super::ActivationLayer;
    use crate::activations::Activation;
    use crate::layers::Mode;
    use crate::layers::testing::Case;

    #[test]
    fn each_element_is_mapped() {
        let case = Case::new(&ActivationLayer::new(Activation::Relu), 2, &[]);
        assert_eq!(case.forward(Mode::Train, &[-1.0, 2.0, 3.0, -4.0]), [0.0, 2.0, 3.0, 0.0]);
    }

    #[test]
    fn gradients_agree_with_differences() {
        for activation in Activation::ALL {
            Case::random(&ActivationLayer::new(activation), 3).check_gradients(Mode::Train, 4);
        }
    }
}
