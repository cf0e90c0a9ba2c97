//! The absolute error.

use chainrule_engine::Tensor;

/// `l = |p - y|` for each element; `prediction`, `target` and the result have one shape.
///
/// Its minimiser is the conditional median, so single wild targets hardly move it. Kink at `p = y`: slope 0.
///
/// Source: Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
#[track_caller]
pub fn absolute_error<'t>(prediction: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    (prediction - target).abs()
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("absolute_error", Loss::AbsoluteError);
    }

    #[test]
    fn the_slope_is_zero_without_an_error() {
        assert_eq!(slopes(Loss::AbsoluteError, &[2.0, 3.0, 1.0], &[2.0; 3]), [0.0, 1.0, -1.0]);
    }
}
