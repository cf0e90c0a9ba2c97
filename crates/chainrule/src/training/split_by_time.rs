//! Dividing examples by time: learn from the past, judge by what came after.
//!
//! Where a network is to predict what is yet to come, rows held out at random make it look better than it is: it has seen
//! what came just before and just after each of them.

use super::split::Split;
use crate::Error;

/// Holds out the latest `fraction` of the rows.
///
/// `times[i]` is the time of row `i` in any unit. `round(fraction * n)` rows are held out; rows of the same time stay together, on
/// the side of those that are learnt from, so that every row held out is later than every row learnt from. Where the last time
/// has more rows than that, all of them are held out. Nothing is random. A fraction of 0 holds out nothing, and so does any
/// where all rows have one time.
///
/// Shapes: the two parts together are every row once, each in ascending order of row numbers.
///
/// ```
/// use chainrule::split_by_time;
/// let split = split_by_time(&[2001.0, 2004.0, 2002.0, 2003.0], 0.25)?;
/// assert_eq!(split.validation, [1]);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Errors
/// [`Error::Examples`] if a time is not a finite number.
pub fn split_by_time(times: &[f64], fraction: f64) -> Result<Split, Error> {
    let order = in_time(times)?;
    let wanted = (fraction * times.len() as f64).round() as usize;
    let borders = borders(&order, times);
    let start = order.len() - wanted.min(order.len());
    // The last time begins at the last border.
    let first = borders.iter().copied().find(|border| *border >= start).or(borders.last().copied());
    let first = first.filter(|_| fraction > 0.0).unwrap_or(order.len());
    let mut held_out = vec![false; times.len()];
    order[first..].iter().for_each(|row| held_out[*row] = true);
    Ok(Split::of(&held_out))
}

/// `count` parts one after another in time, each judged by what was learnt from everything before it.
///
/// The rows in order of time are cut into `count + 1` blocks of nearly equal size. Rows of the same time are in one block: a cut
/// is made at the border between times that is nearest to it, as long as each block gets a time. Split `k` learns from blocks
/// `0..=k` and holds out block `k + 1`. So every row is held out at most once, and those of the first block never: to predict
/// them, there is no past. This is the order of `TimeSeriesSplit` of scikit-learn.
///
/// Shapes: `count` splits, the first learning from the fewest rows.
///
/// # Errors
/// [`Error::Examples`] if a time is not a finite number, or there are fewer different times than blocks.
pub fn folds_by_time(times: &[f64], count: usize) -> Result<Vec<Split>, Error> {
    let order = in_time(times)?;
    let (borders, blocks) = (borders(&order, times), count + 1);
    if order.is_empty() || borders.len() < count {
        let detail = format!(
            "expected times that can be cut into {blocks} blocks for {count} folds in time, got too few different ones"
        );
        return Err(Error::Examples { detail });
    }
    let mut ends: Vec<usize> = Vec::with_capacity(blocks);
    let mut next = 0;
    for block in 1..=count {
        let even = order.len() * block / blocks;
        // Those that are left leave a border for each cut to come.
        let free = next..=borders.len() - (blocks - block);
        let place = free.min_by_key(|place| borders[*place].abs_diff(even)).unwrap_or(next);
        ends.push(borders[place]);
        next = place + 1;
    }
    ends.push(order.len());
    let fold = |pair: &[usize]| {
        let part = |rows: &[usize]| {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            rows
        };
        Split { training: part(&order[..pair[0]]), validation: part(&order[pair[0]..pair[1]]) }
    };
    Ok(ends.windows(2).map(fold).collect())
}

/// The rows in order of time, those of one time in their own order.
fn in_time(times: &[f64]) -> Result<Vec<usize>, Error> {
    if let Some(row) = times.iter().position(|time| !time.is_finite()) {
        let detail = format!("row {row}: expected a finite time, got {}", times[row]);
        return Err(Error::Examples { detail });
    }
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
    Ok(order)
}

