//! Max-norm: the weights into a unit have bounded length.
//!
//! Source: Srivastava and others, "Dropout", JMLR 15, 2014, section 5.1.

use chainrule_engine::Real;

use crate::lanes::limit_norm;

/// Shortens each row of `weight: [units, inputs]` whose Euclidean norm is above `bound` to that norm.
///
/// ```
/// let mut weight = [3.0f64, 4.0, 0.3, 0.4];
/// chainrule::limit_norms(&mut weight, 2, 2.5);
/// assert_eq!(weight, [1.5, 2.0, 0.3, 0.4]);
/// ```
pub fn limit_norms<T: Real>(weight: &mut [T], inputs: usize, bound: f64) {
    for row in weight.chunks_exact_mut(inputs.max(1)) {
        limit_norm(row, bound);
    }
}
