//! The answers of a table: its target columns as classes or numbers, and the columns that say how rows count and belong
//! together.
//!
//! It must not know features, nor what will be learned.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::csv::{Layout, TargetKind, TargetReading};
use crate::dates::{DateOrder, ORDERS, seconds};
use crate::error::shorten;
use crate::frame::{Cells, Column, Texts};
use crate::target::{sort_class_names, unknown_class};
use crate::{Error, Frame, Target, Wanted};

/// Distinct whole numbers up to which a target of numbers may be one of classes, which the caller decides.
const FEW: usize = 50;

/// What target columns are to be read as: several are numbers, unless their kind is given.
pub fn wanted(kind: TargetKind, columns: usize) -> Wanted {
    match kind {
        TargetKind::Classes => Wanted::Text,
        TargetKind::Infer if columns == 1 => Wanted::Auto,
        TargetKind::Infer | TargetKind::Values => Wanted::Number,
    }
}

/// The rows in which every one of these columns has a value; `None` if all rows have.
///
/// # Errors
/// [`Error::MissingColumns`].
pub fn complete_rows(frame: &Frame, columns: &[String]) -> Result<Option<Vec<usize>>, Error> {
    let columns = frame.require(columns.iter().map(String::as_str))?;
    let complete = |row: &usize| !columns.iter().any(|column| column.cells().is_missing(*row));
    let rows: Vec<usize> = (0..frame.rows()).filter(complete).collect();
    Ok((rows.len() < frame.rows()).then_some(rows))
}

/// The target that these columns hold, in which no cell is missing, and how it was read.
///
/// One column of texts is classes, sorted by number if all are numbers, else by bytes; one column of numbers is numbers, or
/// classes if `kind` says so and they are whole; several columns are numbers.
///
/// ```
/// use chainrule_data::csv::{TargetKind, TargetReading};
/// use chainrule_data::frame::{Column, Frame};
/// use chainrule_data::answers;
///
/// let frame = Frame::new(vec![Column::texts("kind", [Some("small"), Some("large")])])?;
/// let (target, reading) = answers::read(&frame, &["kind".into()], TargetKind::Infer)?;
/// assert_eq!(target.class_names().unwrap(), ["large", "small"]);
/// assert_eq!(reading, TargetReading::Text);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::OneClass`]; [`Error::MixedTarget`] for one column of numbers and texts whose kind is not
/// given; [`Error::NotANumber`] for text where numbers are needed.
pub fn read(frame: &Frame, columns: &[String], kind: TargetKind) -> Result<(Target, TargetReading), Error> {
    let found = frame.require(columns.iter().map(String::as_str))?;
    let [column] = &found[..] else {
        return Ok((numbers(frame, &found)?, TargetReading::Numbers));
    };
    match (column.cells(), kind) {
        (Cells::Texts(texts), TargetKind::Infer) => infer(frame, column, texts),
        (Cells::Texts(texts), TargetKind::Classes) => {
            Ok((classes(column.name(), texts)?, TargetReading::Declared))
        }
        _ => {
            let target = numbers(frame, &found)?;
            let reading = match &target {
                Target::Values { values, .. } => reading(values),
                Target::Classes { .. } => TargetReading::Declared,
            };
            Ok((target, reading))
        }
    }
}

/// The target as a trained network knows it: classes by the numbers they had in training.
///
/// A class is found by its text, or by its value where both are numbers: `1.0` is `1`, but `01` is not.
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::UnknownClass`] with the place of a class that the training had not;
/// [`Error::NotANumber`].
pub fn read_known(frame: &Frame, layout: &Layout) -> Result<Target, Error> {
    let columns = frame.require(layout.targets.iter().map(String::as_str))?;
    let (Some(known), [column]) = (&layout.classes, &columns[..]) else {
        return numbers(frame, &columns);
    };
    let cells = column.cells();
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut labels = Vec::with_capacity(frame.rows());
    for row in 0..frame.rows() {
        let text = cells.text(row).unwrap_or_default();
        let label = match places.get(text.as_ref()) {
            Some(label) => *label,
            None => {
                let label = known_class(known, &text)
                    .ok_or_else(|| unknown_class(frame.place(row), &shorten(&text), known))?;
                places.insert(text.clone().into_owned(), label);
                label
            }
        };
        labels.push(label);
    }
    Target::classes(column.name(), known.clone(), labels)
}

/// How much each row counts.
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::BadRole`] for a cell that is missing or below 0, or if all are 0.
pub fn weights(frame: &Frame, column: &str) -> Result<Vec<f64>, Error> {
    let found = frame.require([column])?;
    let Cells::Numbers(weights) = found[0].cells() else {
        return Err(bad_role(frame, found[0], 0, "a weight", "a number"));
    };
    let fits = |weight: &f64| weight.is_finite() && *weight >= 0.0;
    match weights.iter().position(|weight| !fits(weight)) {
        Some(row) => Err(bad_role(frame, found[0], row, "a weight", "a finite number of at least 0")),
        None if !weights.iter().any(|weight| *weight > 0.0) => {
            Err(bad_role(frame, found[0], 0, "a weight", "some weight above 0, not 0 in every row"))
        }
        None => Ok(weights.clone()),
    }
}

