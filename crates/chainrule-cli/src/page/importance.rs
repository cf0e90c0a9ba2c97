//! How much each column matters to a model; of pictures, how much each square of pixels does.

use std::ops::Range;

use chainrule::{Examples, Importance, Shuffling, permutation_importance};
use chainrule_data::describe::spread;
use chainrule_report::{self as report, Shuffled};

use super::Judged;
use crate::model::Weights;
use crate::prepare::{self, Inputs};
use crate::record::IMAGE;

/// How often each column is shuffled.
const REPEATS: usize = 5;
/// The most rows that are looked at.
const MOST_ROWS: usize = 5000;
/// The fewest, even if it takes longer.
const FEWEST_ROWS: usize = 200;
/// Products of a weight and an input, over all shuffles: some seconds.
const WORK: f64 = 2e10;
/// The squares of a picture, in each direction.
const SQUARES: usize = 7;

/// Inputs of the network that are shuffled together.
struct Groups {
    names: Vec<String>,
    columns: Vec<Vec<usize>>,
    /// How many squares lie side by side, for pictures.
    across: Option<usize>,
}

/// Shuffles each column of some of the rows and judges again.
///
/// # Errors
/// If the rows do not go with the network.
pub(crate) fn importance(judged: &Judged<'_>, seed: u64) -> anyhow::Result<report::Importance> {
    let Groups { names, columns, across } = groups(judged);
    let each = judged.model.network.parameter_count() as f64 * (columns.len() * REPEATS).max(1) as f64;
    let most = ((WORK / each) as usize).clamp(FEWEST_ROWS, MOST_ROWS);
    let rows = spread(judged.rows(), most);
    let (raw, target) = (judged.raw.select(&rows)?, judged.target.select(&rows)?);
    let model = judged.model;
    let targets = prepare::targets(&target, model.outputs.as_ref());
    let examples =
        Examples::new(model.inputs.apply(&raw, &model.layout().features, model.precision())?, targets)?;
    let shuffling = Shuffling { groups: columns, repeats: REPEATS, seed };
    let found = match &model.weights {
        Weights::F32(params) => {
            permutation_importance(&model.network, params.values(), model.loss, &examples, &shuffling)?
        }
        Weights::F64(params) => {
            permutation_importance(&model.network, params.values(), model.loss, &examples, &shuffling)?
        }
    };
    let of_all =
        if rows.len() < judged.rows() { format!(", spread over {}", judged.rows()) } else { String::new() };
    let each = if across.is_some() { "square" } else { "column" };
    let score = judged.evaluation.scores.first().map_or("the score", |score| score.name);
    Ok(report::Importance {
        how: format!("Measured on {} rows{of_all}, each {each} {REPEATS} times.", rows.len()),
        columns: names.into_iter().zip(&found).map(|(name, found)| shuffled(judged, name, found)).collect(),
        score: score.replace('_', " "),
        across,
    })
}

fn shuffled(judged: &Judged<'_>, name: String, found: &Importance) -> Shuffled {
    // Of numbers, the score is an error in the unit in which the target was scaled for training; one target has one unit.
    let unit = match &judged.model.outputs {
        Some(scaling) if scaling.spread.len() == 1 => scaling.spread[0],
        _ => 1.0,
    };
    Shuffled {
        name,
        loss: (found.loss.mean, found.loss.deviation),
        score: (found.score.mean * unit, found.score.deviation * unit),
    }
}

/// The columns of each feature of the model's record, or the squares of a picture.
fn groups(judged: &Judged<'_>) -> Groups {
    let record = &judged.model.record;
    let size = record.extras.get(IMAGE).and_then(|size| size.split_once('x'));
    if let Some((Ok(height), Ok(width))) = size.map(|(height, width)| (height.parse(), width.parse())) {
        return squares(height, width);
    }
    if let Inputs::Prepared(preparation) = &judged.model.inputs {
        let groups = preparation.inputs();
        let names = groups.iter().map(|group| group.column.clone()).collect();
        let columns = groups.into_iter().map(|group| group.range.collect()).collect();
        return Groups { names, columns, across: None };
    }
    let mut first = 0;
    let mut columns = |width: usize| {
        first += width;
        (first - width..first).collect::<Vec<usize>>()
    };
    if record.features.is_empty() {
        let names = judged.model.layout().features;
        return Groups { columns: names.iter().map(|_| columns(1)).collect(), names, across: None };
    }
    let names = record.features.iter().map(|feature| feature.name.clone()).collect();
    Groups {
        names,
        columns: record.features.iter().map(|feature| columns(feature.width)).collect(),
        across: None,
    }
}

fn squares(height: usize, width: usize) -> Groups {
    let (down, across) = (height.min(SQUARES), width.min(SQUARES));
    let piece = |at: usize, pieces: usize, all: usize| at * all / pieces..(at + 1) * all / pieces;
    let all = || (0..down).flat_map(move |row| (0..across).map(move |column| (row, column)));
    let ranges = |(row, column)| (piece(row, down, height), piece(column, across, width));
    let shown = |range: Range<usize>| format!("{} to {}", range.start + 1, range.end);
    let name = |place| {
        let (rows, columns) = ranges(place);
        format!("pixel rows {}, columns {}", shown(rows), shown(columns))
    };
    let pixels = |place| {
        let (rows, columns) = ranges(place);
        rows.flat_map(|row| columns.clone().map(move |column| row * width + column)).collect()
    };
    Groups { names: all().map(name).collect(), columns: all().map(pixels).collect(), across: Some(across) }
}

#[cfg(test)]
mod tests {
    use super::squares;

    #[test]
    fn every_pixel_is_in_one_square() {
        for (height, width) in [(28, 28), (8, 8), (3, 10), (1, 1)] {
            let mut pixels: Vec<usize> = squares(height, width).columns.concat();
            pixels.sort_unstable();
            assert_eq!(pixels, (0..height * width).collect::<Vec<_>>());
        }
        assert_eq!(squares(28, 28).names[8], "pixel rows 5 to 8, columns 5 to 8");
    }
}
