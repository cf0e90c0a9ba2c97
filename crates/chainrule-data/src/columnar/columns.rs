//! The columns of a file that can be a table's, and frames of batches of them.
//!
//! It must not know Parquet from Arrow IPC.

use std::collections::{HashMap, VecDeque};

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::convert;
use crate::coerce::coerce;
use crate::error::shorten;
use crate::file_error::FileError;
use crate::frame::{Column, Wanted, check_names};
use crate::{Error, Frame};

/// The columns that are read, by name and position in the file.
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    positions: Vec<usize>,
    /// A sentence on each column that is set aside.
    pub(super) notes: Vec<String>,
}

impl Columns {
    /// Those whose types are known; the error is for a file in which there is none, or two have one name.
    pub(super) fn of(schema: &Schema, place: &'static str) -> Result<Self, Error> {
        let mut columns = Self { names: Vec::new(), positions: Vec::new(), notes: Vec::new() };
        for (position, field) in schema.fields().iter().enumerate() {
            if convert::is_known(field.data_type()) {
                columns.names.push(field.name().clone());
                columns.positions.push(position);
            } else {
                let (name, kind) = (shorten(field.name()), convert::name(field.data_type()));
                let note = format!(
                    "column `{name}` set aside; expected numbers, texts, dates or booleans, got {kind}"
                );
                columns.notes.push(note);
            }
        }
        check_names(columns.names.iter().map(String::as_str))?;
        if columns.names.is_empty() {
            let got = columns.notes.first().map_or("no columns", String::as_str);
            let wrong = format!("no column that can be read; {got}");
            return Err(FileError::Columnar { place: place.into(), wrong }.into());
        }
        Ok(columns)
    }

    /// The positions in the file of the columns that are wanted.
    pub(super) fn positions(&self, wanted: &[Wanted]) -> Vec<usize> {
        let pairs = self.positions.iter().zip(wanted);
        pairs.filter(|(_, wanted)| **wanted != Wanted::Skip).map(|(position, _)| *position).collect()
    }

    /// The frame of a batch which has the columns at `positions` of the file.
    pub(super) fn frame(
        &self,
        batch: &RecordBatch,
        positions: &[usize],
        wanted: &[Wanted],
        first_row: usize,
    ) -> Result<Frame, Error> {
        let mut columns: Vec<Column> = Vec::new();
        let places: HashMap<usize, usize> = positions.iter().copied().zip(0..).collect();
        for (name, (position, wanted)) in self.names.iter().zip(self.positions.iter().zip(wanted)) {
            if *wanted == Wanted::Skip {
                continue;
            }
            let array = places.get(position).map(|at| batch.column(*at));
            let cells = array.and_then(|array| convert::cells(array)).ok_or_else(|| FileError::Columnar {
                place: format!("column `{}`", shorten(name)),
                wrong: "the type is not that of the schema".into(),
            })?;
            columns.push(coerce(name, cells, *wanted, first_row)?);
        }
        Frame::new(columns)
    }
}

/// Batches that wait to be handed on, in parts of any number of rows.
#[derive(Default)]
pub(super) struct Waiting(VecDeque<RecordBatch>);

impl Waiting {
    pub(super) fn push(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.0.push_back(batch);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// At most `most` rows off the front, or `None` if nothing waits.
    pub(super) fn take(&mut self, most: usize) -> Option<RecordBatch> {
        let batch = self.0.pop_front()?;
        let rows = batch.num_rows();
        if rows <= most {
            return Some(batch);
        }
        self.0.push_front(batch.slice(most, rows - most));
        Some(batch.slice(0, most))
    }
}

/// Whether `packed` bytes may unpack to as many as are declared, before the memory is taken.
///
/// No packer of these files but zstd goes beyond 1032 to 1; that one can pack a constant column better, for which the second
/// limit is.
pub(super) fn is_believable(packed: u64, unpacked: u64) -> bool {
    unpacked <= packed.saturating_mul(1032).max(32 << 20)
}
