//! What each column of the data holds.

use super::parts::{Section, explain};
use super::table::{Kind, Table};
use crate::chart::spark;
use crate::html::{Html, tag};
use crate::number::{count, show};
use crate::record::{Column, ColumnContent};

/// The most columns that are described one by one.
const MOST: usize = 200;
/// The most levels that are named.
const LEVELS: usize = 4;

/// A line for each column.
pub(super) fn section(columns: &[Column]) -> Option<Section> {
    if columns.is_empty() {
        return None;
    }
    let number = |name| (name, Kind::Numbers);
    let heads = [
        ("column", Kind::Words),
        ("values", Kind::Words),
        ("kind", Kind::Words),
        number("missing"),
        number("distinct"),
        number("lowest"),
        number("mean ± deviation"),
        number("highest"),
    ];
    let fewer = if columns.len() > MOST {
        format!(" The first {MOST} of {} are listed.", columns.len())
    } else {
        String::new()
    };
    let words = format!("All rows, those held out too; as the table has them, before any scaling.{fewer}");
    let table = Table::new("What each column holds", &heads)
        .class("profile")
        .cells(columns.iter().take(MOST).map(row));
    Some(Section::new("columns", "The data, column by column", Html::from(explain(&words)).then(table)))
}

fn row(column: &Column) -> Vec<Html> {
    let text = |text: &str| Html::text(text);
    let distinct = column.distinct.map(count).unwrap_or_default();
    let (chart, numbers) = content(column);
    let kind = [text(&column.kind), text(&count(column.missing)), text(&distinct)];
    [text(&column.name), chart].into_iter().chain(kind).chain(numbers.map(|number| text(&number))).collect()
}

/// What is in a column as a small drawing, and its lowest, middle and highest value.
fn content(column: &Column) -> (Html, [String; 3]) {
    match &column.content {
        ColumnContent::Numbers { lowest, highest, mean, deviation, histogram } => {
            let words = format!("How the values of {} are spread", column.name);
            // There is none of a column without values.
            let middle =
                if mean.is_nan() { show(*mean) } else { format!("{} ± {}", show(*mean), show(*deviation)) };
            (spark(histogram, &words), [show(*lowest), middle, show(*highest)])
        }
        ColumnContent::Levels(levels) => {
            let counts: Vec<usize> = levels.iter().map(|(_, rows)| *rows).take(30).collect();
            let words = format!("How often each value of {} comes", column.name);
            let named = levels.iter().take(LEVELS).map(|(name, rows)| format!("{name} ({})", count(*rows)));
            let more = levels.len().saturating_sub(LEVELS);
            let list: Vec<String> = named.chain((more > 0).then(|| format!("and {more} more"))).collect();
            let chart = spark(&counts, &words).then(tag("div").class("levels").text(&list.join(", ")));
            (chart, Default::default())
        }
    }
}
