//! Targets, weights, groups and times from the columns of a table.
//!
//! It must not know features, nor which loss will be used.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::csv::{TargetKind, TargetReading};
use crate::error::shorten;
use crate::frame::{Cells, Column, MISSING, Texts};
use crate::infer::{are_numbers, boolean_value};
use crate::number::{any_number, is_code, plain_number};
use crate::preparation::{number_column, time_column};
use crate::target::{sort_class_names, unknown_class};
use crate::{Error, Frame, Target};

/// The most distinct whole numbers for which [`TargetReading::WholeNumbers`] is reported.
const FEW_NUMBERS: usize = 50;

/// A target, and the rows of the table that have one.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRows {
    /// One entry for each of `rows`.
    pub target: Target,
    /// How it was read.
    pub reading: TargetReading,
    /// The rows whose target is not missing, rising.
    pub rows: Vec<usize>,
    /// How many rows have no target.
    pub missing: usize,
}

/// Reads the target columns of a table: one column of classes or numbers, or several columns of numbers, in which `yes`
/// and `no`, `true` and `false` count as 1 and 0. Rows where a target cell is missing are left out.
///
/// Texts that are all plain numbers are numbers. Other text is kept as it is: `01`, `1` and `1.0` are three classes.
///
/// # Errors
/// [`Error::MissingColumns`]; [`Error::NoTarget`] if no row has a target; [`Error::OneClass`]; [`Error::MixedTarget`] for
/// numbers and text in one column; [`Error::NotANumber`] for text where numbers are wanted; [`Error::CellType`] for
/// points in time.
///
/// ```
/// use chainrule_data::csv::TargetKind;
/// use chainrule_data::frame::{Column, Frame};
/// use chainrule_data::read_target;
///
/// let frame = Frame::new(vec![Column::texts("y", [Some("yes"), None, Some("no")])])?;
/// let read = read_target(&frame, &["y".into()], TargetKind::Infer)?;
/// assert_eq!(read.target.class_names().unwrap(), ["no", "yes"]);
/// assert_eq!((read.rows, read.missing), (vec![0, 2], 1));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn read_target(frame: &Frame, names: &[String], kind: TargetKind) -> Result<TargetRows, Error> {
    let (frame, rows) = with_target(frame, names)?;
    let (target, reading) = match names {
        [name] => one_target(&frame, name, kind)?,
        names => (several_targets(&frame, names)?, TargetReading::Numbers),
    };
    let missing = rows.missing;
    Ok(TargetRows { target, reading, rows: rows.present, missing })
}

/// Reads the target of a table for a trained network: classes are numbered as in `classes`, or numbers if it is `None`;
/// gives `None` if the table does not have all target columns.
///
/// # Errors
/// As [`read_target`], and [`Error::UnknownClass`] with the place of a class that the training had not. A single class is
/// no error here.
pub fn read_known_target(
    frame: &Frame,
    names: &[String],
    classes: Option<&[String]>,
) -> Result<Option<TargetRows>, Error> {
    if names.iter().any(|name| frame.column(name).is_none()) {
        return Ok(None);
    }
    let (frame, rows) = with_target(frame, names)?;
    let target = match (names, classes) {
        ([name], Some(known)) => Target::classes(name, known.to_vec(), known_labels(&frame, name, known)?)?,
        (names, _) => several_targets(&frame, names)?,
    };
    let missing = rows.missing;
    Ok(Some(TargetRows { target, reading: TargetReading::Declared, rows: rows.present, missing }))
}

/// Reads how much each row counts.
///
/// # Errors
/// [`Error::Weight`] with the first row whose weight is missing, negative or not finite, or if all are 0;
/// [`Error::MissingColumns`], [`Error::NotANumber`].
pub fn read_weights(frame: &Frame, name: &str) -> Result<Vec<f64>, Error> {
    let weights = number_column(frame, frame.require([name])?[0])?.into_owned();
    let refuse = |place: String, got: String| Err(Error::Weight { place, column: shorten(name), got });
    if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        let got = if weights[row].is_nan() { "none".to_owned() } else { weights[row].to_string() };
        return refuse(frame.place(row).to_string(), got);
    }
    if weights.iter().all(|weight| *weight == 0.0) {
        return refuse("all rows".to_owned(), "0 in every row".to_owned());
    }
    Ok(weights)
}

