//! The hyperbolic tangent.

use chainrule_engine::Tensor;

/// `f(x) = (e^x - e^-x) / (e^x + e^-x)`, elementwise.
///
/// Range: `[-1, 1]`. Slope `1 - f(x)^2`, which is 1 at 0. No `x` overflows.
///
/// Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.4, which prefers it to the sigmoid
/// because its outputs have mean near 0.
#[track_caller]
pub fn tanh(x: Tensor<'_>) -> Tensor<'_> {
    x.tanh()
}

#[cfg(test)]
mod tests {
    use super::tanh;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("tanh", tanh);
        assert_stable(tanh);
    }

    #[test]
    fn odd_with_slope_one_at_zero() {
        assert_eq!(values(tanh, &[0.0, 1e4, -1e4]), [0.0, 1.0, -1.0]);
        assert_eq!(slopes(tanh, &[0.0, 1e4]), [1.0, 0.0]);
    }
}
