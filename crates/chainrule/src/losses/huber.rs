//! The Huber loss: squared near the target, absolute far from it.

use chainrule_engine::Tensor;

/// The default distance at which the loss turns from squared to absolute.
pub const HUBER_DELTA: f64 = 1.0;

/// With `d = p - y`: `l = d^2 / 2 if |d| <= delta else delta (|d| - delta / 2)`, for each element.
///
/// `prediction`, `target` and the result have one shape; `delta > 0` is in the units of the target. The gradient is `d`
/// cut off at `±delta`; it has no jump.
///
/// Form: `l = c (d - c / 2)` with `c` the `d` cut off, which is exact on both sides and whose second derivative is right.
///
/// Source: Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.
#[track_caller]
pub fn huber<'t>(prediction: Tensor<'t>, target: Tensor<'t>, delta: f64) -> Tensor<'t> {
    let difference = prediction - target;
    let cut = difference.max(-delta).min(delta);
    cut * (difference - cut * 0.5)
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("huber_1.0", Loss::Huber { delta: 1.0 });
        assert_matches_torch("huber_0.4", Loss::Huber { delta: 0.4 });
    }

    #[test]
    fn the_slope_is_continuous_where_the_pieces_meet() {
        let meeting = [1.0, -1.0, 0.0, 1.5, 0.5];
        assert_eq!(slopes(Loss::Huber { delta: 1.0 }, &meeting, &[0.0; 5]), [1.0, -1.0, 0.0, 1.0, 0.5]);
    }
}