/// A number for the group of each row; equal cells have equal numbers.
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::BadRole`] for a missing cell.
pub fn groups(frame: &Frame, column: &str) -> Result<Vec<u64>, Error> {
    let found = frame.require([column])?[0];
    if let Some(row) = (0..frame.rows()).find(|row| found.cells().is_missing(*row)) {
        return Err(bad_role(frame, found, row, "a group", "a group in every row"));
    }
    Ok(match found.cells() {
        Cells::Texts(texts) => texts.codes().iter().map(|code| u64::from(*code)).collect(),
        // `+ 0.0` makes -0 and 0 one group.
        Cells::Numbers(values) | Cells::Times(values) => {
            values.iter().map(|value| (value + 0.0).to_bits()).collect()
        }
    })
}

/// The time of each row: numbers as they are, dates in seconds since 1970.
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::BadRole`] for a cell that is missing or, in a column of texts, no date in the order that
/// most of the others have.
pub fn times(frame: &Frame, column: &str) -> Result<Vec<f64>, Error> {
    let found = frame.require([column])?[0];
    let bad =
        |row| bad_role(frame, found, row, "a time", "a number or a date such as 2024-01-31 in every row");
    if let Some(row) = (0..frame.rows()).find(|row| found.cells().is_missing(*row)) {
        return Err(bad(row));
    }
    match found.cells() {
        Cells::Numbers(values) | Cells::Times(values) => Ok(values.clone()),
        Cells::Texts(texts) => {
            let order = best_order(texts.dictionary());
            let by_text: Vec<Option<f64>> =
                texts.dictionary().iter().map(|text| seconds(text, order)).collect();
            let time = |(row, code): (usize, &u32)| by_text[*code as usize].ok_or_else(|| bad(row));
            texts.codes().iter().enumerate().map(time).collect()
        }
    }
}

/// The order in which most of the texts are dates, the surest first where several are equal.
fn best_order(texts: &[String]) -> DateOrder {
    let dates = |order: DateOrder| texts.iter().filter(|text| seconds(text, order).is_some()).count();
    let mut best = (DateOrder::YearMonthDay, 0);
    for order in ORDERS {
        let count = dates(order);
        if count > best.1 {
            best = (order, count);
        }
    }
    best.0
}

fn bad_role(frame: &Frame, column: &Column, row: usize, what: &'static str, expected: &'static str) -> Error {
    let got =
        column.cells().text(row).map_or("an empty cell".to_owned(), |text| format!("`{}`", shorten(&text)));
    Error::BadRole { place: frame.place(row), column: shorten(column.name()), what, expected, got }
}

/// One column of texts whose kind is not given.
fn infer(frame: &Frame, column: &Column, texts: &Texts) -> Result<(Target, TargetReading), Error> {
    let counts = texts.counts();
    let used = || texts.dictionary().iter().zip(&counts).filter(|(_, count)| **count > 0);
    let numbers: usize = used().filter(|(text, _)| is_number(text)).map(|(_, count)| count).sum();
    if numbers == 0 {
        return Ok((classes(column.name(), texts)?, TargetReading::Text));
    }
    let text_row = (0..frame.rows()).find(|row| texts.text(*row).is_some_and(|text| !is_number(text)));
    match text_row {
        None => Ok((classes(column.name(), texts)?, TargetReading::Codes)),
        Some(row) => Err(Error::MixedTarget {
            column: shorten(column.name()),
            numbers,
            value: shorten(texts.text(row).unwrap_or_default()),
            place: frame.place(row),
        }),
    }
}

