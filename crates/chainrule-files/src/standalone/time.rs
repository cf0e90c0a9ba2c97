//! The parts of a point in time, in the Gregorian calendar without time zones and leap seconds.
//!
//! Source: H. Hinnant, "chrono-compatible low-level date algorithms" (2013), `days_from_civil` and `civil_from_days`.

use crate::TimePartKind;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The name of a part, in lower case with underlines.
pub(crate) fn name(part: TimePartKind) -> &'static str {
    match part {
        TimePartKind::Year => "year",
        TimePartKind::Month => "month",
        TimePartKind::DayOfWeek => "day_of_week",
        TimePartKind::DayOfYear => "day_of_year",
        TimePartKind::Hour => "hour",
        TimePartKind::ElapsedDays => "elapsed_days",
    }
}

/// The number that is taken from a point in time, in seconds since 1970-01-01T00:00:00Z; `origin` in the same.
pub(crate) fn part_of(part: TimePartKind, seconds: f64, origin: f64) -> f64 {
    let days = (seconds / DAY).floor();
    let (year, month) = year_and_month(days as i64);
    match part {
        TimePartKind::Year => year as f64,
        TimePartKind::Month => month as f64,
        // 1970-01-01 was a Thursday; Monday is 0.
        TimePartKind::DayOfWeek => (days + 3.0).rem_euclid(7.0),
        TimePartKind::DayOfYear => days - first_of(year) as f64 + 1.0,
        TimePartKind::Hour => ((seconds - days * DAY) / 3600.0).floor(),
        TimePartKind::ElapsedDays => (seconds - origin) / DAY,
    }
}

/// Year and month of a number of days since 1970-01-01. Eras of 400 years begin in March of a year 0.
fn year_and_month(days: i64) -> (i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month)
}

/// The number of days from 1970-01-01 to the first day of a year.
fn first_of(year: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    365 * (year - 1970) + leap_days - 477
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_taken_apart() {
        // 2024-12-31T23:30:00Z, and half past eleven of the day before as origin.
        let (time, origin) = (1_735_687_800.0, 1_735_558_200.0);
        let kinds = [
            TimePartKind::Year,
            TimePartKind::Month,
            TimePartKind::DayOfWeek,
            TimePartKind::DayOfYear,
            TimePartKind::Hour,
            TimePartKind::ElapsedDays,
        ];
        assert_eq!(kinds.map(|kind| part_of(kind, time, origin)), [2024.0, 12.0, 1.0, 366.0, 23.0, 1.5]);
        assert_eq!(kinds.map(|kind| part_of(kind, -1.0, -1.0)), [1969.0, 12.0, 2.0, 365.0, 23.0, 0.0]);
    }
}
