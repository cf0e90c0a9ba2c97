//! The quantile loss, also called pinball loss.

use chainrule_engine::Tensor;

/// With `d = y - p`: `l = max(q d, (q - 1) d)` for each element; `prediction`, `target` and the result have one shape.
///
/// `level` is `q`, in (0, 1). The minimiser is the conditional `q`-quantile: with `q = 0.9` a prediction that is too
/// low costs nine times as much as one that is too high by the same. Kink at `p = y`: slope `1/2 - q`, the mean of the
/// two sides. With `q = 1/2` it is half the absolute error.
///
/// Source: Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
#[track_caller]
pub fn quantile<'t>(prediction: Tensor<'t>, target: Tensor<'t>, level: f64) -> Tensor<'t> {
    let shortfall = target - prediction;
    (shortfall * level).max(shortfall * (level - 1.0))
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, slopes};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("quantile_0.9", Loss::Quantile { level: 0.9 });
    }

    #[test]
    fn both_sides_and_the_kink() {
        let loss = Loss::Quantile { level: 0.75 };
        assert_eq!(slopes(loss, &[-1.0, 0.0, 1.0], &[0.0; 3]), [-0.75, -0.25, 0.25]);
    }
}
