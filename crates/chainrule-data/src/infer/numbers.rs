//! What a column of numbers is for.
//!
//! It must not know other columns.

use super::Kind;
use crate::frame::{Column, number_text};
use crate::preparation::number_column;
use crate::{Frame, Warning};

/// Fewest rows for which a column that counts them is odd.
const COUNTED_ROWS: usize = 10;

/// Fewest rows for which numbers that are all different are odd; below, it is chance.
const DISTINCT_ROWS: usize = 50;

/// Fewest digits of an identifier that has no telling name: shorter ones are counts and measures.
const IDENTIFIER_DIGITS: usize = 5;

/// What the numbers are for, and why; `chosen` if the user named the column as a feature.
pub(super) fn kind(name: &str, numbers: &[f64], chosen: bool) -> (Kind, String) {
    let present = || numbers.iter().copied().filter(|number| !number.is_nan());
    let Some(first) = present().next() else { return (Kind::SetAside, "no value in any row".into()) };
    let missing = numbers.iter().any(|number| number.is_nan());
    if !missing && numbers.len() > 1 && present().all(|number| number == first) {
        return (Kind::SetAside, format!("the value is {} in every row", number_text(first)));
    }
    if !chosen && is_index_name(name) && (first == 0.0 || first == 1.0) && counts_rows(numbers) {
        return (Kind::SetAside, format!("counts the rows from {}", number_text(first)));
    }
    if !chosen && is_identifier_name(name) && numbers.len() >= COUNTED_ROWS && are_all_different(numbers) {
        return (Kind::SetAside, "whole numbers, all different, under the name of an identifier".into());
    }
    let lowest = present().fold(f64::INFINITY, f64::min);
    let highest = present().fold(f64::NEG_INFINITY, f64::max);
    (Kind::Number, format!("{} to {}", number_text(lowest), number_text(highest)))
}

/// What looks odd in numbers that are used.
pub(crate) fn warning(frame: &Frame, column: &Column) -> Option<Warning> {
    let numbers = &number_column(frame, column).ok()?[..];
    let name = column.name().to_owned();
    if counts_rows(numbers) {
        return Some(Warning::RowNumbers { column: name, first: numbers[0] });
    }
    let digits = |number: &f64| number_text(number.abs()).len();
    let same_length = || numbers.windows(2).all(|pair| digits(&pair[0]) == digits(&pair[1]));
    let odd = numbers.len() >= DISTINCT_ROWS
        && numbers.first().is_some_and(|first| digits(first) >= IDENTIFIER_DIGITS)
        && are_all_different(numbers)
        && same_length();
    odd.then_some(Warning::Identifiers { column: name })
}

/// Whether each row has the number of the row before and one more.
fn counts_rows(numbers: &[f64]) -> bool {
    let whole = numbers.first().is_some_and(|first| first.fract() == 0.0);
    whole && numbers.len() >= COUNTED_ROWS && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
}

