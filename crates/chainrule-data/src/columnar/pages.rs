//! The headers of Parquet, looked at before a decoder takes memory for what they declare, or time.
//!
//! A header is a Thrift structure in the compact encoding. Four numbers of a page's are read here; everything else is gone over.
//!
//! Source: Apache Parquet format, `parquet.thrift` (PageHeader, DictionaryPageHeader); Apache Thrift, "Thrift compact protocol
//! encoding".

use std::io::Read;

use super::columns::is_believable;

/// How deep structures may lie in one another; a page header has three levels.
const DEEPEST: usize = 16;
/// The longest header; statistics in it may hold a long text twice.
const LONGEST: u64 = 16 << 20;

/// Checks the pages of one column chunk, which has `left` bytes; `open` gives a reader from an offset within it on.
pub(super) fn check<R: Read>(
    left: u64,
    mut open: impl FnMut(u64) -> Result<R, String>,
) -> Result<(), String> {
    let mut at = 0;
    while at < left {
        let mut compact = Compact { source: open(at)?.take(LONGEST.min(left - at)), read: 0 };
        let page = compact.page()?;
        let body = u64::try_from(page.packed).map_err(|_| format!("a page has {} bytes", page.packed))?;
        let end = at + compact.read + body;
        if end > left {
            return Err(format!("a page has {body} bytes; expected at most {}", left - at - compact.read));
        }
        let unpacked =
            u64::try_from(page.unpacked).map_err(|_| format!("a page unpacks to {}", page.unpacked))?;
        if !is_believable(body, unpacked) {
            return Err(format!("a page of {body} bytes cannot unpack to {unpacked}"));
        }
        if page.entries > page.unpacked {
            return Err(format!(
                "{} bytes cannot hold a dictionary of {} entries",
                page.unpacked, page.entries
            ));
        }
        at = end;
    }
    Ok(())
}

/// Checks that the directory at the end of a file is one structure that ends within its bytes.
pub(super) fn check_directory(bytes: &[u8]) -> Result<(), String> {
    Compact { source: bytes, read: 0 }.skip(kind::STRUCT, 0)
}

/// What a header declares.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    unpacked: i64,
    packed: i64,
    /// Entries of a dictionary, of a bit or more each, or 0.
    entries: i64,
}

/// A reader of the compact encoding.
struct Compact<R> {
    source: R,
    read: u64,
}

/// Types of fields in the compact encoding.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const STRUCT: u8 = 12;
}

impl<R: Read> Compact<R> {
    fn page(&mut self) -> Result<Page, String> {
        let mut page = Page::default();
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (2, kind::I32) => page.unpacked = self.zigzag()?,
                (3, kind::I32) => page.packed = self.zigzag()?,
                (7, kind::STRUCT) => page.entries = self.dictionary()?,
                _ => self.skip(kind, 0)?,
            }
        }
        Ok(page)
    }

    /// The number of entries in the header of a dictionary.
    fn dictionary(&mut self) -> Result<i64, String> {
        let (mut entries, mut field) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (1, kind::I32) => entries = self.zigzag()?,
                _ => self.skip(kind, 1)?,
            }
        }
        Ok(entries)
    }

    /// The type of the next field, whose number goes to `field`; `None` at the end of a structure.
    fn field(&mut self, field: &mut i64) -> Result<Option<u8>, String> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *field = match head >> 4 {
            0 => self.zigzag()?,
            step => field.saturating_add(step.into()),
        };
        Ok(Some(head & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("a header is nested too deep".into());
        }
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(|_| ()),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(|_| ()),
            kind::DOUBLE => self.over(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.over(length)
            }
            kind::LIST | kind::SET => self.skip_list(depth),
            kind::STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Ok(())
            }
            other => Err(format!("a header has a field of the type {other}")),
        }
    }

    fn skip_list(&mut self, depth: usize) -> Result<(), String> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        for _ in 0..count {
            match head & 15 {
                // No structure of the format has such a list in what is looked at here. Decoders differ in whether an
                // element has a byte; one that gives it none counts to two billion, for minutes.
                kind::TRUE | kind::FALSE => return Err("a header has a list of truth values".into()),
                kind => self.skip(kind, depth + 1)?,
            }
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, String> {
        let mut byte = [0];
        self.source.read_exact(&mut byte).map_err(|_| "a header is cut off or too long")?;
        self.read += 1;
        Ok(byte[0])
    }

    fn over(&mut self, count: u64) -> Result<(), String> {
        let copied = std::io::copy(&mut self.source.by_ref().take(count), &mut std::io::sink());
        self.read += count;
        match copied {
            Ok(copied) if copied == count => Ok(()),
            _ => Err("a header is cut off or too long".into()),
        }
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Ok(value);
            }
        }
        Err("a header has a number of more than 64 bits".into())
    }

    /// A number with its sign in the lowest bit.
    fn zigzag(&mut self) -> Result<i64, String> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(bytes: &[u8]) -> Result<(), String> {
        check(bytes.len() as u64, |at| Ok(&bytes[at as usize..]))
    }

    /// A dictionary page: type 2, sizes, a header with its entries, an encoding, and a truth value; then the body.
    fn page(unpacked: u8, packed: u8, entries: u8, body: usize) -> Vec<u8> {
        let head =
            [0x15, 4, 0x15, unpacked * 2, 0x15, packed * 2, 0x4c, 0x15, entries * 2, 0x15, 0, 0x11, 0, 0];
        [&head[..], &vec![7; body]].concat()
    }

    #[test]
    fn sizes_are_found_behind_one_another() {
        checked(&[page(4, 3, 1, 3), page(0, 0, 0, 0)].concat()).unwrap();
        let mut compact = Compact { source: &page(40, 30, 20, 30)[..], read: 0 };
        assert_eq!(compact.page(), Ok(Page { unpacked: 40, packed: 30, entries: 20 }));
        assert_eq!(compact.read, 14);
    }

    #[test]
    fn sizes_that_cannot_be_are_refused() {
        insta::assert_snapshot!(checked(&page(4, 9, 1, 3)).unwrap_err(), @"a page has 9 bytes; expected at most 3");
        insta::assert_snapshot!(checked(&page(4, 3, 9, 3)).unwrap_err(), @"4 bytes cannot hold a dictionary of 9 entries");
        let huge = [0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 2, 0, 7];
        insta::assert_snapshot!(checked(&huge).unwrap_err(), @"a page of 1 bytes cannot unpack to 2147483647");
        insta::assert_snapshot!(checked(&[0x15, 0, 0x15, 1, 0x15, 0, 0]).unwrap_err(), @"a page unpacks to -1");
        insta::assert_snapshot!(checked(&page(4, 3, 1, 3)[..6]).unwrap_err(), @"a header is cut off or too long");
        let deep = vec![0x1c; 100];
        insta::assert_snapshot!(checked(&deep).unwrap_err(), @"a header is nested too deep");
        assert!(checked(&[0x1b, 0]).is_err());
        // Field 9, a list of lists, each of two billion truth values that take no byte.
        let endless = [&[0x99, 0x29][..], &[0xf1, 0xff, 0xff, 0xff, 0xff, 0x07].repeat(2), &[0]].concat();
        insta::assert_snapshot!(checked(&endless).unwrap_err(), @"a header has a list of truth values");
        insta::assert_snapshot!(check_directory(&endless).unwrap_err(), @"a header has a list of truth values");
    }
}
