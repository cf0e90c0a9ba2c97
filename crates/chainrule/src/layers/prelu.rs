//! The rectifier with a trainable slope.

use chainrule_engine::{Shape, Tensor};

use super::{Layer, Parameter, Role, Scope};
use crate::Error;
use crate::activations::Activation;
use crate::initializers::{Fans, Initializer};

/// The slope that training starts from.
pub const PRELU_SLOPE: f64 = 0.25;

/// `y_j = x_j if x_j > 0 else a_j x_j`, with a trainable slope `a_j` for each unit.
///
/// Shapes: `x` and `y: [batch, inputs]`, `slope: [inputs]`. Slopes start at 0.25. One slope for each unit, the paper's main
/// form, and not one for the layer (PyTorch's default): next to a weight matrix it costs nothing, and the gradient of a
/// slope is then a sum over the batch alone, like that of a bias. Its role is [`Role::Scale`], so weight decay leaves it
/// alone, as the paper asks. Kink at 0: slope `a_j`, as in PyTorch.
///
/// Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, section 2.1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prelu;

impl Layer for Prelu {
    fn kind(&self) -> &'static str {
        "prelu"
    }

    fn spec(&self) -> String {
        "prelu".into()
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        Ok(inputs)
    }

    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        vec![Parameter {
            name: "slope".into(),
            shape: Shape::from([inputs]),
            role: Role::Scale,
            initializer: Initializer::Constant { value: PRELU_SLOPE },
            fans: Fans { inputs, outputs: inputs },
        }]
    }

    fn suits(&self) -> Option<Activation> {
        Some(Activation::LeakyRelu { slope: PRELU_SLOPE })
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        let positive = x.step();
        x * (positive + (1.0 - positive) * scope.parameter("slope"))
    }
}

#[cfg(test)]
mod tests {
    use super::Prelu;
    use crate::layers::Mode;
    use crate::layers::testing::Case;

    #[test]
    fn each_unit_has_its_own_slope() {
        let case = Case::new(&Prelu, 2, &[0.25, -2.0]);
        assert_eq!(case.forward(Mode::Train, &[-4.0, -4.0, 4.0, 4.0]), [-1.0, 8.0, 4.0, 4.0]);
    }

    #[test]
    fn gradients_agree_with_differences() {
        Case::random(&Prelu, 3).check_gradients(Mode::Train, 4);
    }
}