/// The classes of a column of texts. Texts of the dictionary that no row has are none.
fn classes(name: &str, texts: &Texts) -> Result<Target, Error> {
    let counts = texts.counts();
    let used = texts.dictionary().iter().zip(&counts).filter(|(_, count)| **count > 0);
    let mut names: Vec<String> = used.map(|(text, _)| text.clone()).collect();
    if names.len() < 2 {
        let class = names.first().map(|only| shorten(only)).unwrap_or_default();
        return Err(Error::OneClass { column: shorten(name), class });
    }
    sort_class_names(&mut names);
    let numbers: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
    let of_text: Vec<u32> =
        texts.dictionary().iter().map(|text| numbers.get(text.as_str()).copied().unwrap_or(0)).collect();
    let labels = texts.codes().iter().map(|code| of_text[*code as usize]).collect();
    Target::classes(name, names, labels)
}

/// Columns of numbers, side by side.
fn numbers(frame: &Frame, columns: &[&Column]) -> Result<Target, Error> {
    let column = |column: &&Column| match column.cells() {
        Cells::Numbers(values) | Cells::Times(values) => Ok(values.clone()),
        Cells::Texts(texts) => {
            let number = |row: usize| {
                let parsed: Option<f64> = texts.text(row).and_then(|text| text.parse().ok());
                parsed.filter(|number| number.is_finite()).ok_or_else(|| {
                    bad_role(frame, column, row, "a target of numbers", "a finite number in every row")
                })
            };
            (0..frame.rows()).map(number).collect()
        }
    };
    let by_column: Vec<Vec<f64>> = columns.iter().map(column).collect::<Result<_, _>>()?;
    let values = (0..frame.rows()).flat_map(|row| by_column.iter().map(move |column| column[row])).collect();
    Target::values(columns.iter().map(|column| column.name().to_owned()).collect(), values)
}

/// How numbers were read: whether they are few and whole. Mostly a glance at the first rows tells.
fn reading(values: &[f64]) -> TargetReading {
    let mut distinct: Vec<f64> = Vec::with_capacity(FEW + 1);
    for value in values {
        let Err(at) = distinct.binary_search_by(|known| known.partial_cmp(value).unwrap_or(Ordering::Equal))
        else {
            continue;
        };
        if value.fract() != 0.0 || distinct.len() == FEW {
            return TargetReading::Numbers;
        }
        distinct.insert(at, *value);
    }
    TargetReading::WholeNumbers { distinct: distinct.len() }
}

/// The number of a class by its text, or, where both are numbers, by its value.
fn known_class(known: &[String], text: &str) -> Option<u32> {
    let same_text = known.iter().position(|name| name == text);
    let value: Option<f64> = text.parse().ok().filter(|_| !is_code(text));
    let same_number = || {
        let value = value?;
        known.iter().position(|name| !is_code(name) && name.parse() == Ok(value))
    };
    same_text.or_else(same_number).and_then(|at| u32::try_from(at).ok())
}

fn is_number(text: &str) -> bool {
    text.parse().is_ok_and(f64::is_finite)
}

