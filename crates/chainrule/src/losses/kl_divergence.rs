//! The divergence of Kullback and Leibler, from logits.

use chainrule_engine::{Axes, Tensor};

/// `l_i = sum_c t_ic (ln(t_ic) - ln(softmax(z_i)_c))` for each example, with `0 ln 0 = 0`.
///
/// `logits` and `targets: [batch, classes]`, result `[batch]`; rows of targets are distributions. It is the
/// cross-entropy less the entropy of the targets, so it is 0 where prediction and target agree, and has the same
/// gradient, `softmax(z) - t`. PyTorch's `kl_div` gives these numbers summed over classes (`batchmean` as the mean).
///
/// Source: Kullback and Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22, 1951.
#[track_caller]
pub fn kl_divergence<'t>(logits: Tensor<'t>, targets: Tensor<'t>) -> Tensor<'t> {
    let information = targets.max(LEAST_PROBABILITY).ln() - logits.log_softmax();
    (targets * information).sum_over(Axes::of(&[1]))
}

/// Stands for 0 inside the logarithm, where the factor in front is 0; a normal number in `f32` as well.
const LEAST_PROBABILITY: f64 = 1e-37;

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, terms};
    use crate::testing::assert_close;

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("kl_divergence", Loss::KlDivergence);
    }

    #[test]
    fn nothing_where_prediction_and_target_agree() {
        let alike = terms(Loss::KlDivergence, (&[3.0, 3.0, -1e4, -1e4], 2), &[0.5; 4]);
        assert_close("alike", &alike, &[0.0, 0.0]);
    }

    #[test]
    fn certain_targets_cost_what_the_cross_entropy_costs() {
        let certain = terms(Loss::KlDivergence, (&[1e4, -1e4, 1e4, -1e4], 2), &[1.0, 0.0, 0.0, 1.0]);
        assert_eq!(certain, [0.0, 2e4]);
    }
}
