//! The confusion matrix, and what can be read off it.

use core::fmt;

/// How often each class was taken for each class.
///
/// ```
/// use chainrule::metrics::Confusion;
/// let confusion = Confusion::new(2, &[0, 1, 1, 1], &[0, 0, 1, 1]);
/// assert_eq!(confusion.count(0, 1), 1);
/// assert_eq!(confusion.precision(1), 2.0 / 3.0);
/// assert_eq!(confusion.recall(1), 1.0);
/// assert_eq!(confusion.f1(1), 0.8);
/// assert_eq!(confusion.to_string(), "1 1\n0 2\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<usize>,
}

impl Confusion {
    /// Counts pairs of predicted and actual classes, both below `classes`; pairs beyond are left out.
    pub fn new(classes: usize, predicted: &[usize], actual: &[usize]) -> Self {
        let mut confusion = Self::empty(classes);
        predicted.iter().zip(actual).for_each(|(predicted, actual)| confusion.add(*predicted, *actual));
        confusion
    }

    /// Of no pairs yet.
    pub fn empty(classes: usize) -> Self {
        Confusion { classes, counts: vec![0; classes * classes] }
    }

    /// Counts one more pair; one beyond the classes is left out.
    pub fn add(&mut self, predicted: usize, actual: usize) {
        if predicted < self.classes && actual < self.classes {
            self.counts[actual * self.classes + predicted] += 1;
        }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many examples of class `actual` were predicted as class `predicted`.
    ///
    /// # Panics
    /// If a class is not below the number of classes.
    pub fn count(&self, actual: usize, predicted: usize) -> usize {
        self.counts[actual * self.classes + predicted]
    }

    /// Of the examples predicted as `class`, the share that is; 0 where there is none.
    pub fn precision(&self, class: usize) -> f64 {
        share(self.count(class, class), (0..self.classes).map(|actual| self.count(actual, class)).sum())
    }

    /// Of the examples that are of `class`, the share predicted as such; 0 where there is none.
    pub fn recall(&self, class: usize) -> f64 {
        share(self.count(class, class), (0..self.classes).map(|predicted| self.count(class, predicted)).sum())
    }

    /// The harmonic mean of precision and recall; 0 where both are.
    pub fn f1(&self, class: usize) -> f64 {
        let (precision, recall) = (self.precision(class), self.recall(class));
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    /// The mean of the classes' F1: every class counts the same, however rare.
    pub fn macro_f1(&self) -> f64 {
        (0..self.classes).map(|class| self.f1(class)).sum::<f64>() / self.classes as f64
    }
}

impl fmt::Display for Confusion {
    /// A row for each actual class, a column for each predicted one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.counts.iter().max().map_or(1, |largest| largest.to_string().len());
        for row in self.counts.chunks(self.classes.max(1)) {
            let row: Vec<String> = row.iter().map(|count| format!("{count:>width$}")).collect();
            writeln!(f, "{}", row.join(" "))?;
        }
        Ok(())
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
