//! The smooth rectifier.

use chainrule_engine::Tensor;

/// `f(x) = ln(1 + e^x)`, elementwise.
///
/// Range: `[0, inf)`; smooth; the slope is the sigmoid. Stable form: `max(x, 0) + ln(1 + e^-|x|)`, which overflows for
/// no `x`.
///
/// Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, "Incorporating second-order functional knowledge for better option
/// pricing", NeurIPS 2000.
#[track_caller]
pub fn softplus(x: Tensor<'_>) -> Tensor<'_> {
    x.softplus()
}

#[cfg(test)]
mod tests {
    use core::f64::consts::LN_2;

    use super::softplus;
    use crate::testing::{assert_matches_torch, assert_stable, slopes, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("softplus", softplus);
        assert_stable(softplus);
    }

    #[test]
    fn ln_two_at_zero_and_exact_far_away() {
        assert_eq!(values(softplus, &[0.0, 1e4, -1e4]), [LN_2, 1e4, 0.0]);
        assert_eq!(slopes(softplus, &[0.0]), [0.5]);
    }
}
