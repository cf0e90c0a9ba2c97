//! The leaky rectifier.

use chainrule_engine::Tensor;

/// The default slope for negative numbers.
pub const LEAKY_RELU_SLOPE: f64 = 0.01;

/// `f(x) = x if x > 0 else slope x`, elementwise.
///
/// Range: all numbers if `slope > 0`. Kink at 0: the slope there is `slope`, as in PyTorch. Both halves are exact (one
/// product each), and infinite `x` stays infinite: the function is `x` times a factor of 1 or `slope`.
///
/// Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
#[track_caller]
pub fn leaky_relu(x: Tensor<'_>, slope: f64) -> Tensor<'_> {
    let positive = x.step();
    x * (positive + (1.0 - positive) * slope)
}

#[cfg(test)]
mod tests {
    use super::leaky_relu;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("leaky_relu", |x| leaky_relu(x, 0.01));
        assert_matches_torch("leaky_relu_0.3", |x| leaky_relu(x, 0.3));
        assert_stable(|x| leaky_relu(x, 0.01));
    }

    #[test]
    fn the_kink_has_the_slope_of_the_negative_side() {
        assert_eq!(slopes(|x| leaky_relu(x, 0.3), &[-2.0, 0.0, 2.0]), [0.3, 0.3, 1.0]);
    }

    #[test]
    fn infinities_stay_infinite() {
        let infinite = [f64::INFINITY, f64::NEG_INFINITY];
        assert_eq!(values(|x| leaky_relu(x, 0.3), &infinite), infinite);
    }
}
