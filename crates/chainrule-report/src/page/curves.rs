//! What every threshold gives: ROC curves, and precision against recall.

use super::parts::{Section, beside, explain, figure, legend};
use super::table::{Kind, Table};
use crate::chart::{Axis, COLOURS, Frame, colour};
use crate::html::Html;
use crate::number::{percent, show};
use crate::record::Curves;
use crate::thin::{MOST_POINTS, along, corners};

/// Both charts and the areas.
pub(super) fn section(all: &[Curves], what: &str) -> Option<Section> {
    let mut drawn: Vec<&Curves> = all.iter().filter(|curves| !curves.roc.is_empty()).collect();
    if drawn.is_empty() {
        return None;
    }
    drawn.sort_by(|a, b| a.roc_area.total_cmp(&b.roc_area));
    let possible = drawn.len();
    drawn.truncate(COLOURS);
    let words = words((all.len(), possible), &drawn, what);
    let key = || legend(drawn.iter().enumerate().map(|(number, curves)| (colour(number), &curves.name[..])));
    let charts = [roc(&drawn).with(key()), precision_recall(&drawn).with(key())];
    let body = Html::from(explain(&words)).then(beside(charts)).then(areas(all, what));
    Some(Section::new("thresholds", "Every threshold", body))
}

/// `all` curves, of which so many are `possible`: those of classes that are not among the judged rows are not.
fn words((all, possible): (usize, usize), drawn: &[&Curves], what: &str) -> String {
    let against = if all > 1 { format!("Each {what} against the others. ") } else { String::new() };
    let fewer = if drawn.len() < possible {
        format!(" Drawn are the {} with the smallest areas.", drawn.len())
    } else {
        String::new()
    };
    let both = |curves: &&Curves| [corners(&curves.roc).len(), corners(&recalls(curves)).len()];
    let longest = drawn.iter().flat_map(both).max().unwrap_or(0);
    let thinned = if longest > MOST_POINTS {
        format!(" Curves of up to {longest} points are drawn with at most {MOST_POINTS}.")
    } else {
        String::new()
    };
    format!(
        "{against}Left: the share that is found against false alarms; the dashed line is guessing. Right: how pure what is \
         found is.{fewer}{thinned}"
    )
}

fn roc(drawn: &[&Curves]) -> crate::html::Element {
    let frame = square("false positive rate", "true positive rate");
    let guess = frame.line(&[(0.0, 0.0), (1.0, 1.0)], "guess");
    let lines =
        drawn.iter().enumerate().map(|(number, curves)| frame.line(&along(&curves.roc), colour(number)));
    let inside = [guess].into_iter().chain(lines).collect();
    figure(frame.svg("ROC curves", inside), "Receiver operating characteristic (ROC)")
}

fn precision_recall(drawn: &[&Curves]) -> crate::html::Element {
    let frame = square("recall: share found", "precision: share right of those found");
    let lines = drawn.iter().enumerate().map(|(number, curves)| {
        let guess =
            frame.line(&[(0.0, curves.share), (1.0, curves.share)], &format!("guess {}", colour(number)));
        guess.then(frame.line(&along(&recalls(curves)), colour(number)))
    });
    figure(frame.svg("Precision against recall", lines.collect()), "Precision and recall; dashed: guessing")
}

/// Precision by recall, level until the first point: the most certain answers.
fn recalls(curves: &Curves) -> Vec<(f64, f64)> {
    let first = curves.precision_recall.first().map(|point| (0.0, point.1));
    first.into_iter().chain(curves.precision_recall.iter().copied()).collect()
}

fn square(x: &str, y: &str) -> Frame {
    Frame::new((420.0, 380.0), Axis::new(0.0, 1.0, x), Axis::new(0.0, 1.0, y))
}

fn areas(all: &[Curves], what: &str) -> Table {
    let heads = [
        (what, Kind::Words),
        ("share of the rows", Kind::Numbers),
        ("area below ROC", Kind::Numbers),
        ("average precision", Kind::Numbers),
    ];
    let row = |curves: &Curves| {
        vec![
            curves.name.clone(),
            percent(curves.share),
            show(curves.roc_area),
            show(curves.average_precision),
        ]
    };
    Table::new("Areas: 1 is perfect; guessing gets 0.5 and the share of the rows", &heads)
        .rows(all.iter().map(row))
}
