//! Cells to inputs, column by column, by rules that were fitted before.
//!
//! It must not know how rules were fitted.

use std::borrow::Cow;

use super::{Category, Encoding, Number, Preparation, Rule, Times, time};
use crate::error::shorten;
use crate::frame::{Cells, Column, MISSING};
use crate::infer::boolean_value;
use crate::number::{DecimalMark, NumberFault, any_number, plain_number};
use crate::{Error, Frame};

/// See [`Preparation::apply`]; `convert` rounds.
pub(super) fn apply<T: Copy + Default>(
    preparation: &Preparation,
    frame: &Frame,
    convert: impl Fn(f64) -> T,
) -> Result<Vec<T>, Error> {
    let columns = frame.require(preparation.names())?;
    let width = preparation.width();
    let mut inputs = vec![T::default(); frame.rows() * width];
    let mut at = 0;
    for (prepared, cells) in preparation.columns().iter().zip(columns) {
        let put = |row: usize, input: usize, value: f64| inputs[row * width + at + input] = convert(value);
        column(frame, cells, &prepared.rule, put)?;
        at += prepared.rule.width();
    }
    Ok(inputs)
}

/// Puts what is not 0 into the inputs of one column: `put(row, input, value)`.
fn column(
    frame: &Frame,
    column: &Column,
    rule: &Rule,
    put: impl FnMut(usize, usize, f64),
) -> Result<(), Error> {
    match rule {
        Rule::Number(rule) => put_numbers(&numbers(frame, column)?, rule, put),
        Rule::Boolean { no, yes, fill, indicator } => {
            let values = booleans(column.cells(), no, yes);
            put_booleans(&values, *fill, *indicator, put);
        }
        Rule::Category(rule) => put_codes(&codes(column.cells(), rule), rule, put),
        Rule::Times(rule) => put_times(&time::read(frame, column, rule.order)?, rule, put),
    }
    Ok(())
}

fn put_numbers(numbers: &[f64], rule: &Number, mut put: impl FnMut(usize, usize, f64)) {
    for (row, number) in numbers.iter().enumerate() {
        let missing = number.is_nan();
        put(row, 0, rule.scale.apply(if missing { rule.fill } else { *number }));
        if missing && rule.indicator {
            put(row, 1, 1.0);
        }
    }
}

fn put_booleans(values: &[f64], fill: f64, indicator: bool, mut put: impl FnMut(usize, usize, f64)) {
    for (row, value) in values.iter().enumerate() {
        let missing = value.is_nan();
        put(row, 0, if missing { fill } else { *value });
        if missing && indicator {
            put(row, 1, 1.0);
        }
    }
}

fn put_codes(codes: &[usize], rule: &Category, mut put: impl FnMut(usize, usize, f64)) {
    let levels = rule.levels.len();
    for (row, code) in codes.iter().enumerate() {
        let input = match code {
            code if *code < levels => Some(*code),
            code if *code == levels => rule.other.then_some(levels),
            _ => rule.missing.then_some(levels + usize::from(rule.other)),
        };
        match (rule.encoding, input) {
            (Encoding::Code, _) => put(row, 0, *code as f64),
            (Encoding::OneHot, Some(input)) => put(row, input, 1.0),
            (Encoding::OneHot, None) => {}
        }
    }
}

fn put_times(times: &[f64], rule: &Times, mut put: impl FnMut(usize, usize, f64)) {
    for (row, time) in times.iter().enumerate() {
        let missing = time.is_nan();
        let time = if missing { rule.fill } else { *time };
        for (input, (part, scale)) in rule.parts.iter().enumerate() {
            put(row, input, scale.apply(part.of(time, rule.origin)));
        }
        if missing && rule.indicator {
            put(row, rule.parts.len(), 1.0);
        }
    }
}

