//! Rules from training rows.
//!
//! It must not know how decisions were made, nor rows that are not trained on.

use super::{Encoding, Number, Preparation, Prepared, Rule, Scale, TimePart, Times, category, time};
use crate::error::shorten;
use crate::frame::Column;
use crate::preparation::apply::numbers;
use crate::standardise::Moments;
use crate::{DateOrder, Decision, Error, Frame, Kind};

/// See [`Preparation::fit`].
pub(super) fn fit(
    frame: &Frame,
    decisions: &[Decision],
    rows: &[usize],
    encoding: Encoding,
) -> Result<Preparation, Error> {
    if let Some(&row) = rows.iter().find(|row| **row >= frame.rows()) {
        return Err(Error::RowOutOfRange { row, rows: frame.rows() });
    }
    let used: Vec<&Decision> = decisions.iter().filter(|decision| decision.kind != Kind::SetAside).collect();
    let found = frame.require(used.iter().map(|decision| decision.column.as_str()))?;
    let mut columns = Vec::new();
    for (decision, column) in used.into_iter().zip(found) {
        let rule = match &decision.kind {
            Kind::Number => Some(number(frame, column, rows)?),
            Kind::Boolean { no, yes } => boolean(column, rows, (no, yes)),
            Kind::Category => category::fit(column.cells(), rows, encoding).map(Rule::Category),
            Kind::DateTime(order) => times(frame, column, rows, *order)?,
            Kind::SetAside => None,
        };
        columns.extend(rule.map(|rule| Prepared { column: column.name().to_owned(), rule }));
    }
    Preparation::new(columns)
}

fn number(frame: &Frame, column: &Column, rows: &[usize]) -> Result<Rule, Error> {
    let all = numbers(frame, column)?;
    let present: Vec<f64> = rows.iter().map(|row| all[*row]).filter(|number| !number.is_nan()).collect();
    let indicator = !present.is_empty() && present.len() < rows.len();
    let fill = median(present);
    let filled = rows.iter().map(|row| if all[*row].is_nan() { fill } else { all[*row] });
    let scale = scale(column.name(), filled)?;
    Ok(Rule::Number(Number { fill, indicator, scale }))
}

/// `None` for a column that is the same in all rows.
fn boolean(column: &Column, rows: &[usize], (no, yes): (&str, &str)) -> Option<Rule> {
    let values = super::apply::booleans(column.cells(), no, yes);
    let count = |is: fn(f64) -> bool| rows.iter().filter(|row| is(values[**row])).count();
    let (zeros, ones) = (count(|value| value == 0.0), count(|value| value == 1.0));
    let missing = rows.len() - zeros - ones;
    let things = [zeros, ones, missing].iter().filter(|count| **count > 0).count();
    let fill = f64::from(u8::from(ones > zeros));
    let rule = Rule::Boolean { no: no.to_owned(), yes: yes.to_owned(), fill, indicator: missing > 0 };
    (things > 1).then_some(rule)
}

/// `None` if no part differs between rows.
fn times(
    frame: &Frame,
    column: &Column,
    rows: &[usize],
    order: Option<DateOrder>,
) -> Result<Option<Rule>, Error> {
    let all = time::read(frame, column, order)?;
    let present: Vec<f64> = rows.iter().map(|row| all[*row]).filter(|time| !time.is_nan()).collect();
    if present.is_empty() {
        return Ok(None);
    }
    let indicator = present.len() < rows.len();
    let origin = present.iter().copied().fold(f64::INFINITY, f64::min);
    let mut parts = Vec::new();
    for part in TimePart::ALL {
        let scale = scale(column.name(), present.iter().map(|time| part.of(*time, origin)))?;
        if scale.spread > 0.0 {
            parts.push((part, scale));
        }
    }
    let times = Times { order, origin, fill: median(present), indicator, parts };
    Ok((indicator || !times.parts.is_empty()).then_some(Rule::Times(times)))
}

/// The middle value; of an even count the mean of the middle two; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Halves first: the sum of two large numbers may overflow.
    if even { lower / 2.0 + *upper / 2.0 } else { *upper }
}

fn scale(column: &str, values: impl Iterator<Item = f64>) -> Result<Scale, Error> {
    let mut moments = Moments::new(1);
    values.for_each(|value| moments.add(&[value]));
    let scaling = moments.into_scaling();
    let scale = Scale { centre: scaling.centre[0], spread: scaling.spread[0] };
    let none = scale.centre == f64::INFINITY;
    match scale {
        _ if none => Ok(Scale { centre: 0.0, spread: 0.0 }),
        Scale { centre, spread } if centre.is_finite() && spread.is_finite() => Ok(scale),
        _ => Err(Error::CannotScale { column: shorten(column) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(vec![f64::MAX, f64::MAX]), f64::MAX);
        assert_eq!(median(vec![]), 0.0);
    }

    #[test]
    fn numbers_too_large_to_scale_are_refused_by_name() {
        let frame = Frame::new(vec![Column::numbers("x", vec![1e308, -1e308])]).unwrap();
        insta::assert_snapshot!(number(&frame, &frame.columns()[0], &[0, 1]).unwrap_err(), @"column `x`: the numbers are too large to be scaled; expected magnitudes below 1e154, got more");
    }
}
