//! What is to be predicted: a class per row, or one or more numbers per row.
//!
//! Classes are numbered from 0 in the order of their names. Readers sort the names (by number where all are numbers,
//! else by bytes), so that the numbering does not depend on the order of the rows; built-in data keep their published
//! order.
//!
//! It must not know the inputs, nor which loss will be used.

use crate::Error;
use crate::error::Place;
use crate::nearest::nearest;

/// The most classes that whole numbers are turned into by [`Target::into_classes`]: 1,000, as ImageNet has.
pub const MOST_CLASSES: usize = 1000;

/// What is to be predicted, one entry (or row of entries) per example.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One class per row.
    Classes {
        /// Name of the column.
        column: String,
        /// Class names; the class `k` is called `names[k]`.
        names: Vec<String>,
        /// `[rows]`: class numbers, each below `names.len()`.
        labels: Vec<u32>,
    },
    /// One or more numbers per row.
    Values {
        /// Names of the columns, at least one.
        names: Vec<String>,
        /// `[rows, names.len()]`, row-major.
        values: Vec<f64>,
    },
}

impl Target {
    /// Makes a target of classes, `labels: [rows]`.
    ///
    /// # Errors
    /// [`Error::LabelOutOfRange`] if a label is not below `names.len()`.
    pub fn classes(column: impl Into<String>, names: Vec<String>, labels: Vec<u32>) -> Result<Self, Error> {
        match labels.iter().position(|label| *label as usize >= names.len()) {
            Some(row) => Err(Error::LabelOutOfRange { row, label: labels[row], classes: names.len() }),
            None => Ok(Self::Classes { column: column.into(), names, labels }),
        }
    }

    /// Makes a target of numbers, `values: [rows, names.len()]`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no name or the names do not divide the values.
    pub fn values(names: Vec<String>, values: Vec<f64>) -> Result<Self, Error> {
        if names.is_empty() || !values.len().is_multiple_of(names.len()) {
            return Err(Error::Shape {
                what: "target",
                expected: "at least one column whose count divides the number of values".into(),
                got: format!("{} columns and {} values", names.len(), values.len()),
            });
        }
        Ok(Self::Values { names, values })
    }

