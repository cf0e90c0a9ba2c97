//! Texts of a column, each distinct one kept once.
//!
//! It must not know what the texts mean.

use std::collections::HashMap;

use crate::Error;

/// The code of a missing cell: no text has it.
pub const MISSING: u32 = u32::MAX;

/// The texts of a column: a dictionary of distinct texts and, for each row, a position in it.
///
/// ```
/// use chainrule_data::frame::Texts;
///
/// let texts = Texts::from_cells([Some("red"), None, Some("red"), Some("blue")]);
/// assert_eq!(texts.dictionary(), ["red", "blue"]);
/// assert_eq!(texts.text(2), Some("red"));
/// assert_eq!(texts.text(1), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    dictionary: Vec<String>,
    codes: Vec<u32>,
}

impl Texts {
    /// Texts of a dictionary and codes; a code is a position in the dictionary, or [`MISSING`].
    ///
    /// # Errors
    /// [`Error::Shape`] if a code is beyond the dictionary, or a text stands in the dictionary twice.
    pub fn new(dictionary: Vec<String>, codes: Vec<u32>) -> Result<Self, Error> {
        let refuse = |expected: &str, got: String| {
            Err(Error::Shape { what: "texts", expected: expected.to_owned(), got })
        };
        let known = dictionary.len();
        if let Some(code) = codes.iter().find(|code| **code != MISSING && **code as usize >= known) {
            return refuse("codes below the length of the dictionary", format!("{code} of {known}"));
        }
        let mut sorted: Vec<&str> = dictionary.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return refuse("distinct texts", format!("`{}` twice", crate::error::shorten(pair[0])));
        }
        Ok(Self { dictionary, codes })
    }

    /// Texts of cells, `None` for a missing one; the dictionary has them in the order in which they come. Cannot fail.
    pub fn from_cells<'a>(cells: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut building = TextsBuilder::default();
        for cell in cells {
            match cell {
                Some(text) => building.push(text),
                None => building.push_missing(),
            }
        }
        building.finish()
    }

    /// The distinct texts.
    pub fn dictionary(&self) -> &[String] {
        &self.dictionary
    }

    /// The position of each row's text in the dictionary, or [`MISSING`].
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The text of a row, or `None` if it is missing.
    ///
    /// # Panics
    /// If `row` is not below the number of rows, as indexing a slice does.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.dictionary.get(self.codes[row] as usize).map(String::as_str)
    }

    /// How many rows have each text of the dictionary. Missing cells are not counted.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.dictionary.len()];
        for code in &self.codes {
            if let Some(count) = counts.get_mut(*code as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// The texts that rows have, and how many.
    pub(crate) fn used(&self) -> Vec<(&str, usize)> {
        let counted = self.dictionary.iter().map(String::as_str).zip(self.counts());
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// The given rows, which must be below the number of rows; the dictionary keeps all texts.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let codes = rows.iter().map(|row| self.codes[*row]).collect();
        Self { dictionary: self.dictionary.clone(), codes }
    }

    /// Adds the rows of `other` below.
    pub(super) fn append(&mut self, other: &Self) {
        let mut building = TextsBuilder::from(std::mem::take(self));
        let place: Vec<u32> = other.dictionary.iter().map(|text| building.code(text)).collect();
        let code = |code: &u32| place.get(*code as usize).copied().unwrap_or(MISSING);
        building.texts.codes.extend(other.codes.iter().map(code));
        *self = building.finish();
    }
}

/// Texts that grow cell by cell.
#[derive(Debug, Default)]
pub(crate) struct TextsBuilder {
    texts: Texts,
    known: HashMap<String, u32>,
}

impl TextsBuilder {
    /// Adds a cell.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_cell(text, |_| false);
    }

    /// Adds a cell, missing if `is_missing` says so; it is asked once for each distinct text that is not.
    pub(crate) fn push_cell(&mut self, text: &str, is_missing: impl Fn(&str) -> bool) {
        // Neighbours are often alike, and a comparison is cheaper than a hash.
        let last = self.texts.codes.last().copied().unwrap_or(MISSING);
        let code = match self.texts.dictionary.get(last as usize) {
            Some(known) if known == text => last,
            _ => match self.known.get(text) {
                Some(code) => *code,
                None if is_missing(text) => MISSING,
                None => self.code(text),
            },
        };
        self.texts.codes.push(code);
    }

    /// Adds a missing cell.
    pub(crate) fn push_missing(&mut self) {
        self.texts.codes.push(MISSING);
    }

    /// The texts.
    pub(crate) fn finish(self) -> Texts {
        self.texts
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        // A file of four billion distinct texts would not fit in memory; should it, the rest is missing.
        let code = u32::try_from(self.texts.dictionary.len()).unwrap_or(MISSING);
        self.texts.dictionary.push(text.to_owned());
        self.known.insert(text.to_owned(), code);
        code
    }
}

impl From<Texts> for TextsBuilder {
    fn from(texts: Texts) -> Self {
        let known = texts.dictionary.iter().cloned().zip(0..).collect();
        Self { texts, known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_beyond_the_dictionary_and_texts_twice_are_refused() {
        let texts = |dictionary: &[&str], codes: &[u32]| {
            Texts::new(dictionary.iter().map(|text| (*text).to_owned()).collect(), codes.to_vec())
        };
        insta::assert_snapshot!(texts(&["a"], &[0, MISSING, 1]).unwrap_err(), @"texts: the shape does not fit; expected codes below the length of the dictionary, got 1 of 1");
        insta::assert_snapshot!(texts(&["a", "b", "a"], &[0]).unwrap_err(), @"texts: the shape does not fit; expected distinct texts, got `a` twice");
        assert_eq!(texts(&["a"], &[0, MISSING]).unwrap().counts(), [1]);
    }

    #[test]
    fn appended_texts_share_one_dictionary() {
        let mut first = Texts::from_cells([Some("a"), None]);
        first.append(&Texts::from_cells([Some("b"), Some("a"), None]));
        assert_eq!(first, Texts::from_cells([Some("a"), None, Some("b"), Some("a"), None]));
    }
}
