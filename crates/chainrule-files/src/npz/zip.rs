//! A zip archive of stored members: local headers with the bytes, then a directory, then its end.
//!
//! The sizes have 32 bits, so an archive ends below 4 GiB; what is larger is refused. Must not know: what the members are.
//!
//! Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12 and 4.3.16.

use crate::Error;

/// Version 2.0 of the format, which every reader knows.
const VERSION: u16 = 20;
/// 1980-01-01 in the format's 16 bits: the first day that it knows.
const FIRST_DAY: u16 = (1 << 5) | 1;

/// An archive that grows.
#[derive(Debug, Default)]
pub(super) struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: usize,
}

impl Archive {
    /// Adds a member.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> Result<(), Error> {
        let offset = small(self.bytes.len())?;
        let length = small(content.len())?;
        let name_length =
            u16::try_from(name.len()).map_err(|_| Error::Archive { fault: "a name is too long" })?;
        let mut common = Vec::new();
        // Bit 11 of the flags: the name is UTF-8. Method 0: stored.
        put16(&mut common, &[VERSION, 1 << 11, 0, 0, FIRST_DAY]);
        put32(&mut common, &[crc32fast::hash(content), length, length]);
        put16(&mut common, &[name_length, 0]);

        put32(&mut self.bytes, &[0x0403_4b50]);
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content);

        put32(&mut self.directory, &[0x0201_4b50]);
        put16(&mut self.directory, &[VERSION]);
        self.directory.extend(&common);
        // No comment, disk 0, no attributes.
        put16(&mut self.directory, &[0, 0, 0]);
        put32(&mut self.directory, &[0, offset]);
        self.directory.extend(name.as_bytes());
        self.members += 1;
        Ok(())
    }

    /// The whole archive.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let begin = small(self.bytes.len())?;
        let length = small(self.directory.len())?;
        let members =
            u16::try_from(self.members).map_err(|_| Error::Archive { fault: "it has too many arrays" })?;
        self.bytes.extend(&self.directory);
        small(self.bytes.len())?;
        put32(&mut self.bytes, &[0x0605_4b50]);
        put16(&mut self.bytes, &[0, 0, members, members]);
        put32(&mut self.bytes, &[length, begin]);
        put16(&mut self.bytes, &[0]);
        Ok(self.bytes)
    }
}

/// A size in 32 bits.
fn small(size: usize) -> Result<u32, Error> {
    u32::try_from(size).map_err(|_| Error::Archive { fault: "it would be 4 GiB or longer" })
}

fn put16(bytes: &mut Vec<u8>, numbers: &[u16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put32(bytes: &mut Vec<u8>, numbers: &[u32]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python's `zipfile` writes for one stored member, with the same flags and date.
    #[test]
    fn the_layout_is_that_of_the_specification() {
        let mut archive = Archive::default();
        archive.add("a", b"123456789").unwrap();
        let bytes = archive.finish().unwrap();
        let local =
            b"PK\x03\x04\x14\0\0\x08\0\0\0\0\x21\0\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0\x01\0\0\0a123456789";
        assert_eq!(&bytes[..local.len()], local);
        assert_eq!(&bytes[local.len()..local.len() + 4], b"PK\x01\x02");
        let end = &bytes[bytes.len() - 22..];
        assert_eq!(&end[..12], b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        assert_eq!(end[12..20], [47, 0, 0, 0, local.len() as u8, 0, 0, 0]);
    }

    #[test]
    fn sizes_beyond_32_bits_are_refused() {
        assert!(small(u32::MAX as usize).is_ok());
        let error = small(u32::MAX as usize + 1).unwrap_err();
        assert_eq!(error.to_string(), "archive: it would be 4 GiB or longer");
    }
}
