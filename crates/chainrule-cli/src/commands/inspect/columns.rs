//! What becomes of the columns of a table, in words.
//!
//! Must not know: networks, nor how a rule is followed.

use chainrule_files::{CategoryEncoding, ColumnRule, DateOrder, Preparation, PreparedColumn, TimePartKind};

use super::LISTED;
use crate::table::counted;

/// The most levels that are named.
const NAMED: usize = 6;

/// One line for each column: its name, its kind, what it becomes.
pub(super) fn describe(preparation: &Preparation) -> String {
    let columns = &preparation.columns[..preparation.columns.len().min(LISTED)];
    let longest = |text: fn(&PreparedColumn) -> usize| columns.iter().map(text).max().unwrap_or(0);
    let name = longest(|column| column.name.chars().count());
    let kind = longest(|column| kind(&column.rule).len());
    let line = |column: &PreparedColumn| {
        let PreparedColumn { name: text, rule } = column;
        format!("{text:name$}  {:kind$}  {}", self::kind(rule), meaning(rule))
    };
    let rest = preparation.columns.len() - columns.len();
    let more = (rest > 0).then(|| format!("... and {rest} more"));
    columns.iter().map(line).chain(more).collect::<Vec<_>>().join("\n")
}

fn kind(rule: &ColumnRule) -> &'static str {
    match rule {
        ColumnRule::Number { .. } => "number",
        ColumnRule::Boolean { .. } => "boolean",
        ColumnRule::Category { .. } => "category",
        ColumnRule::DateTime { .. } => "date-time",
    }
}

fn meaning(rule: &ColumnRule) -> String {
    match rule {
        ColumnRule::Number { fill, indicator, centre, spread } => {
            let scaled = match *spread {
                0.0 => "constant in training, so always 0".to_owned(),
                spread => format!("centred at {}, divided by {}", short(*centre), short(spread)),
            };
            format!("{scaled}; missing: {}{}", short(*fill), flag(*indicator))
        }
        ColumnRule::Boolean { no, yes, fill, indicator } => {
            let usual = if *fill == 0.0 { no } else { yes };
            format!("`{no}` is 0, `{yes}` is 1; missing: `{usual}`{}", flag(*indicator))
        }
        ColumnRule::Category { levels, other, missing, encoding } => {
            let form = match encoding {
                CategoryEncoding::OneHot => "an input each",
                CategoryEncoding::Code => "embedded by number",
            };
            let named: Vec<String> = levels.iter().take(NAMED).map(|level| format!("`{level}`")).collect();
            let more = levels.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let [other, missing] = [(other, ", one for others"), (missing, ", one for missing cells")]
                .map(|(there, text)| if *there { text } else { "" });
            format!(
                "{}, {form}: {}{more}{other}{missing}",
                counted(levels.len() as u64, "level"),
                named.join(", ")
            )
        }
        ColumnRule::DateTime { order, indicator, parts, .. } => {
            let written = match order {
                None => "",
                Some(DateOrder::YearMonthDay) => "written year, month, day; ",
                Some(DateOrder::DayMonthYear) => "written day, month, year; ",
                Some(DateOrder::MonthDayYear) => "written month, day, year; ",
            };
            let parts: Vec<&str> = parts.iter().map(|part| part_name(part.part)).collect();
            format!("{written}becomes {}{}", parts.join(", "), flag(*indicator))
        }
    }
}

fn part_name(part: TimePartKind) -> &'static str {
    match part {
        TimePartKind::Year => "year",
        TimePartKind::Month => "month",
        TimePartKind::DayOfWeek => "day of the week",
        TimePartKind::DayOfYear => "day of the year",
        TimePartKind::Hour => "hour",
        TimePartKind::ElapsedDays => "elapsed days",
    }
}

fn flag(indicator: bool) -> &'static str {
    if indicator { ", with a flag" } else { "" }
}

fn short(number: f64) -> String {
    chainrule_report::show(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_files::TimePart;

    #[test]
    fn each_kind_of_column_has_its_words() {
        let column = |name: &str, rule| PreparedColumn { name: name.into(), rule };
        let levels = (0..8).map(|level| format!("k{level}")).collect();
        let columns = vec![
            column("age", ColumnRule::Number { fill: 38.5, indicator: true, centre: 40.25, spread: 12.5 }),
            column("same", ColumnRule::Number { fill: 1.0, indicator: false, centre: 1.0, spread: 0.0 }),
            column(
                "paid",
                ColumnRule::Boolean { no: "no".into(), yes: "yes".into(), fill: 1.0, indicator: false },
            ),
            column(
                "kind",
                ColumnRule::Category {
                    levels,
                    other: true,
                    missing: true,
                    encoding: CategoryEncoding::OneHot,
                },
            ),
            column(
                "since",
                ColumnRule::DateTime {
                    order: Some(DateOrder::DayMonthYear),
                    origin: 0.0,
                    fill: 0.0,
                    indicator: false,
                    parts: [TimePartKind::Year, TimePartKind::ElapsedDays]
                        .map(|part| TimePart { part, centre: 0.0, spread: 1.0 })
                        .into(),
                },
            ),
        ];
        insta::assert_snapshot!(describe(&Preparation { columns, missing: Vec::new() }), @"
        age    number     centred at 40.25, divided by 12.5; missing: 38.5, with a flag
        same   number     constant in training, so always 0; missing: 1
        paid   boolean    `no` is 0, `yes` is 1; missing: `yes`
        kind   category   8 levels, an input each: `k0`, `k1`, `k2`, `k3`, `k4`, `k5` and 2 more, one for others, one for missing cells
        since  date-time  written day, month, year; becomes year, elapsed days
        ");
    }
}
