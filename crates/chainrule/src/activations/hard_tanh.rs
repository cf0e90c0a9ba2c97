//! The identity, cut off at -1 and 1.

use chainrule_engine::Tensor;

/// `f(x) = min(max(x, -1), 1)`, elementwise.
///
/// Range: `[-1, 1]`, exact. Kinks at -1 and 1: the slope there is 1/2, as of every tie of `max` and `min` here (PyTorch
/// takes 0). Defined for infinite `x`.
///
/// Source: Collobert, "Large scale machine learning", thesis, Université Paris VI, 2004.
#[track_caller]
pub fn hard_tanh(x: Tensor<'_>) -> Tensor<'_> {
    x.max(-1.0).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::hard_tanh;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("hard_tanh", hard_tanh);
        assert_stable(hard_tanh);
    }

    #[test]
    fn the_kinks_have_half_a_slope() {
        assert_eq!(slopes(hard_tanh, &[-1.5, -1.0, 0.1, 1.0, 1.5]), [0.0, 0.5, 1.0, 0.5, 0.0]);
        assert_eq!(values(hard_tanh, &[f64::INFINITY, 0.1, f64::NEG_INFINITY]), [1.0, 0.1, -1.0]);
    }
}
