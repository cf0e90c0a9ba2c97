//! The rows that were answered worst.

use std::borrow::Cow;

use chainrule::Task;
use chainrule_data::Target;
use chainrule_data::frame::{Cells, Column};
use chainrule_report::{Examples, Importance, Picture, Row, percent, show};

use super::Judged;
use crate::predictions::gives_probabilities;
use crate::prepare::Raw;
use crate::record::IMAGE;

/// Rows that are shown.
const SHOWN: usize = 12;
/// Raw values that are shown with each.
const VALUES: usize = 6;

/// The rows with the largest mistakes, with the raw values of the columns that matter most.
pub(crate) fn worst(judged: &Judged<'_>, importance: Option<&Importance>) -> Examples {
    let mut rows: Vec<(f64, usize)> = (0..judged.rows()).map(|row| (mistake(judged, row), row)).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let width = picture_width(judged);
    let columns = if width.is_some() { Vec::new() } else { columns(judged, importance) };
    let names = judged.model.layout().features;
    let one = |row: usize| Row {
        number: judged.number(row),
        actual: actual(judged, row),
        predicted: predicted(judged, row),
        wrong: wrong(judged, row),
        values: columns.iter().map(|column| value(judged, &names[*column], (row, *column))).collect(),
        picture: width.map(|width| picture(judged, row, width)),
    };
    Examples {
        how: how(judged),
        place: place(judged).to_owned(),
        wrong: if matches!(judged.target, Target::Classes { .. }) { "right one got" } else { "off by" }
            .to_owned(),
        columns: columns.iter().map(|column| names[*column].clone()).collect(),
        rows: rows.iter().take(SHOWN).map(|(_, row)| one(*row)).collect(),
    }
}

fn how(judged: &Judged<'_>) -> String {
    let order = match judged.model.task {
        Task::Regression => "The rows whose predictions are farthest off.",
        Task::Multilabel => "The rows whose labels are missed most.",
        _ if gives_probabilities(judged.model) => "The rows whose right answer got the smallest probability.",
        _ => "The rows whose right answer got the smallest score.",
    };
    let counted = match (place(judged), judged.raw) {
        ("line", _) => "Lines are those of the file.",
        (_, Raw::Matrix { .. }) => "Rows count from 1.",
        _ => "Rows with an answer count from 1.",
    };
    format!(
        "{order} Look at them first: wrong labels, odd values, and what the columns do not tell. {counted}"
    )
}

/// What the number of a row is.
fn place(judged: &Judged<'_>) -> &'static str {
    if judged.rows() > 0 && judged.line(0).is_some() { "line" } else { "row" }
}

/// How wrong an answer is, to sort by.
fn mistake(judged: &Judged<'_>, row: usize) -> f64 {
    match judged.target {
        Target::Classes { labels, .. } => -right(judged, row, labels[row] as usize),
        Target::Values { names, values } => {
            let spread = judged.model.outputs.as_ref().map(|scaling| &scaling.spread);
            let pairs = judged.outputs(row).iter().zip(&values[row * names.len()..]).enumerate();
            pairs.map(|(at, (p, y))| ((p - y) / spread.map_or(1.0, |spread| spread[at])).powi(2)).sum()
        }
    }
}

/// What the right class got.
fn right(judged: &Judged<'_>, row: usize, class: usize) -> f64 {
    match judged.outputs(row) {
        [one] if class == 0 => 1.0 - one,
        [one] => *one,
        several => several[class],
    }
}

fn actual(judged: &Judged<'_>, row: usize) -> String {
    match judged.target {
        Target::Classes { names, labels, .. } => names[labels[row] as usize].clone(),
        Target::Values { names, values } => {
            joined(judged, names, &values[row * names.len()..][..names.len()])
        }
    }
}

fn predicted(judged: &Judged<'_>, row: usize) -> String {
    match (judged.target, judged.outputs(row)) {
        (Target::Classes { names, .. }, [one]) => names[usize::from(*one > judged.model.threshold())].clone(),
        (Target::Classes { names, .. }, several) => names[chainrule::metrics::argmax(several)].clone(),
        (Target::Values { names, .. }, outputs) => joined(judged, names, outputs),
    }
}

/// Labels by their names, numbers as they are.
fn joined(judged: &Judged<'_>, names: &[String], values: &[f64]) -> String {
    if judged.model.task == Task::Multilabel {
        let chosen = names.iter().zip(values).filter(|(_, value)| **value > 0.5);
        let chosen: Vec<&str> = chosen.map(|(name, _)| &name[..]).collect();
        return if chosen.is_empty() { "none".to_owned() } else { chosen.join("|") };
    }
    values.iter().map(|value| show(*value)).collect::<Vec<_>>().join(", ")
}

fn wrong(judged: &Judged<'_>, row: usize) -> String {
    match judged.target {
        Target::Classes { labels, .. } => {
            let right = right(judged, row, labels[row] as usize);
            if gives_probabilities(judged.model) { percent(right) } else { show(right) }
        }
        Target::Values { names, values } => {
            let pairs = judged.outputs(row).iter().zip(&values[row * names.len()..][..names.len()]);
            let off: Vec<String> = pairs.map(|(p, y)| show((p - y).abs())).collect();
            off.join(", ")
        }
    }
}

/// The columns to show: those that matter most, or the first ones.
fn columns(judged: &Judged<'_>, importance: Option<&Importance>) -> Vec<usize> {
    let mut columns: Vec<usize> = (0..judged.model.layout().features.len()).collect();
    if let Some(importance) = importance.filter(|importance| importance.columns.len() == columns.len()) {
        let loss = |column: &usize| importance.columns[*column].loss.0;
        columns.sort_by(|a, b| loss(b).total_cmp(&loss(a)).then(a.cmp(b)));
    }
    columns.truncate(VALUES);
    columns
}

/// What stands in a cell.
fn value(judged: &Judged<'_>, name: &str, (row, column): (usize, usize)) -> String {
    match judged.raw {
        Raw::Matrix { features, .. } => show(features.value(row, column)),
        Raw::Table(frame) => match frame.column(name).map(Column::cells) {
            Some(Cells::Numbers(values)) if !values[row].is_nan() => show(values[row]),
            cells => cells.and_then(|cells| cells.text(row)).map_or("missing".to_owned(), Cow::into_owned),
        },
        Raw::Stored(_) => "in a file".to_owned(),
    }
}

fn number(column: &Column, row: usize) -> f64 {
    match column.cells() {
        Cells::Numbers(values) => values[row],
        _ => 0.0,
    }
}

fn picture_width(judged: &Judged<'_>) -> Option<usize> {
    let (height, width) = judged.model.record.extras.get(IMAGE)?.split_once('x')?;
    let (height, width): (usize, usize) = (height.parse().ok()?, width.parse().ok()?);
    let fits = height.checked_mul(width) == Some(judged.raw.names().len());
    (fits && width > 0).then_some(width)
}

/// The pixels of a row, the brightest of it white.
fn picture(judged: &Judged<'_>, row: usize, width: usize) -> Picture {
    let pixels: Vec<f64> = match judged.raw {
        Raw::Matrix { features, .. } => features.row(row),
        Raw::Table(frame) => frame.columns().iter().map(|column| number(column, row)).collect(),
        Raw::Stored(_) => Vec::new(),
    };
    let most = pixels.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let grey = |value: &f64| (value / most * 255.0).round().clamp(0.0, 255.0) as u8;
    Picture { width, pixels: pixels.iter().map(grey).collect() }
}
