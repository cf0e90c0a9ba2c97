//! From bytes to text: other formats and encodings are refused here.
//!
//! It must not know columns.

use std::str::Utf8Error;

use super::lines::line_of;
use crate::Error;
use crate::format::{Format, LOOKED_AT};

/// Checks that a part of a source is UTF-8 text; `offset` and `line` are those of its first byte.
pub(super) fn decode_block(bytes: &[u8], offset: usize, line: u64) -> Result<&str, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error, offset, line))?;
    check_zero_bytes(bytes, offset, line)?;
    Ok(text)
}

/// The same for bytes that are given away.
pub(super) fn decode_owned(bytes: Vec<u8>, offset: usize, line: u64) -> Result<String, Error> {
    check_zero_bytes(&bytes, offset, line)?;
    String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes(), error.utf8_error(), offset, line))
}

fn not_utf8(bytes: &[u8], error: Utf8Error, offset: usize, line: u64) -> Error {
    let at = error.valid_up_to();
    Error::NotUtf8 { line: line_in(bytes, at, line), offset: offset + at, byte: bytes[at] }
}

fn check_zero_bytes(bytes: &[u8], offset: usize, line: u64) -> Result<(), Error> {
    match memchr::memchr(0, bytes) {
        Some(at) => Err(Error::ZeroByte { line: line_in(bytes, at, line), offset: offset + at }),
        None => Ok(()),
    }
}

/// The line of the byte at `at`, where the first byte is in `line`.
fn line_in(bytes: &[u8], at: usize, line: u64) -> usize {
    line_of(bytes, at).saturating_add(usize::try_from(line - 1).unwrap_or(usize::MAX))
}

/// The length of the byte order marks at the beginning: a program may put one before another's.
pub(super) fn byte_order_marks(bytes: &[u8]) -> usize {
    let mark = "\u{feff}".as_bytes();
    bytes.chunks(mark.len()).take_while(|chunk| *chunk == mark).count() * mark.len()
}

/// Refuses other formats by their first bytes.
pub(super) fn check_format(bytes: &[u8]) -> Result<(), Error> {
    let (found, help) = match Format::of(&bytes[..bytes.len().min(LOOKED_AT)]) {
        Format::Text => return Ok(()),
        Format::Other(other) => (other.name, other.help),
        Format::Gzip => ("gzip", UNPACK),
        Format::Zstd => ("zstd", UNPACK),
        Format::Parquet => ("a Parquet file", OTHER_READER),
        Format::ArrowFile | Format::ArrowStream => ("an Arrow IPC file", OTHER_READER),
        Format::Npy => ("a NumPy array (npy)", OTHER_READER),
        Format::Npz => ("a NumPy archive (npz)", OTHER_READER),
        Format::Idx => ("an IDX file", OTHER_READER),
    };
    Err(Error::OtherFormat { found, help })
}

const UNPACK: &str = "unpack it first";
const OTHER_READER: &str = "read it as what it is, or write it as CSV";

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<&str, Error> {
        check_format(bytes)?;
        decode_block(bytes, 0, 1).map(|text| &text[byte_order_marks(bytes)..])
    }

    fn message(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().to_string()
    }

    #[test]
    fn other_formats_are_named() {
        insta::assert_snapshot!(message(b"\x1f\x8b\x08\x00"), @"
        byte 0: this looks like gzip; expected plain text with separated columns
        help: unpack it first
        ");
        insta::assert_snapshot!(message(b"PK\x03\x04..."), @"
        byte 0: this looks like a zip archive; expected plain text with separated columns
        help: unpack it first; an archive of NumPy arrays (npz) is read as it is
        ");
        insta::assert_snapshot!(message(b"\xff\xfea\x00,\x00"), @"
        byte 0: this looks like UTF-16 text; expected plain text with separated columns
        help: save the file as UTF-8
        ");
    }

    #[test]
    fn a_column_may_be_called_like_a_format() {
        assert!(message(b"PAR1\x15\x04\x15\x00").starts_with("byte 0: this looks like a Parquet file"));
        assert_eq!(decode(b"PAR1,b\n1,2\n").unwrap(), "PAR1,b\n1,2\n");
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
}
