//! What kind of file some bytes are, by how they begin.
//!
//! A name may lie, and the standard input has none: so the first bytes decide. A table in text has no mark of its own; it is
//! what is left. Kinds that hold no table this crate can read are named, with what to do about them.
//!
//! It must not know how any of them is read.

use std::fmt;

/// The most bytes at the front of a file that [`Format::of`] looks at.
pub const LOOKED_AT: usize = 4096;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Anything that no other kind claims: text, one hopes.
    Text,
    /// Packed by gzip (RFC 1952): what is inside is looked at after unpacking.
    Gzip,
    /// Packed by Zstandard (RFC 8878), or a skippable frame of it.
    Zstd,
    /// Apache Parquet.
    Parquet,
    /// An Arrow IPC file, also called Feather version 2.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
    /// One NumPy array.
    Npy,
    /// A zip archive of NumPy arrays.
    Npz,
    /// An IDX array, as the MNIST distribution has them.
    Idx,
    /// Another kind that is known by its mark and cannot be read.
    Other(OtherFormat),
}

/// A kind of file that is recognised in order to be refused with a helpful word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// What it looks like: `a spreadsheet (xlsx)`.
    pub name: &'static str,
    /// What to do: `save the sheet as CSV`.
    pub help: &'static str,
}

impl Format {
    /// The kind of a file that begins with these bytes; up to [`LOOKED_AT`] of them are enough. No bytes are text.
    ///
    /// ```
    /// use chainrule_data::format::Format;
    ///
    /// assert_eq!(Format::of(b"\x1f\x8b\x08"), Format::Gzip);
    /// assert_eq!(Format::of(b"width,height\n1,2\n"), Format::Text);
    /// let Format::Other(sheet) = Format::of(b"PK\x03\x04....") else { panic!() };
    /// assert_eq!(sheet.name, "a zip archive");
    /// ```
    pub fn of(first: &[u8]) -> Self {
        if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
            return zip(first);
        }
        // Letters alone may begin the name of a column; in a real file of that kind bytes follow that no text has, or hardly any.
        let has_zero = || first.iter().take(LOOKED_AT).any(|byte| *byte == 0);
        let is_binary = |magic: &[u8]| match magic {
            b"%PDF-" | b"BZh" => has_zero() || first.iter().take(64).any(|byte| !byte.is_ascii()),
            magic => !magic.iter().all(u8::is_ascii_graphic) || has_zero(),
        };
        let fits = |(magic, _): &&(&[u8], Self)| first.starts_with(magic) && is_binary(magic);
        match MAGIC.iter().find(fits) {
            Some((_, format)) => *format,
            None if matches!(first, [0, 0, 0x08..=0x0e, 1..=4, ..]) => Self::Idx,
            None => Self::Text,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Parquet => "Parquet",
            Self::ArrowFile => "Arrow IPC file",
            Self::ArrowStream => "Arrow IPC stream",
            Self::Npy => "NumPy array (npy)",
            Self::Npz => "NumPy archive (npz)",
            Self::Idx => "IDX",
            Self::Other(other) => other.name,
        })
    }
}

const fn other(name: &'static str, help: &'static str) -> Format {
    Format::Other(OtherFormat { name, help })
}

const AS_CSV: &str = "write the table as CSV or Parquet";
const UNPACK: &str = "unpack the file first; gzip and zstd are read as they are";

