//! Texts of a column, each distinct one kept once.
//!
//! It must not know what the texts mean.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

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
#[derive(Default)]
pub struct Texts {
    dictionary: Vec<String>,
    codes: Vec<u32>,
    /// Where each text of the dictionary stands, while rows are added part by part: it would take long to find out again
    /// for each part. No part of the value.
    index: Option<Index>,
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
        Ok(Self { dictionary, codes, index: None })
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

    /// The given rows, which must be below the number of rows; the dictionary has their texts alone.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let mut place = vec![MISSING; self.dictionary.len()];
        let mut dictionary = Vec::new();
        let code = |row: &usize| match place.get_mut(self.codes[*row] as usize) {
            None => MISSING,
            Some(code) if *code != MISSING => *code,
            Some(code) => {
                *code = dictionary.len() as u32;
                dictionary.push(self.dictionary[self.codes[*row] as usize].clone());
                *code
            }
        };
        let codes = rows.iter().map(code).collect();
        Self { dictionary, codes, index: None }
    }

    /// Adds the rows of `other` below, in a time that grows with `other` alone, but for the first time.
    pub(super) fn append(&mut self, other: &Self) {
        let mut building = TextsBuilder::from(std::mem::take(self));
        let place: Vec<u32> = other.dictionary.iter().map(|text| building.code(text)).collect();
        let code = |code: &u32| place.get(*code as usize).copied().unwrap_or(MISSING);
        building.texts.codes.extend(other.codes.iter().map(code));
        self.dictionary = building.texts.dictionary;
        self.codes = building.texts.codes;
        self.index = Some(building.index);
    }

    /// Gives the memory back that [`Texts::append`] uses.
    pub(super) fn settle(&mut self) {
        self.index = None;
    }
}

impl Clone for Texts {
    fn clone(&self) -> Self {
        Self { dictionary: self.dictionary.clone(), codes: self.codes.clone(), index: None }
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.dictionary == other.dictionary && self.codes == other.codes
    }
}

impl Eq for Texts {}

impl fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dictionary, codes, .. } = self;
        formatter.debug_struct("Texts").field("dictionary", dictionary).field("codes", codes).finish()
    }
}

/// Where each text of a dictionary stands, by its hash: the texts themselves are in the dictionary only. Where two texts have
/// one hash, the later one is found under the next that is free.
#[derive(Default)]
struct Index {
    codes: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    hashes: RandomState,
}

/// What is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
}

impl Index {
    fn of(dictionary: &[String]) -> Self {
        let mut index = Self::default();
        for (code, text) in (0..).zip(dictionary) {
            if let Err(hash) = index.find(text, dictionary) {
                index.codes.insert(hash, code);
            }
        }
        index
    }

    /// The code of a text, or under which hash it would stand.
    fn find(&self, text: &str, dictionary: &[String]) -> Result<u32, u64> {
        let mut hash = self.hashes.hash_one(text);
        while let Some(code) = self.codes.get(&hash) {
            if dictionary.get(*code as usize).is_some_and(|known| known == text) {
                return Ok(*code);
            }
            hash = hash.wrapping_add(1);
        }
        Err(hash)
    }
}

/// Texts that grow cell by cell.
#[derive(Default)]
pub(crate) struct TextsBuilder {
    texts: Texts,
    index: Index,
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
            _ => match self.index.find(text, &self.texts.dictionary) {
                Ok(code) => code,
                Err(_) if is_missing(text) => MISSING,
                Err(hash) => self.add(text, hash),
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
        let found = self.index.find(text, &self.texts.dictionary);
        found.unwrap_or_else(|hash| self.add(text, hash))
    }

    fn add(&mut self, text: &str, hash: u64) -> u32 {
        // A file of four billion distinct texts would not fit in memory; should it, the rest is missing.
        let code = u32::try_from(self.texts.dictionary.len()).unwrap_or(MISSING);
        self.texts.dictionary.push(text.to_owned());
        self.index.codes.insert(hash, code);
        code
    }
}

impl From<Texts> for TextsBuilder {
    fn from(mut texts: Texts) -> Self {
        let index = texts.index.take().unwrap_or_else(|| Index::of(&texts.dictionary));
        Self { texts, index }
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

    /// Ten thousand parts of texts that are all different: work that grows with the square of them would take minutes.
    #[test]
    fn many_parts_are_no_trouble() {
        let part = |at: usize| {
            let texts: Vec<String> = (0..40).map(|row| format!("customer {}", at * 40 + row)).collect();
            Texts::from_cells(texts.iter().map(|text| Some(text.as_str())))
        };
        let mut all = part(0);
        (1..10_000).for_each(|at| all.append(&part(at)));
        assert_eq!((all.text(399_999), all.dictionary.len()), (Some("customer 399999"), 400_000));
        all.append(&part(3));
        assert_eq!((all.text(400_001), all.dictionary.len()), (Some("customer 121"), 400_000));
    }

    #[test]
    fn selected_rows_leave_the_texts_of_others() {
        let texts = Texts::from_cells([Some("a"), None, Some("b"), Some("c"), Some("b")]);
        assert_eq!(texts.select(&[4, 1, 2]), Texts::from_cells([Some("b"), None, Some("b")]));
    }

    #[test]
    fn texts_of_one_hash_are_told_apart() {
        let dictionary = ["a", "b"].map(str::to_owned);
        let mut index = Index::of(&dictionary[..1]);
        let hash = index.hashes.hash_one("b");
        // Another text stands where `b` would.
        index.codes.insert(hash, 0);
        assert_eq!(index.find("b", &dictionary), Err(hash.wrapping_add(1)));
        index.codes.insert(hash.wrapping_add(1), 1);
        assert_eq!(index.find("b", &dictionary), Ok(1));
    }

    #[test]
    fn appended_texts_share_one_dictionary() {
        let mut first = Texts::from_cells([Some("a"), None]);
        first.append(&Texts::from_cells([Some("b"), Some("a"), None]));
        assert_eq!(first, Texts::from_cells([Some("a"), None, Some("b"), Some("a"), None]));
    }
}
