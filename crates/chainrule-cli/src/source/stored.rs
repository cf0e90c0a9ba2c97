//! A table in a file of its own instead of memory: cells as numbers, part behind part and column behind column.
//!
//! Texts are positions in a dictionary, which stays in memory; so does nothing else that grows with the rows. The file has
//! no name and is mapped: see `chainrule-mapped`. Must not know: what columns are for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use chainrule_data::frame::{Cells, Column, MISSING, Texts};
use chainrule_data::{Error, Frame, TableReader, Wanted};
use chainrule_mapped::{Mapped, Writer};

/// Distinct texts of one column beyond which it is given up: no category has as many, and each needs a place in memory.
const MOST_TEXTS: usize = 200_000;
/// Cells of a part, about 2 MB.
const CELLS_AT_ONCE: usize = 1 << 18;

/// A table in a file.
#[derive(Debug)]
pub(crate) struct StoredTable {
    columns: Vec<StoredColumn>,
    parts: Vec<Part>,
    cells: Mapped<f64>,
    /// All rows without cells: their lines, and how numbers are written.
    rows: Frame,
    /// Columns that were given up, in words.
    pub(crate) notes: Vec<String>,
}

/// A column and the texts that occur in it.
#[derive(Debug)]
struct StoredColumn {
    name: String,
    texts: Vec<String>,
    known: HashMap<String, u32>,
    is_given_up: bool,
}

/// Rows that were read together.
#[derive(Debug)]
struct Part {
    first_row: usize,
    rows: usize,
    /// Where its first cell lies.
    start: usize,
    /// What the cells of each column are.
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Numbers,
    Times,
    Texts,
}

impl StoredTable {
    /// Reads a table to its end, and writes it to a file without a name in `folder`.
    ///
    /// # Errors
    /// What is wrong with the table; [`Error::Source`] if the disk is full; [`Error::Empty`].
    pub(crate) fn read(
        reader: &mut dyn TableReader,
        wanted: &[Wanted],
        folder: &Path,
    ) -> Result<Self, Error> {
        let names = reader.names().iter().zip(wanted).filter(|(_, wanted)| **wanted != Wanted::Skip);
        let column = |name: &String| StoredColumn {
            name: name.clone(),
            texts: Vec::new(),
            known: HashMap::new(),
            is_given_up: false,
        };
        let mut columns: Vec<StoredColumn> = names.map(|(name, _)| column(name)).collect();
        let mut writer = Writer::in_folder(folder).map_err(Error::Source)?;
        let (mut parts, mut rows): (Vec<Part>, Option<Frame>) = (Vec::new(), None);
        let most_rows = (CELLS_AT_ONCE / columns.len().max(1)).max(1);
        while let Some(frame) = reader.next_frame(wanted, most_rows)? {
            let start = writer.len();
            let mut kinds = Vec::new();
            for (column, cells) in columns.iter_mut().zip(frame.columns()) {
                let (kind, values) = column.store(cells.cells());
                kinds.push(kind);
                writer.write(&values).map_err(Error::Source)?;
            }
            let first_row = rows.as_ref().map_or(0, Frame::rows);
            parts.push(Part { first_row, rows: frame.rows(), start, kinds });
            let bare = frame.retain(|_| false);
            match &mut rows {
                Some(rows) => rows.append(bare)?,
                None => rows = Some(bare),
            }
        }
        let rows = rows.ok_or(Error::Empty)?;
        let cells = writer.finish().map_err(Error::Source)?;
        let notes = columns.iter().filter(|column| column.is_given_up).map(StoredColumn::note).collect();
        columns.iter_mut().for_each(|column| column.known = HashMap::new());
        Ok(Self { columns, parts, cells, rows, notes })
    }

    /// Columns that were numbers in some parts and texts in others: how their numbers were written is lost.
    pub(crate) fn mixed(&self) -> Vec<String> {
        let is_mixed = |(at, _): &(usize, &StoredColumn)| {
            let mut kinds = self.parts.iter().map(|part| part.kinds[*at]);
            let first = kinds.next();
            kinds.any(|kind| Some(kind) != first)
        };
        self.columns.iter().enumerate().filter(is_mixed).map(|(_, column)| column.name.clone()).collect()
    }

