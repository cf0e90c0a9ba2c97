//! The cross-entropy of exclusive classes, from logits.

use chainrule_engine::{Axes, Tensor};

/// `l_i = -ln(softmax(z_i)[y_i])` for each example, where `y_i` is the number of the example's class.
///
/// `logits: [batch, classes]`, `classes: [batch]` (whole numbers from 0), result `[batch]`. Computed from log-softmax,
/// never from the probability. Gradient: `softmax(z) - onehot(y)`. A class that does not exist gives NaN.
///
/// Source: Bishop, "Pattern recognition and machine learning", equation 4.108.
#[track_caller]
pub fn cross_entropy<'t>(logits: Tensor<'t>, classes: Tensor<'t>) -> Tensor<'t> {
    -logits.log_softmax().pick(classes)
}

/// `l_i = -sum_c t_ic ln(softmax(z_i)_c)` for each example, where `t_i` is a distribution over the classes.
///
/// `logits` and `targets: [batch, classes]`, result `[batch]`. Rows of targets should add up to 1. The least possible
/// value is the entropy of the targets, not 0.
#[track_caller]
pub fn soft_cross_entropy<'t>(logits: Tensor<'t>, targets: Tensor<'t>) -> Tensor<'t> {
    -(targets * logits.log_softmax()).sum_over(Axes::of(&[1]))
}

/// The cross-entropy with the uniform distribution: `l_i = -mean_c ln(softmax(z_i)_c)`.
///
/// `logits: [batch, classes]`, result `[batch]`. Smoothing labels by `e` mixes `(1 - e)` of the loss with `e` of this.
///
/// Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture", CVPR 2016, section 7.
#[track_caller]
pub fn uniform_cross_entropy(logits: Tensor<'_>) -> Tensor<'_> {
    -logits.log_softmax().mean_over(Axes::of(&[1]))
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, gradient, terms};

    #[test]
    fn agrees_with_torch() {
        for label_smoothing in [0.0, 0.1] {
            let loss = Loss::CrossEntropy { label_smoothing };
            assert_matches_torch(&format!("cross_entropy_{label_smoothing:?}"), loss);
            assert_matches_torch(&format!("soft_cross_entropy_{label_smoothing:?}"), loss);
        }
    }

    #[test]
    fn extremes_are_exact() {
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        let (logits, classes) = ([1e4, -1e4, -1e4, 1e4], [0.0, 0.0]);
        assert_eq!(terms(loss, (&logits, 2), &classes), [0.0, 2e4]);
        assert_eq!(gradient(loss, (&logits, 2), &classes), [0.0, 0.0, -1.0, 1.0]);
    }

    #[test]
    fn a_class_that_does_not_exist_gives_not_a_number() {
        let loss = Loss::CrossEntropy { label_smoothing: 0.0 };
        assert!(terms(loss, (&[0.0, 0.0], 2), &[2.0])[0].is_nan());
    }
}
