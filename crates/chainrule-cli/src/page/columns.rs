//! What each column of a table holds, with a histogram.

use chainrule_data::describe::{self, TargetDescription};
use chainrule_data::{Dataset, Features, Target};
use chainrule_report::{Column, ColumnContent};

/// Ranges of a histogram.
const RANGES: usize = 24;

/// A profile of every feature and of the target, the target first; of pictures the target alone, for a pixel is no column.
pub(crate) fn columns(dataset: &Dataset) -> Vec<Column> {
    let description = describe::describe(dataset);
    let mut columns = target(dataset, &description.target);
    if dataset.image().is_none() && matches!(dataset.features(), Features::Real { .. }) {
        let feature = |(at, column): (usize, &describe::Column)| {
            numbers(column, "number", &dataset.features().column(at))
        };
        columns.extend(description.features.iter().enumerate().map(feature));
    }
    columns
}

fn target(dataset: &Dataset, description: &TargetDescription) -> Vec<Column> {
    match (description, dataset.target()) {
        (TargetDescription::Classes { column, counts }, _) => {
            let mut levels = counts.clone();
            levels.sort_by_key(|level| std::cmp::Reverse(level.1));
            let distinct = Some(levels.len());
            let content = ColumnContent::Levels(levels);
            vec![Column {
                name: column.clone(),
                kind: "target, classes".into(),
                missing: 0,
                distinct,
                content,
            }]
        }
        (TargetDescription::Values(columns), Target::Values { names, values }) => {
            let of_column =
                |at: usize| -> Vec<f64> { values.iter().skip(at).step_by(names.len()).copied().collect() };
            columns
                .iter()
                .enumerate()
                .map(|(at, column)| numbers(column, "target, number", &of_column(at)))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn numbers(column: &describe::Column, kind: &str, values: &[f64]) -> Column {
    let (lowest, highest) = (column.lowest, column.highest);
    let mut histogram = vec![0; RANGES];
    for value in values {
        let place = (value - lowest) / (highest - lowest).max(f64::MIN_POSITIVE) * RANGES as f64;
        histogram[(place as usize).min(RANGES - 1)] += 1;
    }
    Column {
        name: column.name.clone(),
        kind: kind.to_owned(),
        missing: 0,
        distinct: Some(distinct(values)),
        content: ColumnContent::Numbers {
            lowest,
            highest,
            mean: column.mean,
            deviation: column.deviation,
            histogram,
        },
    }
}

fn distinct(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    sorted.len()
}
