//! Whether texts are dates, and in which order they are written.
//!
//! It must not know other columns.

use super::Kind;
use crate::DateOrder;
use crate::calendar::Moment;
use crate::dates::{ORDERS, seconds};
use crate::frame::Texts;

/// The order in which all texts of a column are dates.
pub(crate) fn date_order(texts: &Texts) -> Option<DateOrder> {
    match kind_of_texts(&texts.used()) {
        Some((Kind::DateTime(order), _)) => order,
        _ => None,
    }
}

/// What texts with their counts are, if all of them are dates in one order, and why.
pub(super) fn kind_of_texts(used: &[(&str, usize)]) -> Option<(Kind, String)> {
    let fits = |order: &DateOrder| used.iter().all(|(text, _)| seconds(text, *order).is_some());
    let orders: Vec<DateOrder> = ORDERS.into_iter().filter(fits).collect();
    let dots = used.iter().all(|(text, _)| text.contains('.') && !text.contains(['/', '-']));
    match orders[..] {
        [] => None,
        // Nobody writes the month first with dots.
        [order] => Some(date_time(used, order)),
        [order, _] if dots => Some(date_time(used, order)),
        _ => Some((
            Kind::SetAside,
            "dates whose day and month cannot be told apart; write them as 2024-01-31".to_owned(),
        )),
    }
}

fn date_time(used: &[(&str, usize)], order: DateOrder) -> (Kind, String) {
    let times = used.iter().filter_map(|(text, _)| seconds(text, order));
    (Kind::DateTime(Some(order)), format!("{}, written as {}", range(times), order.example()))
}

/// What points in time are for, and why.
pub(super) fn kind_of_times(times: &[f64]) -> (Kind, String) {
    let present = || times.iter().copied().filter(|time| !time.is_nan());
    match present().next() {
        None => (Kind::SetAside, "no value in any row".into()),
        Some(first) if times.len() > 1 && times.iter().all(|time| *time == first) => {
            (Kind::SetAside, format!("the value is {} in every row", Moment::from_seconds(first)))
        }
        Some(_) => (Kind::DateTime(None), range(present())),
    }
}

/// The first and the last day.
fn range(times: impl Iterator<Item = f64>) -> String {
    let (first, last) = times
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), time| (time.min(first), time.max(last)));
    let day =
        |time: f64| Moment::from_seconds(time).to_string().split('T').next().unwrap_or_default().to_owned();
    format!("{} to {}", day(first), day(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> String {
        let used: Vec<(&str, usize)> = texts.iter().map(|text| (*text, 1)).collect();
        kind_of_texts(&used).map_or("no dates".into(), |(kind, reason)| format!("{kind:?}: {reason}"))
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_the_whole_column() {
        assert_eq!(
            of(&["2024-01-31", "2023-12-01 10:00"]),
            "DateTime(Some(YearMonthDay)): 2023-12-01 to 2024-01-31, written as 2024-01-31"
        );
        assert_eq!(
            of(&["01/02/2024", "13/02/2024"]),
            "DateTime(Some(DayMonthYear)): 2024-02-01 to 2024-02-13, written as 31.01.2024"
        );
        assert_eq!(
            of(&["01/02/2024", "01/13/2024"]),
            "DateTime(Some(MonthDayYear)): 2024-01-02 to 2024-01-13, written as 01/31/2024"
        );
        assert_eq!(
            of(&["01.02.2024", "03.04.2024"]),
            "DateTime(Some(DayMonthYear)): 2024-02-01 to 2024-04-03, written as 31.01.2024"
        );
        assert_eq!(
            of(&["01/02/2024", "03/04/2024"]),
            "SetAside: dates whose day and month cannot be told apart; write them as 2024-01-31"
        );
        assert_eq!(of(&["13/02/2024", "02/13/2024"]), "no dates");
        assert_eq!(of(&["2024-01-31", "soon"]), "no dates");
    }

    #[test]
    fn points_in_time_need_no_order() {
        assert_eq!(
            kind_of_times(&[0.0, 86_400.0 * 40.0, f64::NAN]),
            (Kind::DateTime(None), "1970-01-01 to 1970-02-10".into())
        );
        assert_eq!(kind_of_times(&[0.0, 0.0]).1, "the value is 1970-01-01T00:00:00 in every row");
        assert_eq!(kind_of_times(&[f64::NAN]).0, Kind::SetAside);
    }
}
