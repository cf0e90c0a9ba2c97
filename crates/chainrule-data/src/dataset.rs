//! A named table of features and a target, and a table with a given test part.
//!
//! It must not know where it came from, nor how it will be cut into batches.

use crate::nearest::nearest;
use crate::{Error, Features, Target};

/// A named table: one row per example.
///
/// The fields are private, because their lengths belong together; [`Dataset::new`] checks them.
///
/// ```
/// use chainrule_data::{Dataset, Features, Target};
///
/// let features = Features::real(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
/// let target = Target::classes("either", vec!["no".into(), "yes".into()], vec![0, 1, 1])?;
/// let table = Dataset::new("or", vec!["a".into(), "b".into()], features, target)?;
/// assert_eq!((table.rows(), table.width()), (3, 2));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    name: String,
    feature_names: Vec<String>,
    features: Features,
    target: Target,
    image: Option<Image>,
}

/// The size of the picture that a row of features is, in pixels, row after row from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Rows of pixels.
    pub height: usize,
    /// Pixels in a row.
    pub width: usize,
}

/// A table, and the part of it that is kept for the test where the publisher says which.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What to train on.
    pub train: Dataset,
    /// What to test on, or `None` where no test part is given.
    pub test: Option<Dataset>,
}

impl Dataset {
    /// Makes a table of `features: [rows, width]`, a name for each of the `width` columns, and a target of `rows`.
    ///
    /// # Errors
    /// [`Error::Shape`] if names, features and target disagree.
    pub fn new(
        name: impl Into<String>,
        feature_names: Vec<String>,
        features: Features,
        target: Target,
    ) -> Result<Self, Error> {
        let expected = (features.rows(), features.width());
        let got = (target.rows(), feature_names.len());
        if expected != got {
            return Err(Error::Shape {
                what: "data set",
                expected: format!(
                    "{} targets and {} feature names, as the features have",
                    expected.0, expected.1
                ),
                got: format!("{} and {}", got.0, got.1),
            });
        }
        Ok(Self { name: name.into(), feature_names, features, target, image: None })
    }

    /// The same table, with rows that are pictures.
    ///
    /// # Errors
    /// [`Error::Shape`] if the picture has not as many pixels as a row has columns.
    pub fn with_image(self, image: Image) -> Result<Self, Error> {
        if image.height.checked_mul(image.width) != Some(self.width()) {
            return Err(Error::Shape {
                what: "image",
                expected: format!("{} pixels, as a row has columns", self.width()),
                got: format!("{} x {}", image.height, image.width),
            });
        }
        Ok(Self { image: Some(image), ..self })
    }

    /// The same table under another name. Cannot fail.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same features with another target, such as the result of [`Target::into_classes`].
    ///
    /// # Errors
    /// [`Error::Shape`] if the target has another number of rows.
    pub fn with_target(self, target: Target) -> Result<Self, Error> {
        let image = self.image;
        Ok(Self { image, ..Self::new(self.name, self.feature_names, self.features, target)? })
    }

    /// The same table with other features, such as the same pixels with another divisor.
    ///
    /// # Errors
    /// [`Error::Shape`] if the features have another number of rows or columns.
    pub fn with_features(self, features: Features) -> Result<Self, Error> {
        let image = self.image;
        Ok(Self { image, ..Self::new(self.name, self.feature_names, features, self.target)? })
    }

    /// What the table is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of examples.
    pub fn rows(&self) -> usize {
        self.features.rows()
    }

    /// Number of feature columns.
    pub fn width(&self) -> usize {
        self.features.width()
    }

    /// Names of the feature columns, `[width]`.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// The inputs.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// What is to be predicted.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The size of the picture that each row is, if it is one.
    pub fn image(&self) -> Option<Image> {
        self.image
    }

    /// Gives up the table for its inputs and its target, without a copy.
    pub fn into_parts(self) -> (Features, Target) {
        (self.features, self.target)
    }

    /// The given rows as a new table, in the given order; a row may come twice.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] if a row is not below [`Dataset::rows`].
    pub fn select(&self, rows: &[usize]) -> Result<Self, Error> {
        Ok(Self {
            name: self.name.clone(),
            feature_names: self.feature_names.clone(),
            features: self.features.select(rows)?,
            target: self.target.select(rows)?,
            image: self.image,
        })
    }

