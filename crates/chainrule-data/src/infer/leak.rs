//! Features that determine the target: too good to be true, and often the target in another form.
//!
//! It must not know how a feature is used.

use std::collections::HashMap;

use super::{Decision, Kind};
use crate::frame::{Cells, Column, MISSING};
use crate::preparation::number_column;
use crate::{Frame, Warning};

/// From which correlation on a number is the target in another unit.
const CORRELATION: f64 = 0.9999;

/// Fewest rows for which a perfect match is odd; below, it is chance.
const ROWS: usize = 20;

/// Rows for each distinct value, at least, for a match of values to be odd: values that are all different match always.
const ROWS_PER_VALUE: usize = 2;

/// Fewest rows beside those of the most frequent value: that one odd row is odd in two columns is chance.
const OTHER_ROWS: usize = 10;

/// A warning for each column in use that determines the target.
pub(crate) fn warnings(frame: &Frame, target: &str, decisions: &[Decision]) -> Vec<Warning> {
    let Some(aim) = frame.column(target).filter(|_| frame.rows() >= ROWS) else { return Vec::new() };
    let used = decisions.iter().filter(|decision| decision.kind != Kind::SetAside);
    let places = frame.places();
    let columns = used.filter_map(|decision| Some(&frame.columns()[*places.get(decision.column.as_str())?]));
    let aims = number_column(frame, aim).ok();
    let is_line = |column: &Column| {
        aims.as_ref()
            .is_some_and(|aims| number_column(frame, column).is_ok_and(|values| is_line(&values, aims)))
    };
    let leaks = columns.filter(|column| is_map(column, aim) || is_line(column));
    let warning = |column: &Column| Warning::Leak { column: column.name().into(), target: target.into() };
    leaks.map(warning).collect()
}

/// Whether each value has one value of the target, and each value of the target one value.
fn is_map(column: &Column, target: &Column) -> bool {
    let (mut forth, mut back) = (HashMap::new(), HashMap::new());
    let most = column.rows() / ROWS_PER_VALUE;
    let mut rows = 0;
    for row in 0..column.rows() {
        let (Some(value), Some(aim)) = (key(column.cells(), row), key(target.cells(), row)) else { continue };
        rows += 1;
        let (known, count) = forth.entry(value).or_insert((aim, 0));
        *count += 1;
        if *known != aim || *back.entry(aim).or_insert(value) != value || forth.len() > most {
            return false;
        }
    }
    let frequent = forth.values().map(|(_, count)| *count).max().unwrap_or(0);
    rows >= ROWS_PER_VALUE * forth.len() && rows - frequent >= OTHER_ROWS
}

/// What tells values apart; `None` for a missing cell. The two zeros are one.
fn key(cells: &Cells, row: usize) -> Option<u64> {
    match cells {
        Cells::Numbers(numbers) | Cells::Times(numbers) => {
            (!numbers[row].is_nan()).then(|| (numbers[row] + 0.0).to_bits())
        }
        Cells::Texts(texts) => Some(texts.codes()[row]).filter(|code| *code != MISSING).map(u64::from),
    }
}

/// Whether two columns of numbers are correlated nearly perfectly. Source: K. Pearson, "Notes on regression and
/// inheritance in the case of two parents" (1895).
fn is_line(values: &[f64], aims: &[f64]) -> bool {
    let pairs = || values.iter().zip(aims).filter(|(value, aim)| !value.is_nan() && !aim.is_nan());
    let count = pairs().count() as f64;
    let mean = |of: fn((&f64, &f64)) -> f64| pairs().map(of).sum::<f64>() / count;
    let (value_mean, aim_mean) = (mean(|(value, _)| *value), mean(|(_, aim)| *aim));
    let (mut both, mut value_squares, mut aim_squares) = (0.0, 0.0, 0.0);
    for (value, aim) in pairs() {
        let (value, aim) = (value - value_mean, aim - aim_mean);
        both += value * aim;
        value_squares += value * value;
        aim_squares += aim * aim;
    }
    // NaN, for a constant or an overflow, is no line. One far point makes a line of any two columns.
    let frequent = most_frequent(pairs().map(|(_, aim)| *aim));
    count >= (ROWS.max(frequent + OTHER_ROWS)) as f64
        && (both / (value_squares.sqrt() * aim_squares.sqrt())).abs() > CORRELATION
}

/// How many of the numbers are the most frequent one.
fn most_frequent(numbers: impl Iterator<Item = f64>) -> usize {
    let mut counts = HashMap::new();
    numbers.for_each(|number| *counts.entry((number + 0.0).to_bits()).or_insert(0) += 1);
    counts.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Roles;
    use crate::infer::{Wishes, decide};

    fn leaks(column: Column, target: Column) -> bool {
        let roles = Roles { target: vec![target.name().to_owned()], ..Roles::default() };
        let frame = Frame::new(vec![column, target]).unwrap();
        let warnings = decide(&frame, &roles, &Wishes::default()).unwrap().warnings;
        warnings.iter().any(|warning| matches!(warning, Warning::Leak { .. }))
    }

    fn numbers(name: &str, rows: usize, of: impl Fn(f64) -> f64) -> Column {
        Column::numbers(name, (0..rows).map(|row| of(row as f64)).collect())
    }

    #[test]
    fn the_target_in_another_unit_is_a_leak() {
        let target = || numbers("y", 40, |row| row * row);
        assert!(leaks(numbers("x", 40, |row| 3.0 - 2.5 * row * row), target()));
        assert!(!leaks(numbers("x", 40, |row| row * row + 20.0 * (row % 3.0)), target()));
        assert!(!leaks(numbers("x", 19, |row| 2.0 * row * row), numbers("y", 19, |row| row * row)));
    }

    #[test]
    fn another_name_for_each_class_is_a_leak() {
        let classes = |names: [&'static str; 2]| (0..40).map(move |row| Some(names[row / 3 % 2]));
        let target = || Column::texts("y", classes(["alive", "dead"]));
        assert!(leaks(Column::texts("x", classes(["yes", "no"])), target()));
        assert!(leaks(numbers("x", 40, |row| (row / 3.0).floor() % 2.0), target()));
        assert!(!leaks(numbers("x", 40, |row| row.sin()), target()));
        let nearly = (0..40).map(|row| Some(["yes", "no"][(row / 3 + row / 39) % 2]));
        assert!(!leaks(Column::texts("x", nearly), target()));
    }

    #[test]
    fn one_odd_row_is_no_leak() {
        let odd = |name| numbers(name, 60, |row| f64::from(u8::from(row == 7.0)));
        assert!(!leaks(odd("x"), odd("y")));
        let gaps = |name| numbers(name, 60, |row| if row < 4.0 { row % 2.0 } else { f64::NAN });
        assert!(!leaks(gaps("x"), gaps("y")));
    }

    #[test]
    fn a_leak_is_said_in_words() {
        let warning = Warning::Leak { column: "x".into(), target: "y".into() };
        insta::assert_snapshot!(warning, @"column `x`: determines the target `y`; if it is known only afterwards, leave it out");
    }
}
