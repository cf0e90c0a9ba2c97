//! Rows to learn from that lie in a file: as many as fit in memory are looked at together, and all of them column by column.
//!
//! What comes of it is what the same rows in memory give, to the bit. Must not know: networks, arguments.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use chainrule_data::frame::Column;
use chainrule_data::infer::{self, Decision, Decisions, Kind, Wishes};
use chainrule_data::preparation::Encoding;
use chainrule_data::{Error, Frame, Preparation, Roles};
use chainrule_mapped::{Mapped, Writer};

use crate::source::StoredTable;

/// Cells that are prepared at once, about 2 MB.
const CELLS_AT_ONCE: usize = 1 << 18;

/// Some rows and columns of a table in a file.
#[derive(Clone, Debug)]
pub(crate) struct StoredRows {
    table: Arc<StoredTable>,
    /// Where more files may be made.
    folder: Arc<PathBuf>,
    names: Vec<String>,
    rows: Arc<Vec<usize>>,
    /// The inputs, once they were asked for.
    inputs: Arc<OnceLock<Inputs>>,
}

/// Inputs in a file, and what made them.
#[derive(Debug)]
struct Inputs {
    preparation: Preparation,
    values: Mapped<f32>,
}

impl StoredRows {
    /// These rows of a table, with all columns; files are made in `folder`.
    pub(crate) fn new(table: StoredTable, rows: Vec<usize>, folder: PathBuf) -> Self {
        let names = table.names().map(str::to_owned).collect();
        let (table, folder, rows) = (Arc::new(table), Arc::new(folder), Arc::new(rows));
        Self { table, folder, names, rows, inputs: Arc::default() }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The same rows with the columns for which `keep` says so.
    pub(crate) fn retain(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.names.retain(|name| keep(name));
        self
    }

    /// Some of the rows.
    ///
    /// # Errors
    /// If a row does not exist.
    pub(crate) fn select(&self, rows: &[usize]) -> Result<Self, Error> {
        let pick = |row: &usize| {
            self.rows.get(*row).copied().ok_or(Error::RowOutOfRange { row: *row, rows: self.rows.len() })
        };
        let rows = rows.iter().map(pick).collect::<Result<Vec<usize>, Error>>()?;
        Ok(Self { rows: Arc::new(rows), inputs: Arc::default(), ..self.clone() })
    }

    /// What each column is for, as [`infer::decide`] says of a table in memory: one column after the other, with the target.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn decide(&self, roles: &Roles, wishes: &Wishes) -> Result<Decisions, Error> {
        roles.check(&self.names)?;
        wishes.check(&self.names)?;
        let target = self.frame(roles.target.iter().map(String::as_str))?;
        let mut decisions = Decisions::default();
        for name in self.names.iter().filter(|name| roles.is_feature(name)) {
            let mut frame = target.clone();
            frame.set(self.column(name)?)?;
            let (decision, warnings) = infer::decide_one(&frame, name, roles, wishes)?;
            decisions.columns.push(decision);
            decisions.warnings.extend(warnings);
        }
        match decisions.columns.iter().all(|decision| decision.kind == Kind::SetAside) {
            true => Err(infer::nothing_left(&decisions.columns, &roles.target)),
            false => Ok(decisions),
        }
    }

