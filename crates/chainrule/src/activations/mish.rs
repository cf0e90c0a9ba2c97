//! Mish.

use chainrule_engine::Tensor;

/// `f(x) = x tanh(ln(1 + e^x))`, elementwise.
///
/// Range: `[-0.309, inf)`; smooth; slope 0.6 at 0. No finite `x` overflows; `f(-inf)` is NaN.
///
/// Source: Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020.
#[track_caller]
pub fn mish(x: Tensor<'_>) -> Tensor<'_> {
    x * x.softplus().tanh()
}

#[cfg(test)]
mod tests {
    use super::mish;
    use crate::testing::{assert_close, assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("mish", mish);
        assert_stable(mish);
    }

    #[test]
    fn the_slope_at_zero_is_three_fifths() {
        assert_close("mish", &slopes(mish, &[0.0]), &[0.6]);
        assert_eq!(values(mish, &[0.0, 1e4, -1e4]), [0.0, 1e4, 0.0]);
    }
}
