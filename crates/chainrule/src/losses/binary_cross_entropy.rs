//! The binary cross-entropy, from logits.

use chainrule_engine::Tensor;

/// `l = -y ln(sigmoid(z)) - (1 - y) ln(1 - sigmoid(z))` for each element, where `z`, the prediction, is the logit.
///
/// `logits`, `target` and the result have one shape; targets in `[0, 1]`. Each output is a question of its own, so this
/// serves two classes (one output) and several labels (one output each). Gradient: `sigmoid(z) - y`.
///
/// Stable form: `y softplus(-z) + (1 - y) softplus(z)`, which never computes the probability. Two softplus and not one
/// with `-y z`, because the latter loses every digit of a small loss, and its gradient every digit of a small slope.
///
/// Source: Bishop, "Pattern recognition and machine learning", equation 4.90.
#[track_caller]
pub fn binary_cross_entropy<'t>(logits: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    target * (-logits).softplus() + (1.0 - target) * logits.softplus()
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes, values};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("binary_cross_entropy", Loss::BinaryCrossEntropy);
    }

    #[test]
    fn extremes_are_exact_and_small_losses_keep_their_digits() {
        let [logits, targets] = [[1e4, 1e4, -1e4, 40.0], [1.0, 0.0, 0.0, 1.0]];
        let small = (-40.0f64).exp();
        assert_eq!(values(Loss::BinaryCrossEntropy, &logits, &targets), [0.0, 1e4, 0.0, small]);
        assert_eq!(slopes(Loss::BinaryCrossEntropy, &logits, &targets), [0.0, 1.0, 0.0, -small]);
    }

    #[test]
    fn the_slope_at_zero_is_a_half_minus_the_target() {
        assert_eq!(slopes(Loss::BinaryCrossEntropy, &[0.0; 3], &[0.0, 1.0, 0.25]), [0.5, -0.5, 0.25]);
    }
}
