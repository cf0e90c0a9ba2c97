//! Dividing examples into a part to learn from and a part to judge by.

use chainrule_engine::random::{Purpose, Stream};

use super::examples::{Examples, Targets};

/// Row numbers of the two parts, each ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Rows to learn from.
    pub training: Vec<usize>,
    /// Rows held out.
    pub validation: Vec<usize>,
}

impl Split {
    /// The rows that are held out, and the others.
    pub(super) fn of(held_out: &[bool]) -> Self {
        let part = |wanted| (0..held_out.len()).filter(|row| held_out[*row] == wanted).collect();
        Split { training: part(false), validation: part(true) }
    }
}

/// Holds out about `fraction` of the rows, chosen at random; classes keep their proportions (stratified).
///
/// Of each class (of all rows, where targets are numbers) `round(fraction * n)` rows are held out, but never all.
/// A fraction of 0 holds out nothing.
///
/// Shapes: the two parts together are every row once.
pub fn split(examples: &Examples<'_>, fraction: f64, seed: u64) -> Split {
    let mut held_out = vec![false; examples.rows()];
    for (number, mut group) in groups(examples).into_iter().enumerate() {
        let wanted = (fraction * group.len() as f64).round() as usize;
        Stream::new(seed, Purpose::Split, number as u64).shuffle(&mut group);
        let most = group.len().saturating_sub(1);
        group.iter().take(wanted.min(most)).for_each(|row| held_out[*row] = true);
    }
    Split::of(&held_out)
}

/// `count` parts of nearly equal size, each of which is held out once; classes keep their proportions.
///
/// Shapes: `count` splits; every row is held out in exactly one of them.
pub fn folds(examples: &Examples<'_>, count: usize, seed: u64) -> Vec<Split> {
    let mut fold = vec![0; examples.rows()];
    let mut next = 0;
    for (number, mut group) in groups(examples).into_iter().enumerate() {
        Stream::new(seed, Purpose::Split, number as u64).shuffle(&mut group);
        for row in group {
            fold[row] = next % count.max(1);
            next += 1;
        }
    }
    let part =
        |held: usize, inside: bool| (0..fold.len()).filter(|row| (fold[*row] == held) == inside).collect();
    (0..count).map(|held| Split { training: part(held, false), validation: part(held, true) }).collect()
}

/// The rows of each class, or all rows.
fn groups(examples: &Examples<'_>) -> Vec<Vec<usize>> {
    match examples.targets() {
        Targets::Values { .. } => vec![(0..examples.rows()).collect()],
        Targets::Classes { count, labels } => {
            let mut groups = vec![Vec::new(); *count];
            labels.iter().enumerate().for_each(|(row, label)| groups[*label as usize].push(row));
            groups
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{folds, split};
    use crate::{Examples, Features, Targets};

    fn examples(labels: &[u32]) -> Examples<'static> {
        let features = Features::Real { width: 1, values: vec![0.0; labels.len()].into() };
        Examples::new(features, Targets::Classes { count: 3, labels: labels.to_vec().into() }).unwrap()
    }

    #[test]
    fn classes_keep_their_proportions() {
        let labels: Vec<u32> = (0..150).map(|row| u32::from(row >= 50) + u32::from(row >= 130)).collect();
        let split = split(&examples(&labels), 0.1, 0);
        let count = |class| split.validation.iter().filter(|row| labels[**row] == class).count();
        assert_eq!([count(0), count(1), count(2)], [5, 8, 2]);
        assert_eq!(split.training.len() + split.validation.len(), 150);
    }

    #[test]
    fn a_class_of_one_stays_in_training() {
        assert_eq!(split(&examples(&[0, 1, 1]), 0.9, 0).validation.len(), 1);
        assert!(split(&examples(&[0, 1, 1]), 0.0, 0).validation.is_empty());
    }

    #[test]
    fn every_row_is_held_out_in_exactly_one_fold() {
        let folds = folds(&examples(&[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1]), 3, 5);
        let mut held: Vec<usize> = folds.iter().flat_map(|fold| fold.validation.clone()).collect();
        held.sort_unstable();
        assert_eq!(held, (0..11).collect::<Vec<_>>());
        assert!(folds.iter().all(|fold| (3..=4).contains(&fold.validation.len())));
    }
}
