//! The cells of one target column, collected without knowing yet whether they are numbers or classes.
//!
//! It must not know features.

use std::collections::HashMap;

use super::cell::Cell;
use super::{DecimalMark, TargetKind, TargetReading};
use crate::error::{Place, shorten};
use crate::number::is_code;
use crate::target::{sort_class_names, unknown_class};
use crate::{Error, Target};

/// One target column while it is read: every distinct text once, and its number per row.
pub(super) struct Labels {
    column: String,
    mark: DecimalMark,
    rows: Vec<u32>,
    texts: Vec<Distinct>,
    known: HashMap<String, u32>,
}

struct Distinct {
    text: String,
    cell: Cell,
    line: u64,
    count: usize,
}

impl Labels {
    pub(super) fn new(column: &str, mark: DecimalMark) -> Self {
        Self { column: column.to_owned(), mark, rows: vec![], texts: vec![], known: HashMap::new() }
    }

    /// Adds the cell of the next row, whose line is asked for only if it is needed; `false` if the cell is empty.
    pub(super) fn push(&mut self, text: &str, line: impl FnOnce() -> u64) -> bool {
        let text = text.trim();
        let at = match self.known.get(text) {
            Some(at) => *at,
            None => self.add(text, line()),
        };
        self.texts[at as usize].count += 1;
        self.rows.push(at);
        !text.is_empty()
    }

    fn add(&mut self, text: &str, line: u64) -> u32 {
        let at = self.texts.len() as u32;
        self.texts.push(Distinct {
            text: text.to_owned(),
            cell: Cell::parse(text, self.mark),
            line,
            count: 0,
        });
        self.known.insert(text.to_owned(), at);
        at
    }

    /// Makes the target, and says how it was read.
    pub(super) fn into_target(self, kind: TargetKind) -> Result<(Target, TargetReading), Error> {
        let is_number = |distinct: &Distinct| matches!(distinct.cell, Cell::Number(_) | Cell::NotFinite);
        let numbers = self.texts.iter().filter(|distinct| is_number(distinct)).count();
        let all_numbers = numbers == self.texts.len();
        match kind {
            TargetKind::Classes => self.into_classes(TargetReading::Declared),
            TargetKind::Values => self.into_values(),
            TargetKind::Infer if all_numbers && self.texts.iter().any(|distinct| is_code(&distinct.text)) => {
                self.into_classes(TargetReading::Codes)
            }
            TargetKind::Infer if all_numbers => self.into_values(),
            TargetKind::Infer if numbers == 0 => self.into_classes(TargetReading::Text),
            TargetKind::Infer => Err(self.mixed()),
        }
    }

    /// Makes classes numbered as in training.
    pub(super) fn into_known_classes(self, known: &[String]) -> Result<Target, Error> {
        let number = |distinct: &Distinct| known_class(known, distinct);
        let numbers: Vec<u32> = self.texts.iter().map(number).collect::<Result<_, _>>()?;
        let labels = self.rows.iter().map(|row| numbers[*row as usize]).collect();
        Target::classes(self.column, known.to_vec(), labels)
    }

    fn into_classes(self, reading: TargetReading) -> Result<(Target, TargetReading), Error> {
        let mut names: Vec<String> = self.texts.iter().map(|distinct| distinct.text.clone()).collect();
        if let [only] = &names[..] {
            return Err(Error::OneClass { column: self.column, class: shorten(only) });
        }
        sort_class_names(&mut names);
        let numbers: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        let numbers: Vec<u32> = self.texts.iter().map(|distinct| numbers[distinct.text.as_str()]).collect();
        let labels = self.rows.iter().map(|row| numbers[*row as usize]).collect();
        Ok((Target::classes(self.column, names, labels)?, reading))
    }

    fn into_values(self) -> Result<(Target, TargetReading), Error> {
        let value = |distinct: &Distinct| match distinct.cell {
            Cell::Number(value) => Ok(value),
            _ => Err(self.bad_number(distinct)),
        };
        let values: Vec<f64> = self.texts.iter().map(value).collect::<Result<_, _>>()?;
        let reading = super::target::reading(&values);
        let rows = self.rows.iter().map(|row| values[*row as usize]).collect();
        Ok((Target::values(vec![self.column], rows)?, reading))
    }

    fn bad_number(&self, distinct: &Distinct) -> Error {
        super::body::bad_number(&distinct.text, distinct.line, &self.column, self.mark)
    }

    fn mixed(self) -> Error {
        let is_text = |distinct: &&Distinct| !matches!(distinct.cell, Cell::Number(_) | Cell::NotFinite);
        let numbers =
            self.texts.iter().filter(|distinct| !is_text(distinct)).map(|distinct| distinct.count).sum();
        let (value, line) = self
            .texts
            .iter()
            .find(is_text)
            .map_or((String::new(), 0), |text| (shorten(&text.text), text.line));
        Error::MixedTarget { column: self.column, numbers, value, place: Place::Line(line) }
    }
}

/// The number of a class by its text, or, where both are numbers, by its value: `1.0` finds `1`.
fn known_class(known: &[String], distinct: &Distinct) -> Result<u32, Error> {
    let same_text = known.iter().position(|name| *name == distinct.text);
    let same_number = || match distinct.cell {
        Cell::Number(value) if !is_code(&distinct.text) => {
            known.iter().position(|name| !is_code(name) && name.parse() == Ok(value))
        }
        _ => None,
    };
    let at = same_text.or_else(same_number).and_then(|at| u32::try_from(at).ok());
    at.ok_or_else(|| unknown_class(Place::Line(distinct.line), &shorten(&distinct.text), known))
}
