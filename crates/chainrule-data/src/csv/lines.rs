//! Line numbers of records.
//!
//! The `csv` crate's own numbers point at the end of the line before where lines end in CR LF, or where blank lines
//! are skipped. So lines are counted here, from one record to the next.
//!
//! It must not know cells.

/// Counts lines while moving forward through a text. A line ends with LF, CR LF or CR.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), offset: 0, line: 1 }
    }

    /// The line, from 1, of the first byte at or after `offset` that ends no line. Offsets must not fall.
    pub(super) fn at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        while self.offset < offset
            || self.text.get(self.offset).is_some_and(|byte| matches!(byte, b'\r' | b'\n'))
        {
            self.step();
        }
        self.line
    }

    fn step(&mut self) {
        let next = self.text.get(self.offset + 1);
        match self.text.get(self.offset) {
            Some(b'\n') => self.line += 1,
            Some(b'\r') if next != Some(&b'\n') => self.line += 1,
            _ => {}
        }
        self.offset += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_count_once() {
        for text in ["ab\n\ncd", "ab\r\n\r\ncd", "ab\r\rcd"] {
            let mut lines = Lines::new(text);
            assert_eq!((lines.at(0), lines.at(2)), (1, 3), "{text:?}");
        }
        assert_eq!(Lines::new("a\n").at(99), 2);
    }
}