/// Whether a text that reads as a number is rather a code: a whole number with a leading zero, such as `01`.
fn is_code(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']).as_bytes();
    matches!(digits, [b'0', next, ..] if next.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(cells: &[&str]) -> Frame {
        let cells = cells.iter().map(|text| Some(*text).filter(|text| !text.is_empty()));
        Frame::new(vec![Column::texts("y", cells)]).unwrap()
    }

    fn y() -> Vec<String> {
        vec!["y".into()]
    }

    fn of_numbers(values: &[f64]) -> Frame {
        Frame::new(vec![Column::numbers("y", values.to_vec())]).unwrap()
    }

    #[test]
    fn texts_are_classes_and_numbers_are_numbers() {
        let (target, reading) = read(&frame(&["b", "a", "b"]), &y(), TargetKind::Infer).unwrap();
        assert_eq!(target, Target::classes("y", vec!["a".into(), "b".into()], vec![1, 0, 1]).unwrap());
        assert_eq!(reading, TargetReading::Text);
        let (target, reading) = read(&frame(&["01", "1", "10"]), &y(), TargetKind::Infer).unwrap();
        assert_eq!(
            (target.class_names().unwrap(), reading),
            (&["01", "1", "10"].map(String::from)[..], TargetReading::Codes)
        );
        let (_, reading) = read(&of_numbers(&[1.0, 0.0, -0.0]), &y(), TargetKind::Infer).unwrap();
        assert_eq!(reading, TargetReading::WholeNumbers { distinct: 2 });
        let (_, reading) = read(&of_numbers(&[1.0, 0.5]), &y(), TargetKind::Infer).unwrap();
        assert_eq!(reading, TargetReading::Numbers);
    }

    #[test]
    fn texts_that_are_numbers_can_be_asked_for_as_numbers() {
        let (target, _) = read(&frame(&["01", "1.5"]), &y(), TargetKind::Values).unwrap();
        assert_eq!(target, Target::values(y(), vec![1.0, 1.5]).unwrap());
        insta::assert_snapshot!(read(&frame(&["1", "x"]), &y(), TargetKind::Values).unwrap_err(),
            @"row 1, column `y`: not a target of numbers; expected a finite number in every row, got `x`");
    }

    #[test]
    fn targets_that_are_nothing_are_refused() {
        let error = |frame: &Frame| read(frame, &y(), TargetKind::Infer).unwrap_err().to_string();
        insta::assert_snapshot!(error(&frame(&["x", "x"])), @"column `y`: only one class; expected at least 2, got only `x`");
        assert!(error(&frame(&["1", "x", "2"])).contains("`x`"), "{}", error(&frame(&["1", "x", "2"])));
        let selected = frame(&["a", "b", "a"]).select(&[0, 2]).unwrap();
        assert!(error(&selected).contains("only one class"));
    }

    #[test]
    fn classes_are_found_by_text_or_value() {
        let layout = |classes: &[&str]| Layout {
            features: Vec::new(),
            targets: y(),
            classes: Some(classes.iter().map(|class| (*class).to_owned()).collect()),
        };
        let labels = |frame: &Frame, classes: &[&str]| match read_known(frame, &layout(classes)) {
            Ok(Target::Classes { labels, .. }) => Ok(labels),
            Ok(_) => Err("numbers".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        assert_eq!(labels(&frame(&["1.0", "2"]), &["1", "2"]), Ok(vec![0, 1]));
        assert_eq!(labels(&of_numbers(&[2.0, 1.0]), &["1.0", "2"]), Ok(vec![1, 0]));
        let message = labels(&frame(&["1", "01"]), &["1", "2"]).unwrap_err();
        assert!(
            message.starts_with("row 1: class `01` was not among the classes of the training"),
            "{message}"
        );
    }

    #[test]
    fn rows_without_an_answer_are_told() {
        assert_eq!(complete_rows(&frame(&["a", "", "b"]), &y()).unwrap(), Some(vec![0, 2]));
        assert_eq!(complete_rows(&frame(&["a", "b"]), &y()).unwrap(), None);
    }

    #[test]
    fn weights_groups_and_times_are_checked() {
        assert_eq!(weights(&of_numbers(&[0.0, 2.5]), "y").unwrap(), [0.0, 2.5]);
        insta::assert_snapshot!(weights(&of_numbers(&[1.0, -1.0]), "y").unwrap_err(), @"row 1, column `y`: not a weight; expected a finite number of at least 0, got `-1`");
        insta::assert_snapshot!(weights(&of_numbers(&[1.0, f64::NAN]), "y").unwrap_err(), @"row 1, column `y`: not a weight; expected a finite number of at least 0, got an empty cell");
        assert!(weights(&of_numbers(&[0.0, 0.0]), "y").is_err());
        let found = groups(&frame(&["a", "b", "a"]), "y").unwrap();
        assert!(found[0] == found[2] && found[0] != found[1]);
        insta::assert_snapshot!(groups(&frame(&["a", ""]), "y").unwrap_err(), @"row 1, column `y`: not a group; expected a group in every row, got an empty cell");
        assert_eq!(times(&of_numbers(&[3.0, 1.0]), "y").unwrap(), [3.0, 1.0]);
        assert_eq!(
            times(&frame(&["31.01.1970", "01.02.1970"]), "y").unwrap(),
            [30.0 * 86_400.0, 31.0 * 86_400.0]
        );
        insta::assert_snapshot!(times(&frame(&["2024-01-31", "soon"]), "y").unwrap_err(), @"row 1, column `y`: not a time; expected a number or a date such as 2024-01-31 in every row, got `soon`");
    }
}
