//! The softmax, for the probabilities of exclusive classes.

use chainrule_engine::Tensor;

/// `f(x)_i = e^(x_i) / sum_j e^(x_j)` along the last axis: `[batch, classes]` gives `[batch, classes]`.
///
/// Range: `[0, 1]`, each row adds up to 1. Equal elements get equal shares. Stable form: `e^log_softmax(x)`, with the
/// row's maximum taken out, so no finite `x` overflows.
///
/// For a loss on classes use [`Loss::CrossEntropy`](crate::losses::Loss), which takes the values before this function.
///
/// Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
#[track_caller]
pub fn softmax(x: Tensor<'_>) -> Tensor<'_> {
    x.log_softmax().exp()
}

#[cfg(test)]
mod tests {
    use super::softmax;
    use crate::testing::{assert_close, assert_matches_torch, slopes_of_rows, values_of_rows};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("softmax", softmax);
    }

    #[test]
    fn ties_share_and_extremes_are_exact() {
        assert_close("ties", &values_of_rows(softmax, &[7.0, 7.0, 7.0, 7.0], 4), &[0.25; 4]);
        let far = [1e4, -1e4, 0.0];
        assert_eq!(values_of_rows(softmax, &far, 3), [1.0, 0.0, 0.0]);
        assert!(slopes_of_rows(softmax, &far, 3).iter().all(|slope| *slope == 0.0));
    }
}
