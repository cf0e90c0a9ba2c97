//! The data rows: feature cells to numbers, target cells collected, missing cells counted.
//!
//! It must not know how the columns were chosen.

use ::csv::StringRecord;

use super::DecimalMark;
use super::cell::{Cell, has_other_mark};
use super::grid::Grid;
use super::labels::Labels;
use crate::Error;
use crate::error::shorten;

/// What the data rows hold.
pub(super) struct Body {
    /// Row-major features, `[rows, columns]`.
    pub(super) features: Vec<f64>,
    /// One per target column.
    pub(super) targets: Vec<Labels>,
}

/// Reads all rows of `grid`: the columns `features` as numbers, the columns `targets` as they are.
pub(super) fn read(
    grid: &mut Grid<'_>,
    features: &[usize],
    targets: &[usize],
    mark: DecimalMark,
) -> Result<Body, Error> {
    let labels = targets.iter().map(|at| Labels::new(&grid.names[*at], mark)).collect();
    let mut body = Body { features: Vec::new(), targets: labels };
    let mut missing = MissingCells::new(grid.names.len());
    let mut row = StringRecord::new();
    while let Some(line) = grid.next_row(&mut row)? {
        for at in features {
            match Cell::parse(&row[*at], mark) {
                Cell::Number(value) => body.features.push(value),
                Cell::Missing => missing.add(*at, line, &row[*at]),
                Cell::NotFinite | Cell::Text => {
                    return Err(bad_number(&row[*at], line, &grid.names[*at], mark));
                }
            }
        }
        for (labels, at) in body.targets.iter_mut().zip(targets) {
            if !labels.push(&row[*at], line) {
                missing.add(*at, line, "");
            }
        }
    }
    missing.into_result(&grid.names)?;
    Ok(body)
}

/// The error for a cell that is no finite number.
pub(super) fn bad_number(text: &str, line: u64, column: &str, mark: DecimalMark) -> Error {
    let (column, value) = (shorten(column), shorten(text.trim()));
    if Cell::parse(text, mark) == Cell::NotFinite {
        return Error::NotFinite { line, column, value };
    }
    let help = match mark {
        DecimalMark::Point if has_other_mark(text, mark) => {
            "the decimal mark looks like a comma: declare it, or write points"
        }
        DecimalMark::Comma if has_other_mark(text, mark) => {
            "the decimal mark looks like a point: do not declare a comma"
        }
        _ => "give the column as target, leave it out, or encode its categories as numbers",
    };
    Error::NotANumber { line, column, value, help }
}

/// Where cells are missing: the first, and how many in each column.
struct MissingCells {
    first: Option<(usize, u64, String)>,
    counts: Vec<usize>,
}

impl MissingCells {
    fn new(columns: usize) -> Self {
        Self { first: None, counts: vec![0; columns] }
    }

    fn add(&mut self, column: usize, line: u64, text: &str) {
        self.counts[column] += 1;
        if self.first.is_none() {
            let cell = match text.trim() {
                "" => "empty cell".to_owned(),
                marker => format!("missing value `{marker}`"),
            };
            self.first = Some((column, line, cell));
        }
    }

    fn into_result(self, names: &[String]) -> Result<(), Error> {
        let Some((column, line, cell)) = self.first else { return Ok(()) };
        let counted = names.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        let counts: Vec<String> =
            counted.map(|(name, count)| format!("`{}` {count}", shorten(name))).take(20).collect();
        Err(Error::Missing {
            line,
            column: shorten(&names[column]),
            cell,
            total: self.counts.iter().sum(),
            counts: counts.join(", "),
        })
    }
}
