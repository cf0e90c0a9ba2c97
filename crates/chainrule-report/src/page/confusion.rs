//! Which classes are taken for which: a table of counts and shares for some classes, a picture for many, and the pairs that are
//! confused most.

use super::parts::{Section, explain, figure, folded};
use super::table::{Kind, Table, scrolling};
use crate::html::{Element, Html, coordinate, tag};
use crate::number::{count, percent, show};
use crate::record::Classes;

/// The most classes whose counts are shown as a table.
const MOST_IN_TABLE: usize = 16;
/// The most classes that are shown as a picture; beyond, those with the most mistakes are.
const MOST_IN_PICTURE: usize = 40;
/// A share of the line from which on its cell is dark.
const STRONG: f64 = 0.5;
/// Pairs of classes that are listed.
const PAIRS: usize = 10;

/// The matrix, the worst pairs and each class by itself.
pub(super) fn section(classes: &Classes) -> Option<Section> {
    let matrix = Matrix { classes, count: classes.names.len() };
    if matrix.count == 0 || classes.confusion.len() != matrix.count * matrix.count {
        return None;
    }
    let words = "A line for each class there is, a column for each answer; the percentage is the share of the line. What is \
                 right lies on the diagonal.";
    let shown = if matrix.count <= MOST_IN_TABLE { matrix.table() } else { matrix.picture().into() };
    let body = Html::from(explain(words)).then(shown);
    let (pairs, each) = (matrix.pairs(), matrix.each());
    let each =
        if matrix.count <= MOST_IN_TABLE { Html::from(each) } else { folded("Every class", each).into() };
    let tables = tag("div").class("beside").all(pairs.map(Html::from)).with(each);
    let body = body.then(tables);
    Some(Section::new("confusion", "Right and wrong answers", body))
}

struct Matrix<'a> {
    classes: &'a Classes,
    count: usize,
}

