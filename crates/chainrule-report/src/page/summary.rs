//! The top of the page: what was learnt, how good it is, what looks wrong.

use super::parts::{Section, explain};
use super::table::{Kind, Table};
use crate::Level;
use crate::html::{Element, Html, tag};
use crate::learned::Comparison;
use crate::number::{count, show};
use crate::record::{Advice, Report, Tile};

/// Title, result, first numbers.
pub(super) fn header(report: &Report) -> Html {
    let lead = if report.good { tag("p").class("lead") } else { tag("p").class("lead bad") };
    let words =
        tag("div").with(lead.prose(&report.lead)).all(report.story.iter().map(|text| tag("p").prose(text)));
    let result = tag("div").class("result").with(words).all(report.comparison.as_ref().map(bars));
    let tiles = tag("dl").class("tiles").all(report.tiles.iter().map(tile));
    tag("header")
        .with(tag("h1").text(&report.title))
        .with(tag("p").class("subtitle").prose(&report.subtitle))
        .with(result)
        .with(tiles)
        .into()
}

fn tile(tile: &Tile) -> Element {
    let note = tag("dd").class("note").prose(&tile.note);
    tag("div").with(tag("dt").text(&tile.label)).with(tag("dd").class("value").text(&tile.value)).with(note)
}

/// Two bars: the network and the trivial answer.
fn bars(comparison: &Comparison) -> Element {
    let row = |(at, (name, length, text)): (usize, &(String, f64, String))| {
        let class = if at == 0 { "fill s0" } else { "fill soft" };
        let bar = tag("rect").class(class).number("width", (length * 100.0).max(0.4)).set("height", "10");
        let svg = tag("svg")
            .set("viewBox", "0 0 100 10")
            .set("preserveAspectRatio", "none")
            .set("aria-hidden", "true");
        let name = tag("span").with(tag("span").prose(name)).with(tag("b").text(text));
        tag("li")
            .with(name)
            .with(svg.with(tag("rect").class("track").set("width", "100").set("height", "10")).with(bar))
    };
    let list = tag("ul").all(comparison.bars.iter().enumerate().map(row));
    tag("div").class("versus").with(tag("h3").text(comparison.what)).with(list)
}

/// What looks wrong, and what was decided.
pub(super) fn findings(report: &Report) -> Option<Section> {
    if report.advice.is_empty() && report.notes.is_empty() {
        return None;
    }
    let advice = tag("ul").class("advice").all(report.advice.iter().map(advice));
    let notes = tag("ul").all(report.notes.iter().map(|note| tag("li").prose(note)));
    let notes =
        (!report.notes.is_empty()).then(|| tag("div").with(tag("h3").text("Notes on the data")).with(notes));
    Some(Section::new(
        "findings",
        "What to look at",
        Html::from(advice).then(notes.into_iter().collect::<Html>()),
    ))
}

fn advice(advice: &Advice) -> Element {
    let (class, word) = match advice.level {
        Level::Bad => ("bad", "Not usable"),
        Level::Warning => ("warning", "Caution"),
        Level::Hint => ("hint", "Hint"),
    };
    let command = advice.command.as_ref().map(|command| tag("code").class("command").text(command));
    let text = tag("p").with(tag("strong").text(word)).text(" ").prose(&advice.text);
    tag("li").class(class).with(text).all(command)
}

/// A table of all parts and metrics.
pub(super) fn scores(report: &Report) -> Option<Section> {
    if report.parts.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in report.parts.iter().flat_map(|part| &part.scores) {
        if !names.contains(&&name[..]) {
            names.push(name);
        }
    }
    let start =
        Table::new("Metrics of each part of the data", &[("part", Kind::Words), ("rows", Kind::Numbers)]);
    let table = names.iter().fold(start, |table, name| table.column(&name.replace('_', " "), Kind::Numbers));
    let table = table.cells(report.parts.iter().map(|part| {
        let found = |name: &&str| part.scores.iter().find(|(of, _)| of == name);
        let score = |name: &&str| Html::text(&found(name).map_or(String::new(), |(_, value)| show(*value)));
        let first = [Html::prose(&part.name), Html::text(&count(part.rows))];
        first.into_iter().chain(names.iter().map(score)).collect()
    }));
    let words = "The same weights judged on every part. Only rows that were not learnt from tell what to expect of new ones.";
    Some(Section::new("scores", "Scores", Html::from(explain(words)).then(table)))
}
