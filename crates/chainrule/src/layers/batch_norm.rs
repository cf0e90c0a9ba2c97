//! Batch normalisation: each unit to mean 0 and variance 1 over the batch.

use chainrule_engine::{Axes, Shape, Tensor};

use super::layer_norm::scale_and_shift;
use super::{Layer, Mode, NORM_EPSILON, Parameter, Role, Scope};
use crate::Error;
use crate::initializers::{Fans, Initializer};

/// The share of the newest batch in the running mean and variance.
pub const BATCH_NORM_MOMENTUM: f64 = 0.1;

/// `y_ij = w_j (x_ij - m_j) / sqrt(v_j + epsilon) + b_j`, with the mean `m_j` and the variance `v_j` of unit `j`.
///
/// Shapes: `x` and `y: [batch, inputs]`; `weight`, `bias`, `running_mean` and `running_variance: [inputs]`, the last two
/// not trained. In training, mean and variance are the batch's (division by `B`), and the running ones move a tenth of
/// the way to the batch's mean and to its unbiased variance (division by `B - 1`); in prediction they are the running
/// ones. Epsilon 1e-5, all as in PyTorch.
///
/// A training batch of one row has variance 0 and gives `b`, and moves the running variance towards 0: avoid it (PyTorch
/// refuses it). An empty batch moves the running values towards 0 as well.
///
/// Source: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
/// shift", ICML 2015.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchNorm;

impl Layer for BatchNorm {
    fn kind(&self) -> &'static str {
        "batch_norm"
    }

    fn spec(&self) -> String {
        "batch_norm".into()
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        Ok(inputs)
    }

    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        let statistic = |name: &str, initializer| Parameter {
            name: name.into(),
            shape: Shape::from([inputs]),
            role: Role::Statistic,
            initializer,
            fans: Fans { inputs, outputs: inputs },
        };
        let mut parameters = scale_and_shift(inputs);
        parameters.push(statistic("running_mean", Initializer::Zeros));
        parameters.push(statistic("running_variance", Initializer::Ones));
        parameters
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        let (centred, variance) = match scope.mode() {
            Mode::Train => measure(scope, x),
            Mode::Predict => (x - scope.parameter("running_mean"), scope.parameter("running_variance")),
        };
        let factor = scope.parameter("weight") / (variance + NORM_EPSILON).sqrt();
        centred * factor + scope.parameter("bias")
    }
}

/// The batch less its mean, and its variance; the running values are to follow.
fn measure<'t>(scope: &mut Scope<'t>, x: Tensor<'t>) -> (Tensor<'t>, Tensor<'t>) {
    let (batch, rows) = (Axes::of(&[0]), scope.tape().batch_size());
    let units = x.shape().without(batch);
    let over = |count: Tensor<'t>, lowest: f64| count.max(lowest).broadcast_to(units);
    let mean = x.sum_over(batch) / over(rows, 1.0);
    let centred = x - mean;
    let squares = centred.square().sum_over(batch);
    follow(scope, "running_mean", mean);
    follow(scope, "running_variance", squares / over(rows - 1.0, 1.0));
    (centred, squares / over(rows, 1.0))
}

fn follow<'t>(scope: &mut Scope<'t>, name: &str, measured: Tensor<'t>) {
    let running = scope.parameter(name);
    let moved = running * (1.0 - BATCH_NORM_MOMENTUM) + measured * BATCH_NORM_MOMENTUM;
    scope.update(name, moved);
}

#[cfg(test)]
mod tests {
    use super::BatchNorm;
    use crate::layers::Mode;
    use crate::layers::testing::{Case, golden_case};
    use crate::testing::{assert_close, numbers};

    #[test]
    fn agrees_with_torch() {
        let (case, file) = golden_case(&BatchNorm, "batch_norm");
        let x = numbers(&file["x"]);
        assert_close("train", &case.forward(Mode::Train, &x), &numbers(&file["y"]));
        assert_close("predict", &case.forward(Mode::Predict, &x), &numbers(&file["predicted"]));
        let [(mean, means), (variance, variances)] = &case.updates(&x)[..] else { panic!("two updates") };
        assert_eq!(
            [mean.as_str(), variance.as_str()],
            ["batch_norm1.running_mean", "batch_norm1.running_variance"]
        );
        assert_close("running mean", means, &numbers(&file["running_mean"]));
        assert_close("running variance", variances, &numbers(&file["running_variance"]));
    }

    #[test]
    fn prediction_updates_nothing_and_sees_one_row_at_a_time() {
        let case = Case::random(&BatchNorm, 2);
        let both = case.forward(Mode::Predict, &[1.0, 2.0, -3.0, 4.0]);
        assert_eq!(case.forward(Mode::Predict, &[-3.0, 4.0]), both[2..]);
    }

    #[test]
    fn one_row_gives_the_bias() {
        let case = Case::new(&BatchNorm, 2, &[2.0, 2.0, 0.25, -0.25, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(case.forward(Mode::Train, &[5.0, -7.0]), [0.25, -0.25]);
    }

    #[test]
    fn gradients_agree_with_differences() {
        Case::random(&BatchNorm, 3).check_gradients(Mode::Train, 5);
        Case::random(&BatchNorm, 3).check_gradients(Mode::Predict, 5);
    }
}
