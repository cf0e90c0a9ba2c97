//! From raw rows to the numbers that a network works with, and back.
//!
//! Columns are centred and scaled by what the training rows say and nothing else; the bytes of images stay bytes and are
//! divided batch by batch. Targets of a regression are scaled for training, so that one learning rate serves prices and
//! percentages alike; predictions come back in the target's own unit. Must not know: files, networks.

use std::borrow::Cow;

use chainrule::{Features, Targets};
use chainrule_data as data;
use chainrule_data::Scaling;
use chainrule_data::frame::{Cells, Column, Frame};
use chainrule_data::preparation::{Number, Preparation, Prepared, Rule, Scale};

use crate::choices::Precision;
use crate::stored::StoredRows;

/// Rows as they came.
#[derive(Clone, Debug)]
pub(crate) enum Raw {
    /// Numbers or bytes, in the order of these columns: built-in data, images.
    Matrix {
        /// The columns.
        names: Vec<String>,
        /// `[rows, names.len()]`.
        features: data::Features,
    },
    /// Columns of several kinds, by name.
    Table(Frame),
    /// The same in a file.
    Stored(StoredRows),
}

impl Raw {
    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Matrix { features, .. } => features.rows(),
            Self::Table(frame) => frame.rows(),
            Self::Stored(stored) => stored.rows(),
        }
    }

    /// The columns.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Matrix { names, .. } => names.clone(),
            Self::Table(frame) => frame.names().map(str::to_owned).collect(),
            Self::Stored(stored) => stored.names().to_vec(),
        }
    }

    /// Some of the rows.
    ///
    /// # Errors
    /// If a row does not exist.
    pub(crate) fn select(&self, rows: &[usize]) -> Result<Self, data::Error> {
        Ok(match self {
            Self::Matrix { names, features } => {
                Self::Matrix { names: names.clone(), features: features.select(rows)? }
            }
            Self::Table(frame) => Self::Table(frame.select(rows)?),
            Self::Stored(stored) => Self::Stored(stored.select(rows)?),
        })
    }
}

/// How raw rows become the network's inputs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inputs {
    /// As they are.
    AsGiven,
    /// Divided by one number: the bytes of images.
    Divided(f64),
    /// Each column centred and scaled; a column that was constant in training becomes 0.
    Standardised(Scaling),
    /// The columns of a table, each by its rule.
    Prepared(Preparation),
}

impl Inputs {
    /// What suits a matrix, by the training rows alone.
    ///
    /// # Errors
    /// If the values of a column are too large to be scaled.
    pub(crate) fn fit(features: &data::Features, rows: &[usize]) -> Result<Self, data::Error> {
        match features {
            data::Features::Bytes { divisor, .. } => Ok(Self::Divided(f64::from(*divisor))),
            data::Features::Real { .. } => Scaling::fit(features, rows).map(Self::Standardised),
        }
    }