    /// The names of the columns that can be used.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|column| !column.is_given_up).map(|column| column.name.as_str())
    }

    /// Some columns with all their rows: what must fit in memory.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] for a name that is not there; [`Error::Shape`] if times and texts meet in a column.
    pub(crate) fn columns<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Frame, Error> {
        let columns = names.into_iter().map(|name| self.column(name)).collect::<Result<_, Error>>()?;
        self.rows.clone().with_columns(columns)
    }

    fn column(&self, name: &str) -> Result<Column, Error> {
        let at = self.position(name)?;
        let cells = |part: &Part| &self.cells[part.start + at * part.rows..][..part.rows];
        let all =
            || self.parts.iter().flat_map(|part| cells(part).iter().map(|cell| (part.kinds[at], *cell)));
        Ok(self.columns[at].cells(all()))
    }

    /// Some rows, in any order, with some columns: what must fit in memory.
    ///
    /// # Errors
    /// As [`StoredTable::columns`]; [`Error::RowOutOfRange`].
    pub(crate) fn select<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        rows: &[usize],
    ) -> Result<Frame, Error> {
        let bare = self.rows.select(rows)?;
        let column = |name: &str| {
            let at = self.position(name)?;
            // Rows mostly lie in the part of the row before.
            let mut near = 0;
            let cell = move |row: &usize| {
                near = self.part_of(*row, near);
                let part = &self.parts[near];
                (part.kinds[at], self.cells[part.start + at * part.rows + row - part.first_row])
            };
            Ok(self.columns[at].cells(rows.iter().map(cell)))
        };
        bare.with_columns(names.into_iter().map(column).collect::<Result<_, Error>>()?)
    }

    /// The part of a row, which is looked for in the part `near` first.
    fn part_of(&self, row: usize, near: usize) -> usize {
        let Part { first_row, rows, .. } = &self.parts[near];
        if (*first_row..first_row + rows).contains(&row) {
            return near;
        }
        self.parts.partition_point(|part| part.first_row <= row) - 1
    }

    fn position(&self, name: &str) -> Result<usize, Error> {
        let at = self.columns.iter().position(|column| column.name == name && !column.is_given_up);
        at.ok_or_else(|| Error::MissingColumns {
            missing: vec![name.to_owned()],
            columns: self.names().map(str::to_owned).collect(),
            nearest: None,
        })
    }
}

impl StoredColumn {
    /// The cells of some rows; where numbers and texts meet, all are texts.
    fn cells(&self, cells: impl Iterator<Item = (Kind, f64)> + Clone) -> Column {
        let has = |kind: Kind| cells.clone().any(|(own, _)| own == kind);
        let numbers = cells.clone().map(|(_, cell)| cell);
        let cells = match (has(Kind::Texts), has(Kind::Times)) {
            (false, false) => Cells::Numbers(numbers.collect()),
            (false, true) => Cells::Times(numbers.collect()),
            (true, false) if !has(Kind::Numbers) => Cells::Texts(self.coded(numbers)),
            (true, _) => Cells::Texts(self.written(cells)),
        };
        Column::new(self.name.clone(), cells)
    }

    /// Texts by their codes. The dictionary has those that occur, in the order in which they come first.
    fn coded(&self, codes: impl Iterator<Item = f64>) -> Texts {
        Texts::from_cells(codes.map(|code| self.text(code)))
    }

    /// Texts, and numbers as they are written shortest.
    fn written(&self, cells: impl Iterator<Item = (Kind, f64)>) -> Texts {
        let text = |(kind, cell): (Kind, f64)| match kind {
            Kind::Texts => self.text(cell).map(str::to_owned),
            Kind::Numbers => Cells::Numbers(vec![cell]).text(0).map(Cow::into_owned),
            Kind::Times => Cells::Times(vec![cell]).text(0).map(Cow::into_owned),
        };
        let texts: Vec<Option<String>> = cells.map(text).collect();
        Texts::from_cells(texts.iter().map(Option::as_deref))
    }

    fn text(&self, code: f64) -> Option<&str> {
        self.texts.get(code as usize).filter(|_| !code.is_nan()).map(String::as_str)
    }

