//! Dates and times as people write them, and the order of day and month that a whole column must share.
//!
//! A date is three whole numbers with `-`, `/` or `.` between them, the year in four digits; a time may follow after a
//! blank or `T`: `12:30`, `12:30:59`, `12:30:59.5`, then `Z` or an offset such as `+02:00`, which is taken off. Source of
//! the first form: ISO 8601-1:2019.
//!
//! It must not know columns.

use crate::calendar::{DAY, HOUR, days_of};

/// In which order a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `2024-01-31`.
    YearMonthDay,
    /// `31.01.2024`.
    DayMonthYear,
    /// `01/31/2024`.
    MonthDayYear,
}

/// All orders, the surest first.
pub(crate) const ORDERS: [DateOrder; 3] =
    [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];

impl DateOrder {
    /// An example, as a message shows it.
    pub fn example(self) -> &'static str {
        match self {
            Self::YearMonthDay => "2024-01-31",
            Self::DayMonthYear => "31.01.2024",
            Self::MonthDayYear => "01/31/2024",
        }
    }
}

/// Seconds from 1970-01-01T00:00:00Z to what `text` says, or `None` if it is no date in this order.
///
/// ```
/// use chainrule_data::{DateOrder, seconds};
///
/// assert_eq!(seconds("1970-01-02", DateOrder::YearMonthDay), Some(86_400.0));
/// assert_eq!(seconds("02.01.1970 00:01", DateOrder::DayMonthYear), Some(86_460.0));
/// assert_eq!(seconds("1970-01-01T02:00:00+02:00", DateOrder::YearMonthDay), Some(0.0));
/// assert_eq!(seconds("1970-13-01", DateOrder::YearMonthDay), None);
/// ```
pub fn seconds(text: &str, order: DateOrder) -> Option<f64> {
    let text = text.trim();
    let length =
        text.find(|sign: char| !sign.is_ascii_digit() && !"-/.".contains(sign)).unwrap_or(text.len());
    let (date, time) = text.split_at(length);
    let days = date_days(date, order)? as f64;
    let time = match time.strip_prefix(['T', 't', ' ']) {
        Some(time) => time_seconds(time.trim_start())?,
        None if time.is_empty() => 0.0,
        None => return None,
    };
    Some(days * DAY + time)
}

fn date_days(date: &str, order: DateOrder) -> Option<i64> {
    let separator = date.chars().find(|sign| !sign.is_ascii_digit())?;
    let mut parts = date.split(separator);
    let [first, second, third] = [parts.next()?, parts.next()?, parts.next()?];
    let (year, month, day) = match order {
        DateOrder::YearMonthDay => (first, second, third),
        DateOrder::DayMonthYear => (third, second, first),
        DateOrder::MonthDayYear => (third, first, second),
    };
    let year = if year.len() == 4 { number(year)? } else { return None };
    let date = days_of(i64::from(year), number(month)?, number(day)?)?;
    parts.next().is_none().then_some(date)
}

/// Seconds of `12:30`, `12:30:59` or `12:30:59.5`, less the offset behind it.
fn time_seconds(time: &str) -> Option<f64> {
    let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (&time[..at], offset_seconds(&time[at..])?),
        None => (time, 0.0),
    };
    let mut parts = time.trim_end().split(':');
    let hours = number(parts.next()?).filter(|hours| *hours < 24)?;
    let minutes = number(parts.next()?).filter(|minutes| *minutes < 60)?;
    let seconds = match parts.next() {
        Some(seconds) if seconds.starts_with(|sign: char| sign.is_ascii_digit()) => seconds.parse().ok()?,
        Some(_) => return None,
        None => 0.0,
    };
    // 60 is a leap second.
    let fits = (0.0..61.0).contains(&seconds) && parts.next().is_none();
    fits.then(|| f64::from(hours) * HOUR + f64::from(minutes) * 60.0 + seconds - offset)
}

/// Seconds of `Z`, `+02:00`, `-0330` or `+02`.
fn offset_seconds(offset: &str) -> Option<f64> {
    let sign = match offset.chars().next()? {
        'Z' | 'z' if offset.len() == 1 => return Some(0.0),
        '+' => 1.0,
        '-' => -1.0,
        _ => return None,
    };
    let digits: String = offset[1..].chars().filter(|sign| *sign != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 if digits.is_ascii() => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| sign * (f64::from(hours) * HOUR + f64::from(minutes) * 60.0))
}

/// A whole number of at most four digits.
fn number(digits: &str) -> Option<u32> {
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Moment;
    use proptest::prelude::*;

    #[test]
    fn usual_forms_are_read() {
        let iso =
            |text| seconds(text, DateOrder::YearMonthDay).map(|time| Moment::from_seconds(time).to_string());
        for text in [
            "2024-01-31T12:30:59",
            "2024-1-31 12:30:59",
            "2024/01/31 12:30:59.9Z",
            "2024-01-31T10:30:59-02:00",
            "2024.01.31T14:30:59+0200",
        ] {
            assert_eq!(iso(text).as_deref(), Some("2024-01-31T12:30:59"), "{text}");
        }
        let day = seconds("2024-01-31", DateOrder::YearMonthDay);
        assert_eq!(seconds("31.01.2024", DateOrder::DayMonthYear), day);
        assert_eq!(seconds("1/31/2024", DateOrder::MonthDayYear), day);
        assert_eq!(seconds(" 31-1-2024 ", DateOrder::DayMonthYear), day);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-01",
            "2024-01-32",
            "2024-01-31-01",
            "2024-01/31",
            "24-01-31",
            "2024-01-31T",
            "2024-01-31T25:00",
            "2024-01-31T12",
            "2024-01-31T12:00x",
            "2024-01-31T12:00+x",
            "2024-01-31 noon",
            "1.5",
            "3.14.15",
            "2024-01-31T12:00:-1",
            "2024-01-31T12:00:inf",
            "2024-01-31T12:00+é1",
        ] {
            assert_eq!(seconds(text, DateOrder::YearMonthDay), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(time in -60_000_000_000_i64..200_000_000_000) {
            let time = time as f64;
            let text = Moment::from_seconds(time).to_string();
            prop_assert_eq!(seconds(&text, DateOrder::YearMonthDay), Some(time));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9TZ:+./ é-]{0,24}") {
            for order in ORDERS {
                let _ = seconds(&text, order);
            }
        }
    }
}
