//! The logarithm of the softmax.

use chainrule_engine::Tensor;

/// `f(x)_i = x_i - ln(sum_j e^(x_j))` along the last axis: `[batch, classes]` gives `[batch, classes]`.
///
/// Range: `(-inf, 0]`. Stable form: the row's maximum is taken out before the exponentials, so no finite `x`
/// overflows and no small probability becomes `ln(0)`.
///
/// Source: as [`softmax`](super::softmax()); Blanchard, D. Higham and N. Higham, "Accurately computing the log-sum-exp
/// and softmax functions", IMA Journal of Numerical Analysis 41, 2021.
#[track_caller]
pub fn log_softmax(x: Tensor<'_>) -> Tensor<'_> {
    x.log_softmax()
}

#[cfg(test)]
mod tests {
    use super::log_softmax;
    use crate::testing::{assert_matches_torch, slopes_of_rows, values_of_rows};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("log_softmax", log_softmax);
    }

    #[test]
    fn extremes_are_exact() {
        let far = [1e4, -1e4, 0.0];
        assert_eq!(values_of_rows(log_softmax, &far, 3), [0.0, -2e4, -1e4]);
        assert_eq!(slopes_of_rows(log_softmax, &far, 3), [1.0 - 6.0, 2.0, 3.0]);
    }
}
