//! Days and seconds of the Gregorian calendar, without time zones and leap seconds.
//!
//! Source: H. Hinnant, "chrono-compatible low-level date algorithms" (2013), `days_from_civil` and `civil_from_days`.
//!
//! It must not know how dates are written, nor what time it is now.

use std::fmt;

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

/// Seconds of an hour.
pub(crate) const HOUR: f64 = 3600.0;

/// The most seconds from 1970: a hundred million years, so that no sum of days leaves its type.
const FARTHEST: f64 = 1e8 * 366.0 * DAY;

/// A point in time in the parts that people write. `Display` gives it as `2024-01-31T12:00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: u32,
    /// From 1.
    pub(crate) day: u32,
    /// From 0.
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
}

impl Moment {
    /// The moment so many seconds after 1970-01-01T00:00:00Z; fractions are cut off, and what is beyond [`FARTHEST`] is there.
    pub(crate) fn from_seconds(seconds: f64) -> Self {
        let seconds = seconds.clamp(-FARTHEST, FARTHEST);
        let days = (seconds / DAY).floor();
        let rest = (seconds - days * DAY).clamp(0.0, DAY - 1.0) as u32;
        let (year, month, day) = civil(days as i64);
        Self { year, month, day, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
    }

    /// Monday is 0, Sunday is 6.
    pub(crate) fn weekday(&self) -> u32 {
        (days(self.year, self.month, self.day) + 3).rem_euclid(7) as u32
    }

    /// From 1 to 366.
    pub(crate) fn day_of_year(&self) -> u32 {
        (days(self.year, self.month, self.day) - days(self.year, 1, 1) + 1) as u32
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Days from 1970-01-01 to a date, or `None` if there is no such date.
pub(crate) fn days_of(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then(|| days(year, month, day))
}

/// Days from 1970-01-01. Years begin in March here, so that the leap day is the last of a year.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days from 1970-01-01.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = ((month_from_march + 2) % 12 + 1) as u32;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days_have_their_number_and_weekday() {
        assert_eq!(days_of(1970, 1, 1), Some(0));
        assert_eq!(days_of(2000, 3, 1), Some(11_017));
        assert_eq!(days_of(1969, 12, 31), Some(-1));
        // A Thursday, a Tuesday, a Sunday.
        assert_eq!(Moment::from_seconds(0.0).weekday(), 3);
        assert_eq!(Moment::from_seconds(11_016.0 * DAY).weekday(), 1);
        assert_eq!(Moment::from_seconds(19_722.0 * DAY).weekday(), 6);
    }

    #[test]
    fn moments_beyond_all_calendars_have_parts() {
        for seconds in [1e300, -1e300, f64::MAX, f64::MIN] {
            let moment = Moment::from_seconds(seconds);
            assert!(moment.weekday() < 7 && (1..=366).contains(&moment.day_of_year()), "{moment}");
        }
    }

    #[test]
    fn dates_that_are_none_are_refused() {
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (2024, 1, 0)]
        {
            assert_eq!(days_of(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(days_of(2024, 2, 29).is_some() && days_of(2000, 2, 29).is_some());
    }

    #[test]
    fn the_last_day_of_a_leap_year_is_the_366th() {
        let moment = Moment::from_seconds(days_of(2024, 12, 31).unwrap() as f64 * DAY + 23.5 * HOUR);
        assert_eq!((moment.day_of_year(), moment.hour, moment.minute), (366, 23, 30));
        assert_eq!(moment.to_string(), "2024-12-31T23:30:00");
    }

    proptest! {
        #[test]
        fn days_and_dates_are_inverse(number in -1_000_000_i64..1_000_000) {
            let (year, month, day) = civil(number);
            prop_assert_eq!(days_of(year, month, day), Some(number));
        }

        #[test]
        fn any_seconds_are_some_moment(seconds in any::<f64>()) {
            let _ = Moment::from_seconds(seconds).to_string();
        }
    }
}