    /// The rows of the given classes, which are numbered 0, 1, ... in the order given.
    ///
    /// # Errors
    /// [`Error::NotClasses`] if the target is numbers, [`Error::NoSuchClass`] for a class it has not,
    /// [`Error::Setting`] if no class or one class twice is given.
    ///
    /// ```
    /// use chainrule_data::builtin;
    ///
    /// let two = builtin::iris()?.only_classes(&["Iris-virginica", "Iris-setosa"])?;
    /// assert_eq!(two.rows(), 100);
    /// assert_eq!(two.target().class_names().unwrap(), ["Iris-virginica", "Iris-setosa"]);
    /// # Ok::<(), chainrule_data::Error>(())
    /// ```
    pub fn only_classes(&self, classes: &[&str]) -> Result<Self, Error> {
        let Target::Classes { column, names, labels } = &self.target else {
            return Err(Error::NotClasses {
                column: self.target.columns().join("`, `"),
                reason: "expected classes, got numbers".into(),
            });
        };
        let renumber = renumbering(names, classes)?;
        let picked = |row: &usize| renumber[labels[*row] as usize].is_some();
        let rows: Vec<usize> = (0..self.rows()).filter(picked).collect();
        let labels = rows.iter().filter_map(|row| renumber[labels[*row] as usize]).collect();
        let names = classes.iter().map(|class| (*class).to_owned()).collect();
        self.select(&rows)?.with_target(Target::classes(column.clone(), names, labels)?)
    }
}

/// For each old class its new number, or `None` if it is left out.
fn renumbering(names: &[String], classes: &[&str]) -> Result<Vec<Option<u32>>, Error> {
    let mut renumber = vec![None; names.len()];
    for (number, class) in (0_u32..).zip(classes) {
        let at = names.iter().position(|name| name == class).ok_or_else(|| Error::NoSuchClass {
            label: (*class).to_owned(),
            known: names.to_vec(),
            nearest: nearest(class, names.iter().map(String::as_str)).map(str::to_owned),
        })?;
        if renumber[at].replace(number).is_some() {
            return Err(bad_choice(classes));
        }
    }
    if classes.is_empty() { Err(bad_choice(classes)) } else { Ok(renumber) }
}

fn bad_choice(classes: &[&str]) -> Error {
    Error::Setting {
        name: "classes",
        expected: "at least one class, none twice",
        got: format!("`{}`", classes.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Dataset {
        let features = Features::real(1, vec![10.0, 20.0, 30.0, 40.0]).unwrap();
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        Dataset::new("t", vec!["x".into()], features, Target::classes("k", names, vec![0, 1, 2, 1]).unwrap())
            .unwrap()
    }

    #[test]
    fn lengths_that_disagree_are_refused_with_both() {
        let features = Features::real(2, vec![0.0; 6]).unwrap();
        let target = Target::values(vec!["y".into()], vec![1.0, 2.0]).unwrap();
        let error = Dataset::new("t", vec!["x".into()], features, target).unwrap_err();
        insta::assert_snapshot!(error, @"data set: the shape does not fit; expected 3 targets and 2 feature names, as the features have, got 2 and 1");
        assert!(table().with_image(Image { height: 2, width: 2 }).is_err());
    }

    #[test]
    fn chosen_classes_are_numbered_in_the_order_given() {
        let chosen = table().only_classes(&["b", "a"]).unwrap();
        assert_eq!(chosen.features().column(0), [10.0, 20.0, 40.0]);
        assert_eq!(chosen.target().class_counts().unwrap(), [2, 1]);
    }

    #[test]
    fn a_class_that_is_not_there_or_comes_twice_is_refused() {
        insta::assert_snapshot!(table().only_classes(&["aa"]).unwrap_err(), @"
        class `aa`: not in the data; expected one of `a`, `b`, `c`
        help: did you mean `a`?
        ");
        insta::assert_snapshot!(table().only_classes(&["a", "a"]).unwrap_err(), @"`classes`: out of range; expected at least one class, none twice, got `a`, `a`");
        assert!(table().only_classes(&[]).is_err());
    }
}
