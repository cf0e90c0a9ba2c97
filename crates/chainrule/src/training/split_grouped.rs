//! Dividing examples so that rows that belong together stay together.
//!
//! Rows of one patient, customer or device resemble each other more than rows of two. A network that has seen some of them
//! is judged too well by the others; so a group is either learnt from or judged by.

use std::collections::BTreeMap;

use chainrule_engine::random::{Purpose, Stream};

use super::examples::{Examples, Targets};
use super::split::Split;
use crate::Error;

/// Holds out whole groups with about `fraction` of the rows; the shares of the classes are kept as far as groups allow.
///
/// `groups[i]` is the number of the group of row `i`; which numbers are used does not matter, only which are equal and how they
/// are ordered. Groups come in random order, and one is held out if that brings the number of rows held out, of each class,
/// nearer to what is wanted (the sum over classes of the squared differences of shares gets smaller). If none does, as with few
/// large groups, the one that errs least is taken. At least one group stays to be learnt from; a fraction of 0 holds out nothing.
///
/// Shapes: the two parts together are every row once.
///
/// ```
/// use chainrule::{Examples, Features, Targets, split_grouped};
/// let features = Features::Real { width: 1, values: vec![0.0; 6].into() };
/// let examples = Examples::new(features, Targets::Values { width: 1, values: vec![0.0; 6].into() })?;
/// let split = split_grouped(&examples, &[7, 7, 8, 8, 9, 9], 0.3, 0)?;
/// assert_eq!(split.validation.len(), 2);
/// assert_eq!(split.validation[0] / 2, split.validation[1] / 2);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
/// [`Error::Examples`] if there are not as many group numbers as rows.
pub fn split_grouped(
    examples: &Examples<'_>,
    groups: &[u64],
    fraction: f64,
    seed: u64,
) -> Result<Split, Error> {
    let mut members = members(examples, groups)?;
    Stream::new(seed, Purpose::Split, 0).shuffle(&mut members);
    let classes = Classes::new(examples);
    let wanted: Vec<f64> = classes.totals.iter().map(|total| fraction * total).collect();
    let mut held = vec![0.0; wanted.len()];
    let mut held_out = vec![false; examples.rows()];
    let mut left = members.len();
    for group in &members {
        let with = classes.add(&held, group);
        if left > 1 && classes.distance(&with, &wanted) < classes.distance(&held, &wanted) {
            held = with;
            left -= 1;
            group.iter().for_each(|row| held_out[*row] = true);
        }
    }
    if left == members.len() && left > 1 && fraction > 0.0 {
        let error = |group: &Vec<usize>| classes.distance(&classes.add(&held, group), &wanted);
        let nearest = members.iter().min_by(|a, b| error(a).total_cmp(&error(b)));
        nearest.into_iter().flatten().for_each(|row| held_out[*row] = true);
    }
    Ok(Split::of(&held_out))
}

/// `count` parts of whole groups, each of which is held out once; sizes and the shares of the classes are kept as equal as
/// groups allow.
///
/// Groups come in random order, the largest first, and each goes to the part where it adds least to
/// `Σ (rows of the class in the part / rows of the class)²`, summed over parts and classes: equal parts make that sum smallest.
/// Of parts to which it adds the same, the one with the fewest rows gets it, and no part is left without a group. The idea is
/// that of `StratifiedGroupKFold` of scikit-learn.
///
/// Shapes: `count` splits; every row is held out in exactly one of them.
///
/// # Errors
/// [`Error::Examples`] if there are not as many group numbers as rows, or fewer groups than parts.
pub fn folds_grouped(
    examples: &Examples<'_>,
    groups: &[u64],
    count: usize,
    seed: u64,
) -> Result<Vec<Split>, Error> {
    let mut members = members(examples, groups)?;
    if members.len() < count {
        let detail = format!("expected at least {count} groups for {count} folds, got {}", members.len());
        return Err(Error::Examples { detail });
    }
    Stream::new(seed, Purpose::Split, 0).shuffle(&mut members);
    members.sort_by_key(|group| core::cmp::Reverse(group.len()));
    let classes = Classes::new(examples);
    let empty =
        Fold { held: vec![0.0; classes.totals.len()], rows: 0, held_out: vec![false; examples.rows()] };
    let mut parts = vec![empty; count];
    for (placed, group) in members.iter().enumerate() {
        let without = parts.iter().filter(|part| part.rows == 0).count();
        let only_empty = members.len() - placed <= without;
        let open = parts.iter_mut().filter(|part| !only_empty || part.rows == 0);
        let least = open.min_by(|a, b| {
            let added = |part: &Fold| classes.added(&part.held, group);
            added(a).total_cmp(&added(b)).then(a.rows.cmp(&b.rows))
        });
        let Some(part) = least else { continue };
        part.held = classes.add(&part.held, group);
        part.rows += group.len();
        group.iter().for_each(|row| part.held_out[*row] = true);
    }
    Ok(parts.iter().map(|part| Split::of(&part.held_out)).collect())
}

