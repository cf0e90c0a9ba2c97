//! Rows without oddities, straight from the text: numbers are read where they stand, nothing is copied.
//!
//! A row is either read whole or declined: a wrong number of fields, a cell that is no number where one must stand, a
//! doubled quote. What is declined is read again by [`super::record`], which alone decides what is an error and which.
//! So this file may be fast and simple.
//!
//! Figures (example `csv_time`, one core of a Zen 5, 32 MB, 20 columns of numbers with six decimals): tables are read into
//! frames at 500 MB/s, with a blank before each number at 370, while `csv` only splits the text at 900; splitting all records
//! by `csv` and the cells by `str::parse` gave 188.
//!
//! It must not know line numbers, nor messages.

use std::ops::Range;

use super::cell::Cell;
use super::{DecimalMark, Dialect, decimal};
use crate::number::is_code;

/// What a column is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing.
    Nothing,
    /// A finite number, or NaN where it is missing: element of [`Quick::numbers`].
    Cell(usize),
    /// The same but for codes such as `01`, which are declined.
    PlainCell(usize),
    /// Text, whatever stands there: element of [`Quick::texts`].
    Any(usize),
}

/// What becomes of a code such as `01` where a number may stand.
#[derive(Clone, Copy, PartialEq)]
enum Codes {
    /// It is one.
    Numbers,
    /// The row is declined.
    Declined,
}

/// Reads rows that have no oddity.
pub(super) struct Quick<'a> {
    text: &'a str,
    separator: u8,
    dialect: &'a Dialect,
    /// Whether some numbers stand for missing ones.
    marked: bool,
    uses: Vec<Use>,
    /// The numbers of the row that was read last.
    pub(super) numbers: Vec<f64>,
    /// The texts of the row that was read last, without the quotes around them.
    pub(super) texts: Vec<&'a str>,
}

impl<'a> Quick<'a> {
    /// A reader for the rows of `text` whose column `k` is for `uses[k]`.
    pub(super) fn new(text: &'a str, separator: u8, dialect: &'a Dialect, uses: Vec<Use>) -> Self {
        let count =
            |slot: fn(&Use) -> Option<usize>| uses.iter().filter_map(slot).max().map_or(0, |at| at + 1);
        let numbers = count(|role| match role {
            Use::Cell(at) | Use::PlainCell(at) => Some(*at),
            Use::Nothing | Use::Any(_) => None,
        });
        let texts = count(|role| if let Use::Any(at) = role { Some(*at) } else { None });
        let (numbers, texts) = (vec![0.0; numbers], vec![""; texts]);
        Self { text, separator, dialect, marked: dialect.missing.has_values(), uses, numbers, texts }
    }

    /// Reads nothing of a column from now on.
    pub(super) fn leave_out(&mut self, column: usize) {
        self.uses[column] = Use::Nothing;
    }

    /// Reads the row that starts at `start` and gives where it ends, or declines.
    pub(super) fn read(&mut self, start: usize) -> Option<usize> {
        let mut at = start;
        for column in 0..self.uses.len() {
            if column > 0 {
                if self.text.as_bytes().get(at) != Some(&self.separator) {
                    return None;
                }
                at += 1;
            }
            at = self.cell(self.uses[column], at)?;
        }
        self.ends_line(at).then_some(at)
    }

    /// Reads the cell that starts at `start` and gives where it ends.
    #[inline]
    fn cell(&mut self, role: Use, start: usize) -> Option<usize> {
        match role {
            Use::Any(slot) => {
                let (content, end) = self.content(start)?;
                self.texts[slot] = &self.text[content];
                Some(end)
            }
            Use::Cell(slot) => {
                let (value, end) = match self.short_number(start) {
                    Some(found) if !self.marked => found,
                    _ => self.other_cell(start, Codes::Numbers)?,
                };
                self.numbers[slot] = value;
                Some(end)
            }
            Use::PlainCell(slot) => {
                let (value, end) = match self.short_number(start) {
                    Some(found) if !(self.marked | self.may_start_code(start)) => found,
                    _ => self.other_cell(start, Codes::Declined)?,
                };
                self.numbers[slot] = value;
                Some(end)
            }
            Use::Nothing => self.content(start).map(|(_, end)| end),
        }
    }

    /// The number in the cell that starts at `start`, NaN if it is missing, and where the cell ends.
    #[inline(never)]
    fn other_cell(&self, start: usize, codes: Codes) -> Option<(f64, usize)> {
        if self.ends_cell(start) {
            return Some((f64::NAN, start));
        }
        // One blank in front, as after `, `, is common.
        let blank = self.separator != b' ' && self.text.as_bytes().get(start) == Some(&b' ');
        let may_be_else = || self.marked || codes == Codes::Declined && self.may_start_code(start + 1);
        if blank
            && !may_be_else()
            && let Some(found) = self.short_number(start + 1)
        {
            return Some(found);
        }
        let (content, end) = self.content(start)?;
        let text = &self.text[content];
        match Cell::read(text, self.dialect) {
            Cell::Number(_) if codes == Codes::Declined && is_code(text) => None,
            Cell::Number(value) => Some((value, end)),
            Cell::Missing => Some((f64::NAN, end)),
            Cell::NotFinite | Cell::Text => None,
        }
    }

    /// Whether the short number that starts at `start` may be a code such as `01`. Without a branch for the sign: in data
    /// around zero, half of the guesses would be wrong.
    #[inline]
    fn may_start_code(&self, start: usize) -> bool {
        let Some([first, second, third]) = self.text.as_bytes()[start..].first_chunk() else { return true };
        let signed = (*first == b'-') | (*first == b'+');
        let (digit, next) = if signed { (second, third) } else { (first, second) };
        (*digit == b'0') & next.is_ascii_digit()
    }