/// Whether all are there, whole and different.
fn are_all_different(numbers: &[f64]) -> bool {
    if !numbers.iter().all(|number| number.fract() == 0.0) {
        return false;
    }
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether a name says that its column identifies rows: `id`, `customer_id`, `PassengerId`, `rownames`, `Unnamed: 0`.
pub(super) fn is_identifier_name(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let whole = ["id", "identifier", "index", "rownames", "row_names", "key", "uuid", "guid"];
    let parts = ["_id", " id", "-id", ".id", "_key", "_uuid"];
    // `userID` and `User2Id`, but not `PAID` and `GRID`.
    let camel = |end| {
        let before = name.trim().strip_suffix(end).and_then(|start| start.chars().last());
        before.is_some_and(|letter| letter.is_lowercase() || letter.is_ascii_digit())
    };
    whole.contains(&lower.as_str())
        || camel("Id")
        || camel("ID")
        || parts.iter().any(|part| lower.ends_with(part))
        || lower.starts_with("id_")
        || lower.starts_with("unnamed")
}

/// Whether a column of this name that counts the rows is their number, and not a time or a size: an identifier's name, a
/// column without name, or a word for a row.
fn is_index_name(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let words = [
        "", "#", "row", "rows", "rowid", "rownum", "no", "no.", "nr", "nr.", "num", "number", "obs", "case",
        "record", "serial", "sno", "s.no", "sl_no",
    ];
    let unnamed =
        lower.strip_prefix("column_").is_some_and(|at| at.bytes().all(|byte| byte.is_ascii_digit()));
    is_identifier_name(name) || unnamed || words.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(name: &str, numbers: &[f64]) -> String {
        let (kind, reason) = kind(name, numbers, false);
        format!("{}: {reason}", kind.name())
    }

    fn warning(column: Column) -> Option<Warning> {
        let frame = Frame::new(vec![column]).unwrap();
        super::warning(&frame, &frame.columns()[0])
    }

    fn count(from: u32, rows: u32) -> Vec<f64> {
        (from..from + rows).map(f64::from).collect()
    }

    #[test]
    fn numbers_that_say_nothing_are_set_aside() {
        assert_eq!(reason("x", &[f64::NAN, f64::NAN]), "set aside: no value in any row");
        assert_eq!(reason("x", &[7.0, 7.0]), "set aside: the value is 7 in every row");
        assert_eq!(reason("obs", &count(1, 10)), "set aside: counts the rows from 1");
        assert_eq!(reason("column_1", &count(0, 10)), "set aside: counts the rows from 0");
        let ids: Vec<f64> = count(0, 20).iter().map(|row| 1000.0 - row * row).collect();
        assert_eq!(
            reason("customer_id", &ids),
            "set aside: whole numbers, all different, under the name of an identifier"
        );
    }

    #[test]
    fn numbers_that_may_say_something_are_kept() {
        assert_eq!(reason("x", &[7.0, f64::NAN]), "number: 7 to 7");
        assert_eq!(reason("x", &count(1, 9)), "number: 1 to 9");
        assert_eq!(reason("week", &count(1, 16)), "number: 1 to 16");
        assert_eq!(reason("year", &count(1947, 16)), "number: 1947 to 1962");
        assert_eq!(reason("paid", &[0.5, -0.0, 3.0]), "number: 0 to 3");
        assert_eq!(kind("id", &count(1, 10), true).0, Kind::Number);
        let year = Column::numbers("year", count(1947, 16));
        assert_eq!(warning(year), Some(Warning::RowNumbers { column: "year".into(), first: 1947.0 }));
        assert_eq!(warning(Column::numbers("x", vec![1.0, 2.0, 4.0])), None);
    }

    #[test]
    fn long_numbers_that_are_all_different_are_warned_about() {
        let codes: Vec<f64> = count(0, 60).iter().map(|row| 500_000.0 + (row * 7919.0) % 400_000.0).collect();
        insta::assert_snapshot!(warning(Column::numbers("account", codes)).unwrap(), @"column `account`: whole numbers of one length, all different; if they are identifiers, leave the column out");
        let income: Vec<f64> = count(0, 60).iter().map(|row| 900.0 + row * 13_007.0).collect();
        assert_eq!(warning(Column::numbers("income", income)), None);
    }

    #[test]
    fn names_of_identifiers_are_known() {
        for name in [
            "id",
            "ID",
            "userID",
            "User2Id",
            "CUSTOMER_ID",
            "PassengerId",
            "customer_id",
            "Customer ID",
            "rownames",
            "Unnamed: 0",
            "index",
        ] {
            assert!(is_identifier_name(name), "{name}");
        }
        for name in
            ["PAID", "BID", "GRID", "HUMID", "COVID", "paid", "width", "grid", "humid", "identity", "x"]
        {
            assert!(!is_identifier_name(name), "{name}");
        }
    }
}
