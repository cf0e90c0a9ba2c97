//! Exclusive or: the four rows that no linear network can learn.
//!
//! Source: M. Minsky, S. Papert, "Perceptrons" (1969); as a training set, D. Rumelhart, G. Hinton, R. Williams,
//! "Learning internal representations by error propagation" (1986).

use crate::{Dataset, Error, Features, Target};

/// The truth table of exclusive or: features `x1`, `x2`, class `0` or `1`, in the order 00, 01, 10, 11.
///
/// # Errors
/// None in practice; the constructors check the four rows.
///
/// ```
/// let xor = chainrule_data::builtin::xor()?;
/// assert_eq!(xor.features().row(2), [1.0, 0.0]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn xor() -> Result<Dataset, Error> {
    let features = Features::real(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0])?;
    let target = Target::classes("xor", vec!["0".into(), "1".into()], vec![0, 1, 1, 0])?;
    Dataset::new("xor", vec!["x1".into(), "x2".into()], features, target)
}
