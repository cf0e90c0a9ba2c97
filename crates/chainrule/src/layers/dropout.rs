//! Dropout: noise against overfitting.

use chainrule_engine::Tensor;

use super::{Layer, Mode, Scope};
use crate::Error;
use crate::validate::Settings;

/// In training each element becomes 0 with probability `rate`, and the others are divided by `1 - rate`, so that the
/// mean does not change; in prediction nothing happens.
///
/// ```text
/// y = x m / (1 - rate),  m = 0 if u < rate else 1,  u uniform in [0, 1)
/// ```
///
/// Shapes: `x` and `y: [batch, inputs]`. `rate` in [0, 1). No parameters. The mask is a function of seed, step, layer and
/// element alone.
///
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent neural networks
/// from overfitting", Journal of Machine Learning Research 15, 2014 (section 10 for the division in training).
#[derive(Debug, Clone, PartialEq)]
pub struct Dropout {
    rate: f64,
}

impl Dropout {
    /// Dropout of the share `rate` of the elements.
    pub fn new(rate: f64) -> Self {
        Dropout { rate }
    }
}

impl Layer for Dropout {
    fn kind(&self) -> &'static str {
        "dropout"
    }

    fn spec(&self) -> String {
        format!("dropout({})", self.rate)
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        Settings("dropout").fraction_below_one("rate", self.rate)?;
        Ok(inputs)
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        if scope.mode() == Mode::Predict || self.rate == 0.0 {
            return x;
        }
        // Not step(u - rate): at u = rate, which has a probability above 0, the element is to be kept.
        let dropped = (self.rate - scope.tape().random(x.shape())).step();
        x * ((1.0 - dropped) * (1.0 / (1.0 - self.rate)))
    }
}

#[cfg(test)]
mod tests {
    use super::Dropout;
    use crate::layers::testing::Case;
    use crate::layers::{Layer, Mode};

    #[test]
    fn prediction_changes_nothing() {
        let case = Case::new(&Dropout::new(0.75), 2, &[]);
        assert_eq!(case.forward(Mode::Predict, &[1.0, -2.0]), [1.0, -2.0]);
    }

    #[test]
    fn training_drops_the_share_and_keeps_the_mean() {
        let ones = vec![1.0; 40_000];
        let y = Case::new(&Dropout::new(0.75), 10, &[]).forward(Mode::Train, &ones);
        assert!(y.iter().all(|y| *y == 0.0 || *y == 4.0));
        let kept = y.iter().filter(|y| **y > 0.0).count() as f64;
        // Five standard deviations of the number kept: sqrt(n p (1 - p)).
        assert!((kept - 10_000.0).abs() < 5.0 * (40_000.0f64 * 0.25 * 0.75).sqrt(), "{kept}");
    }

    #[test]
    fn gradients_pass_where_values_pass() {
        Case::random(&Dropout::new(0.5), 3).check_gradients(Mode::Train, 6);
    }

    #[test]
    fn a_rate_of_one_is_refused() {
        assert!(Dropout::new(0.0).outputs(3).is_ok());
        for rate in [1.0, -0.1, f64::NAN] {
            assert!(Dropout::new(rate).outputs(3).is_err());
        }
    }
}