impl Matrix<'_> {
    fn at(&self, actual: usize, answer: usize) -> usize {
        self.classes.confusion[actual * self.count + answer]
    }

    fn name(&self, class: usize) -> &str {
        &self.classes.names[class]
    }

    fn of_class(&self, actual: usize) -> usize {
        (0..self.count).map(|answer| self.at(actual, answer)).sum()
    }

    fn answered(&self, answer: usize) -> usize {
        (0..self.count).map(|actual| self.at(actual, answer)).sum()
    }

    fn share(&self, actual: usize, answer: usize) -> f64 {
        self.at(actual, answer) as f64 / self.of_class(actual).max(1) as f64
    }

    fn table(&self) -> Html {
        let caption = "How often each class was answered with each class";
        let names = (0..self.count).map(|class| tag("th").set("scope", "col").text(self.name(class)));
        let corner = tag("td").class("corner").text("is ↓   answered →");
        let row = |actual: usize| {
            let name = tag("th").set("scope", "row").text(self.name(actual));
            tag("tr").with(name).all((0..self.count).map(|answer| self.cell(actual, answer)))
        };
        let table = tag("table")
            .class("confusion")
            .with(tag("caption").text(caption))
            .with(tag("thead").with(tag("tr").with(corner).all(names)))
            .with(tag("tbody").all((0..self.count).map(row)));
        scrolling(caption, table)
    }

    fn cell(&self, actual: usize, answer: usize) -> Element {
        let (times, share) = (self.at(actual, answer), self.share(actual, answer));
        let class = match (actual == answer, times, share > STRONG) {
            (_, 0, _) => "none",
            (true, _, false) => "right",
            (true, _, true) => "right strong",
            (false, _, false) => "wrong",
            (false, _, true) => "wrong strong",
        };
        // Even a rare mistake can be seen; text stays readable, so there are no half-dark cells.
        let depth = if share > STRONG { 1.0 } else { 0.08 + 0.5 * share };
        let cell = tag("td").class(class).set("style", &format!("--d:{}%", coordinate(depth * 100.0)));
        cell.with(tag("b").text(&count(times))).with(tag("span").text(&percent(share)))
    }

    /// A square for each pair, as dark as the share of the line.
    fn picture(&self) -> Element {
        let chosen = self.most_wrong();
        let each = 400.0 / chosen.len() as f64;
        let pairs = chosen.iter().enumerate().flat_map(|(down, actual)| {
            chosen.iter().enumerate().map(move |(across, answer)| (down, *actual, across, *answer))
        });
        let squares = pairs.filter(|(_, actual, _, answer)| self.at(*actual, *answer) > 0).map(|pair| {
            let (down, actual, across, answer) = pair;
            let words = format!(
                "{} answered with {}: {} ({})",
                self.name(actual),
                self.name(answer),
                self.at(actual, answer),
                percent(self.share(actual, answer))
            );
            tag("rect")
                .class(if actual == answer { "fill s0" } else { "fill s1" })
                .number("x", across as f64 * each)
                .number("y", down as f64 * each)
                .number("width", each)
                .number("height", each)
                .number("fill-opacity", 0.1 + 0.9 * self.share(actual, answer))
                .with(tag("title").text(&words))
        });
        let svg = tag("svg").class("matrix").set("viewBox", "0 0 400 400").set("role", "img");
        let svg = svg.set("aria-label", "The table of answers as a picture").all(squares);
        let words = match chosen.len() {
            shown if shown < self.count => {
                format!(
                    "The {shown} of {} classes with the most mistakes. Point at a square to see its classes.",
                    self.count
                )
            }
            _ => "Lines are what is, columns what was answered, in the order of the list below.".to_owned(),
        };
        figure(svg, &words)
    }

    /// All classes, or those with the most mistakes, in their own order.
    fn most_wrong(&self) -> Vec<usize> {
        let mut chosen: Vec<usize> = (0..self.count).collect();
        if self.count > MOST_IN_PICTURE {
            let wrong =
                |class: &usize| self.of_class(*class) + self.answered(*class) - 2 * self.at(*class, *class);
            chosen.sort_by_key(|class| std::cmp::Reverse(wrong(class)));
            chosen.truncate(MOST_IN_PICTURE);
            chosen.sort_unstable();
        }
        chosen
    }

    /// The pairs that are confused most.
    fn pairs(&self) -> Option<Table> {
        let all = (0..self.count).flat_map(|actual| (0..self.count).map(move |answer| (actual, answer)));
        let wrong = all.filter(|(actual, answer)| actual != answer && self.at(*actual, *answer) > 0);
        let mut wrong: Vec<(usize, usize)> = wrong.collect();
        wrong.sort_by_key(|(actual, answer)| std::cmp::Reverse(self.at(*actual, *answer)));
        if self.count < 3 || wrong.is_empty() {
            return None;
        }
        let heads = [
            ("is", Kind::Words),
            ("answered", Kind::Words),
            ("times", Kind::Numbers),
            ("share", Kind::Numbers),
        ];
        let rows = wrong.iter().take(PAIRS).map(|(actual, answer)| {
            let share = percent(self.share(*actual, *answer));
            vec![
                self.name(*actual).to_owned(),
                self.name(*answer).to_owned(),
                count(self.at(*actual, *answer)),
                share,
            ]
        });
        let caption = match wrong.len() {
            all if all > PAIRS => format!("Confused most often: {PAIRS} of {} pairs", count(all)),
            _ => "Confused most often".to_owned(),
        };
        Some(Table::new(&caption, &heads).rows(rows))
    }

    /// Each class by itself.
    fn each(&self) -> Table {
        let number = |name| (name, Kind::Numbers);
        let heads = [
            ("class", Kind::Words),
            number("rows"),
            number("found (recall)"),
            number("right when answered (precision)"),
            number("F1"),
        ];
        let ratio =
            |part: usize, whole: usize| if whole == 0 { f64::NAN } else { part as f64 / whole as f64 };
        let row = |class: usize| {
            let (right, rows) = (self.at(class, class), self.of_class(class));
            let f1 = ratio(2 * right, rows + self.answered(class));
            let shares = [ratio(right, rows), ratio(right, self.answered(class))].map(percent);
            [self.name(class).to_owned(), count(rows)].into_iter().chain(shares).chain([show(f1)]).collect()
        };
        Table::new("Every class by itself", &heads).rows((0..self.count).map(row))
    }
}
