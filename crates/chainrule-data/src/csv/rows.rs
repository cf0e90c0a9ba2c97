//! Rows of a block into typed columns.
//!
//! Most rows go the quick way, [`Quick`]; a row that it declines is read again with care. A column that may be either is
//! read as numbers until a cell is none; then the rows so far are read once more for that column, as text, since what a
//! number was written like is not kept.
//!
//! It must not know where blocks come from.

use super::Dialect;
use super::cell::Cell;
use super::lines::Lines;
use super::quick::{Quick, Use};
use super::record::{Record, Splitter};
use crate::Error;
use crate::error::{Place, shorten};
use crate::frame::{Cells, Column, Frame, RowLines, TextsBuilder, Wanted};
use crate::number::{NumberFault, is_code};

/// Rows that are looked at before a stretch is read.
const PROBED: usize = 64;

/// Rows whose numbers wait, row after row, to be put into their columns together: so many numbers of one column are
/// written in turn, and the rest stays in the nearest cache.
const WAITING: usize = 64;

/// How the rows of a table are split and read.
pub(super) struct Rows<'a> {
    pub(super) names: &'a [String],
    pub(super) separator: u8,
    pub(super) dialect: &'a Dialect,
}

/// Rows of a text that are to be read.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) text: &'a str,
    /// Where the first row starts, or blank lines before it.
    pub(super) start: usize,
    /// The line of `start`.
    pub(super) line: u64,
    pub(super) most_rows: usize,
}

/// What was read.
pub(super) struct Part {
    /// The columns that are not skipped.
    pub(super) frame: Frame,
    /// Where the rows end.
    pub(super) end: usize,
    /// The line of `end`.
    pub(super) line: u64,
}

/// Where the next row starts at or after `at`, or the length of the text. Blank lines are no rows, and neither are lines of
/// byte order marks alone, which joined files have.
pub(super) fn next_row(text: &str, mut at: usize) -> usize {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let bytes = text.as_bytes();
    loop {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let mut end = at;
        while bytes[end..].starts_with(MARK) {
            end += MARK.len();
        }
        if end == at || !matches!(bytes.get(end), None | Some(b'\r' | b'\n')) {
            return at;
        }
        at = end;
    }
}

impl Rows<'_> {
    /// Reads a stretch; `wanted` is changed to text for columns that turned out to be.
    pub(super) fn read(&self, stretch: Stretch<'_>, wanted: &mut [Wanted]) -> Result<Part, Error> {
        if stretch.most_rows > PROBED && wanted.contains(&Wanted::Auto) {
            self.probe(stretch, wanted)?;
        }
        let mut columns = Columns::new(self, wanted);
        columns.reserve(stretch);
        let (lines, end) = self.walk(stretch, &mut columns)?;
        let turned = columns.turned(wanted);
        let mut cells = columns.into_cells(self)?;
        if turned.contains(&Wanted::Text) {
            let mut again = Columns::new(self, &turned);
            self.walk(stretch, &mut again)?;
            for ((cell, found), wanted) in cells.iter_mut().zip(again.into_cells(self)?).zip(wanted) {
                if found.is_some() {
                    *cell = found;
                    *wanted = Wanted::Text;
                }
            }
        }
        let named = self.names.iter().zip(cells);
        let columns = named.filter_map(|(name, cells)| Some(Column::new(name, cells?))).collect();
        let line = Lines::resume(stretch.text, stretch.start, stretch.line).at(end);
        Ok(Part { frame: Frame::of_rows(columns, lines).with_mark(self.dialect.decimal_mark), end, line })
    }

    /// Looks at the first rows: a column that turns mostly does so there, and then nothing is read twice.
    fn probe(&self, stretch: Stretch<'_>, wanted: &mut [Wanted]) -> Result<(), Error> {
        let mut columns = Columns::new(self, wanted);
        self.walk(Stretch { most_rows: PROBED, ..stretch }, &mut columns)?;
        for (wanted, building) in wanted.iter_mut().zip(&columns.building) {
            if matches!(building, Building::Turned) {
                *wanted = Wanted::Text;
            }
        }
        Ok(())
    }

    /// Reads all rows of a stretch into columns; gives their lines and where they end.
    fn walk(&self, stretch: Stretch<'_>, columns: &mut Columns) -> Result<(RowLines, usize), Error> {
        let text = stretch.text;
        let mut quick = Quick::new(text, self.separator, self.dialect, columns.uses());
        let mut lines = Lines::resume(text, stretch.start, stretch.line);
        let (mut splitter, mut record) = (Splitter::new(self.separator), Record::default());
        let (mut row_lines, mut at) = (RowLines::default(), next_row(text, stretch.start));
        while at < text.len() && row_lines.rows() < stretch.most_rows.max(1) {
            let line = lines.at(at);
            row_lines.push(line);
            if let Some(end) = quick.read(at) {
                columns.push_quick(&quick, self.dialect);
                at = next_row(text, end);
                continue;
            }
            let taken = splitter.read(&text.as_bytes()[at..], &mut record);
            at = next_row(text, taken.map_or(text.len(), |taken| at + taken));
            if record.len() != self.names.len() {
                return Err(Error::Ragged { line, got: record.len(), expected: self.names.len() });
            }
            columns.push(self, &record, line)?;
            columns.leave_out_turned(&mut quick);
        }
        Ok((row_lines, at))
    }
}

