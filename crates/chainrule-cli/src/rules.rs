//! Between the rules that prepare a table and their form in a model file.
//!
//! Must not know: networks, nor how a rule is followed. Two tables, one for each direction.

use chainrule_data as data;
use chainrule_data::preparation::{Category, Encoding, Number, Prepared, Rule, Scale, TimePart, Times};
use chainrule_files as files;
use chainrule_files::{CategoryEncoding, ColumnRule, PreparedColumn, TimePartKind};

/// The rules as a record has them, with the markers of missing cells that were given beside the usual ones.
pub(crate) fn preparation(preparation: &data::Preparation, missing: &[String]) -> files::Preparation {
    let column = |prepared: &Prepared| PreparedColumn {
        name: prepared.column.clone(),
        rule: to_record(&prepared.rule),
    };
    let columns = preparation.columns().iter().map(column).collect();
    files::Preparation { columns, missing: missing.to_vec() }
}

/// The rules that a record has.
///
/// # Errors
/// If a rule cannot be followed.
pub(crate) fn rules(record: &files::Preparation) -> anyhow::Result<data::Preparation> {
    let prepared =
        |column: &PreparedColumn| Prepared { column: column.name.clone(), rule: of_record(&column.rule) };
    Ok(data::Preparation::new(record.columns.iter().map(prepared).collect())?)
}

fn to_record(rule: &Rule) -> ColumnRule {
    match rule {
        Rule::Number(Number { fill, indicator, scale }) => ColumnRule::Number {
            fill: *fill,
            indicator: *indicator,
            centre: scale.centre,
            spread: scale.spread,
        },
        Rule::Boolean { no, yes, fill, indicator } => {
            ColumnRule::Boolean { no: no.clone(), yes: yes.clone(), fill: *fill, indicator: *indicator }
        }
        Rule::Category(category) => ColumnRule::Category {
            levels: category.levels.clone(),
            other: category.other,
            missing: category.missing,
            encoding: match category.encoding {
                Encoding::OneHot => CategoryEncoding::OneHot,
                Encoding::Code => CategoryEncoding::Code,
            },
        },
        Rule::Times(times) => ColumnRule::DateTime {
            order: times.order.map(order_to_record),
            origin: times.origin,
            fill: times.fill,
            indicator: times.indicator,
            parts: times.parts.iter().map(scaled_part_to_record).collect(),
        },
        // The enum may grow in its own crate, and then this table with it.
        _ => unreachable!("a rule that this program does not know comes from no version of its own"),
    }
}

fn of_record(rule: &ColumnRule) -> Rule {
    match rule {
        ColumnRule::Number { fill, indicator, centre, spread } => Rule::Number(Number {
            fill: *fill,
            indicator: *indicator,
            scale: Scale { centre: *centre, spread: *spread },
        }),
        ColumnRule::Boolean { no, yes, fill, indicator } => {
            Rule::Boolean { no: no.clone(), yes: yes.clone(), fill: *fill, indicator: *indicator }
        }
        ColumnRule::Category { levels, other, missing, encoding } => Rule::Category(Category {
            levels: levels.clone(),
            other: *other,
            missing: *missing,
            encoding: match encoding {
                CategoryEncoding::OneHot => Encoding::OneHot,
                CategoryEncoding::Code => Encoding::Code,
            },
        }),
        ColumnRule::DateTime { order, origin, fill, indicator, parts } => Rule::Times(Times {
            order: order.map(order_of_record),
            origin: *origin,
            fill: *fill,
            indicator: *indicator,
            parts: parts.iter().map(part_of_record).collect(),
        }),
    }
}

/// The order of a date as a record has it.
pub(crate) fn order_to_record(order: data::DateOrder) -> files::DateOrder {
    match order {
        data::DateOrder::YearMonthDay => files::DateOrder::YearMonthDay,
        data::DateOrder::DayMonthYear => files::DateOrder::DayMonthYear,
        data::DateOrder::MonthDayYear => files::DateOrder::MonthDayYear,
    }
}

fn order_of_record(order: files::DateOrder) -> data::DateOrder {
    match order {
        files::DateOrder::YearMonthDay => data::DateOrder::YearMonthDay,
        files::DateOrder::DayMonthYear => data::DateOrder::DayMonthYear,
        files::DateOrder::MonthDayYear => data::DateOrder::MonthDayYear,
    }
}

/// Each part of a point in time, in both forms.
const PARTS: [(TimePart, TimePartKind); 6] = [
    (TimePart::Year, TimePartKind::Year),
    (TimePart::Month, TimePartKind::Month),
    (TimePart::DayOfWeek, TimePartKind::DayOfWeek),
    (TimePart::DayOfYear, TimePartKind::DayOfYear),
    (TimePart::Hour, TimePartKind::Hour),
    (TimePart::ElapsedDays, TimePartKind::ElapsedDays),
];

/// A part of a point in time as a record has it.
pub(crate) fn part_to_record(part: TimePart) -> TimePartKind {
    let kind = PARTS.iter().find(|(own, _)| *own == part).map(|(_, kind)| *kind);
    kind.expect("the table has every part, as its test shows")
}

fn scaled_part_to_record((part, scale): &(TimePart, Scale)) -> files::TimePart {
    files::TimePart { part: part_to_record(*part), centre: scale.centre, spread: scale.spread }
}

fn part_of_record(part: &files::TimePart) -> (TimePart, Scale) {
    let own = PARTS.iter().find(|(_, kind)| *kind == part.part).map(|(own, _)| *own);
    let own = own.expect("the table has every part, as its test shows");
    (own, Scale { centre: part.centre, spread: part.spread })
}

#[cfg(test)]
mod tests {
    use chainrule_data as data;
    use chainrule_data::preparation::{
        Category, Encoding, Number, Preparation, Prepared, Rule, Scale, TimePart, Times,
    };

    use super::{PARTS, preparation, rules};

    #[test]
    fn every_rule_comes_back_from_its_record() {
        let scale = Scale { centre: 1.5, spread: 0.0 };
        let parts: Vec<(TimePart, Scale)> = PARTS.iter().map(|(part, _)| (*part, scale)).collect();
        let category = |encoding| {
            let levels = vec!["a".to_owned(), "b".to_owned()];
            Rule::Category(Category { levels, other: true, missing: false, encoding })
        };
        let times = |order| {
            Rule::Times(Times { order, origin: 3.0, fill: 4.0, indicator: true, parts: parts.clone() })
        };
        let all = [
            Rule::Number(Number { fill: 2.0, indicator: true, scale }),
            Rule::Boolean { no: "no".into(), yes: "yes".into(), fill: 1.0, indicator: false },
            category(Encoding::OneHot),
            category(Encoding::Code),
            times(None),
            times(Some(data::DateOrder::YearMonthDay)),
            times(Some(data::DateOrder::DayMonthYear)),
            times(Some(data::DateOrder::MonthDayYear)),
        ];
        let column = |(number, rule): (usize, Rule)| Prepared { column: format!("c{number}"), rule };
        let own = Preparation::new(all.into_iter().enumerate().map(column).collect()).unwrap();
        assert_eq!(rules(&preparation(&own, &["-9".into()])).unwrap(), own);
    }
}
