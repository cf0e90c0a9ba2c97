//! The rectifier, cut off at 6.

use chainrule_engine::Tensor;

/// `f(x) = min(max(x, 0), 6)`, elementwise.
///
/// Range: `[0, 6]`, exact. Kinks: the slope is 0 at 0, as that of the rectifier, and 1/2 at 6, as of every tie of `min`
/// here (PyTorch takes 0). Defined for infinite `x`.
///
/// Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.
#[track_caller]
pub fn relu6(x: Tensor<'_>) -> Tensor<'_> {
    x.relu().min(6.0)
}

#[cfg(test)]
mod tests {
    use super::relu6;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("relu6", relu6);
        assert_stable(relu6);
    }

    #[test]
    fn the_kinks_are_as_documented() {
        assert_eq!(slopes(relu6, &[-1.0, 0.0, 5.9, 6.0, 6.1]), [0.0, 0.0, 1.0, 0.5, 0.0]);
        assert_eq!(values(relu6, &[f64::INFINITY, 0.1, f64::NEG_INFINITY]), [6.0, 0.1, 0.0]);
    }
}