/// The columns of a stretch while they are read.
struct Columns {
    /// One per column of the table.
    building: Vec<Building>,
    /// Which columns hold numbers or texts, with their slot in the quick reader.
    numbers: Vec<usize>,
    texts: Vec<usize>,
    /// Numbers of the last rows, row after row, that are not yet in their columns.
    waiting: Vec<f64>,
}

/// One column while it is read.
enum Building {
    Skipped,
    Numbers(Vec<f64>),
    /// Numbers as long as all cells are, and the first cell that is not finite.
    Auto(Vec<f64>, Option<(u64, String)>),
    /// A cell was text.
    Turned,
    Texts(TextsBuilder),
}

impl Columns {
    fn new(rows: &Rows<'_>, wanted: &[Wanted]) -> Self {
        let building = wanted.iter().map(|wanted| match wanted {
            Wanted::Skip => Building::Skipped,
            Wanted::Number => Building::Numbers(Vec::new()),
            Wanted::Auto => Building::Auto(Vec::new(), None),
            Wanted::Text => Building::Texts(TextsBuilder::default()),
        });
        let building: Vec<Building> = building.take(rows.names.len()).collect();
        let which = |is: fn(&Building) -> bool| (0..building.len()).filter(|at| is(&building[*at])).collect();
        let numbers = which(|building| matches!(building, Building::Numbers(_) | Building::Auto(..)));
        let texts = which(|building| matches!(building, Building::Texts(_)));
        Self { building, numbers, texts, waiting: Vec::new() }
    }