/// A part while groups are dealt out.
#[derive(Clone)]
struct Fold {
    /// Rows of each class.
    held: Vec<f64>,
    rows: usize,
    held_out: Vec<bool>,
}

/// The rows of each group, groups in the order of their numbers.
fn members(examples: &Examples<'_>, groups: &[u64]) -> Result<Vec<Vec<usize>>, Error> {
    if groups.len() != examples.rows() {
        let detail = format!("expected {} group numbers, got {}", examples.rows(), groups.len());
        return Err(Error::Examples { detail });
    }
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(row, group)| members.entry(*group).or_default().push(row));
    Ok(members.into_values().collect())
}

/// The classes of all rows; numbers are one class.
struct Classes<'a> {
    labels: Option<&'a [u32]>,
    /// Rows of each class.
    totals: Vec<f64>,
}

impl<'a> Classes<'a> {
    fn new(examples: &'a Examples<'_>) -> Self {
        match examples.targets() {
            Targets::Values { .. } => Classes { labels: None, totals: vec![examples.rows() as f64] },
            Targets::Classes { count, labels } => {
                let mut totals = vec![0.0; *count];
                labels.iter().for_each(|label| totals[*label as usize] += 1.0);
                Classes { labels: Some(labels), totals }
            }
        }
    }

    /// The rows of each class with those of a group.
    fn add(&self, held: &[f64], group: &[usize]) -> Vec<f64> {
        let mut held = held.to_vec();
        group.iter().for_each(|row| held[self.labels.map_or(0, |labels| labels[*row] as usize)] += 1.0);
        held
    }

    /// What a group adds to the sum of the squared shares: `Σ (2 h + g) g / total²`, which is the same for parts that hold the
    /// same rows `h` of the group's classes. A difference of two sums would round, and chance would decide between them.
    fn added(&self, held: &[f64], group: &[usize]) -> f64 {
        let group = self.add(&vec![0.0; held.len()], group);
        let triples = held.iter().zip(&group).zip(&self.totals).filter(|(_, total)| **total > 0.0);
        triples.map(|((held, group), total)| (2.0 * held + group) * group / (total * total)).sum()
    }

