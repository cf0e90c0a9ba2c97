//! Layer normalisation: each row to mean 0 and variance 1.

use chainrule_engine::{Axes, Shape, Tensor};

use super::{Layer, Parameter, Role, Scope};
use crate::Error;
use crate::initializers::{Fans, Initializer};

/// What layer and batch normalisation add to a variance before they divide by its root.
pub const NORM_EPSILON: f64 = 1e-5;

/// `y_ij = w_j (x_ij - m_i) / sqrt(v_i + epsilon) + b_j`, with the mean `m_i` and the variance `v_i` of row `i`.
///
/// Shapes: `x` and `y: [batch, inputs]`, `weight` and `bias: [inputs]`. The variance is that of the row itself (division
/// by `inputs`), epsilon 1e-5, as in PyTorch. `weight` starts at 1, `bias` at 0. A row of equal numbers gives `b`. Rows do
/// not see each other, so training and prediction are the same.
///
/// Source: Ba, Kiros and Hinton, "Layer normalization", arXiv 1607.06450.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerNorm;

impl Layer for LayerNorm {
    fn kind(&self) -> &'static str {
        "layer_norm"
    }

    fn spec(&self) -> String {
        "layer_norm".into()
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        Ok(inputs)
    }

    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        scale_and_shift(inputs)
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        let (row, shape) = (Axes::of(&[1]), x.shape());
        let centred = x - x.mean_over(row).broadcast(row, shape);
        let deviation = (centred.square().mean_over(row) + NORM_EPSILON).sqrt();
        centred / deviation.broadcast(row, shape) * scope.parameter("weight") + scope.parameter("bias")
    }
}

/// The parameters that a normalisation ends with: `weight` and `bias`, one of each for each unit.
pub(super) fn scale_and_shift(inputs: usize) -> Vec<Parameter> {
    let parameter = |name: &str, role, initializer| Parameter {
        name: name.into(),
        shape: Shape::from([inputs]),
        role,
        initializer,
        fans: Fans { inputs, outputs: inputs },
    };
    vec![
        parameter("weight", Role::Scale, Initializer::Ones),
        parameter("bias", Role::Bias, Initializer::Zeros),
    ]
}

#[cfg(test)]
mod tests {
    use super::LayerNorm;
    use crate::layers::Mode;
    use crate::layers::testing::{Case, golden_case};
    use crate::testing::{assert_close, numbers};

    #[test]
    fn agrees_with_torch() {
        let (case, file) = golden_case(&LayerNorm, "layer_norm");
        assert_close("y", &case.forward(Mode::Train, &numbers(&file["x"])), &numbers(&file["y"]));
        assert_close("y", &case.forward(Mode::Predict, &numbers(&file["x"])), &numbers(&file["y"]));
    }

    #[test]
    fn equal_numbers_give_the_bias() {
        let case = Case::new(&LayerNorm, 2, &[3.0, 3.0, 0.5, -0.5]);
        assert_eq!(case.forward(Mode::Train, &[7.0, 7.0, 1e4, 1e4]), [0.5, -0.5, 0.5, -0.5]);
    }

    #[test]
    fn gradients_agree_with_differences() {
        Case::random(&LayerNorm, 4).check_gradients(Mode::Train, 3);
    }
}
