//! The Gaussian error linear unit, approximated with the hyperbolic tangent.

use chainrule_engine::Tensor;

/// `f(x) = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, elementwise.
///
/// Within 5e-4 of [`gelu`](super::gelu()); the form that GPT-2 and BERT's first code use, for models that come from
/// there. Range: `[-0.17, inf)`; smooth; slope 1/2 at 0. Overflows only where `x³` does.
///
/// Source: Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415, section 2.
#[track_caller]
pub fn gelu_tanh(x: Tensor<'_>) -> Tensor<'_> {
    let inner = x * (x * x * (CUBIC * ROOT_TWO_OVER_PI) + ROOT_TWO_OVER_PI);
    x * 0.5 * (inner.tanh() + 1.0)
}

const ROOT_TWO_OVER_PI: f64 = 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044_715;

#[cfg(test)]
mod tests {
    use super::gelu_tanh;
    use crate::activations::gelu;
    use crate::testing::{assert_matches_torch, assert_stable, values};

    #[test]
    fn agrees_with_torch_and_is_stable() {
        assert_matches_torch("gelu_tanh", gelu_tanh);
        assert_stable(gelu_tanh);
    }

    #[test]
    fn stays_within_its_bound_of_the_exact_function() {
        let x: Vec<f64> = (-600..=600).map(|step| f64::from(step) * 0.01).collect();
        let pairs = values(gelu_tanh, &x).into_iter().zip(values(gelu, &x));
        assert!(pairs.map(|(approximate, exact)| (approximate - exact).abs()).fold(0.0, f64::max) < 5e-4);
    }
}
