//! Half of the squared error.

use chainrule_engine::Tensor;

use super::squared_error;

/// `l = (p - y)^2 / 2` for each element; `prediction`, `target` and the result have one shape.
///
/// The quadratic cost of the books: its gradient `p - y` has no factor 2.
///
/// Source: Nielsen, "Neural networks and deep learning", chapter 2.
#[track_caller]
pub fn half_squared_error<'t>(prediction: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    squared_error(prediction, target) * 0.5
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::assert_matches_torch;

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("half_squared_error", Loss::HalfSquaredError);
    }
}
