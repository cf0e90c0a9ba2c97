//! The Poisson loss, for counts.

use chainrule_engine::Tensor;

/// `l = e^z - y z` for each element, where `z`, the prediction, is the logarithm of the expected count.
///
/// `prediction`, `target` and the result have one shape; counts `y >= 0`. The negative logarithm of the Poisson
/// probability without the term `ln(y!)`, on which no gradient depends, so the loss can be negative. Gradient: `e^z - y`.
/// Infinite where `e^z` is: above 709.78 in `f64`, 88.72 in `f32`.
///
/// Source: McCullagh and Nelder, "Generalized linear models", 2nd edition, section 6.2.
#[track_caller]
pub fn poisson<'t>(log_rate: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    log_rate.exp() - target * log_rate
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("poisson", Loss::Poisson);
    }

    #[test]
    fn the_slope_is_rate_minus_count() {
        assert_eq!(slopes(Loss::Poisson, &[0.0, -1e4], &[3.0, 2.0]), [-2.0, -2.0]);
    }
}
