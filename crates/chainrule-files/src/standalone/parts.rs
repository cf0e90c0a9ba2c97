//! Points in time for a language that knows none: each of their parts is a column of numbers.

use super::{InputColumn, InputPart, InputRule};
use crate::TimePartKind;

/// The columns of such a language: each part of a point in time is a number of its own, called `when: year`; then
/// `when: missing`, 1 or 0, if there is an indicator.
pub(crate) fn with_parts(columns: &[InputColumn]) -> Vec<InputColumn> {
    columns.iter().flat_map(parts).collect()
}

fn parts(column: &InputColumn) -> Vec<InputColumn> {
    let InputRule::Time { indicator, parts, .. } = &column.rule else {
        return vec![column.clone()];
    };
    let number = |name: &str, missing, centre, spread| InputColumn {
        name: format!("{}: {name}", column.name),
        rule: InputRule::Number { missing: Some(missing), indicator: false, centre, spread },
    };
    let part = |part: &InputPart| {
        number(&part_name(part.part).replace('_', " "), part.missing, part.centre, part.spread)
    };
    let flag = indicator.then(|| number("missing", 0.0, 0.0, 1.0));
    parts.iter().map(part).chain(flag).collect()
}

/// The name of a part, in lower case with underlines.
pub(crate) fn part_name(part: TimePartKind) -> &'static str {
    match part {
        TimePartKind::Year => "year",
        TimePartKind::Month => "month",
        TimePartKind::DayOfWeek => "day_of_week",
        TimePartKind::DayOfYear => "day_of_year",
        TimePartKind::Hour => "hour",
        TimePartKind::ElapsedDays => "elapsed_days",
    }
}
