//! The squared error.

use chainrule_engine::Tensor;

/// `l = (p - y)^2` for each element; `prediction`, `target` and the result have one shape.
///
/// The negative logarithm of a normal density with fixed variance, up to constants. Gradient with respect to the
/// prediction: `2 (p - y)`. With the factor 1/2, as in the books, it is [`half_squared_error`](super::half_squared_error()).
///
/// Source: Bishop, "Pattern recognition and machine learning", section 1.1.
#[track_caller]
pub fn squared_error<'t>(prediction: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    (prediction - target).square()
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::assert_matches_torch;

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("squared_error", Loss::SquaredError);
    }
}
