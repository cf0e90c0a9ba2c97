//! How much each column matters.

use super::parts::{Section, explain, figure, folded};
use super::table::{Kind, Table};
use crate::chart::{Bar, whiskers};
use crate::html::{Html, tag};
use crate::number::show;
use crate::record::{Importance, Shuffled};

/// The most columns that are drawn.
const MOST_DRAWN: usize = 20;

/// Bars for the columns that matter most, and all as a table.
pub(super) fn section(importance: Option<&Importance>) -> Option<Section> {
    let importance = importance.filter(|importance| !importance.columns.is_empty())?;
    let mut columns: Vec<&Shuffled> = importance.columns.iter().collect();
    columns.sort_by(|a, b| b.loss.0.total_cmp(&a.loss.0));
    let bars: Vec<Bar> = columns
        .iter()
        .take(MOST_DRAWN)
        .map(|column| Bar { name: column.name.clone(), value: column.loss.0, deviation: column.loss.1 })
        .collect();
    let fewer = if importance.across.is_some() {
        " The darker a square of the picture, the more it matters.".to_owned()
    } else if bars.len() < columns.len() {
        format!(" The {} that matter most of {} are drawn.", bars.len(), columns.len())
    } else {
        String::new()
    };
    let words = format!(
        "How much worse the answers get when the values of one column are dealt out anew among the rows. {} A column may seem \
         to matter little because another one says the same.{fewer}",
        importance.how
    );
    let chart = match importance.across {
        Some(across) => squares(&importance.columns, across),
        None => whiskers(
            &bars,
            "growth of the loss (line: ± one standard deviation)",
            "Importance of each column",
        ),
    };
    let figure = figure(chart, "Growth of the loss without the column's information");
    let table = table(&columns, &importance.score);
    let table =
        if columns.len() > MOST_DRAWN { Html::from(folded("All columns", table)) } else { table.into() };
    let body = Html::from(explain(&words)).then(figure).then(table);
    Some(Section::new("importance", "Which columns matter", body))
}

/// The squares of a picture where they lie, the darker the more they matter.
fn squares(columns: &[Shuffled], across: usize) -> Html {
    let across = across.max(1);
    let most = columns.iter().map(|column| column.loss.0).fold(f64::MIN_POSITIVE, f64::max);
    let square = |(at, column): (usize, &Shuffled)| {
        let words = format!("{}: {} ± {}", column.name, show(column.loss.0), show(column.loss.1));
        tag("rect")
            .class("fill s0")
            .number("x", (at % across) as f64 * 20.0)
            .number("y", (at / across) as f64 * 20.0)
            .number("width", 20.0)
            .number("height", 20.0)
            .number("fill-opacity", 0.04 + 0.96 * (column.loss.0 / most).clamp(0.0, 1.0))
            .with(tag("title").text(&words))
    };
    let view = format!("0 0 {} {}", across * 20, columns.len().div_ceil(across) * 20);
    let svg = tag("svg").class("matrix squares").set("viewBox", &view).set("role", "img");
    svg.set("aria-label", "Importance of each square of the picture")
        .all(columns.iter().enumerate().map(square))
        .into()
}

fn table(columns: &[&Shuffled], score: &str) -> Table {
    let score = format!("change of {score}");
    let heads = [
        ("column", Kind::Words),
        ("growth of the loss", Kind::Numbers),
        ("±", Kind::Numbers),
        (&score, Kind::Numbers),
        ("±", Kind::Numbers),
    ];
    let row = |column: &&Shuffled| {
        let numbers = [column.loss.0, column.loss.1, column.score.0, column.score.1].map(show);
        [column.name.clone()].into_iter().chain(numbers).collect()
    };
    Table::new("Importance of each column", &heads).rows(columns.iter().map(row))
}