    /// The rules for a table whose columns have these names, in the order of the network.
    ///
    /// A cell that is missing is taken for the column's mean, or for 0 where the columns are not scaled.
    ///
    /// # Errors
    /// If two columns have one name.
    pub(crate) fn rules(&self, names: &[String]) -> Result<Cow<'_, Preparation>, data::Error> {
        let scale = |column: usize| match self {
            Self::Divided(divisor) => Scale { centre: 0.0, spread: *divisor },
            Self::Standardised(scaling) => {
                Scale { centre: scaling.centre[column], spread: scaling.spread[column] }
            }
            Self::AsGiven | Self::Prepared(_) => Scale { centre: 0.0, spread: 1.0 },
        };
        let rule = |column: usize| {
            let scale = scale(column);
            Rule::Number(Number { fill: scale.centre, indicator: false, scale })
        };
        match self {
            Self::Prepared(preparation) => Ok(Cow::Borrowed(preparation)),
            _ => {
                let columns = names.iter().enumerate();
                let columns =
                    columns.map(|(at, name)| Prepared { column: name.clone(), rule: rule(at) }).collect();
                Preparation::new(columns).map(Cow::Owned)
            }
        }
    }

    /// The inputs for raw rows, in the precision of the network; bytes that are only divided are not copied.
    ///
    /// A matrix must have the columns of the network in their order, as `names` has them.
    ///
    /// # Errors
    /// If columns are missing, or texts stand where numbers stood in training.
    pub(crate) fn apply<'a>(
        &self,
        raw: &'a Raw,
        names: &[String],
        precision: Precision,
    ) -> Result<Features<'a>, data::Error> {
        match (self, raw) {
            (_, Raw::Table(frame)) => prepared(self.rules(names)?.as_ref(), frame, precision),
            (_, Raw::Stored(stored)) => {
                let rules = self.rules(names)?;
                let values = Cow::Borrowed(stored.inputs(&rules)?);
                Ok(Features::Single { width: rules.width(), values })
            }
            (Self::Prepared(preparation), Raw::Matrix { names, features }) => {
                prepared(preparation, &frame_of(names, features)?, precision)
            }
            (_, Raw::Matrix { features, .. }) => Ok(self.apply_matrix(features)),
        }
    }

    /// The inputs for a matrix that has the columns of the network in their order.
    fn apply_matrix<'a>(&self, features: &'a data::Features) -> Features<'a> {
        let width = features.width();
        match (self, features) {
            (Self::Divided(divisor), data::Features::Bytes { values, .. }) => {
                Features::Bytes { width, values: Cow::Borrowed(values), divisor: *divisor }
            }
            (Self::AsGiven | Self::Prepared(_), data::Features::Bytes { values, .. }) => {
                Features::Bytes { width, values: Cow::Borrowed(values), divisor: 1.0 }
            }
            (Self::AsGiven | Self::Prepared(_), data::Features::Real { values, .. }) => {
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

/// The scaling that rules come down to, if every column is a number that was never missing in training.
pub(crate) fn as_scaling(preparation: &Preparation) -> Option<Scaling> {
    let number = |prepared: &Prepared| match &prepared.rule {
        Rule::Number(Number { indicator: false, scale, .. }) => Some((scale.centre, scale.spread)),
        _ => None,
    };
    let (centre, spread) =
        preparation.columns().iter().map(number).collect::<Option<Vec<_>>>()?.into_iter().unzip();
    Some(Scaling { centre, spread })
}

/// The inputs for a table, rounded once, and half as large, where the network computes with 32 bits.
fn prepared<'a>(
    preparation: &Preparation,
    frame: &Frame,
    precision: Precision,
) -> Result<Features<'a>, data::Error> {
    let width = preparation.width();
    Ok(match precision {
        Precision::F32 => Features::Single { width, values: Cow::Owned(preparation.apply_f32(frame)?) },
        Precision::F64 => Features::Real { width, values: Cow::Owned(preparation.apply(frame)?) },
    })
}

/// A matrix as a table.
fn frame_of(names: &[String], features: &data::Features) -> Result<Frame, data::Error> {
    let (values, width) = (raw(features), features.width().max(1));
    let column = |(at, name): (usize, &String)| {
        Column::numbers(name.clone(), values.iter().skip(at).step_by(width).copied().collect())
    };
    Frame::new(names.iter().enumerate().map(column).collect())
}

/// The numbers as they are stored: a byte is its own number, not yet divided.
pub(crate) fn raw(features: &data::Features) -> Cow<'_, [f64]> {
    match features {
        data::Features::Real { values, .. } => Cow::Borrowed(values),
        data::Features::Bytes { values, .. } => values.iter().map(|byte| f64::from(*byte)).collect(),
    }
}

/// Whether numbers that should be bytes look as if they were divided already: none above 1, and some a fraction.
pub(crate) fn look_divided(frame: &Frame) -> bool {
    let numbers = || {
        frame.columns().iter().flat_map(|column| match column.cells() {
            Cells::Numbers(values) => &values[..],
            _ => &[],
        })
    };
    numbers().all(|value| *value <= 1.0) && numbers().any(|value| value.fract() != 0.0)
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
        let chainrule::Features::Real { values, .. } = inputs.apply_matrix(&features) else {
            panic!("numbers")
        };
        assert_eq!(values[..], [-1.0, 1.0, 99.0]);
        let images = Features::bytes(1, vec![0, 255], 255).unwrap();
        let inputs = Inputs::fit(&images, &[0]).unwrap();
        assert!(matches!(
            inputs.apply_matrix(&images),
            chainrule::Features::Bytes { values: std::borrow::Cow::Borrowed(_), divisor: 255.0, .. }
        ));
    }

    #[test]
    fn numbers_for_a_model_of_bytes_are_bytes() {
        let table = Features::real(2, vec![0.0, 255.0]).unwrap();
        let chainrule::Features::Real { values, .. } = Inputs::Divided(255.0).apply_matrix(&table) else {
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