/// The marks of files: a table.
const MAGIC: [(&[u8], Format); 25] = [
    (b"\x1f\x8b", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"\x50\x2a\x4d\x18", Format::Zstd),
    (b"PAR1", Format::Parquet),
    (b"ARROW1\0\0", Format::ArrowFile),
    (b"\xff\xff\xff\xff", Format::ArrowStream),
    (b"\x93NUMPY", Format::Npy),
    (b"PARE", other("an encrypted Parquet file", "write it without encryption")),
    (b"FEA1", other("a Feather file of version 1", "write it as Feather version 2, Parquet or CSV")),
    (b"\xd0\xcf\x11\xe0", other("a spreadsheet (xls)", "save the sheet as CSV")),
    (b"\xff\xfe", other("UTF-16 text", "save the file as UTF-8")),
    (b"\xfe\xff", other("UTF-16 text", "save the file as UTF-8")),
    (b"\x89PNG", other("an image (PNG)", "a table is wanted: CSV, Parquet, Arrow or npy")),
    (b"\xff\xd8\xff", other("an image (JPEG)", "a table is wanted: CSV, Parquet, Arrow or npy")),
    (b"%PDF-", other("a PDF document", "a table is wanted: CSV, Parquet, Arrow or npy")),
    (b"\x89HDF", other("an HDF5 file", AS_CSV)),
    (
        b"SQLite format 3\0",
        other("an SQLite database", "write the table as CSV: sqlite3 -header -csv FILE 'select ...'"),
    ),
    (b"\x80\x02", other("a Python pickle", AS_CSV)),
    (b"\x80\x03", other("a Python pickle", AS_CSV)),
    (b"\x80\x04", other("a Python pickle", AS_CSV)),
    (b"\x80\x05", other("a Python pickle", AS_CSV)),
    (b"\xfd7zXZ\0", other("xz", UNPACK)),
    (b"BZh", other("bzip2", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", other("a 7z archive", UNPACK)),
    (b"ORC", other("an ORC file", AS_CSV)),
];

/// What a zip archive holds, by the name of its first member.
fn zip(first: &[u8]) -> Format {
    let has = |part: &[u8]| first.windows(part.len()).any(|window| window == part);
    let length = first.get(26..28).map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
    let name = first.get(30..30 + length).unwrap_or_default();
    if name.ends_with(b".npy") {
        Format::Npz
    } else if has(b"opendocument.spreadsheet") {
        other("a spreadsheet (ods, a zip archive)", "save the sheet as CSV")
    } else if name == b"[Content_Types].xml" || name.starts_with(b"xl/") || name.starts_with(b"_rels/") {
        other("a spreadsheet (xlsx, a zip archive)", "save the sheet as CSV")
    } else {
        other("a zip archive", "unpack it first; an archive of NumPy arrays (npz) is read as it is")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend([0; 22]);
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes
    }

    #[test]
    fn marks_decide() {
        assert_eq!(Format::of(b""), Format::Text);
        assert_eq!(Format::of(b"PAR1\x15\x04\x00\x00"), Format::Parquet);
        assert_eq!(Format::of(b"ARROW1\0\0\xff"), Format::ArrowFile);
        assert_eq!(Format::of(b"\xff\xff\xff\xff\x10\0\0\0"), Format::ArrowStream);
        assert_eq!(Format::of(b"\x93NUMPY\x01\x00"), Format::Npy);
        assert_eq!(Format::of(b"\0\0\x08\x03\0\0"), Format::Idx);
        assert_eq!(Format::of(&member("X.npy")), Format::Npz);
    }

    #[test]
    fn a_column_may_be_called_like_a_format() {
        for text in ["PAR1,b\n1,2\n", "ORC,b\n1,2\n", "BZh,b\n", "%PDF,b\n1,2\n", "%PDF-1,b\n1,2\n"] {
            assert_eq!(Format::of(text.as_bytes()), Format::Text, "{text}");
        }
    }

    #[test]
    fn documents_and_packed_files_of_letters_are_known() {
        let name = |bytes: &[u8]| Format::of(bytes).to_string();
        assert_eq!(name(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n4 0 obj\n"), "a PDF document");
        assert_eq!(name(b"BZh91AY&SY\x94$|\x0e"), "bzip2");
        assert_eq!(name(&[b"PAR1", &[0xff; 100][..], b"\0"].concat()), "Parquet");
    }

    #[test]
    fn spreadsheets_are_told_from_other_archives() {
        let name = |bytes: &[u8]| Format::of(bytes).to_string();
        assert_eq!(name(&member("[Content_Types].xml")), "a spreadsheet (xlsx, a zip archive)");
        assert_eq!(
            name(&member("mimetypeapplication/vnd.oasis.opendocument.spreadsheet")),
            "a spreadsheet (ods, a zip archive)"
        );
        assert_eq!(name(&member("readme.txt")), "a zip archive");
        assert_eq!(name(b"PK\x03\x04"), "a zip archive");
    }
}