    /// Cells as numbers: texts by their position in the dictionary, what is missing as NaN.
    fn store(&mut self, cells: &Cells) -> (Kind, Vec<f64>) {
        match cells {
            Cells::Numbers(numbers) => (Kind::Numbers, numbers.clone()),
            Cells::Times(times) => (Kind::Times, times.clone()),
            Cells::Texts(texts) => {
                let codes: Vec<f64> = texts.dictionary().iter().map(|text| self.code(text)).collect();
                let number = |code: &u32| if *code == MISSING { f64::NAN } else { codes[*code as usize] };
                (Kind::Texts, texts.codes().iter().map(number).collect())
            }
        }
    }

    fn code(&mut self, text: &str) -> f64 {
        if let Some(code) = self.known.get(text) {
            return f64::from(*code);
        }
        if self.texts.len() >= MOST_TEXTS {
            self.is_given_up = true;
            return f64::NAN;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.known.insert(text.to_owned(), code);
        f64::from(code)
    }

    fn note(&self) -> String {
        format!("column `{}` set aside; expected at most {MOST_TEXTS} distinct texts, got more", self.name)
    }
}

#[cfg(test)]
mod tests {
    use chainrule_data::csv::{Dialect, Stream};
    use chainrule_data::frame::read_all;

    use super::*;

    /// A table whose `late` column turns from numbers to texts in a late block.
    fn text() -> String {
        let row = |row: usize| {
            let size = if row.is_multiple_of(7) { "NA".to_owned() } else { (row as f64 / 4.0).to_string() };
            let late = if row < 900 { (row % 10).to_string() } else { format!("level {}", row % 3) };
            format!("{size},{},{late}\n", ["red", "blue", ""][row % 3])
        };
        (0..1000).map(row).fold("size,colour,late\n".to_owned(), |all, row| all + &row)
    }

    fn stream(text: &str) -> Stream<&[u8]> {
        Stream::with_block(text.as_bytes(), &Dialect::default(), 1000).unwrap()
    }

    #[test]
    fn what_is_stored_is_what_was_read() {
        let text = text();
        let expected = read_all(&mut stream(&text), &|_| Wanted::Auto).unwrap();
        let stored =
            StoredTable::read(&mut stream(&text), &[Wanted::Auto; 3], &std::env::temp_dir()).unwrap();
        assert!(stored.parts.len() > 5);
        assert_eq!(stored.mixed(), ["late"]);
        let names: Vec<String> = stored.names().map(str::to_owned).collect();
        let all = stored.columns(names.iter().map(String::as_str)).unwrap();
        assert_eq!((stored.rows.rows(), all.rows()), (1000, 1000));
        let shown = |frame: &Frame, row: usize| -> Vec<Option<String>> {
            frame.columns().iter().map(|column| column.cells().text(row).map(String::from)).collect()
        };
        assert!((0..1000).all(|row| shown(&all, row) == shown(&expected, row)));

        let rows: Vec<usize> = (0..1000).rev().filter(|row| row % 5 == 1).collect();
        let some = stored.select(names.iter().map(String::as_str), &rows).unwrap();
        assert!(rows.iter().enumerate().all(|(at, row)| shown(&some, at) == shown(&expected, *row)));
        assert_eq!((all.place(7), some.place(0)), (expected.place(7), expected.place(996)));
        assert!(matches!(
            stored.select(["late"], &[1000]),
            Err(Error::RowOutOfRange { row: 1000, rows: 1000 })
        ));
    }

    #[test]
    fn a_column_of_endless_texts_is_given_up() {
        let text: String =
            (0..=MOST_TEXTS).fold("a,b\n".to_owned(), |all, row| all + &format!("text {row},{row}\n"));
        let mut stream = Stream::open(text.as_bytes(), &Dialect::default()).unwrap();
        let stored = StoredTable::read(&mut stream, &[Wanted::Auto; 2], &std::env::temp_dir()).unwrap();
        assert_eq!(stored.names().collect::<Vec<_>>(), ["b"]);
        assert_eq!(stored.notes, ["column `a` set aside; expected at most 200000 distinct texts, got more"]);
        assert!(stored.columns(["a"]).is_err());
    }
}
