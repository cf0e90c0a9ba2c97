//! The logarithm of the hyperbolic cosine of the error.

use core::f64::consts::LN_2;

use chainrule_engine::Tensor;

/// With `d = p - y`: `l = ln(cosh(d))` for each element; `prediction`, `target` and the result have one shape.
///
/// About `d^2 / 2` near 0 and `|d| - ln 2` far away, smooth everywhere. Gradient: `tanh(d)`.
///
/// Stable form: `d + ln(1 + e^(-2d)) - ln 2`, which overflows for no finite `d` and, unlike forms with `|d|`, has the
/// right second derivative at 0.
///
/// Source: Green, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", IEEE
/// Transactions on Medical Imaging 9, 1990.
#[track_caller]
pub fn log_cosh<'t>(prediction: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    let difference = prediction - target;
    difference + (difference * -2.0).softplus() - LN_2
}

#[cfg(test)]
mod tests {
    use chainrule_engine::Tape;

    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("log_cosh", Loss::LogCosh);
    }

    #[test]
    fn the_slope_is_a_bounded_odd_function() {
        assert_eq!(slopes(Loss::LogCosh, &[0.0, 1e4, -1e4], &[0.0; 3]), [0.0, 1.0, -1.0]);
    }

    #[test]
    fn the_curvature_at_zero_is_one() -> Result<(), crate::Error> {
        let tape = Tape::eager();
        let x = tape.scalar(0.0);
        let slope = tape.grad(super::log_cosh(x, tape.scalar(0.0)), &[x])?[0];
        assert_eq!(tape.grad(slope, &[x])?[0].value()?.values(), [1.0]);
        Ok(())
    }
}
