//! The sums over vectors that L-BFGS needs, added up in `f64` and in order, whatever the parameters' type.
//!
//! Must not know: optimizers.

use chainrule_engine::{Real, Scalar};

/// The inner product.
pub(super) fn dot<T: Scalar>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x.to_f64() * y.to_f64()).sum()
}

/// The largest absolute value; not a number if any entry is.
pub(super) fn largest<T: Scalar>(a: &[T]) -> f64 {
    a.iter().fold(0.0, |largest, x| Real::max(largest, x.to_f64().abs()))
}

/// The sum of the absolute values.
pub(super) fn sum_of_sizes<T: Scalar>(a: &[T]) -> f64 {
    a.iter().map(|x| x.to_f64().abs()).sum()
}

/// `a <- a + scale b`.
pub(super) fn add_scaled<T: Scalar>(a: &mut [T], scale: f64, b: &[T]) {
    let scale = T::from_f64(scale);
    for (x, &y) in a.iter_mut().zip(b) {
        *x += scale * y;
    }
}