/// Reads to which group each row belongs: equal numbers for equal cells, counted from 0 in the order in which they come.
///
/// # Errors
/// [`Error::NoCell`] with the first row without a group; [`Error::MissingColumns`].
pub fn read_groups(frame: &Frame, name: &str) -> Result<Vec<u32>, Error> {
    let cells = frame.require([name])?[0].cells();
    require_all(frame, name, cells)?;
    let mut known = HashMap::new();
    let group = |row: usize| {
        let key = match cells {
            Cells::Numbers(numbers) | Cells::Times(numbers) => (numbers[row] + 0.0).to_bits(),
            Cells::Texts(texts) => u64::from(texts.codes()[row]),
        };
        let next = known.len() as u32;
        *known.entry(key).or_insert(next)
    };
    Ok((0..frame.rows()).map(group).collect())
}

/// Reads when each row was, as numbers that grow with time: numbers as they are, dates in seconds since
/// 1970-01-01T00:00:00Z.
///
/// # Errors
/// [`Error::NoCell`] with the first row without a time; [`Error::CellType`] for text that is no date in any usual form;
/// [`Error::MissingColumns`].
pub fn read_times(frame: &Frame, name: &str) -> Result<Vec<f64>, Error> {
    let column = frame.require([name])?[0];
    let cells = column.cells();
    require_all(frame, name, cells)?;
    match cells {
        Cells::Numbers(numbers) | Cells::Times(numbers) => Ok(numbers.clone()),
        Cells::Texts(texts) => match crate::infer::date_order(texts) {
            Some(order) => time_column(frame, column, Some(order)),
            None => {
                let (expected, got) = ("numbers, or dates such as 2024-01-31", cells.type_name());
                Err(Error::CellType { column: shorten(name), expected, got })
            }
        },
    }
}

fn require_all(frame: &Frame, name: &str, cells: &Cells) -> Result<(), Error> {
    match (0..frame.rows()).find(|row| cells.is_missing(*row)) {
        Some(row) => Err(Error::NoCell { place: frame.place(row), column: shorten(name) }),
        None => Ok(()),
    }
}

struct Present {
    present: Vec<usize>,
    missing: usize,
}

/// The target columns of the rows that have a target.
fn with_target(frame: &Frame, names: &[String]) -> Result<(Frame, Present), Error> {
    let columns = frame.require(names.iter().map(String::as_str))?;
    let whole = |row: &usize| columns.iter().all(|column| !column.cells().is_missing(*row));
    let present: Vec<usize> = (0..frame.rows()).filter(whole).collect();
    if present.is_empty() {
        return Err(Error::NoTarget { target: names.to_vec(), rows: frame.rows() });
    }
    let missing = frame.rows() - present.len();
    let targets = frame.clone_columns(names);
    let targets = if missing == 0 { targets } else { targets.select(&present)? };
    Ok((targets, Present { present, missing }))
}

fn one_target(frame: &Frame, name: &str, kind: TargetKind) -> Result<(Target, TargetReading), Error> {
    let column = frame.require([name])?[0];
    let texts = match (column.cells(), kind) {
        (Cells::Numbers(_), TargetKind::Classes) => &as_texts(column),
        (Cells::Numbers(numbers), _) => {
            let target = Target::values(vec![name.to_owned()], numbers.clone())?;
            return Ok((target, whole_numbers(numbers)));
        }
        (Cells::Texts(texts), _) => texts,
        (Cells::Times(_), _) => {
            let (expected, got) = ("classes or numbers", column.cells().type_name());
            return Err(Error::CellType { column: shorten(name), expected, got });
        }
    };
    let used = texts.used();
    let numbers = used.iter().filter(|(text, _)| any_number(text, frame.mark()).is_some()).count();
    match kind {
        TargetKind::Classes => Ok((classes(name, texts)?, TargetReading::Declared)),
        TargetKind::Values => Ok((several_targets(frame, &[name.to_owned()])?, TargetReading::Numbers)),
        TargetKind::Infer if are_numbers(texts, frame.mark()) => {
            let numbers = number_column(frame, column)?.into_owned();
            let reading = whole_numbers(&numbers);
            Ok((Target::values(vec![name.to_owned()], numbers)?, reading))
        }
        TargetKind::Infer if numbers == 0 => Ok((classes(name, texts)?, TargetReading::Text)),
        TargetKind::Infer if numbers == used.len() => Ok((classes(name, texts)?, TargetReading::Codes)),
        TargetKind::Infer => Err(mixed(frame, name, texts)),
    }
}