    /// Number of examples.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values { names, values } => values.len() / names.len().max(1),
        }
    }

    /// Names of the target's columns: one for classes.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Classes { column, .. } => vec![column],
            Self::Values { names, .. } => names.iter().map(String::as_str).collect(),
        }
    }

    /// Class names, or `None` for numbers.
    pub fn class_names(&self) -> Option<&[String]> {
        match self {
            Self::Classes { names, .. } => Some(names),
            Self::Values { .. } => None,
        }
    }

    /// Rows of each class, `[classes]`, or `None` for numbers.
    pub fn class_counts(&self) -> Option<Vec<usize>> {
        let Self::Classes { names, labels, .. } = self else { return None };
        let mut counts = vec![0; names.len()];
        for label in labels {
            counts[*label as usize] += 1;
        }
        Some(counts)
    }

    /// The given rows, in the given order; a row may come twice. All class names are kept.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] if a row is not below [`Target::rows`].
    pub fn select(&self, rows: &[usize]) -> Result<Self, Error> {
        if let Some(&row) = rows.iter().find(|row| **row >= self.rows()) {
            return Err(Error::RowOutOfRange { row, rows: self.rows() });
        }
        Ok(match self {
            Self::Classes { column, names, labels } => Self::Classes {
                column: column.clone(),
                names: names.clone(),
                labels: rows.iter().map(|row| labels[*row]).collect(),
            },
            Self::Values { names, values } => {
                let width = names.len();
                let rows = rows.iter().flat_map(|row| &values[row * width..(row + 1) * width]);
                Self::Values { names: names.clone(), values: rows.copied().collect() }
            }
        })
    }

    /// Reads the target as classes.
    ///
    /// Classes stay as they are. One column of whole numbers with 2 to [`MOST_CLASSES`] distinct values becomes
    /// classes named by the numbers, in rising order.
    ///
    /// # Errors
    /// [`Error::NotClasses`] for several columns, a fraction, or too many values; [`Error::OneClass`] for a single one.
    ///
    /// ```
    /// use chainrule_data::Target;
    ///
    /// let target = Target::values(vec!["y".into()], vec![2.0, -1.0, 2.0])?.into_classes()?;
    /// assert_eq!(target, Target::classes("y", vec!["-1".into(), "2".into()], vec![1, 0, 1])?);
    /// # Ok::<(), chainrule_data::Error>(())
    /// ```
    pub fn into_classes(self) -> Result<Self, Error> {
        let target = match self {
            Self::Classes { .. } => self,
            Self::Values { names, values } => classes_from_values(&names, &values)?,
        };
        match &target {
            Self::Classes { column, names, .. } if names.len() < 2 => Err(Error::OneClass {
                column: column.clone(),
                class: names.first().cloned().unwrap_or_default(),
            }),
            _ => Ok(target),
        }
    }

    /// Reads the target as numbers.
    ///
    /// Numbers stay as they are. Classes whose names are all finite numbers become those numbers.
    ///
    /// # Errors
    /// [`Error::NotValues`] naming the first class that is no number.
    pub fn into_values(self) -> Result<Self, Error> {
        let Self::Classes { column, names, labels } = self else { return Ok(self) };
        let numbers: Vec<Option<f64>> =
            names.iter().map(|name| name.parse().ok().filter(|number: &f64| number.is_finite())).collect();
        if let Some(at) = numbers.iter().position(Option::is_none) {
            return Err(Error::NotValues { column, class: names[at].clone() });
        }
        let values = labels.iter().filter_map(|label| numbers[*label as usize]).collect();
        Ok(Self::Values { names: vec![column], values })
    }

    /// Numbers the classes as `known` does: what a trained network expects.
    ///
    /// Whole numbers are first read as classes, whatever their count. Classes of `known` that no row has are kept.
    ///
    /// # Errors
    /// [`Error::UnknownClass`] with the first row whose class is not among `known`; [`Error::NotClasses`] for numbers
    /// that are no classes.
    pub fn with_classes(self, known: &[String]) -> Result<Self, Error> {
        let target = match self {
            Self::Classes { .. } => self,
            Self::Values { names, values } => classes_from_values(&names, &values)?,
        };
        let Self::Classes { column, names, labels } = target else {
            return Ok(target);
        };
        let to_known: Vec<Option<u32>> = names.iter().map(|name| position(known, name)).collect();
        let mut renumbered = Vec::with_capacity(labels.len());
        for (row, label) in labels.iter().enumerate() {
            let name = &names[*label as usize];
            renumbered
                .push(to_known[*label as usize].ok_or_else(|| unknown_class(Place::Row(row), name, known))?);
        }
        Ok(Self::Classes { column, names: known.to_vec(), labels: renumbered })
    }
}

/// Sorts class names: by number if all are finite numbers (equal numbers by text), else by bytes.
pub(crate) fn sort_class_names(names: &mut [String]) {
    let number = |name: &String| name.parse::<f64>().ok().filter(|number| number.is_finite());
    if names.iter().all(|name| number(name).is_some()) {
        names.sort_by(|left, right| {
            let order = number(left).partial_cmp(&number(right)).unwrap_or(std::cmp::Ordering::Equal);
            order.then_with(|| left.cmp(right))
        });
    } else {
        names.sort();
    }
}

/// The error for a class that is not among the known ones.
pub(crate) fn unknown_class(place: Place, label: &str, known: &[String]) -> Error {
    Error::UnknownClass {
        place,
        label: label.to_owned(),
        known: known.to_vec(),
        nearest: nearest(label, known.iter().map(String::as_str)).map(str::to_owned),
    }
}

fn position(names: &[String], name: &str) -> Option<u32> {
    names.iter().position(|known| known == name).and_then(|at| u32::try_from(at).ok())
}

