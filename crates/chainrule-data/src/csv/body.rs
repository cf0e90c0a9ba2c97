//! The data rows: feature cells to numbers, target cells collected, missing cells counted.
//!
//! Most rows go the quick way, [`Quick`]; a row that it declines is read again with care, cell by cell. A target is taken
//! for numbers until a cell is none; then all rows are read once more with the target as text, since what a number was
//! written like is not kept. That cell usually stands in the first row.
//!
//! It must not know how the columns were chosen.

use super::cell::Cell;
use super::grid::Grid;
use super::quick::{Quick, Use};
use super::record::Record;
use super::target::{Taken, TargetColumn};
use super::{DecimalMark, TargetKind};
use crate::Error;
use crate::error::{Place, shorten};
use crate::number::NumberFault;

/// What to read, by position.
pub(super) struct Columns<'a> {
    /// In the order of the result.
    pub(super) features: &'a [usize],
    /// In the order of the result.
    pub(super) targets: &'a [usize],
    /// [`TargetKind::Classes`] keeps the target as text; else numbers are tried first.
    pub(super) kind: TargetKind,
}

/// What the data rows hold.
pub(super) struct Body {
    /// Row-major features, `[rows, columns]`.
    pub(super) features: Vec<f64>,
    /// One per target column.
    pub(super) targets: Vec<TargetColumn>,
}

/// Reads all rows of `grid`: feature columns as numbers, target columns as they are.
pub(super) fn read(grid: &mut Grid<'_>, columns: &Columns<'_>, mark: DecimalMark) -> Result<Body, Error> {
    if columns.kind != TargetKind::Classes
        && let Some(body) = read_rows(grid, columns, mark, TargetColumn::values)?
    {
        return Ok(body);
    }
    grid.rewind();
    let texts = read_rows(grid, columns, mark, TargetColumn::texts)?;
    Ok(texts.unwrap_or_else(|| Body { features: Vec::new(), targets: Vec::new() }))
}

/// Reads all rows with empty target columns as `column` makes them; `None` if a target is not what they take.
fn read_rows(
    grid: &mut Grid<'_>,
    columns: &Columns<'_>,
    mark: DecimalMark,
    column: fn(&str, DecimalMark) -> TargetColumn,
) -> Result<Option<Body>, Error> {
    let targets: Vec<_> = columns.targets.iter().map(|at| column(&grid.names[*at], mark)).collect();
    let uses = columns.uses(grid.names.len(), &targets);
    let mut quick = uses.map(|uses| Quick::new(grid.text, grid.format.separator, mark, uses));
    let mut reading = Reading {
        columns,
        mark,
        missing: MissingCells::new(grid.names.len()),
        body: Body { features: Vec::new(), targets },
    };
    let mut row = Record::default();
    while let Some(start) = grid.next_row() {
        if let Some(quick) = &mut quick
            && let Some(end) = quick.read(start)
        {
            reading.body.push_quick(quick, columns.features.len(), || grid.line(start));
            grid.skip_to(end);
            continue;
        }
        let line = grid.read_row(start, &mut row)?;
        if !reading.push(&row, line, &grid.names)? {
            return Ok(None);
        }
    }
    reading.missing.into_result(&grid.names)?;
    Ok(Some(reading.body))
}

/// Rows on their way into a body.
struct Reading<'a> {
    columns: &'a Columns<'a>,
    mark: DecimalMark,
    missing: MissingCells,
    body: Body,
}

impl Reading<'_> {
    /// Adds a row, cell by cell; `false` if a target takes no such cell.
    fn push(&mut self, row: &Record, line: u64, names: &[String]) -> Result<bool, Error> {
        for at in self.columns.features {
            let text = row.field(*at);
            match Cell::parse(text, self.mark) {
                Cell::Number(value) => self.body.features.push(value),
                Cell::Missing => self.missing.add(*at, line, text),
                Cell::NotFinite | Cell::Text => return Err(bad_number(text, line, &names[*at], self.mark)),
            }
        }
        for (column, at) in self.body.targets.iter_mut().zip(self.columns.targets) {
            match column.push(row.field(*at), || line) {
                Taken::Yes => {}
                Taken::Empty => self.missing.add(*at, line, ""),
                Taken::No => return Ok(false),
            }
        }
        Ok(true)
    }
}

impl Columns<'_> {
    /// What each of `count` columns is read for; `None` if one is wanted twice, which the quick reader does not know.
    fn uses(&self, count: usize, targets: &[TargetColumn]) -> Option<Vec<Use>> {
        let mut uses = vec![Use::Nothing; count];
        let features = self.features.iter().enumerate().map(|(slot, at)| (*at, Use::Number(slot)));
        let targets = targets.iter().zip(self.targets).enumerate().map(|(slot, (target, at))| match target {
            TargetColumn::Values(_) => (*at, Use::Plain(self.features.len() + slot)),
            TargetColumn::Texts(_) => (*at, Use::Text(slot)),
        });
        for (at, wanted) in features.chain(targets) {
            if uses[at] != Use::Nothing {
                return None;
            }
            uses[at] = wanted;
        }
        Some(uses)
    }
}

impl Body {
    /// Adds the row that the quick reader has just read; the first `width` of its numbers are features.
    fn push_quick(&mut self, row: &Quick<'_>, width: usize, mut line: impl FnMut() -> u64) {
        let (features, numbers) = row.numbers.split_at(width);
        self.features.extend_from_slice(features);
        for (slot, column) in self.targets.iter_mut().enumerate() {
            match column {
                TargetColumn::Values(values) => values.push(numbers[slot]),
                TargetColumn::Texts(labels) => {
                    labels.push(row.texts[slot], &mut line);
                }
            }
        }
    }
}

/// The error for a cell that is no finite number.
pub(super) fn bad_number(text: &str, line: u64, column: &str, mark: DecimalMark) -> Error {
    let value = text.trim();
    if Cell::parse(text, mark) == Cell::NotFinite {
        return Error::NotFinite { line, column: shorten(column), value: shorten(value) };
    }
    let fault = NumberFault::of(value, mark);
    Error::NotANumber { place: Place::Line(line), column: column.to_owned(), value: value.to_owned(), fault }
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
