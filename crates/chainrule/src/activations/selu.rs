//! The self-normalising exponential linear unit.

use chainrule_engine::Tensor;

use super::elu;

/// `f(x) = SCALE elu(x, ALPHA)`, elementwise, with the fixed constants for which mean 0 and variance 1 reproduce
/// themselves from layer to layer when the weights start as LeCun normal.
///
/// Range: `[-1.758, inf)`. Kink at 0: the slope there is `SCALE ALPHA = 1.758`, as in PyTorch. Stable as
/// [`elu`](super::elu()).
///
/// Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", NeurIPS 2017, equation 14.
#[track_caller]
pub fn selu(x: Tensor<'_>) -> Tensor<'_> {
    elu(x, ALPHA) * SCALE
}

const ALPHA: f64 = 1.673_263_242_354_377_2;
const SCALE: f64 = 1.050_700_987_355_480_5;

#[cfg(test)]
mod tests {
    use super::{ALPHA, SCALE, selu};
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("selu", selu);
        assert_stable(selu);
    }

    #[test]
    fn the_floor_and_the_kink_are_the_papers() {
        assert_eq!(values(selu, &[-1e4]), [-SCALE * ALPHA]);
        assert_eq!(slopes(selu, &[0.0, 1.0]), [SCALE * ALPHA, SCALE]);
    }
}
