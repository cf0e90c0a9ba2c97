//! The fully connected layer.

use chainrule_engine::{Shape, Tensor};

use super::{Layer, Parameter, Role, Scope};
use crate::Error;
use crate::activations::Activation;
use crate::initializers::{Fans, Initializer};

/// `y = f(x Wᵀ + b)`: every output unit sees every input unit, then the activation `f`.
///
/// Shapes: `x: [batch, inputs]`, `W: [outputs, inputs]`, `b: [outputs]`, `y: [batch, outputs]`. Parameters: `weight`,
/// then `bias` unless it is left out. Weights start by the rule that suits the activation
/// ([`Initializer::for_activation`]), in a network those of a linear layer by the rule that suits the first activation
/// after it; biases start at 0.
///
/// Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
///
/// ```
/// use chainrule::activations::Activation;
/// use chainrule::layers::{Dense, Layer};
/// let layer = Dense::new(3, Activation::Relu).without_bias();
/// assert_eq!(layer.spec(), "relu:3:no_bias");
/// assert_eq!(layer.parameters(2)[0].shape.to_string(), "[3, 2]");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    outputs: usize,
    activation: Activation,
    bias: bool,
}

impl Dense {
    /// A layer of that many units, with biases.
    pub fn new(outputs: usize, activation: Activation) -> Self {
        Dense { outputs, activation, bias: true }
    }

    /// The same layer without biases.
    #[must_use]
    pub fn without_bias(self) -> Self {
        Dense { bias: false, ..self }
    }
}

impl Layer for Dense {
    fn kind(&self) -> &'static str {
        "layer"
    }

    fn spec(&self) -> String {
        format!("{}:{}{}", self.activation, self.outputs, if self.bias { "" } else { ":no_bias" })
    }

    fn describe(&self, inputs: usize) -> String {
        let bias = if self.bias { "" } else { ", no bias" };
        format!("fully connected ({inputs}, {}), {}{bias}", self.outputs, self.activation)
    }

    fn outputs(&self, _: usize) -> Result<usize, Error> {
        self.activation.validate()?;
        Ok(self.outputs)
    }

    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        let fans = Fans { inputs, outputs: self.outputs };
        let weight = Parameter {
            name: "weight".into(),
            shape: Shape::from([self.outputs, inputs]),
            role: Role::Weight,
            initializer: Initializer::for_activation(self.activation),
            fans,
        };
        let bias = self.bias.then(|| Parameter {
            name: "bias".into(),
            shape: Shape::from([self.outputs]),
            role: Role::Bias,
            initializer: Initializer::Zeros,
            fans,
        });
        [Some(weight), bias].into_iter().flatten().collect()
    }

    fn activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        let product = x.matmul_transposed(scope.parameter("weight"));
        let z = if self.bias { product + scope.parameter("bias") } else { product };
        let z = scope.before_activation(z);
        self.activation.apply(z)
    }
}

#[cfg(test)]
mod tests {
    use super::Dense;
    use crate::activations::Activation;
    use crate::layers::Mode;
    use crate::layers::testing::Case;

    #[test]
    fn rows_are_multiplied_by_the_transposed_weights() {
        let weights = [1.0, 2.0, 0.0, -1.0, 0.5, 3.0];
        let parameters = [&weights[..], &[10.0, -10.0]].concat();
        let case = Case::new(&Dense::new(2, Activation::Identity), 3, &parameters);
        assert_eq!(case.forward(Mode::Predict, &[1.0, 2.0, 3.0, 0.0, 0.0, 1.0]), [15.0, -1.0, 10.0, -7.0]);
    }

    #[test]
    fn without_bias_zero_stays_zero() {
        let case = Case::new(&Dense::new(2, Activation::Tanh).without_bias(), 1, &[3.0, -2.0]);
        assert_eq!(case.forward(Mode::Train, &[0.0]), [0.0, 0.0]);
    }

    #[test]
    fn gradients_agree_with_differences() {
        Case::random(&Dense::new(3, Activation::Gelu), 4).check_gradients(Mode::Train, 5);
        Case::random(&Dense::new(3, Activation::Sigmoid).without_bias(), 4).check_gradients(Mode::Train, 1);
    }
}
