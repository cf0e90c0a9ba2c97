//! From raw rows to the numbers that a network works with, and back.
//!
//! Columns are centred and scaled by what the training rows say and nothing else; the bytes of images stay bytes and are
//! divided batch by batch. Targets of a regression are scaled for training, so that one learning rate serves prices and
//! percentages alike; predictions come back in the target's own unit. Must not know: files, networks.

use std::borrow::Cow;

use chainrule::{Features, Targets};
use chainrule_data as data;
use chainrule_data::Scaling;

/// How raw features become the network's inputs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inputs {
    /// As they are.
    AsGiven,
    /// Divided by one number: the bytes of images.
    Divided(f64),
    /// Each column centred and scaled; a column that was constant in training becomes 0.
    Standardised(Scaling),
}

impl Inputs {
    /// What suits these features, by the training rows alone.
    ///
    /// # Errors
    /// If the values of a column are too large to be scaled.
    pub(crate) fn fit(features: &data::Features, rows: &[usize]) -> Result<Self, data::Error> {
        match features {
            data::Features::Bytes { divisor, .. } => Ok(Self::Divided(f64::from(*divisor))),
            data::Features::Real { .. } => Scaling::fit(features, rows).map(Self::Standardised),
        }
    }

    /// The inputs for raw features; bytes that are only divided are not copied.
    pub(crate) fn apply<'a>(&self, features: &'a data::Features) -> Features<'a> {
        let width = features.width();
        match (self, features) {
            (Self::Divided(divisor), data::Features::Bytes { values, .. }) => {
                Features::Bytes { width, values: Cow::Borrowed(values), divisor: *divisor }
            }
            (Self::AsGiven, data::Features::Bytes { values, .. }) => {
                Features::Bytes { width, values: Cow::Borrowed(values), divisor: 1.0 }
            }
            (Self::AsGiven, data::Features::Real { values, .. }) => {
                Features::Real { width, values: Cow::Borrowed(values) }
            }
            (Self::Divided(divisor), _) => {
                let values = raw(features).iter().map(|value| value / divisor).collect();
                Features::Real { width, values: Cow::Owned(values) }
            }
            (Self::Standardised(scaling), _) => {
                let mut values = raw(features).into_owned();
                scaling.apply_f64(&mut values);
                Features::Real { width, values: Cow::Owned(values) }
            }
        }
    }
}

/// The numbers as they are stored: a byte is its own number, not yet divided.
pub(crate) fn raw(features: &data::Features) -> Cow<'_, [f64]> {
    match features {
        data::Features::Real { values, .. } => Cow::Borrowed(values),
        data::Features::Bytes { values, .. } => values.iter().map(|byte| f64::from(*byte)).collect(),
    }
}

/// Whether numbers that should be bytes look as if they were divided already: none above 1, and some a fraction.
pub(crate) fn look_divided(features: &data::Features) -> bool {
    match features {
        data::Features::Bytes { .. } => false,
        data::Features::Real { values, .. } => {
            values.iter().all(|value| *value <= 1.0) && values.iter().any(|value| value.fract() != 0.0)
        }
    }
}

/// How the numbers of a regression's target are scaled for training; a constant column is only centred.
///
/// # Errors
/// If the values are too large to be scaled.
pub(crate) fn fit_targets(target: &data::Target, rows: &[usize]) -> Result<Option<Scaling>, data::Error> {
    let data::Target::Values { names, values } = target else { return Ok(None) };
    let mut scaling = Scaling::fit(&data::Features::real(names.len(), values.clone())?, rows)?;
    scaling.spread.iter_mut().filter(|spread| **spread == 0.0).for_each(|spread| *spread = 1.0);
    Ok(Some(scaling))
}

/// The targets in the form that the library takes, scaled if they are to be.
pub(crate) fn targets<'a>(target: &'a data::Target, scaling: Option<&Scaling>) -> Targets<'a> {
    match target {
        data::Target::Classes { names, labels, .. } => {
            Targets::Classes { count: names.len(), labels: Cow::Borrowed(labels) }
        }
        data::Target::Values { names, values } => {
            let mut values = Cow::Borrowed(&values[..]);
            if let Some(scaling) = scaling {
                scaling.apply_f64(values.to_mut());
            }
            Targets::Values { width: names.len(), values }
        }
    }
}

#[cfg(test)]
mod tests {
    use chainrule_data::{Features, Target};

    use super::{Inputs, fit_targets, targets};

    #[test]
    fn only_training_rows_decide_and_bytes_are_borrowed() {
        let features = Features::real(1, vec![0.0, 2.0, 100.0]).unwrap();
        let inputs = Inputs::fit(&features, &[0, 1]).unwrap();
        let chainrule::Features::Real { values, .. } = inputs.apply(&features) else { panic!("numbers") };
        assert_eq!(values[..], [-1.0, 1.0, 99.0]);
        let images = Features::bytes(1, vec![0, 255], 255).unwrap();
        let inputs = Inputs::fit(&images, &[0]).unwrap();
        assert!(matches!(
            inputs.apply(&images),
            chainrule::Features::Bytes { values: std::borrow::Cow::Borrowed(_), divisor: 255.0, .. }
        ));
    }

    #[test]
    fn numbers_for_a_model_of_bytes_are_bytes() {
        let table = Features::real(2, vec![0.0, 255.0]).unwrap();
        let chainrule::Features::Real { values, .. } = Inputs::Divided(255.0).apply(&table) else {
            panic!("numbers")
        };
        assert_eq!(values[..], [0.0, 1.0]);
    }

    #[test]
    fn a_constant_target_is_only_centred() {
        let target = Target::values(vec!["y".into()], vec![3.0, 3.0]).unwrap();
        let scaling = fit_targets(&target, &[0, 1]).unwrap().unwrap();
        let chainrule::Targets::Values { values, .. } = targets(&target, Some(&scaling)) else {
            panic!("numbers")
        };
        assert_eq!(values[..], [0.0, 0.0]);
        assert_eq!((scaling.centre[0], scaling.spread[0]), (3.0, 1.0));
    }
}
