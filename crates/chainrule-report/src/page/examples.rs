//! The rows that were answered worst.

use super::parts::{Section, explain};
use super::table::{Kind, Table};
use crate::html::{Html, tag};
use crate::picture::address;
use crate::record::{Examples, Picture, Row};

/// A line for each row, or a picture.
pub(super) fn section(examples: Option<&Examples>) -> Option<Section> {
    let examples = examples.filter(|examples| !examples.rows.is_empty())?;
    let shown = if examples.rows.iter().any(|row| row.picture.is_some()) {
        gallery(examples)
    } else {
        list(examples)
    };
    let words = Html::from(explain(&examples.how));
    Some(Section::new("examples", "Answered worst", words.then(shown)))
}

fn gallery(examples: &Examples) -> Html {
    let one = |row: &Row| {
        let image = row.picture.as_ref().map(|picture| image(picture, &examples.place, row));
        let words = format!("is {}, answered {}", row.actual, row.predicted);
        let Examples { place, wrong, .. } = examples;
        let below = format!("{place} {} · {wrong} {}", row.number, row.wrong);
        let caption = tag("figcaption").with(tag("b").text(&words)).with(tag("span").text(&below));
        tag("figure").all(image).with(caption)
    };
    tag("div").class("gallery").all(examples.rows.iter().map(one)).into()
}

fn image(picture: &Picture, place: &str, row: &Row) -> Html {
    let words = format!("A picture of {}, {place} {}", row.actual, row.number);
    tag("img").set("src", &address(picture)).set("alt", &words).set("width", "84").set("height", "84").into()
}

fn list(examples: &Examples) -> Html {
    let heads = [
        (&examples.place[..], Kind::Numbers),
        ("is", Kind::Words),
        ("answered", Kind::Words),
        (&examples.wrong[..], Kind::Numbers),
    ];
    let start = Table::new("The rows answered worst", &heads);
    let table = examples.columns.iter().fold(start, |table, name| table.column(name, Kind::Numbers));
    let row = |row: &Row| {
        let first = [row.number.to_string(), row.actual.clone(), row.predicted.clone(), row.wrong.clone()];
        first.into_iter().chain(row.values.iter().cloned()).collect()
    };
    table.rows(examples.rows.iter().map(row)).into()
}
