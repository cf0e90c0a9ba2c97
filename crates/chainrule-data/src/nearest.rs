//! The known name nearest to a misspelt one, for "did you mean" messages.
//!
//! The distance is the optimal string alignment distance: the least number of insertions, deletions, substitutions
//! and swaps of neighbours that turn one word into the other, ignoring case. Forty lines do it, so no crate is asked.
//!
//! Source: L. Boytsov, "Indexing methods for approximate dictionary searching", ACM JEA 16 (2011), section 2.2.
//!
//! It must not know what the names mean: columns, classes, data sets and options are all words here.

/// Gives the known name nearest to `name`, or `None` if all are too far to be a likely slip.
///
/// A name counts as near if at most a third of the longer word's letters must change (at least one, but not
/// all: no letter resembles another). Of several at the
/// same distance the first is given. Cannot fail.
///
/// ```
/// use chainrule_data::nearest::nearest;
///
/// assert_eq!(nearest("petalwidht", ["petalwidth", "class"]), Some("petalwidth"));
/// assert_eq!(nearest("zebra", ["petalwidth", "class"]), None);
/// ```
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(steps, candidate)| *steps <= allowed(name, candidate))
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, candidate)| candidate)
}

/// Counts the single-letter edits (insert, delete, replace, swap neighbours) from `left` to `right`, ignoring case.
///
/// Words longer than 64 letters are compared by their first 64, so that hostile input cannot make it slow. Cannot fail.
///
/// ```
/// assert_eq!(chainrule_data::nearest::distance("Adma", "adam"), 1);
/// ```
pub fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (letters(left), letters(right));
    let mut before_previous = vec![0; right.len() + 1];
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut current = vec![i; right.len() + 1];
        for j in 1..=right.len() {
            let replaced = previous[j - 1] + usize::from(left[i - 1] != right[j - 1]);
            current[j] = replaced.min(previous[j] + 1).min(current[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                current[j] = current[j].min(before_previous[j - 2] + 1);
            }
        }
        before_previous = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

const LONGEST_WORD: usize = 64;

fn letters(word: &str) -> Vec<char> {
    word.chars().take(LONGEST_WORD).flat_map(char::to_lowercase).collect()
}

fn allowed(left: &str, right: &str) -> usize {
    let letters = left.chars().count().max(right.chars().count()).min(LONGEST_WORD);
    (letters / 3).max(1).min(letters.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_letter_does_not_resemble_another() {
        assert_eq!(nearest("z", ["x", "y"]), None);
        assert_eq!(nearest("X", ["x", "y"]), Some("x"));
        assert_eq!(nearest("ab", ["cb"]), Some("cb"));
    }

    #[test]
    fn distance_counts_each_kind_of_edit_once() {
        assert_eq!(distance("class", "class"), 0);
        assert_eq!(distance("class", "clas"), 1);
        assert_eq!(distance("class", "classs"), 1);
        assert_eq!(distance("class", "clasp"), 1);
        assert_eq!(distance("class", "calss"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("CLASS", "class"), 0);
    }

    #[test]
    fn the_nearest_of_several_wins_and_the_first_among_equals() {
        assert_eq!(nearest("moon", ["mnist", "moons", "noon"]), Some("moons"));
        assert_eq!(nearest("ir", ["iris", "wine"]), None);
        assert_eq!(nearest("x", []), None);
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_bounded_by_the_longer_word(left in "[a-e]{0,12}", right in "[a-e]{0,12}") {
            let steps = distance(&left, &right);
            prop_assert_eq!(steps, distance(&right, &left));
            prop_assert!(steps <= left.len().max(right.len()));
            prop_assert_eq!(steps == 0, left == right);
        }
    }
}
