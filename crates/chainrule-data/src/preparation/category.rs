//! Which levels of a category are kept.
//!
//! It must not know other columns.

use super::{Category, Encoding};
use crate::frame::Cells;

/// The most levels of a category that get an input of their own: 64. Beyond that, the inputs of one column outnumber
/// all others, and most of them are seen in few rows.
pub const MOST_LEVELS: usize = 64;

/// The most levels of a category that get a code of their own: 10,000, an embedding of some hundred thousand parameters.
pub const MOST_CODES: usize = 10_000;

/// From how many training rows on a level that only one of them has joins `other`: what is learned about it would be that
/// row by heart, while `other`, which new levels will be, would learn nothing.
const ROWS_FOR_RARE: usize = 50;

/// The levels of the training rows; `None` if they are not at least two things.
pub(super) fn fit(cells: &Cells, rows: &[usize], encoding: Encoding) -> Option<Category> {
    let (counts, missing) = counts(cells, rows);
    let rare = if rows.len() >= ROWS_FOR_RARE { 1 } else { 0 };
    let most = match encoding {
        Encoding::OneHot => MOST_LEVELS,
        Encoding::Code => MOST_CODES,
    };
    let known = counts.len();
    let mut kept: Vec<(String, usize)> = counts.into_iter().filter(|(_, count)| *count > rare).collect();
    kept.sort_by(|(left, left_count), (right, right_count)| {
        right_count.cmp(left_count).then_with(|| left.cmp(right))
    });
    kept.truncate(most);
    let levels: Vec<String> = kept.into_iter().map(|(level, _)| level).collect();
    let (other, missing) = (levels.len() < known, missing > 0);
    let things = levels.len() + usize::from(other) + usize::from(missing);
    (things > 1).then_some(Category { levels, other, missing, encoding })
}

/// How many of the rows have each text, and how many have none.
fn counts(cells: &Cells, rows: &[usize]) -> (Vec<(String, usize)>, usize) {
    let Cells::Texts(texts) = cells else {
        let mut counts = std::collections::BTreeMap::new();
        let mut missing = 0;
        for row in rows {
            match cells.text(*row) {
                Some(text) => *counts.entry(text.into_owned()).or_insert(0) += 1,
                None => missing += 1,
            }
        }
        return (counts.into_iter().collect(), missing);
    };
    let mut counts = vec![0; texts.dictionary().len()];
    let mut missing = 0;
    for row in rows {
        match counts.get_mut(texts.codes()[*row] as usize) {
            Some(count) => *count += 1,
            None => missing += 1,
        }
    }
    let named = texts.dictionary().iter().cloned().zip(counts);
    (named.filter(|(_, count)| *count > 0).collect(), missing)
}

#[cfg(test)]
mod tests {
    use super::super::apply::codes;
    use super::*;
    use crate::frame::Texts;

    fn cells(texts: &[&str]) -> Cells {
        Cells::Texts(Texts::from_cells(texts.iter().map(|text| (!text.is_empty()).then_some(*text))))
    }

    fn all(count: usize) -> Vec<usize> {
        (0..count).collect()
    }

    #[test]
    fn levels_are_sorted_by_frequency_and_then_by_name() {
        let category = fit(&cells(&["c", "b", "a", "c", "d"]), &all(4), Encoding::OneHot).unwrap();
        assert_eq!(category.levels, ["c", "a", "b"]);
        assert!(!category.other && !category.missing);
        assert_eq!(fit(&cells(&["c", "c", "d"]), &all(2), Encoding::OneHot), None);
        let category = fit(&cells(&["c", "", "c"]), &all(3), Encoding::Code).unwrap();
        assert_eq!((category.levels.len(), category.missing, category.codes()), (1, true, 3));
    }

    #[test]
    fn levels_of_one_row_and_those_beyond_the_most_are_other() {
        let mut texts: Vec<String> = (0..100).map(|row| format!("level {}", row / 2)).collect();
        texts.push("alone".into());
        let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
        let category = fit(&cells(&refs), &all(101), Encoding::OneHot).unwrap();
        assert_eq!((category.levels.len(), category.other), (50, true));
        assert_eq!(codes(&cells(&["alone", ""]), &category), [50, 51]);
        let many: Vec<String> = (0..200).map(|row| format!("level {}", row / 2)).collect();
        let refs: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(fit(&cells(&refs), &all(200), Encoding::OneHot).unwrap().width(), MOST_LEVELS + 1);
        assert_eq!(fit(&cells(&refs), &all(200), Encoding::Code).unwrap().codes(), 102);
    }

    #[test]
    fn numbers_can_be_levels() {
        let numbers = Cells::Numbers(vec![3.0, 1.0, 3.0, f64::NAN]);
        let category = fit(&numbers, &all(4), Encoding::OneHot).unwrap();
        assert_eq!((&category.levels[..], category.missing), (&["3".to_owned(), "1".to_owned()][..], true));
        assert_eq!(codes(&cells(&["1.0", "01"]), &category), [1, 2]);
    }
}
