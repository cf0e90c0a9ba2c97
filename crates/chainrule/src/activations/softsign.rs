//! A bounded function without exponentials.

use chainrule_engine::Tensor;

/// `f(x) = x / (1 + |x|)`, elementwise.
///
/// Range: `(-1, 1)`; the slope is `1 / (1 + |x|)^2`, continuous, 1 at 0. `f(±inf)` is NaN.
///
/// Source: Bergstra, Desjardins, Lamblin and Bengio, "Quadratic polynomials learn better image features", Technical
/// report 1337, Université de Montréal, 2009.
#[track_caller]
pub fn softsign(x: Tensor<'_>) -> Tensor<'_> {
    x / (x.abs() + 1.0)
}

#[cfg(test)]
mod tests {
    use super::softsign;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("softsign", softsign);
        assert_stable(softsign);
    }

    #[test]
    fn simple_fractions_are_exact() {
        assert_eq!(values(softsign, &[0.0, 1.0, -3.0]), [0.0, 0.5, -0.75]);
        assert_eq!(slopes(softsign, &[0.0, 1.0, -1.0]), [1.0, 0.25, 0.25]);
    }
}