fn classes_from_values(names: &[String], values: &[f64]) -> Result<Target, Error> {
    let not_classes = |reason: String| Error::NotClasses { column: names.join("`, `"), reason };
    let [column] = names else {
        return Err(not_classes(format!("expected one column, got {}", names.len())));
    };
    if let Some(value) = values.iter().find(|value| value.fract() != 0.0 || !value.is_finite()) {
        return Err(not_classes(format!("expected whole numbers, got {value}")));
    }
    // `+ 0.0` makes -0 and 0 one class.
    let mut distinct: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() > MOST_CLASSES {
        return Err(not_classes(format!(
            "expected at most {MOST_CLASSES} distinct values, got {}",
            distinct.len()
        )));
    }
    let label = |value: &f64| distinct.partition_point(|known| *known < *value) as u32;
    let labels = values.iter().map(label).collect();
    Target::classes(column.clone(), distinct.iter().map(f64::to_string).collect(), labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(names: &[&str], labels: &[u32]) -> Target {
        Target::classes("class", names.iter().map(|name| (*name).to_owned()).collect(), labels.to_vec())
            .unwrap()
    }

    fn values(values: &[f64]) -> Target {
        Target::values(vec!["y".into()], values.to_vec()).unwrap()
    }

    #[test]
    fn a_label_beyond_the_classes_is_refused_with_its_row() {
        let error = Target::classes("c", vec!["a".into(), "b".into()], vec![0, 1, 2]).unwrap_err();
        insta::assert_snapshot!(error, @"row 2: label out of range; expected a class below 2, got 2");
    }

    #[test]
    fn whole_numbers_become_classes_in_rising_order() {
        assert_eq!(
            values(&[10.0, 9.0, -0.0, 0.0]).into_classes().unwrap().class_names().unwrap(),
            ["0", "9", "10"]
        );
    }

    #[test]
    fn fractions_single_values_and_too_many_are_no_classes() {
        insta::assert_snapshot!(values(&[1.0, 2.5]).into_classes().unwrap_err(), @"column `y`: cannot be read as classes; expected whole numbers, got 2.5");
        insta::assert_snapshot!(values(&[3.0, 3.0]).into_classes().unwrap_err(), @"column `y`: only one class; expected at least 2, got only `3`");
        let many: Vec<f64> = (0..1001).map(f64::from).collect();
        insta::assert_snapshot!(values(&many).into_classes().unwrap_err(), @"column `y`: cannot be read as classes; expected at most 1000 distinct values, got 1001");
    }

    #[test]
    fn classes_with_number_names_become_values_and_others_do_not() {
        assert_eq!(
            classes(&["1", "2.5"], &[1, 0]).into_values().unwrap(),
            Target::values(vec!["class".into()], vec![2.5, 1.0]).unwrap()
        );
        insta::assert_snapshot!(classes(&["1", "red"], &[1, 0]).into_values().unwrap_err(), @"
        column `class`: cannot be read as numbers; expected a number, got `red`
        help: text in the target makes this a classification
        ");
    }

    #[test]
    fn a_class_unseen_in_training_is_named_with_its_row() {
        let known = ["cat".to_owned(), "dog".to_owned()];
        let renumbered = classes(&["dog", "cat"], &[0, 1, 1]).with_classes(&known).unwrap();
        assert_eq!(renumbered, classes(&["cat", "dog"], &[1, 0, 0]));
        insta::assert_snapshot!(classes(&["dog", "cta"], &[0, 1]).with_classes(&known).unwrap_err(), @"
        row 1: class `cta` was not among the classes of the training; expected one of `cat`, `dog`
        help: did you mean `cat`?
        ");
    }

    #[test]
    fn one_class_in_a_test_set_is_fine() {
        let known = ["0".to_owned(), "1".to_owned()];
        assert_eq!(values(&[1.0, 1.0]).with_classes(&known).unwrap().class_counts().unwrap(), [0, 2]);
    }

    #[test]
    fn number_names_sort_as_numbers_and_text_by_bytes() {
        let mut numbers = ["10", "9", "1", "01"].map(str::to_owned);
        sort_class_names(&mut numbers);
        assert_eq!(numbers, ["01", "1", "9", "10"]);
        let mut texts = ["b", "10", "a"].map(str::to_owned);
        sort_class_names(&mut texts);
        assert_eq!(texts, ["10", "a", "b"]);
    }

    #[test]
    fn selection_keeps_all_class_names() {
        let picked = classes(&["a", "b"], &[0, 1, 1]).select(&[2, 1]).unwrap();
        assert_eq!(picked, classes(&["a", "b"], &[1, 1]));
        assert!(picked.select(&[2]).is_err());
    }
}
