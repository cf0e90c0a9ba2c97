//! From bytes to text that can be split: other formats, encodings and runaway quotes are refused here.
//!
//! Quotes follow RFC 4180 as the `csv` crate reads it: a quote opens a field only as its first byte, and two quotes
//! inside stand for one.
//!
//! It must not know columns.

use crate::Error;

/// The most bytes of one field: 1 MiB.
pub(super) const LONGEST_FIELD: usize = 1 << 20;

/// Checks that the bytes are UTF-8 text, and takes byte order marks off: a program may put one before another's.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Error> {
    check_format(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => check_zero_bytes(text).map(|text| text.trim_start_matches('\u{feff}')),
        Err(error) => {
            let offset = error.valid_up_to();
            Err(Error::NotUtf8 { line: line_of(bytes, offset), offset, byte: bytes[offset] })
        }
    }
}

/// Checks that every quote is closed and no field is too long.
///
/// The text up to the last quote is followed byte by byte; what is behind, mostly everything, by [`check_plain`].
pub(super) fn check_fields(text: &str, separator: u8) -> Result<(), Error> {
    let quoted = memchr::memrchr(b'"', text.as_bytes()).map_or(0, |last| last + 1);
    let mut state = State::FieldStart;
    let (mut line, mut field_line, mut field_start) = (1, 1, 0);
    for (offset, byte) in text.bytes().enumerate().take(quoted) {
        line += usize::from(byte == b'\n');
        state = state.next(byte, separator);
        if state == State::FieldStart {
            (field_line, field_start) = (line, offset + 1);
        } else if offset - field_start > LONGEST_FIELD {
            return Err(Error::FieldTooLong { line: field_line, limit: LONGEST_FIELD });
        }
    }
    if state == State::Quoted {
        return Err(Error::UnclosedQuote { line: field_line });
    }
    check_plain(text, separator, field_start, quoted)
}

/// Checks the length of the field that starts at `field_start` and goes on at `from`, and of all behind: no quotes.
///
/// Jumps from one end of a field to the last that is not too far, a megabyte ahead, and so looks at few bytes.
fn check_plain(text: &str, separator: u8, mut field_start: usize, mut from: usize) -> Result<(), Error> {
    let bytes = text.as_bytes();
    while bytes.len() - field_start > LONGEST_FIELD + 1 {
        let near = &bytes[from..field_start + LONGEST_FIELD + 2];
        let Some(end) = memchr::memrchr3(separator, b'\n', b'\r', near) else {
            return Err(Error::FieldTooLong { line: line_of(bytes, field_start), limit: LONGEST_FIELD });
        };
        field_start = from + end + 1;
        from = field_start;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl State {
    fn next(self, byte: u8, separator: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::QuoteInQuoted,
            (Self::Quoted, _) => Self::Quoted,
            (Self::FieldStart | Self::QuoteInQuoted, b'"') => Self::Quoted,
            (_, b'\n' | b'\r') => Self::FieldStart,
            (_, byte) if byte == separator => Self::FieldStart,
            _ => Self::Plain,
        }
    }
}

/// Other formats that are often named `.csv`: a table.
const FORMATS: [(&[u8], &str, &str); 7] = [
    (b"\x1f\x8b", "gzip", "unpack the file first"),
    (b"PK\x03\x04", "an xlsx or zip file", "save the sheet as CSV, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (xls)", "save the sheet as CSV"),
    (b"PAR1", "a Parquet file", "write it as CSV"),
    (b"\xff\xfe", "UTF-16 text", "save the file as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save the file as UTF-8"),
    (b"\x93NUMPY", "a NumPy array (npy)", "write it as CSV"),
];

fn check_format(bytes: &[u8]) -> Result<(), Error> {
    match FORMATS.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        Some((_, found, help)) => Err(Error::OtherFormat { found, help }),
        None => Ok(()),
    }
}

fn check_zero_bytes(text: &str) -> Result<&str, Error> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(offset) => Err(Error::ZeroByte { line: line_of(text.as_bytes(), offset), offset }),
        None => Ok(text),
    }
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes[..offset].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().to_string()
    }

    #[test]
    fn other_formats_are_named() {
        insta::assert_snapshot!(message(b"\x1f\x8b\x08\x00"), @"
        byte 0: this looks like gzip; expected plain text with separated columns
        help: unpack the file first
        ");
        insta::assert_snapshot!(message(b"PK\x03\x04..."), @"
        byte 0: this looks like an xlsx or zip file; expected plain text with separated columns
        help: save the sheet as CSV, or unpack the archive
        ");
        insta::assert_snapshot!(message(b"\xff\xfea\x00,\x00"), @"
        byte 0: this looks like UTF-16 text; expected plain text with separated columns
        help: save the file as UTF-8
        ");
    }

    #[test]
    fn bad_bytes_are_named_with_line_and_offset() {
        insta::assert_snapshot!(message(b"a,b\n1,\xe9\n"), @"
        line 2, byte 6: not UTF-8; expected UTF-8 text, got the byte 0xe9
        help: save the file as UTF-8
        ");
        insta::assert_snapshot!(message(b"a,b\n1,\x00\n"), @"line 2, byte 6: a zero byte; expected text, got binary data");
    }

    #[test]
    fn a_byte_order_mark_is_taken_off() {
        assert_eq!(decode(b"\xef\xbb\xbfa,b").unwrap(), "a,b");
        assert_eq!(decode(b"\xef\xbb\xbf\xef\xbb\xbfa,b").unwrap(), "a,b");
        assert!(message(b"\xef\xbb\xbf\xe9").starts_with("line 1, byte 3"));
    }

    #[test]
    fn an_unclosed_quote_is_reported_where_it_opens() {
        insta::assert_snapshot!(check_fields("a,b\n1,\"2\n3,4\n5,6\n", b',').unwrap_err(), @r#"line 2: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
        let long = format!("a,b\n1,\"{}", "x".repeat(2 * LONGEST_FIELD));
        assert!(matches!(check_fields(&long, b','), Err(Error::UnclosedQuote { line: 2 })));
        assert!(check_fields("a,\"x\"\"y\nz\"\n1,2\"3\n", b',').is_ok());
    }

    #[test]
    fn a_field_beyond_a_megabyte_is_refused() {
        let long = format!("a,b\n1,{}\n", "x".repeat(LONGEST_FIELD + 2));
        insta::assert_snapshot!(check_fields(&long, b',').unwrap_err(), @"
        line 2: a field is too long; expected at most 1048576 bytes, got more
        help: look for an unbalanced quote on this line
        ");
    }

    #[test]
    fn fields_of_any_length_are_judged_as_byte_by_byte() {
        let long = |prefix: &str, length: usize, suffix: &str| {
            let text = format!("{prefix}{}{suffix}", "x".repeat(length));
            matches!(check_fields(&text, b','), Err(Error::FieldTooLong { line: 2, .. }))
        };
        for prefix in ["a,b\n1,", "a,b\n", "a,b\n\"1\",", "a,\"\"\"b\"\n", "\"\"\n2\"\",3,"] {
            for suffix in ["", "\n3,4\n", "\r\n", ",5", "\n\"5\"\n"] {
                assert!(long(prefix, LONGEST_FIELD + 2, suffix), "{prefix:?}, {suffix:?}");
                assert!(!long(prefix, LONGEST_FIELD + 1, suffix), "{prefix:?}, {suffix:?}");
            }
        }
        let lines = "x,".repeat(LONGEST_FIELD);
        assert!(!long("a\n", 5, &lines) && long(&format!("{lines}\n"), LONGEST_FIELD + 2, ""));
    }
}
