//! Plain records of what a table holds, for a face to print.
//!
//! It must not know how they are printed.

use crate::standardise::Moments;
use crate::{Dataset, Error, Image, Target};

/// What a table holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Number of rows.
    pub rows: usize,
    /// One summary per feature, in order.
    pub features: Vec<Column>,
    /// The size of the picture that each row is, if it is one.
    pub image: Option<Image>,
    /// What is to be predicted.
    pub target: TargetDescription,
}

/// What a column of numbers holds. All four numbers are NaN for a table without rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The lowest value.
    pub lowest: f64,
    /// The highest value.
    pub highest: f64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation, dividing by n.
    pub deviation: f64,
}

/// What a target holds.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetDescription {
    /// Classes.
    Classes {
        /// Name of the column.
        column: String,
        /// Each class and its number of rows, in the order of the class numbers.
        counts: Vec<(String, usize)>,
    },
    /// Numbers: one summary per column.
    Values(Vec<Column>),
}

/// One row of a table, in words and numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its row number, from 0.
    pub row: usize,
    /// Its features, `[width]`; bytes come divided.
    pub features: Vec<f64>,
    /// Its class name, or its target numbers.
    pub target: Vec<String>,
}

/// Summarises every column of a table. Cannot fail.
///
/// ```
/// use chainrule_data::{builtin, describe};
///
/// let iris = describe::describe(&builtin::iris()?);
/// assert_eq!((iris.features[0].lowest, iris.features[0].highest), (4.3, 7.9));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn describe(dataset: &Dataset) -> Description {
    let feature_rows = (0..dataset.rows()).map(|row| dataset.features().row(row));
    let target = match dataset.target() {
        Target::Classes { column, names, .. } => {
            let counts = dataset.target().class_counts().unwrap_or_default();
            TargetDescription::Classes {
                column: column.clone(),
                counts: names.iter().cloned().zip(counts).collect(),
            }
        }
        Target::Values { names, values } => {
            TargetDescription::Values(columns(names, values.chunks_exact(names.len()).map(<[f64]>::to_vec)))
        }
    };
    Description {
        name: dataset.name().to_owned(),
        rows: dataset.rows(),
        features: columns(dataset.feature_names(), feature_rows),
        image: dataset.image(),
        target,
    }
}

/// Gives some rows of a table in full.
///
/// # Errors
/// [`Error::RowOutOfRange`] if a row is not below [`Dataset::rows`].
///
/// ```
/// use chainrule_data::{builtin, describe};
///
/// let rows = describe::sample(&builtin::iris()?, &[50])?;
/// assert_eq!((rows[0].features[0], rows[0].target[0].as_str()), (7.0, "Iris-versicolor"));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn sample(dataset: &Dataset, rows: &[usize]) -> Result<Vec<Example>, Error> {
    let example = |row: &usize| match *row < dataset.rows() {
        true => {
            Ok(Example { row: *row, features: dataset.features().row(*row), target: words(dataset, *row) })
        }
        false => Err(Error::RowOutOfRange { row: *row, rows: dataset.rows() }),
    };
    rows.iter().map(example).collect()
}

/// At most `count` row numbers spread evenly over `rows`, the first row always among them. Cannot fail.
///
/// ```
/// assert_eq!(chainrule_data::describe::spread(150, 3), [0, 50, 100]);
/// assert_eq!(chainrule_data::describe::spread(2, 9), [0, 1]);
/// ```
pub fn spread(rows: usize, count: usize) -> Vec<usize> {
    let count = count.min(rows);
    (0..count).map(|at| (at as u128 * rows as u128 / count as u128) as usize).collect()
}

/// The target of one row in words.
pub(crate) fn words(dataset: &Dataset, row: usize) -> Vec<String> {
    match dataset.target() {
        Target::Classes { names, labels, .. } => vec![names[labels[row] as usize].clone()],
        Target::Values { names, values } => {
            values[row * names.len()..(row + 1) * names.len()].iter().map(f64::to_string).collect()
        }
    }
}

fn columns(names: &[String], rows: impl Iterator<Item = Vec<f64>>) -> Vec<Column> {
    let mut moments = Moments::new(names.len());
    let mut empty = true;
    for row in rows {
        moments.add(&row);
        empty = false;
    }
    let ranges: Vec<(f64, f64)> = (0..names.len()).map(|column| moments.range(column)).collect();
    let scaling = moments.into_scaling();
    let or_nan = |value: f64| if empty { f64::NAN } else { value };
    let column = |(at, name): (usize, &String)| Column {
        name: name.clone(),
        lowest: or_nan(ranges[at].0),
        highest: or_nan(ranges[at].1),
        mean: or_nan(scaling.centre[at]),
        deviation: or_nan(scaling.spread[at]),
    };
    names.iter().enumerate().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn iris_has_the_published_means_and_deviations() {
        let iris = describe(&builtin::iris().unwrap());
        let rounded: Vec<String> = iris
            .features
            .iter()
            .map(|column| format!("{:.4} {:.4}", column.mean, column.deviation))
            .collect();
        // numpy: X.mean(axis=0), X.std(axis=0) of scikit-learn's iris.
        assert_eq!(rounded, ["5.8433 0.8253", "3.0573 0.4344", "3.7580 1.7594", "1.1993 0.7597"]);
        let counts =
            ["Iris-setosa", "Iris-versicolor", "Iris-virginica"].map(|name| (name.to_owned(), 50)).to_vec();
        assert_eq!(iris.target, TargetDescription::Classes { column: "class".into(), counts });
    }

    #[test]
    fn a_table_without_rows_has_no_numbers() {
        let none = builtin::diabetes().unwrap().select(&[]).unwrap();
        let description = describe(&none);
        assert!(description.features.iter().all(|column| column.mean.is_nan() && column.lowest.is_nan()));
        assert!(
            matches!(&description.target, TargetDescription::Values(columns) if columns[0].mean.is_nan())
        );
    }

    #[test]
    fn a_sample_beyond_the_rows_is_refused() {
        assert!(matches!(
            sample(&builtin::xor().unwrap(), &[4]),
            Err(Error::RowOutOfRange { row: 4, rows: 4 })
        ));
        assert_eq!(spread(0, 3), Vec::<usize>::new());
        assert_eq!(spread(usize::MAX, 2), [0, usize::MAX / 2]);
    }
}