/// The numbers of a column of `frame`, NaN where a cell is missing; texts that say numbers will do.
///
/// # Errors
/// [`Error::NotANumber`] with the first text that says none; [`Error::CellType`] for points in time.
pub(crate) fn numbers<'a>(frame: &Frame, column: &'a Column) -> Result<Cow<'a, [f64]>, Error> {
    let texts = match column.cells() {
        Cells::Numbers(numbers) => return Ok(Cow::Borrowed(numbers)),
        Cells::Texts(texts) => texts,
        cells @ Cells::Times(_) => {
            let (expected, got) = ("numbers", cells.type_name());
            return Err(Error::CellType { column: shorten(column.name()), expected, got });
        }
    };
    // A code such as `01` is a number where one is asked for.
    let number = |text: &String| any_number(text, frame.mark());
    let known: Vec<Option<f64>> = texts.dictionary().iter().map(number).collect();
    let number = |(row, code): (usize, &u32)| match known.get(*code as usize) {
        Some(Some(number)) => Ok(*number),
        Some(None) => Err(not_a_number(frame, column, row)),
        None => Ok(f64::NAN),
    };
    texts.codes().iter().enumerate().map(number).collect::<Result<_, _>>().map(Cow::Owned)
}

/// The error for a text where a number must stand.
pub(crate) fn not_a_number(frame: &Frame, column: &Column, row: usize) -> Error {
    let value = column.cells().text(row).unwrap_or_default().into_owned();
    let fault = NumberFault::of(&value, frame.mark());
    Error::NotANumber { place: frame.place(row), column: column.name().to_owned(), value, fault }
}

/// 0, 1, or NaN for a missing cell and for any other text; see [`boolean`].
pub(crate) fn booleans(cells: &Cells, no: &str, yes: &str) -> Vec<f64> {
    by_text(cells, f64::NAN, |text| boolean(text, no, yes).unwrap_or(f64::NAN))
}

/// What a text means where `no` and `yes` stood in training, or any other pair for the same: another format, or another
/// program, writes `1` for `True`.
fn boolean(text: &str, no: &str, yes: &str) -> Option<f64> {
    match text.to_lowercase() {
        text if text == no => Some(0.0),
        text if text == yes => Some(1.0),
        text => boolean_value(&text),
    }
}

/// See [`Rule::unread`].
pub(super) fn unread(rule: &Rule, cells: &Cells) -> usize {
    let Rule::Boolean { no, yes, .. } = rule else { return 0 };
    let is_unread = by_text(cells, false, |text| boolean(text, no, yes).is_none());
    is_unread.into_iter().filter(|unread| *unread).count()
}

/// The code of each cell, whatever the encoding: level `k` is `k`, a level that is not kept the number of levels, a missing
/// cell one more. A number in another form, such as `1.0` for `1`, finds its level.
pub(super) fn codes(cells: &Cells, rule: &Category) -> Vec<usize> {
    let known: std::collections::HashMap<&str, usize> =
        rule.levels.iter().map(String::as_str).zip(0..).collect();
    let number = |text: &str| plain_number(text, DecimalMark::Point).map(crate::frame::number_text);
    let code = |text: &str| match known.get(text) {
        Some(code) => *code,
        None => number(text).and_then(|text| known.get(text.as_str()).copied()).unwrap_or(rule.levels.len()),
    };
    by_text(cells, rule.levels.len() + 1, code)
}

/// What `of` says about the text of each cell, asked once for each text of a dictionary.
fn by_text<T: Copy>(cells: &Cells, missing: T, of: impl Fn(&str) -> T) -> Vec<T> {
    match cells {
        Cells::Texts(texts) => {
            let known: Vec<T> = texts.dictionary().iter().map(|text| of(text)).collect();
            let value = |code: &u32| if *code == MISSING { missing } else { known[*code as usize] };
            texts.codes().iter().map(value).collect()
        }
        cells => (0..cells.rows()).map(|row| cells.text(row).map_or(missing, |text| of(&text))).collect(),
    }
}
