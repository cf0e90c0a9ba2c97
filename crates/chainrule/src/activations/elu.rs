//! The exponential linear unit.

use chainrule_engine::Tensor;

/// The default depth of the negative side.
pub const ELU_ALPHA: f64 = 1.0;

/// `f(x) = x if x > 0 else alpha (e^x - 1)`, elementwise.
///
/// Range: `[-alpha, inf)`. At 0 the slope is `alpha`, as in PyTorch; with `alpha = 1` the function has no kink.
///
/// Stable form: `e^x - 1 = 2 t / (1 - t)` with `t = tanh(x / 2)`, which keeps all digits near 0, on `min(x, 0)`, so
/// that nothing overflows. `f(inf)` is NaN, since the negative part is taken as `x - max(x, 0)`.
///
/// Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units
/// (ELUs)", ICLR 2016.
#[track_caller]
pub fn elu(x: Tensor<'_>, alpha: f64) -> Tensor<'_> {
    let positive = x.relu();
    let half = ((x - positive) * 0.5).tanh();
    positive + half / (1.0 - half) * (2.0 * alpha)
}

#[cfg(test)]
mod tests {
    use super::elu;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("elu", |x| elu(x, 1.0));
        assert_matches_torch("elu_0.5", |x| elu(x, 0.5));
        assert_stable(|x| elu(x, 1.0));
    }

    #[test]
    fn smooth_at_zero_with_alpha_one() {
        assert_eq!(slopes(|x| elu(x, 1.0), &[0.0, 1e-300]), [1.0, 1.0]);
        assert_eq!(slopes(|x| elu(x, 0.5), &[0.0]), [0.5]);
    }

    #[test]
    fn small_numbers_keep_their_digits() {
        let y = values(|x| elu(x, 1.0), &[-1e-12])[0];
        assert!((y / (-1e-12f64).exp_m1() - 1.0).abs() < 1e-15, "{y}");
    }
}
