//! The rectifier.

use chainrule_engine::Tensor;

/// `f(x) = max(x, 0)`, elementwise.
///
/// Range: `[0, inf)`. Kink at 0: the slope there is 0, as in PyTorch and TensorFlow; elsewhere 0 or 1.
/// `f(NaN) = NaN`: a fault is not hidden.
///
/// Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.
#[track_caller]
pub fn relu(x: Tensor<'_>) -> Tensor<'_> {
    x.relu()
}

#[cfg(test)]
mod tests {
    use super::relu;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("relu", relu);
        assert_stable(relu);
    }

    #[test]
    fn relu_gradient_is_zero_at_zero() {
        assert_eq!(slopes(relu, &[-1.0, 0.0, 1e-300]), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_fault_is_not_hidden() {
        assert!(values(relu, &[f64::NAN])[0].is_nan());
    }
}
