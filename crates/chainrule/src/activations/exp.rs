//! The exponential, for outputs that are rates.

use chainrule_engine::Tensor;

/// `f(x) = e^x`, elementwise.
///
/// Range: `[0, inf]`: infinite above 709.78 (`f64`) or 88.72 (`f32`), which no form of it can avoid. For counts use
/// [`Loss::Poisson`](crate::losses::Loss), which takes `x` itself.
///
/// Source: McCullagh and Nelder, "Generalized linear models", 2nd edition, section 6.2 (the log link).
#[track_caller]
pub fn exp(x: Tensor<'_>) -> Tensor<'_> {
    x.exp()
}

#[cfg(test)]
mod tests {
    use super::exp;
    use crate::testing::{assert_matches_torch, slopes, values};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("exp", exp);
    }

    #[test]
    fn vanishes_below_and_overflows_above() {
        assert_eq!(values(exp, &[0.0, -1e4, 1e4]), [1.0, 0.0, f64::INFINITY]);
        assert_eq!(slopes(exp, &[0.0, -1e4]), [1.0, 0.0]);
    }
}
