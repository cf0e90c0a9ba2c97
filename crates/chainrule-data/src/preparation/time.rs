//! Points in time of a column, and the numbers that are taken from them.
//!
//! It must not know rules of other columns.

use super::TimePart;
use crate::calendar::{DAY, HOUR, Moment};
use crate::dates::seconds;
use crate::error::shorten;
use crate::frame::{Cells, Column, MISSING};
use crate::infer::date_order;
use crate::{DateOrder, Error, Frame};

/// The points in time of a column of `frame` in seconds, NaN where a cell is missing.
///
/// # Errors
/// [`Error::NotADate`] with the first cell that is no date in `order`; [`Error::CellType`] for numbers. Without `order`, texts
/// are dates such as 2024-01-31, or in the one other form that fits all of them.
pub(crate) fn read(frame: &Frame, column: &Column, order: Option<DateOrder>) -> Result<Vec<f64>, Error> {
    let cells = column.cells();
    let texts = match (cells, order) {
        (Cells::Times(times), _) => return Ok(times.clone()),
        (Cells::Numbers(numbers), _) if numbers.iter().all(|number| number.is_nan()) => {
            return Ok(numbers.clone());
        }
        (Cells::Texts(texts), _) => texts,
        (cells @ Cells::Numbers(_), _) => {
            let (expected, got) = ("dates", cells.type_name());
            return Err(Error::CellType { column: shorten(column.name()), expected, got });
        }
    };
    let order = order.or_else(|| date_order(texts)).unwrap_or(DateOrder::YearMonthDay);
    let known: Vec<Option<f64>> = texts.dictionary().iter().map(|text| seconds(text, order)).collect();
    let time = |(row, code): (usize, &u32)| match known.get(*code as usize) {
        Some(Some(time)) => Ok(*time),
        Some(None) => Err(Error::NotADate {
            place: frame.place(row),
            column: shorten(column.name()),
            example: order.example(),
            value: shorten(texts.text(row).unwrap_or_default()),
        }),
        None => {
            debug_assert_eq!(*code, MISSING, "codes are checked");
            Ok(f64::NAN)
        }
    };
    texts.codes().iter().enumerate().map(time).collect()
}

impl TimePart {
    /// The number that is taken from a point in time, in seconds since 1970-01-01T00:00:00Z; `origin` in the same.
    pub fn of(self, time: f64, origin: f64) -> f64 {
        let moment = Moment::from_seconds(time);
        match self {
            Self::Year => moment.year as f64,
            Self::Month => f64::from(moment.month),
            Self::DayOfWeek => f64::from(moment.weekday()),
            Self::DayOfYear => f64::from(moment.day_of_year()),
            Self::Hour => ((time - (time / DAY).floor() * DAY) / HOUR).floor(),
            Self::ElapsedDays => (time - origin) / DAY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_taken_apart() {
        let time = seconds("2024-12-31 23:30", DateOrder::YearMonthDay).unwrap();
        let origin = seconds("2024-12-30 11:30", DateOrder::YearMonthDay).unwrap();
        let parts = TimePart::ALL.map(|part| part.of(time, origin));
        assert_eq!(parts, [2024.0, 12.0, 1.0, 366.0, 23.0, 1.5]);
    }

    #[test]
    fn text_among_dates_is_named() {
        let cells = [Some("31.01.2024"), None, Some("soon")];
        let frame = Frame::new(vec![Column::texts("when", cells)]).unwrap();
        insta::assert_snapshot!(read(&frame, &frame.columns()[0], Some(DateOrder::DayMonthYear)).unwrap_err(), @"row 2, column `when`: not a date; expected one such as 31.01.2024, got `soon`");
        let frame = Frame::new(vec![Column::numbers("when", vec![1.0])]).unwrap();
        insta::assert_snapshot!(read(&frame, &frame.columns()[0], None).unwrap_err(), @"column `when`: another type of cells; expected dates, got numbers");
    }
}
