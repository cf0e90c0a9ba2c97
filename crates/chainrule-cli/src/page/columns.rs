//! What each column of a table holds, with a histogram.

use chainrule_data as data;
use chainrule_data::describe::{self, TargetDescription};
use chainrule_data::frame::Cells;
use chainrule_data::{Dataset, Features, Image, Target};
use chainrule_report::{Column, ColumnContent};

use crate::prepare::Raw;

/// Ranges of a histogram.
const RANGES: usize = 24;

/// A profile of every feature and of the target, the target first; of pictures the target alone, for a pixel is no column.
///
/// # Errors
/// Only for a fault of our own: if rows and answers do not fit each other.
pub(crate) fn columns(raw: &Raw, target: &Target, image: Option<Image>) -> Result<Vec<Column>, data::Error> {
    // What describes data takes features as well; one column of nothing does where the features are described here.
    let nothing = Features::real(1, vec![0.0; target.rows()])?;
    let answers = Dataset::new("target", vec!["nothing".into()], nothing, target.clone())?;
    let mut columns = self::target(&answers, &describe::describe(&answers).target);
    match raw {
        Raw::Matrix { names, features: features @ Features::Real { .. } } if image.is_none() => {
            let all = names.iter().enumerate();
            columns.extend(all.map(|(at, name)| of_numbers(name, "number", &features.column(at))));
        }
        // Of a table larger than memory no page is made.
        Raw::Matrix { .. } | Raw::Stored(_) => {}
        Raw::Table(frame) => columns.extend(frame.columns().iter().map(of_cells)),
    }
    Ok(columns)
}

/// A column of a table, whatever it holds.
fn of_cells(column: &data::frame::Column) -> Column {
    let profile = match column.cells() {
        Cells::Numbers(values) => of_numbers(column.name(), "number", values),
        Cells::Times(values) => of_numbers(column.name(), "time, seconds since 1970", values),
        Cells::Texts(texts) => {
            let mut levels: Vec<(String, usize)> = texts
                .dictionary()
                .iter()
                .cloned()
                .zip(texts.counts())
                .filter(|(_, count)| *count > 0)
                .collect();
            levels.sort_by_key(|level| std::cmp::Reverse(level.1));
            let distinct = Some(levels.len());
            let content = ColumnContent::Levels(levels);
            Column { name: column.name().to_owned(), kind: "text".into(), missing: 0, distinct, content }
        }
    };
    Column { missing: column.missing(), ..profile }
}

/// The numbers that are there, NaN for one that is not; without any, the lowest, highest and mean are NaN too.
fn of_numbers(name: &str, kind: &str, values: &[f64]) -> Column {
    let there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let count = there.len() as f64;
    let mean = there.iter().sum::<f64>() / count;
    let squares: f64 = there.iter().map(|value| (value - mean).powi(2)).sum();
    let column = describe::Column {
        name: name.to_owned(),
        lowest: there.iter().copied().fold(f64::NAN, f64::min),
        highest: there.iter().copied().fold(f64::NAN, f64::max),
        mean,
        deviation: (squares / count).sqrt(),
    };
    numbers(&column, kind, &there)
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

#[cfg(test)]
mod tests {
    use chainrule_report::ColumnContent;

    use super::of_numbers;

    fn content(values: &[f64]) -> [f64; 4] {
        match of_numbers("x", "number", values).content {
            ColumnContent::Numbers { lowest, highest, mean, deviation, .. } => {
                [lowest, highest, mean, deviation]
            }
            ColumnContent::Levels(_) => panic!("expected numbers"),
        }
    }

    #[test]
    fn a_column_without_values_has_neither_ends_nor_mean() {
        assert!(content(&[f64::NAN; 3]).iter().all(|number| number.is_nan()));
        assert!(content(&[]).iter().all(|number| number.is_nan()));
        assert_eq!(content(&[f64::NAN, 1.0, 3.0]), [1.0, 3.0, 2.0, 1.0]);
    }
}
