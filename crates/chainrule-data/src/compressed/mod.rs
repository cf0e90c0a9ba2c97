//! Packed bytes as a stream of the bytes inside: gzip and zstd, told by their first bytes.
//!
//! Unpacking is streamed: what is inside is handed on piece by piece, so that a file of a few kilobytes which unpacks to
//! terabytes costs time, and no memory. A stream that ends early or whose check sum differs is an error of the read that
//! meets it; so a damaged file never passes for a short one.
//!
//! It must not know what is inside.

mod zstd;

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::file_error::FileError;
use crate::format::Format;
use zstd::Zstd;

/// How bytes are packed. `Display` gives the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packer {
    /// gzip (RFC 1952), also of several members one behind the other.
    Gzip,
    /// Zstandard (RFC 8878), also of several frames.
    Zstd,
}

impl Packer {
    /// The packer whose mark the bytes begin with, if any.
    pub fn of(first: &[u8]) -> Option<Self> {
        match Format::of(first) {
            Format::Gzip => Some(Self::Gzip),
            Format::Zstd => Some(Self::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

impl std::fmt::Display for Packer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A reader of what is packed inside another.
///
/// Memory: some hundred kilobytes for gzip; for zstd the window that the file declares, at most 32 MiB, and its double for a
/// moment. Every read can fail with the kind `InvalidData`, of which [`crate::Error::from_source`] makes a
/// [`FileError`].
///
/// ```
/// use std::io::Read;
/// use chainrule_data::compressed::{Packer, Unpacked};
///
/// let packed = b"\x28\xb5\x2f\xfd\x24\x02\x11\x00\x00a,b\x8e\x5a\x53\x0f".as_slice();
/// let mut text = String::new();
/// let failed = Unpacked::new(Packer::Zstd, packed).read_to_string(&mut text).unwrap_err();
/// assert!(failed.to_string().starts_with("zstd: the data are damaged or cut off"));
/// ```
pub struct Unpacked<R: Read> {
    packer: Packer,
    decoder: Decoder<BufReader<R>>,
    unpacked: u64,
}

enum Decoder<R: io::BufRead> {
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<R: Read> Unpacked<R> {
    /// Reads what `packer` has packed. Nothing is read before the first call of `read`.
    pub fn new(packer: Packer, source: R) -> Self {
        let source = BufReader::with_capacity(1 << 16, source);
        let decoder = match packer {
            Packer::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(source))),
            Packer::Zstd => Decoder::Zstd(Box::new(Zstd::new(source))),
        };
        Self { packer, decoder, unpacked: 0 }
    }

    fn explain(&self, error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => return error,
            _ if error.get_ref().is_some_and(|inner| inner.is::<FileError>()) => return error,
            _ => {}
        }
        // What the disk says carries a code; what the decoder says does not.
        if error.raw_os_error().is_some() {
            return error;
        }
        let reason = reason(&error);
        FileError::Packed { packer: self.packer.name(), unpacked: self.unpacked, reason }.into_io()
    }
}

/// What the decoder says, in the words of our messages.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "expected more bytes, got the end of the file".to_owned(),
        _ => format!("the decoder says: {error}"),
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.read(buffer),
            Decoder::Zstd(decoder) => decoder.read(buffer),
        };
        match read {
            Ok(count) => {
                self.unpacked += count as u64;
                Ok(count)
            }
            Err(error) => Err(self.explain(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn text() -> Vec<u8> {
        (0..20_000).flat_map(|row| format!("{row},{}\n", row * 7 % 13).into_bytes()).collect()
    }

    fn unpack(packer: Packer, packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Unpacked::new(packer, packed).read_to_end(&mut bytes).map(|_| bytes)
    }

    #[test]
    fn members_behind_one_another_are_one_text() {
        let [first, second] = [text(), b"and more".to_vec()];
        let both = [first.clone(), second.clone()].concat();
        for (packer, pack) in [(Packer::Gzip, gzip as fn(&[u8]) -> Vec<u8>), (Packer::Zstd, zstd)] {
            let packed = [pack(&first), pack(b""), pack(&second)].concat();
            assert_eq!(Packer::of(&packed), Some(packer));
            assert_eq!(unpack(packer, &packed).unwrap(), both, "{packer}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_an_error() {
        let text = b"width,height\n1,2\n3,4\n".repeat(3);
        for (packer, packed) in [(Packer::Gzip, gzip(&text)), (Packer::Zstd, zstd(&text))] {
            for end in 1..packed.len() {
                let error = unpack(packer, &packed[..end]).expect_err(&format!("{packer} cut at {end}"));
                assert!(error.get_ref().unwrap().is::<FileError>(), "{packer} cut at {end}: {error}");
            }
        }
    }

    #[test]
    fn a_changed_byte_at_the_end_is_an_error() {
        for (packer, mut packed) in [(Packer::Gzip, gzip(&text())), (Packer::Zstd, zstd(&text()))] {
            let at = packed.len() - 5;
            packed[at] ^= 1;
            let error = unpack(packer, &packed).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{packer}: the data are damaged")), "{error}");
        }
    }

    #[test]
    fn what_follows_a_frame_and_is_none_is_an_error() {
        for (packer, packed) in [(Packer::Gzip, gzip(b"a,b")), (Packer::Zstd, zstd(b"a,b"))] {
            let error = unpack(packer, &[&packed[..], b"junk"].concat()).unwrap_err();
            assert!(error.to_string().contains("after 3 bytes unpacked"), "{error}");
        }
    }

    #[test]
    fn skippable_frames_are_skipped() {
        let skipped = [&b"\x50\x2a\x4d\x18\x03\0\0\0abc"[..], &zstd(b"a,b")].concat();
        assert_eq!(Packer::of(&skipped), Some(Packer::Zstd));
        assert_eq!(unpack(Packer::Zstd, &skipped).unwrap(), b"a,b");
        assert!(unpack(Packer::Zstd, &skipped[..9]).is_err());
    }

    #[test]
    fn a_window_of_gigabytes_is_refused_before_it_is_made() {
        // No single segment, window descriptor 0xa8: 2^(10 + 21) bytes; then an empty raw block, the last.
        let error = unpack(Packer::Zstd, b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0").unwrap_err();
        insta::assert_snapshot!(error, @"
        zstd: the window is too large; expected at most 33554432 bytes, got 2147483648
        help: pack it again without `--long` and `--ultra`
        ");
    }
}
