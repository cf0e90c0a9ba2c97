//! The Gaussian error linear unit.

use core::f64::consts::FRAC_1_SQRT_2;

use chainrule_engine::Tensor;

/// `f(x) = x Φ(x) = x (1 + erf(x / √2)) / 2`, elementwise, where Φ is the standard normal distribution function.
///
/// Range: `[-0.17, inf)`; smooth; slope 1/2 at 0. No finite `x` overflows; `f(-inf)` is NaN.
///
/// Source: Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415.
#[track_caller]
pub fn gelu(x: Tensor<'_>) -> Tensor<'_> {
    x * 0.5 * ((x * FRAC_1_SQRT_2).erf() + 1.0)
}

#[cfg(test)]
mod tests {
    use super::gelu;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("gelu", gelu);
        assert_stable(gelu);
    }

    #[test]
    fn identity_above_and_zero_below() {
        assert_eq!(values(gelu, &[0.0, 1e4, -1e4]), [0.0, 1e4, 0.0]);
        assert_eq!(slopes(gelu, &[0.0, 1e4, -1e4]), [0.5, 1.0, 0.0]);
    }
}
