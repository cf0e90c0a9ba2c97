//! Line numbers of records.
//!
//! The `csv` crate's own numbers point at the end of the line before where lines end in CR LF, or where blank lines
//! are skipped. So lines are counted here, from one record to the next.
//!
//! It must not know cells.

/// The line, from 1, of the byte at `offset`, which ends no line.
pub(super) fn line_of(bytes: &[u8], offset: usize) -> usize {
    Lines::new(bytes).at(offset).try_into().unwrap_or(usize::MAX)
}

/// Counts lines while moving forward through a text. A line ends with LF, CR LF or CR.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// Goes on from `offset`, where `line` starts or blank lines before it.
    pub(super) fn resume(text: &'a str, offset: usize, line: u64) -> Self {
        Self { text: text.as_bytes(), offset, line }
    }

    /// The line, from 1, of the first byte at or after `offset` that ends no line. Offsets must not fall.
    pub(super) fn at(&mut self, offset: usize) -> u64 {
        while let Some(length) = memchr::memchr2(b'\r', b'\n', &self.text[self.offset..]) {
            let end = self.offset + length;
            if end > offset.max(self.offset) {
                break;
            }
            self.step(end);
        }
        self.line
    }

    /// Goes behind the line end at `end`, the next one.
    fn step(&mut self, end: usize) {
        let within = self.text[end] == b'\r' && self.text.get(end + 1) == Some(&b'\n');
        self.line += u64::from(!within);
        self.offset = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_count_once() {
        for text in ["ab\n\ncd", "ab\r\n\r\ncd", "ab\r\rcd"] {
            let mut lines = Lines::new(text.as_bytes());
            assert_eq!((lines.at(0), lines.at(2)), (1, 3), "{text:?}");
        }
        assert_eq!(Lines::new(b"a\n").at(99), 2);
    }

    #[test]
    fn lines_are_counted_however_far_apart_the_questions_are() {
        let text = "a\n\nb\r\nc\rd";
        let asked = |offsets: &[usize]| {
            let mut lines = Lines::new(text.as_bytes());
            offsets.iter().map(|offset| lines.at(*offset)).collect::<Vec<_>>()
        };
        assert_eq!(asked(&[0, 1, 2, 3, 4, 5, 6, 7, 8]), [1, 3, 3, 3, 4, 4, 4, 5, 5]);
        assert_eq!((asked(&[3, 8]), asked(&[6]), asked(&[5])), (vec![3, 5], vec![4], vec![4]));
    }
}
