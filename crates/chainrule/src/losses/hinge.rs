//! The hinge losses of support vector machines.

use chainrule_engine::{Axes, Dim, Tensor};

/// `l = max(0, 1 - t z)` with `t = 2 y - 1`, for each element: targets `y` are 0 or 1, and `z` is a score.
///
/// `scores`, `target` and the result have one shape. A score above 0 says class 1; it costs nothing from 1 up. Kink at
/// `t z = 1`: slope 0.
///
/// Source: Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995.
#[track_caller]
pub fn hinge<'t>(scores: Tensor<'t>, target: Tensor<'t>) -> Tensor<'t> {
    (1.0 - (target * 2.0 - 1.0) * scores).relu()
}

/// `l_i = max(0, 1 + max_{c != y_i} z_ic - z_{i y_i})` for each example: the margin by which the best other class comes
/// too close.
///
/// `scores: [batch, classes]`, `classes: [batch]` (whole numbers from 0), result `[batch]`. Crammer and Singer's form
/// and not one-versus-rest, because it is a bound of the error count and looks at the one rival that decides the
/// prediction. Ties among the rivals share the slope. Form: `max_c(z_c + 1 - [c = y]) - z_y`. A class that does not
/// exist gives NaN.
///
/// Source: Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", Journal
/// of Machine Learning Research 2, 2001.
#[track_caller]
pub fn multiclass_hinge<'t>(scores: Tensor<'t>, classes: Tensor<'t>) -> Tensor<'t> {
    let Some(Dim::Fixed(width)) = scores.shape().last() else {
        return scores.pick(classes); // which is then the error that the tape remembers
    };
    let own = classes.ones_like().unpick(classes, width);
    (scores + (1.0 - own)).max_over(Axes::of(&[1])) - scores.pick(classes)
}

#[cfg(test)]
mod tests {
    use crate::losses::Loss;
    use crate::losses::testing::{assert_matches_torch, gradient, slopes, terms};

    #[test]
    fn agrees_with_torch() {
        assert_matches_torch("hinge", Loss::Hinge);
        assert_matches_torch("multiclass_hinge", Loss::MulticlassHinge);
    }

    #[test]
    fn the_kink_has_slope_zero() {
        assert_eq!(
            slopes(Loss::Hinge, &[1.0, 0.5, -1.0, -0.5], &[1.0, 1.0, 0.0, 0.0]),
            [0.0, -1.0, 0.0, 1.0]
        );
    }

    #[test]
    fn a_won_margin_costs_nothing_and_rivals_share() {
        let (scores, classes) = ([3.0, 2.0, 0.0, 0.0, 0.5, 0.5], [0.0, 0.0]);
        assert_eq!(terms(Loss::MulticlassHinge, (&scores[..3], 3), &[0.0]), [0.0]);
        assert_eq!(terms(Loss::MulticlassHinge, (&scores, 3), &classes), [0.0, 1.5]);
        assert_eq!(gradient(Loss::MulticlassHinge, (&scores[3..], 3), &[0.0]), [-1.0, 0.5, 0.5]);
    }
}
