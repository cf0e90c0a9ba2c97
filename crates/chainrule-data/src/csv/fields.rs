//! Whether every quote is closed and no field is too long: judged before anything is read, so that one stray quote is
//! reported where it opens and not as half a file in one cell.
//!
//! Goes from quote to quote, and between them from one end of a field to the last that is not too far: few bytes are
//! looked at one by one. Quotes follow RFC 4180 as the `csv` crate reads it: a quote opens a field only as its first
//! byte, and two quotes inside stand for one.
//!
//! It must not know columns.

use super::lines::line_of;
use crate::Error;

/// The most bytes of one field: 1 MiB.
pub(super) const LONGEST_FIELD: usize = 1 << 20;

/// Finds the last end of a record, and refuses a field that is too long; lines are counted from 1 in `bytes`.
pub(super) fn scan(bytes: &[u8], separator: u8) -> Result<Scan, Error> {
    Fields { bytes, separator, limit: LONGEST_FIELD }.scan()
}

/// What a look at the beginning of a text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Where the whole records end: behind the last line end that no quote holds; 0 if there is none.
    pub(super) records: usize,
    /// Where the quoted field starts that is not closed.
    pub(super) open: Option<usize>,
}

struct Fields<'a> {
    bytes: &'a [u8],
    separator: u8,
    /// A field may be one byte longer.
    limit: usize,
}

impl Fields<'_> {
    fn scan(&self) -> Result<Scan, Error> {
        let (mut field, mut at, mut records) = (0, 0, 0);
        while let Some(length) = memchr::memchr(b'"', &self.bytes[at..]) {
            let quote = at + length;
            field = self.plain(field, at, quote)?;
            records = self.last_record(at, quote).unwrap_or(records);
            at = if quote == field {
                let Some(end) = self.closed(field)? else { return Ok(Scan { records, open: Some(field) }) };
                end
            } else {
                quote + 1
            };
        }
        self.plain(field, at, self.bytes.len())?;
        records = self.last_record(at, self.bytes.len()).unwrap_or(records);
        Ok(Scan { records, open: None })
    }

    /// Where the last record ends that ends between `from` and `to`, where no quote counts.
    fn last_record(&self, from: usize, to: usize) -> Option<usize> {
        memchr::memrchr2(b'\n', b'\r', &self.bytes[from..to]).map(|end| from + end + 1)
    }

    /// Judges the bytes from `from` to `to`, where no quote counts, in and behind the field that starts at `field`; gives
    /// where the last field starts.
    fn plain(&self, mut field: usize, mut from: usize, to: usize) -> Result<usize, Error> {
        while to - field > self.limit + 1 {
            let far = field + self.limit + 2;
            field = self.last_start(from, far).ok_or_else(|| self.too_long(field))?;
            from = field;
        }
        Ok(self.last_start(from, to).unwrap_or(field))
    }

    /// Where the last field starts that starts behind `from` and not behind `to`.
    fn last_start(&self, from: usize, to: usize) -> Option<usize> {
        let end = memchr::memrchr3(self.separator, b'\n', b'\r', &self.bytes[from..to])?;
        Some(from + end + 1)
    }

    /// The end of the quotes that open at `field`, if they close.
    fn closed(&self, field: usize) -> Result<Option<usize>, Error> {
        let mut at = field + 1;
        while let Some(length) = memchr::memchr(b'"', &self.bytes[at..]) {
            at += length + 1;
            let doubled = self.bytes.get(at) == Some(&b'"');
            at += usize::from(doubled);
            if at - field > self.limit + 1 {
                return Err(self.too_long(field));
            }
            if !doubled {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn too_long(&self, field: usize) -> Error {
        Error::FieldTooLong { line: line_of(self.bytes, field), limit: self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Where a byte-by-byte reader stands.
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }

    impl State {
        fn next(self, byte: u8) -> Self {
            match (self, byte) {
                (Self::Quoted, b'"') => Self::QuoteInQuoted,
                (Self::Quoted, _) => Self::Quoted,
                (Self::FieldStart | Self::QuoteInQuoted, b'"') => Self::Quoted,
                (_, b'\n' | b'\r' | b',') => Self::FieldStart,
                _ => Self::Plain,
            }
        }
    }

    fn check(text: &str, limit: usize) -> Result<(), Error> {
        let fields = Fields { bytes: text.as_bytes(), separator: b',', limit };
        match fields.scan()?.open {
            Some(field) => Err(Error::UnclosedQuote { line: line_of(fields.bytes, field) }),
            None => Ok(()),
        }
    }

    /// The meaning: every byte in turn.
    fn byte_by_byte(text: &str, limit: usize) -> Result<(), Error> {
        let mut state = State::FieldStart;
        let (mut line, mut field_line, mut field_start) = (1, 1, 0);
        for (offset, byte) in text.bytes().enumerate() {
            let after_return = offset > 0 && text.as_bytes()[offset - 1] == b'\r';
            line += usize::from(byte == b'\r' || byte == b'\n' && !after_return);
            state = state.next(byte);
            if state == State::FieldStart {
                (field_line, field_start) = (line, offset + 1);
            } else if offset - field_start > limit {
                return Err(if state == State::Quoted && !text.as_bytes()[offset..].contains(&b'"') {
                    Error::UnclosedQuote { line: field_line }
                } else {
                    Error::FieldTooLong { line: field_line, limit }
                });
            }
        }
        if state == State::Quoted { Err(Error::UnclosedQuote { line: field_line }) } else { Ok(()) }
    }

    #[test]
    fn an_unclosed_quote_is_reported_where_it_opens() {
        insta::assert_snapshot!(check("a,b\n1,\"2\n3,4\n5,6\n", LONGEST_FIELD).unwrap_err(), @r#"line 2: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
        let long = format!("a,b\n1,\"{}", "x".repeat(2 * LONGEST_FIELD));
        assert!(matches!(check(&long, LONGEST_FIELD), Err(Error::UnclosedQuote { line: 2 })));
        assert!(check("a,\"x\"\"y\nz\"\n1,2\"3\n", LONGEST_FIELD).is_ok());
    }

    #[test]
    fn a_field_beyond_a_megabyte_is_refused() {
        let long = format!("a,b\n1,{}\n", "x".repeat(LONGEST_FIELD + 2));
        insta::assert_snapshot!(check(&long, LONGEST_FIELD).unwrap_err(), @"
        line 2: a field is too long; expected at most 1048576 bytes, got more
        help: look for an unbalanced quote on this line
        ");
    }

    #[test]
    fn a_scan_ends_behind_the_last_whole_record() {
        let scan = |text: &str| scan(text.as_bytes(), b',').unwrap();
        assert_eq!(scan("a,b\n1,2"), Scan { records: 4, open: None });
        assert_eq!(scan("a,b\n1,\"2\n3"), Scan { records: 4, open: Some(6) });
        assert_eq!(scan("a,\"b\n\"\r1"), Scan { records: 7, open: None });
        assert_eq!(scan("ab"), Scan { records: 0, open: None });
    }

    proptest! {
        #[test]
        fn jumping_and_going_byte_by_byte_judge_alike(text in "[a\",\n\r]{0,40}", limit in 0_usize..12) {
            prop_assert_eq!(format!("{:?}", check(&text, limit)), format!("{:?}", byte_by_byte(&text, limit)));
        }
    }
}
