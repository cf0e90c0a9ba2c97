//! What is counted of one column while its cells pass.

use std::collections::HashMap;

use crate::frame::{Cells, MISSING};

/// The longest text that is told apart from others that begin as it does.
const LONGEST_LEVEL: usize = 100;

/// Counts of one column.
pub(super) struct Counts {
    pub(super) missing: u64,
    pub(super) numbers: Moments,
    pub(super) times: Moments,
    pub(super) texts: u64,
    /// How many cells have each text, as far as there is room.
    pub(super) levels: HashMap<String, u64>,
    /// How many cells have each number, by its bits.
    pub(super) values: HashMap<u64, u64>,
    /// Whether there was room for all.
    pub(super) is_complete: bool,
    /// A number that columns of equal cells have in common.
    pub(super) print: u64,
    most: usize,
}

/// Range, mean and spread of numbers that pass one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) count: u64,
    pub(super) lowest: f64,
    pub(super) highest: f64,
    pub(super) mean: f64,
    squares: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, lowest: f64::INFINITY, highest: f64::NEG_INFINITY, mean: 0.0, squares: 0.0 }
    }
}

impl Moments {
    /// Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products" (1962).
    fn add(&mut self, value: f64) {
        self.count += 1;
        self.lowest = self.lowest.min(value);
        self.highest = self.highest.max(value);
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// The deviation of the numbers seen, divided by their count.
    pub(super) fn deviation(&self) -> f64 {
        (self.squares / self.count as f64).sqrt()
    }
}

impl Counts {
    /// Nothing yet; at most `most` distinct values are told apart.
    pub(super) fn new(most: usize) -> Self {
        Self {
            missing: 0,
            numbers: Moments::default(),
            times: Moments::default(),
            texts: 0,
            levels: HashMap::new(),
            values: HashMap::new(),
            is_complete: true,
            print: 0,
            most,
        }
    }

    pub(super) fn add(&mut self, cells: &Cells) {
        match cells {
            Cells::Numbers(numbers) => numbers.iter().for_each(|number| self.number(*number, true)),
            Cells::Times(times) => times.iter().for_each(|time| self.number(*time, false)),
            Cells::Texts(texts) => {
                for (text, count) in texts.dictionary().iter().zip(texts.counts()) {
                    self.level(text, count as u64);
                }
                self.missing += texts.codes().iter().filter(|code| **code == MISSING).count() as u64;
                let prints: Vec<u64> =
                    texts.dictionary().iter().map(|text| print_of(text.as_bytes())).collect();
                for code in texts.codes() {
                    self.mix(prints.get(*code as usize).copied().unwrap_or(1));
                }
            }
        }
    }

    fn number(&mut self, number: f64, is_plain: bool) {
        if number.is_nan() {
            self.missing += 1;
            self.mix(1);
            return;
        }
        // The two zeros are one.
        let bits = (number + 0.0).to_bits();
        self.mix(bits);
        if is_plain { &mut self.numbers } else { &mut self.times }.add(number);
        if let Some(count) = self.values.get_mut(&bits) {
            *count += 1;
        } else if self.values.len() < self.most {
            self.values.insert(bits, 1);
        } else {
            self.is_complete = false;
        }
    }

    fn level(&mut self, text: &str, count: u64) {
        if count == 0 {
            return;
        }
        self.texts += count;
        let end = text.char_indices().nth(LONGEST_LEVEL).map_or(text.len(), |(end, _)| end);
        if let Some(known) = self.levels.get_mut(&text[..end]) {
            *known += count;
        } else if self.levels.len() < self.most {
            self.levels.insert(text[..end].to_owned(), count);
        } else {
            self.is_complete = false;
        }
    }

    fn mix(&mut self, cell: u64) {
        self.print = (self.print.rotate_left(5) ^ cell).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// FNV-1a. Source: G. Fowler, L. C. Noll, K.-P. Vo, "The FNV Non-Cryptographic Hash Algorithm".
fn print_of(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |print, byte| (print ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Texts;

    #[test]
    fn moments_are_those_of_the_formulas() {
        let mut counts = Counts::new(10);
        counts.add(&Cells::Numbers(vec![1e9 + 1.0, f64::NAN, 1e9 + 2.0]));
        counts.add(&Cells::Numbers(vec![1e9 + 6.0]));
        let Moments { count, lowest, highest, mean, .. } = counts.numbers;
        assert_eq!((count, lowest, highest, mean), (3, 1e9 + 1.0, 1e9 + 6.0, 1e9 + 3.0));
        assert!((counts.numbers.deviation() - (14.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        assert_eq!((counts.missing, counts.values.len(), counts.is_complete), (1, 3, true));
    }

    #[test]
    fn room_for_values_has_an_end() {
        let mut counts = Counts::new(2);
        counts.add(&Cells::Texts(Texts::from_cells([Some("a"), Some("b"), None, Some("a"), Some("c")])));
        assert_eq!((counts.texts, counts.missing, counts.levels["a"], counts.is_complete), (4, 1, 2, false));
    }

    #[test]
    fn equal_columns_have_equal_prints_in_any_parts() {
        let print = |parts: &[&[f64]]| {
            let mut counts = Counts::new(9);
            parts.iter().for_each(|part| counts.add(&Cells::Numbers(part.to_vec())));
            counts.print
        };
        assert_eq!(print(&[&[1.0, 2.0, -0.0]]), print(&[&[1.0], &[2.0, 0.0]]));
        assert_ne!(print(&[&[1.0, 2.0]]), print(&[&[2.0, 1.0]]));
    }
}