    /// Takes memory for as many rows as there are if all are as long as the first.
    fn reserve(&mut self, stretch: Stretch<'_>) {
        let text = &stretch.text.as_bytes()[next_row(stretch.text, stretch.start)..];
        let first = memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len()) + 1;
        let rows = (text.len() / first.max(2 * self.building.len()) + 1).min(stretch.most_rows);
        for at in &self.numbers {
            if let Building::Numbers(numbers) | Building::Auto(numbers, _) = &mut self.building[*at] {
                numbers.reserve(rows);
            }
        }
    }

    /// What the quick reader has to read each column for.
    fn uses(&self) -> Vec<Use> {
        let mut uses = vec![Use::Nothing; self.building.len()];
        for (slot, at) in self.numbers.iter().enumerate() {
            let auto = matches!(self.building[*at], Building::Auto(..));
            uses[*at] = if auto { Use::PlainCell(slot) } else { Use::Cell(slot) };
        }
        for (slot, at) in self.texts.iter().enumerate() {
            uses[*at] = Use::Any(slot);
        }
        uses
    }

    /// Adds the row that the quick reader has just read.
    fn push_quick(&mut self, row: &Quick<'_>, dialect: &Dialect) {
        self.waiting.extend_from_slice(&row.numbers);
        if self.waiting.len() >= WAITING * self.numbers.len() {
            self.settle();
        }
        for (at, text) in self.texts.iter().zip(&row.texts) {
            if let Building::Texts(texts) = &mut self.building[*at] {
                texts.push_cell(text.trim(), |text| dialect.missing.is_missing(text));
            }
        }
    }

    /// Puts the waiting numbers into their columns.
    fn settle(&mut self) {
        let width = self.numbers.len();
        for (slot, at) in self.numbers.iter().enumerate() {
            if let Building::Numbers(numbers) | Building::Auto(numbers, _) = &mut self.building[*at] {
                numbers.extend(self.waiting.iter().skip(slot).step_by(width));
            }
        }
        self.waiting.clear();
    }

    /// Adds a row, cell by cell.
    fn push(&mut self, rows: &Rows<'_>, record: &Record, line: u64) -> Result<(), Error> {
        self.settle();
        for (at, building) in self.building.iter_mut().enumerate() {
            let text = record.field(at);
            match building {
                Building::Skipped | Building::Turned => {}
                Building::Texts(texts) => {
                    texts.push_cell(text.trim(), |text| rows.dialect.missing.is_missing(text));
                }
                Building::Numbers(numbers) => match Cell::read(text, rows.dialect) {
                    Cell::Number(value) => numbers.push(value),
                    Cell::Missing => numbers.push(f64::NAN),
                    Cell::NotFinite | Cell::Text => return Err(rows.bad_number(text, line, at)),
                },
                Building::Auto(numbers, bad) => match Cell::read(text, rows.dialect) {
                    Cell::Number(value) if !is_code(text) => numbers.push(value),
                    Cell::Missing => numbers.push(f64::NAN),
                    Cell::NotFinite => {
                        numbers.push(f64::NAN);
                        bad.get_or_insert((line, text.to_owned()));
                    }
                    Cell::Number(_) | Cell::Text => *building = Building::Turned,
                },
            }
        }
        Ok(())
    }

    /// Columns that turned are read no further.
    fn leave_out_turned(&self, quick: &mut Quick<'_>) {
        let turned = |at: &&usize| matches!(self.building[**at], Building::Turned);
        self.numbers.iter().filter(turned).for_each(|at| quick.leave_out(*at));
    }

    /// What has to be read again: text for columns that turned, nothing of the others.
    fn turned(&self, wanted: &[Wanted]) -> Vec<Wanted> {
        let again = |(building, _): (&Building, &Wanted)| match building {
            Building::Turned => Wanted::Text,
            _ => Wanted::Skip,
        };
        self.building.iter().zip(wanted).map(again).collect()
    }

    fn into_cells(mut self, rows: &Rows<'_>) -> Result<Vec<Option<Cells>>, Error> {
        self.settle();
        let cells = |(at, building): (usize, Building)| match building {
            Building::Skipped | Building::Turned => Ok(None),
            Building::Auto(_, Some((line, text))) => Err(rows.bad_number(&text, line, at)),
            Building::Numbers(numbers) | Building::Auto(numbers, None) => Ok(Some(Cells::Numbers(numbers))),
            Building::Texts(texts) => Ok(Some(Cells::Texts(texts.finish()))),
        };
        self.building.into_iter().enumerate().map(cells).collect()
    }
}

impl Rows<'_> {
    /// The error for a cell that is no finite number.
    fn bad_number(&self, text: &str, line: u64, column: usize) -> Error {
        let (column, value) = (&self.names[column], text.trim());
        if Cell::read(text, self.dialect) == Cell::NotFinite {
            return Error::NotFinite { line, column: shorten(column), value: shorten(value) };
        }
        let fault = NumberFault::of(value, self.dialect.decimal_mark);
        Error::NotANumber { place: Place::Line(line), column: column.clone(), value: value.to_owned(), fault }
    }
}
