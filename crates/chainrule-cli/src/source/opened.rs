//! A table of any format, opened: what it is shows in its first bytes, packed or not, whatever its name.
//!
//! Must not know: how a text is split, nor what columns are for.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use chainrule_data::columnar::{ArrowFileReader, ArrowStreamReader, ParquetReader};
use chainrule_data::compressed::{Packer, Unpacked};
use chainrule_data::format::{Format, LOOKED_AT};
use chainrule_data::npy::{ArchiveReader, ArrayReader};
use chainrule_data::{Error, FileError, TableReader};

use super::Source;

/// A table that is read in parts, by whichever thread has the time.
pub(crate) type Reader = Box<dyn TableReader + Send>;

/// A table whose format is known.
pub(crate) struct Opened {
    /// Text that is to be split, or a reader that knows its columns.
    pub(crate) content: Content,
    /// The format in words: `text`, `gzip of text`, `Parquet`.
    pub(crate) format: String,
    /// A sentence on each part that is set aside.
    pub(crate) notes: Vec<String>,
}

/// What is inside.
pub(crate) enum Content {
    /// Text, unpacked.
    Text(Box<dyn Read + Send>),
    /// Columns.
    Table(Reader),
}

/// Bytes that can be read from any place.
trait Seekable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Seekable for T {}

/// Where bytes come from.
enum Bytes {
    /// A file, and its length.
    File(File, u64),
    /// Anything else.
    Stream(Box<dyn Read + Send>),
}

impl Opened {
    /// Opens a file or the standard input.
    ///
    /// # Errors
    /// As [`Opened::file`].
    pub(crate) fn of(source: &Source) -> Result<Self, Error> {
        match source {
            Source::Input => Self::input(),
            source => Self::file(source.path()),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be read, or is known to be no table.
    pub(crate) fn file(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(Error::Source)?;
        let metadata = file.metadata().map_err(Error::Source)?;
        // A pipe has a path too: `<(zcat table.csv.gz)`.
        match metadata.is_file() {
            true => Self::open(Bytes::File(file, metadata.len()), None),
            false => Self::open(Bytes::Stream(Box::new(file)), None),
        }
    }

    /// Opens the standard input. What has to seek in it waits in a file without a name until all is there.
    ///
    /// # Errors
    /// As [`Opened::file`].
    pub(crate) fn input() -> Result<Self, Error> {
        Self::open(Bytes::Stream(Box::new(io::stdin())), None)
    }

    fn open(bytes: Bytes, packer: Option<Packer>) -> Result<Self, Error> {
        let (first, bytes) = bytes.look()?;
        let format = Format::of(&first);
        if let Some(inner) = Packer::of(&first) {
            if packer.is_some() {
                return Err(refused("packed data inside of packed data", "unpack the file once before"));
            }
            let unpacked = Unpacked::new(inner, bytes.into_read());
            return Self::open(Bytes::Stream(Box::new(unpacked)), Some(inner));
        }
        let (content, notes) = content(format, bytes)?;
        let format = packer.map_or(format.to_string(), |packer| format!("{packer} of {format}"));
        Ok(Self { content, format, notes })
    }
}

fn content(format: Format, bytes: Bytes) -> Result<(Content, Vec<String>), Error> {
    let table = |reader: Reader, notes: &[String]| Ok((Content::Table(reader), notes.to_vec()));
    match format {
        Format::Text => Ok((Content::Text(bytes.into_read()), Vec::new())),
        Format::Npy => {
            let length = bytes.length();
            table(Box::new(ArrayReader::new(bytes.into_read(), length)?), &[])
        }
        Format::ArrowStream => {
            let reader = ArrowStreamReader::new(bytes.into_read())?;
            let notes = reader.notes().to_vec();
            table(Box::new(reader), &notes)
        }
        Format::Npz => {
            let reader = ArchiveReader::new(bytes.into_seek()?)?;
            let notes = reader.notes().to_vec();
            table(Box::new(reader), &notes)
        }
        Format::Parquet => {
            let reader = ParquetReader::new(bytes.into_seek()?)?;
            let notes = reader.notes().to_vec();
            table(Box::new(reader), &notes)
        }
        Format::ArrowFile => {
            let reader = ArrowFileReader::new(bytes.into_seek()?)?;
            let notes = reader.notes().to_vec();
            table(Box::new(reader), &notes)
        }
        Format::Other(other) => Err(FileError::Kind { found: other.name, help: other.help }.into()),
        _ => Err(refused(
            "an IDX array",
            "images need a name such as `train-images-idx3-ubyte`, and their labels beside them",
        )),
    }
}

fn refused(found: &'static str, help: &'static str) -> Error {
    FileError::Kind { found, help }.into()
}

impl Bytes {
    /// The first bytes, and all bytes from the front.
    fn look(self) -> Result<(Vec<u8>, Self), Error> {
        let mut first = Vec::new();
        match self {
            Self::File(mut file, length) => {
                (&mut file).take(LOOKED_AT as u64).read_to_end(&mut first).map_err(Error::Source)?;
                file.seek(SeekFrom::Start(0)).map_err(Error::Source)?;
                Ok((first, Self::File(file, length)))
            }
            Self::Stream(mut stream) => {
                stream.by_ref().take(LOOKED_AT as u64).read_to_end(&mut first).map_err(Error::from_source)?;
                let all = Cursor::new(first.clone()).chain(stream);
                Ok((first, Self::Stream(Box::new(all))))
            }
        }
    }

    fn length(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => Some(*length),
            Self::Stream(_) => None,
        }
    }

    fn into_read(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file, _) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }

    /// Bytes in which one can seek; a stream is written to a file without a name first.
    fn into_seek(self) -> Result<Box<dyn Seekable>, Error> {
        match self {
            Self::File(file, _) => Ok(Box::new(file)),
            Self::Stream(mut stream) => {
                let mut file = tempfile::tempfile().map_err(Error::Source)?;
                io::copy(&mut stream, &mut file).map_err(Error::from_source)?;
                Ok(Box::new(file))
            }
        }
    }
}
