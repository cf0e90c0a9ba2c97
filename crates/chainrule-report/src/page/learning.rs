//! Learning curves: loss, score and learning rate by epoch.
//!
//! Drawn as SVG, and listed in a table from which the page's script makes charts that can be zoomed.

use super::parts::{Section, explain, figure, folded, legend};
use super::table::{Kind, Table};
use crate::chart::{Axis, Frame, colour};
use crate::findings::best_epoch;
use crate::html::{Element, Html, tag};
use crate::number::{counted, show};
use crate::outcome::Epoch;
use crate::record::History;
use crate::thin::{MOST_POINTS, places};

/// One line of a chart, or one column of the table.
struct Line {
    name: &'static str,
    of: fn(&Epoch) -> Option<f64>,
}

const LOSSES: [Line; 2] = [
    Line { name: "training loss", of: |epoch| Some(epoch.training_loss) },
    Line { name: "validation loss", of: |epoch| epoch.validation_loss },
];
const SCORES: [Line; 2] = [
    Line { name: "training", of: |epoch| epoch.training_score },
    Line { name: "validation", of: |epoch| epoch.validation_score },
];
const RATE: [Line; 1] = [Line { name: "learning rate", of: |epoch| Some(epoch.learning_rate) }];

/// The curves with their table.
pub(super) fn section(history: Option<&History>) -> Option<Section> {
    let history = history.filter(|history| !history.epochs.is_empty())?;
    let best = best_epoch(&history.epochs);
    let best_place =
        best.and_then(|best| history.epochs.iter().position(|epoch| epoch.number == best.number));
    let shown: Vec<Epoch> = places(history.epochs.len(), MOST_POINTS, best_place.as_slice())
        .into_iter()
        .map(|place| history.epochs[place])
        .collect();
    let charts = [(&LOSSES[..], &history.loss[..]), (&SCORES, &history.score), (&RATE, "learning rate")];
    let mut first = 1;
    let mut figures = Vec::new();
    for (lines, label) in charts {
        figures.extend(chart(&shown, lines, label, (first, best.map(|best| best.number))));
        first += lines.len();
    }
    let wide = figures.remove(0);
    let rest = super::parts::beside(figures);
    let words = words(history, shown.len(), best);
    let body = Html::from(explain(&words))
        .then(wide)
        .then(rest)
        .then(folded("All numbers as a table", table(&shown, history)));
    Some(Section::new("learning", "Learning curves", body))
}

fn words(history: &History, shown: usize, best: Option<&Epoch>) -> String {
    let all = history.epochs.len();
    let thinned = if shown < all { format!(" Of {all} epochs, {shown} are shown.") } else { String::new() };
    let best = best.map(|best| {
        let loss = best.validation_loss.map(show).unwrap_or_default();
        format!(
            " The loss of the rows held out was lowest in epoch {} ({loss}), the upright line.",
            best.number
        )
    });
    format!(
        "{} of training. Training values are means over the steps of an epoch, while the weights still changed.{}{thinned} \
         Drag over a chart to zoom, double-click to see all.",
        counted(all, "epoch"),
        best.unwrap_or_default()
    )
}

/// One chart, unless there is nothing to draw. `first` is the column of the table in which its first line stands.
fn chart(
    epochs: &[Epoch],
    lines: &[Line],
    label: &str,
    (first, best): (usize, Option<usize>),
) -> Option<Element> {
    let drawn: Vec<(usize, &Line)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| epochs.iter().any(|epoch| (line.of)(epoch).is_some()))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let values = drawn.iter().flat_map(|(_, line)| epochs.iter().filter_map(|epoch| (line.of)(epoch)));
    let is_loss = first == 1;
    let y = if is_loss { Axis::of_losses(values, label) } else { Axis::around(values, label) };
    let (low, high) = (epochs[0].number as f64, epochs[epochs.len() - 1].number as f64);
    let size = if is_loss { (900.0, 320.0) } else { (420.0, 300.0) };
    let frame = Frame::new(size, Axis::new(low.min(high - 1.0), high, "epoch"), y);
    let marker = best.map(|best| frame.line(&[(best as f64, f64::MIN), (best as f64, f64::MAX)], "marker"));
    let line = |(number, line): &(usize, &Line)| {
        let points: Vec<(f64, f64)> =
            epochs.iter().map(|epoch| (epoch.number as f64, (line.of)(epoch).unwrap_or(f64::NAN))).collect();
        frame.line(&points, colour(*number))
    };
    let inside = marker.into_iter().chain(drawn.iter().map(line)).collect();
    let columns: Vec<String> = drawn.iter().map(|(number, _)| (first + number).to_string()).collect();
    let live = tag("div")
        .class("live")
        .set("data-table", "epochs")
        .set("data-columns", &columns.join(","))
        .set("data-best", &best.map(|best| best.to_string()).unwrap_or_default())
        .set("data-kind", if is_loss { "loss" } else { "" })
        .set("data-label", label);
    let svg = tag("div").class("still").with(frame.svg(&format!("{label} by epoch"), inside));
    let figure = figure(tag("div").class("chart").with(live).with(svg), &format!("{label} by epoch"));
    Some(figure.with(legend(drawn.iter().map(|(number, line)| (colour(*number), line.name)))))
}

/// All numbers; the charts that can be zoomed are made from them.
fn table(epochs: &[Epoch], history: &History) -> Html {
    let numbers = |name| (name, Kind::Numbers);
    let (training, validation) =
        (format!("training {}", history.score), format!("validation {}", history.score));
    let heads = [
        numbers("epoch"),
        numbers("training loss"),
        numbers("validation loss"),
        numbers(&training),
        numbers(&validation),
        numbers("learning rate"),
    ];
    let lines = || LOSSES.iter().chain(&SCORES).chain(&RATE);
    let row = |epoch: &Epoch| {
        let cell = |line: &Line| (line.of)(epoch).map(show).unwrap_or_default();
        [epoch.number.to_string()].into_iter().chain(lines().map(cell)).collect()
    };
    let table = Table::new("Loss, score and learning rate by epoch", &heads).rows(epochs.iter().map(row));
    super::table::scrolling("Loss, score and learning rate by epoch", table.element().set("id", "epochs"))
}