/// How numbers were read: whether they are few and whole. Mostly a glance at the first rows tells.
fn whole_numbers(values: &[f64]) -> TargetReading {
    let mut distinct: Vec<f64> = Vec::with_capacity(FEW_NUMBERS + 1);
    for value in values {
        let Err(at) = distinct.binary_search_by(|known| known.partial_cmp(value).unwrap_or(Ordering::Equal))
        else {
            continue;
        };
        if value.fract() != 0.0 || distinct.len() == FEW_NUMBERS {
            return TargetReading::Numbers;
        }
        distinct.insert(at, *value);
    }
    TargetReading::WholeNumbers { distinct: distinct.len() }
}

fn mixed(frame: &Frame, name: &str, texts: &Texts) -> Error {
    let is_text = |row: &usize| texts.text(*row).is_some_and(|text| any_number(text, frame.mark()).is_none());
    let first = (0..texts.codes().len()).find(is_text).unwrap_or(0);
    let numbers = (0..texts.codes().len()).filter(|row| !is_text(row)).count();
    Error::MixedTarget {
        column: shorten(name),
        numbers,
        value: shorten(texts.text(first).unwrap_or_default()),
        place: frame.place(first),
    }
}

fn classes(name: &str, texts: &Texts) -> Result<Target, Error> {
    let counts = texts.counts();
    let named = texts.dictionary().iter().zip(&counts).filter(|(_, count)| **count > 0);
    let mut names: Vec<String> = named.map(|(text, _)| text.clone()).collect();
    if let [only] = &names[..] {
        return Err(Error::OneClass { column: shorten(name), class: shorten(only) });
    }
    sort_class_names(&mut names);
    let numbers: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
    let label = |code: &u32| numbers[texts.dictionary()[*code as usize].as_str()];
    let labels = texts.codes().iter().map(label).collect();
    Target::classes(name, names, labels)
}

