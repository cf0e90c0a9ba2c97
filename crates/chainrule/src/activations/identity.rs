//! The identity, for linear layers and regression outputs.

use chainrule_engine::Tensor;

/// `f(x) = x`.
///
/// Range: all numbers. Slope 1 everywhere. Adds no node. A network whose hidden activations are all the identity
/// computes a linear function of its input, however deep it is.
pub fn identity(x: Tensor<'_>) -> Tensor<'_> {
    x
}

#[cfg(test)]
mod tests {
    use super::identity;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("identity", identity);
        assert_stable(identity);
    }

    #[test]
    fn nothing_changes() {
        assert_eq!(values(identity, &[-2.5, 0.0, 1e300]), [-2.5, 0.0, 1e300]);
        assert_eq!(slopes(identity, &[-2.5, 0.0]), [1.0, 1.0]);
    }
}