    /// The sum of the squared differences of the classes' shares.
    fn distance(&self, held: &[f64], wanted: &[f64]) -> f64 {
        let pairs = held.iter().zip(wanted).zip(&self.totals).filter(|(_, total)| **total > 0.0);
        pairs.map(|((held, wanted), total)| ((held - wanted) / total).powi(2)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{folds_grouped, split_grouped};
    use crate::{Examples, Features, Targets};

    fn examples(labels: &[u32]) -> Examples<'static> {
        let features = Features::Real { width: 1, values: vec![0.0; labels.len()].into() };
        Examples::new(features, Targets::Classes { count: 2, labels: labels.to_vec().into() }).unwrap()
    }

    /// 40 groups of 1 to 8 rows; a quarter of the groups is of class 1.
    fn grouped() -> (Vec<u32>, Vec<u64>) {
        let rows = (0..40u64).flat_map(|group| (0..=group % 8).map(move |_| group));
        rows.map(|group| (u32::from(group % 4 == 0), 1000 - group)).unzip()
    }

    #[test]
    fn no_group_is_on_both_sides_and_classes_keep_their_shares() {
        let (labels, groups) = grouped();
        for seed in 0..20 {
            let split = split_grouped(&examples(&labels), &groups, 0.2, seed).unwrap();
            let of = |rows: &[usize]| rows.iter().map(|row| groups[*row]).collect::<Vec<_>>();
            let (training, validation) = (of(&split.training), of(&split.validation));
            assert!(validation.iter().all(|group| !training.contains(group)), "seed {seed}");
            assert_eq!(training.len() + validation.len(), labels.len());
            let ones = split.validation.iter().filter(|row| labels[**row] == 1).count();
            // 30 of 150 rows of class 0 and 6 of 30 of class 1 are wanted; no group has more than 8.
            assert!((26..=34).contains(&(validation.len() - ones)), "seed {seed}: {}", validation.len());
            assert!((3..=9).contains(&ones), "seed {seed}: {ones} of class 1");
        }
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        let (labels, groups) = grouped();
        let split = |seed| split_grouped(&examples(&labels), &groups, 0.2, seed).unwrap();
        assert_eq!(split(3), split(3));
        assert_ne!(split(3), split(4));
        assert!(split_grouped(&examples(&labels), &groups, 0.0, 0).unwrap().validation.is_empty());
    }

    #[test]
    fn of_few_large_groups_one_is_held_out_and_one_is_left() {
        let split = |groups: &[u64], share| {
            split_grouped(&examples(&vec![0; groups.len()]), groups, share, 1).unwrap().validation
        };
        assert_eq!(split(&[5, 5, 5, 5, 5, 5, 2, 2], 0.1), [6, 7]);
        assert_eq!(split(&[1, 2], 0.9).len(), 1);
        assert_eq!(split(&[1, 1, 1], 0.5), [0; 0]);
    }

    #[test]
    fn every_row_is_held_out_in_exactly_one_fold() {
        let (labels, groups) = grouped();
        let folds = folds_grouped(&examples(&labels), &groups, 5, 0).unwrap();
        let mut held: Vec<usize> = folds.iter().flat_map(|fold| fold.validation.clone()).collect();
        held.sort_unstable();
        assert_eq!(held, (0..labels.len()).collect::<Vec<_>>());
        for fold in &folds {
            assert!(
                fold.training
                    .iter()
                    .all(|row| { fold.validation.iter().all(|held| groups[*held] != groups[*row]) })
            );
            assert!((30..=42).contains(&fold.validation.len()), "{}", fold.validation.len());
        }
    }

    #[test]
    fn no_part_is_empty_while_there_are_groups_for_it() {
        let parts = |labels: &[u32], groups: &[u64], count, seed| -> Vec<usize> {
            let folds = folds_grouped(&examples(labels), groups, count, seed).unwrap();
            let mut sizes: Vec<usize> = folds.iter().map(|fold| fold.validation.len()).collect();
            sizes.sort_unstable();
            sizes
        };
        for seed in 0..20 {
            // Each group is of one class.
            assert_eq!(parts(&[0, 0, 1, 1], &[1, 1, 2, 2], 2, seed), [2, 2]);
            assert_eq!(parts(&[0, 0, 0, 1, 1], &[1, 2, 3, 4, 5], 5, seed), [1; 5]);
            // One large group of one class, and small ones of the other.
            assert_eq!(parts(&[0, 0, 0, 0, 1, 1], &[1, 1, 1, 1, 2, 3], 3, seed), [1, 1, 4]);
            // What adds least to the shares would put a group beside another one, and leave a part empty.
            assert_eq!(parts(&[0, 0, 0, 1, 1, 1], &[1, 1, 1, 2, 3, 4], 4, seed), [1, 1, 1, 3]);
        }
    }

    #[test]
    fn groups_that_do_not_fit_are_refused() {
        let error =
            |groups: &[u64], count| folds_grouped(&examples(&[0, 1, 0]), groups, count, 0).unwrap_err();
        insta::assert_snapshot!(error(&[1, 2], 2), @"examples: expected 3 group numbers, got 2");
        insta::assert_snapshot!(error(&[1, 2, 1], 3), @"examples: expected at least 3 groups for 3 folds, got 2");
    }
}