/// Columns of numbers side by side; texts for no and yes count as 0 and 1.
fn several_targets(frame: &Frame, names: &[String]) -> Result<Target, Error> {
    let columns: Vec<Vec<f64>> =
        names.iter().map(|name| target_numbers(frame, name)).collect::<Result<_, _>>()?;
    let values = (0..frame.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    Target::values(names.to_vec(), values)
}

fn target_numbers(frame: &Frame, name: &str) -> Result<Vec<f64>, Error> {
    let column = frame.require([name])?[0];
    if let Cells::Texts(texts) = column.cells()
        && texts.used().iter().all(|(text, _)| boolean_value(text).is_some())
    {
        return Ok(crate::preparation::booleans(column.cells(), "no", "yes"));
    }
    number_column(frame, column).map(std::borrow::Cow::into_owned)
}

/// Labels by the classes of the training: by text, or, where both are numbers, by value.
fn known_labels(frame: &Frame, name: &str, known: &[String]) -> Result<Vec<u32>, Error> {
    let column = frame.require([name])?[0];
    let texts = match column.cells() {
        Cells::Texts(texts) => texts,
        _ => &as_texts(column),
    };
    let label = |text: &String| {
        let number = || plain_number(text, frame.mark());
        let same_number =
            |class: &String| !is_code(class) && number().is_some() && class.parse().ok() == number();
        let at = known.iter().position(|class| class == text).or_else(|| known.iter().position(same_number));
        at.and_then(|at| u32::try_from(at).ok())
    };
    let labels: Vec<Option<u32>> = texts.dictionary().iter().map(label).collect();
    let number = |(row, code): (usize, &u32)| {
        let text = || shorten(&texts.dictionary()[*code as usize]);
        labels[*code as usize].ok_or_else(|| unknown_class(frame.place(row), &text(), known))
    };
    texts.codes().iter().enumerate().filter(|(_, code)| **code != MISSING).map(number).collect()
}

fn as_texts(column: &Column) -> Texts {
    let texts: Vec<Option<String>> =
        (0..column.rows()).map(|row| column.cells().text(row).map(std::borrow::Cow::into_owned)).collect();
    Texts::from_cells(texts.iter().map(Option::as_deref))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wanted;
    use crate::csv::{Dialect, read_frame};

    fn frame(text: &str) -> Frame {
        read_frame(text.as_bytes(), &Dialect::default(), &|_| Wanted::Auto).unwrap().0
    }

    fn target(text: &str, kind: TargetKind) -> Result<TargetRows, Error> {
        read_target(&frame(text), &["y".into()], kind)
    }

    #[test]
    fn few_whole_numbers_are_counted() {
        assert_eq!(whole_numbers(&[3.0, 1.0, 3.0, -2.0]), TargetReading::WholeNumbers { distinct: 3 });
        assert_eq!(whole_numbers(&[0.0, -0.0]), TargetReading::WholeNumbers { distinct: 1 });
        assert_eq!(whole_numbers(&[1.0, 2.0, 0.5]), TargetReading::Numbers);
        let many: Vec<f64> = (0..FEW_NUMBERS as u32 + 1).rev().map(f64::from).collect();
        assert_eq!(whole_numbers(&many), TargetReading::Numbers);
        assert_eq!(whole_numbers(&many[1..]), TargetReading::WholeNumbers { distinct: FEW_NUMBERS });
    }

    #[test]
    fn rows_without_a_target_are_left_out_and_counted() {
        let read = target("a,y\n1,red\n2,\n3,blue\n4,?\n", TargetKind::Infer).unwrap();
        assert_eq!((read.missing, &read.rows[..]), (2, &[0, 2][..]));
        assert_eq!(read.target, Target::classes("y", vec!["blue".into(), "red".into()], vec![1, 0]).unwrap());
        insta::assert_snapshot!(target("a,y\n1,\n2,NA\n", TargetKind::Infer).unwrap_err(), @"target `y`: missing in every row; expected a value in at least one of 2 rows");
    }

    #[test]
    fn what_a_target_is_read_as_is_said() {
        let reading = |text: &str, kind| target(text, kind).unwrap().reading.to_string();
        assert_eq!(reading("a,y\n1,red\n2,blue\n", TargetKind::Infer), "text, read as classes");
        assert_eq!(
            reading("a,y\n1,01\n2,10\n", TargetKind::Infer),
            "numbers with leading zeros, read as classes"
        );
        assert_eq!(reading("a,y\n1,1\n2,10\n", TargetKind::Infer), "whole numbers, 2 distinct");
        assert_eq!(reading("a,y\n1,1\n2,0.5\n", TargetKind::Infer), "numbers");
        assert_eq!(reading("a,y\n1,1\n2,10\n", TargetKind::Classes), "as declared");
        assert_eq!(reading("a,y\n1,01\n2,10\n", TargetKind::Values), "numbers");
    }

    #[test]
    fn targets_that_cannot_be_read_are_refused() {
        let message = |text: &str, kind| target(text, kind).unwrap_err().to_string();
        insta::assert_snapshot!(message("a,y\n1,x\n2,x\n", TargetKind::Infer), @"column `y`: only one class; expected at least 2, got only `x`");
        insta::assert_snapshot!(message("a,y\n1,5\n2,6\n3,unknown\n", TargetKind::Infer), @"
        column `y`: numbers and text are mixed; expected one kind, got 2 numbers and the text `unknown` in line 4
        help: declare the target a class column, or correct the cell
        ");
        insta::assert_snapshot!(message("a,y\n1,5\n3,high\n", TargetKind::Values), @"
        line 3, column `y`: not a number; expected a number, got `high`
        help: correct the cell, or leave it empty
        ");
    }

    #[test]
    fn several_targets_are_side_by_side_and_yes_is_one() {
        let frame = frame("y,a,z\n1,5,yes\n0,6,no\n,7,no\n");
        let read = read_target(&frame, &["z".into(), "y".into()], TargetKind::Infer).unwrap();
        let names = vec!["z".into(), "y".into()];
        assert_eq!(read.target, Target::values(names, vec![1.0, 1.0, 0.0, 0.0]).unwrap());
        assert_eq!(read.missing, 1);
    }

    #[test]
    fn several_targets_may_hold_one_word_alone() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let known = |text: &str| read_known_target(&frame(text), &names, None).unwrap().unwrap().target;
        let part = known("a,b,c\nno,True,1\nno,True,0\n");
        assert_eq!(part, Target::values(names.to_vec(), vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0]).unwrap());
        let maybe = read_known_target(&frame("a,b,c\nno,1,1\nmaybe,1,0\n"), &names, None).unwrap_err();
        assert!(maybe.to_string().starts_with("line 2, column `a`: not a number"), "{maybe}");
    }

    #[test]
    fn known_classes_keep_their_numbers() {
        let known = ["1".to_owned(), "2".to_owned(), "01".to_owned()];
        let read = |text: &str| read_known_target(&frame(text), &["y".into()], Some(&known));
        let labels = |text: &str| read(text).unwrap().unwrap().target;
        assert_eq!(labels("a,y\n1,2\n2,1.0\n"), Target::classes("y", known.to_vec(), vec![1, 0]).unwrap());
        assert_eq!(labels("a,y\n1,01\n2,1\n"), Target::classes("y", known.to_vec(), vec![2, 0]).unwrap());
        assert!(read("a,b\n1,2\n").unwrap().is_none());
        insta::assert_snapshot!(read("a,y\n1,2\n2,3\n").unwrap_err(), @"line 3: class `3` was not among the classes of the training; expected one of `1`, `2`, `01`");
    }

    #[test]
    fn weights_are_not_negative_and_not_all_zero() {
        let message = |text: &str| read_weights(&frame(text), "w").unwrap_err().to_string();
        insta::assert_snapshot!(message("a,w\n1,1\n2,-1\n"), @"line 3, weight column `w`: not a weight; expected a finite number of at least 0, and not 0 in all rows, got -1");
        insta::assert_snapshot!(message("a,w\n1,1\n\n2,\n"), @"line 4, weight column `w`: not a weight; expected a finite number of at least 0, and not 0 in all rows, got none");
        insta::assert_snapshot!(message("a,w\n1,0\n2,0\n"), @"all rows, weight column `w`: not a weight; expected a finite number of at least 0, and not 0 in all rows, got 0 in every row");
        assert_eq!(read_weights(&frame("a,w\n1,0\n2,2.5\n"), "w").unwrap(), [0.0, 2.5]);
    }

    #[test]
    fn groups_and_times_are_in_every_row() {
        let frame = frame("g,t,d\nx,1,2024-01-02\ny,3,2024-01-01\nx,2,2024-01-03\n,,soon\n");
        let first = frame.select(&[0, 1, 2]).unwrap();
        assert_eq!(read_groups(&first, "g").unwrap(), [0, 1, 0]);
        assert_eq!(read_groups(&first, "t").unwrap(), [0, 1, 2]);
        assert_eq!(read_times(&first, "t").unwrap(), [1.0, 3.0, 2.0]);
        let days: Vec<f64> =
            read_times(&first, "d").unwrap().iter().map(|time| time / 86_400.0 - 19_723.0).collect();
        assert_eq!(days, [1.0, 0.0, 2.0]);
        insta::assert_snapshot!(read_groups(&frame, "g").unwrap_err(), @"line 5, column `g`: no value; expected one in every row");
        insta::assert_snapshot!(read_times(&frame, "d").unwrap_err(), @"column `d`: another type of cells; expected numbers, or dates such as 2024-01-31, got text");
    }
}