    /// The number in the cell that starts at `start`, if it is short and without blanks around it, and where the cell ends. Inlined wherever it is used: a call for each cell makes tables
    /// of numbers a fifth slower (instructions and cycles on a Zen 5).
    #[inline(always)]
    fn short_number(&self, start: usize) -> Option<(f64, usize)> {
        let mark = if self.dialect.decimal_mark == DecimalMark::Comma { b',' } else { b'.' };
        let (value, length) = decimal::short(self.text.as_bytes().get(start..)?, mark)?;
        let end = start + length;
        (self.ends_cell(end) && mark != self.separator).then_some((value, end))
    }

    /// What the cell that starts at `start` holds, without quotes around it, and where the cell ends.
    fn content(&self, start: usize) -> Option<(Range<usize>, usize)> {
        let bytes = self.text.as_bytes().get(start..)?;
        if let [b'"', rest @ ..] = bytes {
            let closing = start + 1 + memchr::memchr(b'"', rest)?;
            return self.ends_cell(closing + 1).then_some((start + 1..closing, closing + 1));
        }
        let length = memchr::memchr3(self.separator, b'\n', b'\r', bytes).unwrap_or(bytes.len());
        Some((start..start + length, start + length))
    }

    fn ends_cell(&self, at: usize) -> bool {
        self.text.as_bytes().get(at) == Some(&self.separator) || self.ends_line(at)
    }

    fn ends_line(&self, at: usize) -> bool {
        matches!(self.text.as_bytes().get(at), None | Some(b'\n' | b'\r'))
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Record, Splitter};
    use super::*;
    use proptest::prelude::*;

    const USES: [Use; 4] = [Use::Cell(0), Use::Nothing, Use::PlainCell(1), Use::Any(0)];

    fn with(decimal_mark: DecimalMark) -> Dialect {
        Dialect { decimal_mark, ..Dialect::default() }
    }

    fn quick<'a>(text: &'a str, separator: u8, dialect: &'a Dialect) -> Quick<'a> {
        Quick::new(text, separator, dialect, USES.to_vec())
    }

    #[test]
    fn rows_are_read_one_after_the_other() {
        let text = "1,x,-2.5,red\r\n 3 ,\"a\nb\",\"4\",\"blue, dark\"\n5e2,, -1.0000000000000001,é";
        let dialect = Dialect::default();
        let mut quick = quick(text, b',', &dialect);
        let mut read = |start| quick.read(start).map(|end| (end, quick.numbers.clone(), quick.texts.clone()));
        assert_eq!(read(0), Some((12, vec![1.0, -2.5], vec!["red"])));
        assert_eq!(read(14), Some((40, vec![3.0, 4.0], vec!["blue, dark"])));
        assert_eq!(read(41), Some((text.len(), vec![500.0, -1.0], vec!["é"])));
    }

    #[test]
    fn missing_cells_are_no_numbers() {
        let dialect = Dialect::default();
        for text in [",x,,", "NA,x, ?,\"\"", " ,x,-, "] {
            let mut quick = quick(text, b',', &dialect);
            assert_eq!(quick.read(0), Some(text.len()), "{text:?}");
            assert!(quick.numbers.iter().all(|number| number.is_nan()), "{text:?}");
        }
    }

    #[test]
    fn every_oddity_is_declined() {
        let (point, comma) = (with(DecimalMark::Point), with(DecimalMark::Comma));
        for text in [
            "",
            "1,x,2",
            "1,x,2,red,3",
            "1,x\n2,red",
            "inf,x,2,red",
            "1e999,x,2,red",
            "1,x,02,red",
            "1,x, 02,red",
            "1,\"x\"\"y\",2,red",
            "1,\"x\"y,2,red",
            "1,5,x,2,red",
        ] {
            assert_eq!(quick(text, b',', &point).read(0), None, "{text:?}");
        }
        assert_eq!(quick("1,x,2,red", b',', &comma).read(0), Some(9));
        assert_eq!(quick("1,5;x;2;red", b';', &comma).read(0), Some(11));
        assert_eq!(quick("1.5;x;2;red", b';', &comma).read(0), None);
    }

    proptest! {
        #[test]
        fn what_is_read_quickly_is_what_is_read_with_care(
            text in "((\"?[-+ ]?[0-9]{0,4}[.,]?[0-9]{0,4}\"?|[-+0-9. \"]{0,6})[,;]){3}[\"a1, \n]{0,5}\n?",
            comma in any::<bool>(),
        ) {
            let dialect = with(if comma { DecimalMark::Comma } else { DecimalMark::Point });
            for separator in [b',', b';'] {
                let mut quick = quick(&text, separator, &dialect);
                let Some(end) = quick.read(0) else { continue };
                let mut record = Record::default();
                let taken = Splitter::new(separator).read(text.as_bytes(), &mut record).unwrap();
                prop_assert_eq!(text[..taken].trim_end_matches('\n').len(), end);
                prop_assert_eq!(record.len(), USES.len());
                for (at, number) in [(0, quick.numbers[0]), (2, quick.numbers[1])] {
                    let expected = if number.is_nan() { Cell::Missing } else { Cell::Number(number) };
                    prop_assert_eq!(Cell::read(record.field(at), &dialect), expected);
                }
                prop_assert_eq!(record.field(3), quick.texts[0]);
            }
        }
    }
}