    /// The rules for the columns, as [`Preparation::fit`] finds them in memory: one column after the other.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn fit(
        &self,
        decisions: &[Decision],
        rows: &[usize],
        encoding: Encoding,
    ) -> Result<Preparation, Error> {
        let mut columns = Vec::new();
        for decision in decisions.iter().filter(|decision| decision.kind != Kind::SetAside) {
            let frame = self.frame([decision.column.as_str()])?;
            let own = Preparation::fit(&frame, std::slice::from_ref(decision), rows, encoding)?;
            columns.extend(own.columns().iter().cloned());
        }
        Preparation::new(columns)
    }

    /// The inputs that rules make of these rows, `[rows, width]`, mapped from a file.
    ///
    /// # Errors
    /// As [`Preparation::apply_f32`]; [`Error::Source`] if the disk is full, or if other rules were applied before.
    pub(crate) fn inputs(&self, preparation: &Preparation) -> Result<&[f32], Error> {
        if self.inputs.get().is_none() {
            let mut writer = Writer::in_folder(&self.folder).map_err(Error::Source)?;
            self.each_part(&mut |part| writer.write(&preparation.apply_f32(&part)?).map_err(Error::Source))?;
            let values = writer.finish().map_err(Error::Source)?;
            // Nobody else has the cell: whoever was first has made the same.
            let _ = self.inputs.set(Inputs { preparation: preparation.clone(), values });
        }
        match self.inputs.get() {
            Some(inputs) if inputs.preparation == *preparation => Ok(&inputs.values),
            _ => Err(Error::Source(io::Error::other("rows in a file are prepared once only"))),
        }
    }

    /// All rows part by part.
    ///
    /// # Errors
    /// Those of `work`.
    fn each_part(&self, work: &mut dyn FnMut(Frame) -> Result<(), Error>) -> Result<(), Error> {
        let most = (CELLS_AT_ONCE / self.names.len().max(1)).max(1);
        let mut parts = self.rows.chunks(most);
        parts.try_for_each(|rows| work(self.table.select(self.names.iter().map(String::as_str), rows)?))
    }

    /// Some columns with all these rows, in memory.
    ///
    /// # Errors
    /// If a column is not there.
    fn frame<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Frame, Error> {
        self.table.select(names, &self.rows)
    }

    /// One column with all these rows, in memory.
    ///
    /// # Errors
    /// If it is not there.
    pub(crate) fn column(&self, name: &str) -> Result<Column, Error> {
        self.frame([name])?.into_columns().pop().ok_or(Error::Empty)
    }
}

#[cfg(test)]
mod tests {
    use chainrule_data::csv::{Dialect, Stream};
    use chainrule_data::frame::{Wanted, read_all};

    use super::*;

    fn text() -> String {
        let row = |row: usize| {
            let size = if row.is_multiple_of(7) {
                String::new()
            } else {
                ((row * row % 101) as f64 / 4.0).to_string()
            };
            let day = row % 28 + 1;
            format!("{row},{size},{},2024-01-{day:02},{}\n", ["red", "blue", "green"][row * 5 % 3], row % 2)
        };
        (0..500).map(row).fold("id,size,colour,day,y\n".to_owned(), |all, row| all + &row)
    }

    #[test]
    fn rows_in_a_file_give_the_inputs_of_rows_in_memory() {
        let text = text();
        let stream = || Stream::with_block(text.as_bytes(), &Dialect::default(), 1000).unwrap();
        let folder = std::env::temp_dir();
        let table = StoredTable::read(&mut stream(), &[Wanted::Auto; 5], &folder).unwrap();
        let stored = StoredRows::new(table, (0..500).collect(), folder);
        let memory = read_all(&mut stream(), &|_| Wanted::Auto).unwrap();

        let roles = Roles { target: vec!["y".into()], ..Roles::default() };
        let decided = infer::decide(&memory, &roles, &Wishes::default()).unwrap();
        assert_eq!(stored.decide(&roles, &Wishes::default()).unwrap(), decided);
        let training: Vec<usize> = (0..500).filter(|row| row % 10 > 0).collect();
        let expected = Preparation::fit(&memory, &decided.columns, &training, Encoding::OneHot).unwrap();
        let stored = stored.retain(|name| name != "y" && name != "id");
        let fitted = stored.fit(&decided.columns, &training, Encoding::OneHot).unwrap();
        assert_eq!(fitted, expected);
        assert_eq!(stored.inputs(&fitted).unwrap(), expected.apply_f32(&memory).unwrap());

        let some = stored.select(&[7, 3]).unwrap();
        assert_eq!(
            some.inputs(&fitted).unwrap(),
            expected.apply_f32(&memory.select(&[7, 3]).unwrap()).unwrap()
        );
        assert!(stored.select(&[500]).is_err());
    }
}
