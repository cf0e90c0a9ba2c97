//! The logistic function.

use chainrule_engine::Tensor;

/// `f(x) = 1 / (1 + e^-x)`, elementwise.
///
/// Range: `[0, 1]`; exactly 0 or 1 only where rounding gives it. Slope `f(x) (1 - f(x))`, at most 1/4, which is why
/// deep stacks of it learn slowly. Computed from `e^-|x|`, so no `x` overflows. `f(-inf) = 0`, `f(inf) = 1`.
///
/// For a loss on probabilities use [`Loss::BinaryCrossEntropy`](crate::losses::Loss), which takes the values before
/// this function.
///
/// Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
#[track_caller]
pub fn sigmoid(x: Tensor<'_>) -> Tensor<'_> {
    x.sigmoid()
}

#[cfg(test)]
mod tests {
    use super::sigmoid;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("sigmoid", sigmoid);
        assert_stable(sigmoid);
    }

    #[test]
    fn half_at_zero_and_flat_far_away() {
        assert_eq!(values(sigmoid, &[0.0, 1e4, -1e4]), [0.5, 1.0, 0.0]);
        assert_eq!(slopes(sigmoid, &[0.0, 1e4, -1e4]), [0.25, 0.0, 0.0]);
    }
}
