//! The sigmoid-weighted linear unit, also called swish.

use chainrule_engine::Tensor;

/// `f(x) = x / (1 + e^-x)`, elementwise.
///
/// Range: `[-0.279, inf)`; smooth; slope 1/2 at 0. No finite `x` overflows; `f(-inf)` is NaN.
///
/// Sources: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", Neural Networks 107, 2018; Ramachandran, Zoph
/// and Le, "Searching for activation functions", arXiv 1710.05941.
#[track_caller]
pub fn silu(x: Tensor<'_>) -> Tensor<'_> {
    x * x.sigmoid()
}

#[cfg(test)]
mod tests {
    use super::silu;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("silu", silu);
        assert_stable(silu);
    }

    #[test]
    fn identity_above_and_zero_below() {
        assert_eq!(values(silu, &[0.0, 1e4, -1e4]), [0.0, 1e4, 0.0]);
        assert_eq!(slopes(silu, &[0.0, 1e4, -1e4]), [0.5, 1.0, 0.0]);
    }
}