/// The places of rows that are later than the one before.
fn borders(order: &[usize], times: &[f64]) -> Vec<usize> {
    (1..order.len()).filter(|place| times[order[*place]] > times[order[*place - 1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::{folds_by_time, split_by_time};

    #[test]
    fn the_latest_rows_are_held_out_and_ties_stay_together() {
        let times = [5.0, 1.0, 4.0, 4.0, 2.0, 3.0, -0.0, 0.0];
        assert_eq!(split_by_time(&times, 0.25).unwrap().validation, [0]);
        assert_eq!(split_by_time(&times, 0.375).unwrap().validation, [0, 2, 3]);
        let split = split_by_time(&times, 0.99).unwrap();
        assert_eq!((split.training.len(), split.validation.len()), (2, 6));
        assert!(split_by_time(&times, 0.0).unwrap().validation.is_empty());
        assert!(split_by_time(&[1.0, 1.0], 0.5).unwrap().validation.is_empty());
        assert!(split_by_time(&[], 0.5).unwrap().training.is_empty());
    }

    #[test]
    fn a_last_time_larger_than_the_share_is_held_out_as_a_whole() {
        let years: Vec<f64> = (0..1000).map(|row| f64::from(2020 + row / 200)).collect();
        assert_eq!(split_by_time(&years, 0.1).unwrap().validation, (800..1000).collect::<Vec<_>>());
        assert_eq!(split_by_time(&years, 1e-9).unwrap().validation.len(), 200);
        assert!(split_by_time(&years, 0.0).unwrap().validation.is_empty());
        assert_eq!(split_by_time(&[2.0, 1.0, 2.0, 2.0], 0.3).unwrap().training, [1]);
    }

    #[test]
    fn each_fold_learns_from_the_past_only() {
        let times: Vec<f64> = (0..103).map(|row| f64::from(row * 37 % 103)).collect();
        let folds = folds_by_time(&times, 4).unwrap();
        let mut held: Vec<usize> = Vec::new();
        for fold in &folds {
            let latest = fold.training.iter().map(|row| times[*row]).fold(f64::NEG_INFINITY, f64::max);
            assert!(fold.validation.iter().all(|row| times[*row] > latest));
            assert!((20..=21).contains(&fold.validation.len()));
            held.extend(&fold.validation);
        }
        held.sort_unstable();
        held.dedup();
        assert_eq!((folds.len(), held.len()), (4, 103 - folds[0].training.len()));
    }

    #[test]
    fn unequal_times_are_cut_where_they_can_be() {
        let times = |rows: &[usize]| -> Vec<f64> {
            rows.iter().enumerate().flat_map(|(time, rows)| vec![time as f64; *rows]).collect()
        };
        let sizes = |rows: &[usize], count| -> Vec<usize> {
            folds_by_time(&times(rows), count).unwrap().iter().map(|fold| fold.validation.len()).collect()
        };
        assert_eq!(sizes(&[10, 20, 30, 40], 3), [20, 30, 40]);
        assert_eq!(sizes(&[40, 30, 20, 10], 3), [30, 20, 10]);
        assert_eq!(sizes(&[1, 1, 1, 97], 3), [1, 1, 97]);
        assert_eq!(sizes(&[97, 1, 1, 1], 3), [1, 1, 1]);
        // The nearer border: 45 rather than 90 of 100 rows.
        assert_eq!(sizes(&[45, 45, 10], 1), [55]);
        assert_eq!(sizes(&[7], 0), [0; 0]);
    }

    #[test]
    fn times_that_cannot_be_cut_are_refused() {
        insta::assert_snapshot!(folds_by_time(&[1.0, 1.0, 2.0], 2).unwrap_err(),
            @"examples: expected times that can be cut into 3 blocks for 2 folds in time, got too few different ones");
        assert!(folds_by_time(&[], 1).is_err());
        insta::assert_snapshot!(split_by_time(&[1.0, f64::NAN], 0.5).unwrap_err(),
            @"examples: row 1: expected a finite time, got NaN");
    }
}
