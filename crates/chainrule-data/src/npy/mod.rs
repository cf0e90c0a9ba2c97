//! NumPy's files: one array (npy), or a zip archive of arrays (npz), as a table.
//!
//! Elements are numbers of 1 to 8 bytes in either byte order, booleans, texts (`S`, `U`) and points in time (`M8`); whole
//! numbers beyond 2^53 are rounded. Pickled objects are refused, always: reading them would run code. An array of two
//! dimensions is a table row by row, in whichever order it is stored; one of a single dimension is a column.
//!
//! It must not know files and paths, nor networks.

mod archive;
mod array;
mod element;
mod header;

use std::io::{Cursor, Read, Seek};

use crate::error::shorten;
use crate::file_error::FileError;
use crate::frame::{Column, check_names, check_wanted};
use crate::{Error, Frame, TableReader, Wanted};
use archive::{Member, Opened};
use array::Array;

/// What arrays with the answers are called; their columns come last.
const TARGETS: [&str; 7] = ["y", "Y", "target", "targets", "label", "labels", "class"];
/// Arrays beside the largest one are held in memory: the most bytes they may unpack to, unless they are packed by less than
/// [`MODEST_RATIO`].
const MOST_UNPACKED: u64 = 64 << 20;
const MODEST_RATIO: u64 = 100;

/// A table in one npy file: columns `x1`, `x2` and so on.
///
/// Where the file has the array row by row, the memory does not grow with it; column by column (Fortran's order), the array
/// is held as it stands in the file.
///
/// ```
/// use chainrule_data::npy::ArrayReader;
/// use chainrule_data::{TableReader, Wanted};
///
/// let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }";
/// let mut file = b"\x93NUMPY\x01\x00".to_vec();
/// file.extend((header.len() as u16).to_le_bytes());
/// file.extend(header.as_bytes());
/// file.extend([1, 0, 2, 0, 3, 0, 4, 0]);
/// let mut reader = ArrayReader::new(&file[..], Some(file.len() as u64))?;
/// assert_eq!(reader.names(), ["x1", "x2"]);
/// let frame = reader.next_frame(&[Wanted::Auto; 2], 10)?.unwrap();
/// assert_eq!(frame.column("x2").unwrap().cells().text(1).unwrap(), "4");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub struct ArrayReader<R> {
    names: Vec<String>,
    array: Array<R>,
    has_failed: bool,
}

impl<R: Read> ArrayReader<R> {
    /// Reads the header. `length` is the size of the whole file in bytes, where it is known: then a header that declares
    /// more or less is refused at once, and else when the end comes too early or too late.
    ///
    /// # Errors
    /// [`Error::File`] for a header that is wrong or of a type or shape that is no table; [`Error::Source`].
    pub fn new(source: R, length: Option<u64>) -> Result<Self, Error> {
        let array = Array::open("array", source, length)?;
        let names = (1..=array.columns()).map(|column| format!("x{column}")).collect();
        Ok(Self { names, array, has_failed: false })
    }
}

impl<R: Read> TableReader for ArrayReader<R> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.names.len())?;
        let Some(count) = rows_now(&self.array, most_rows).filter(|_| !self.has_failed) else {
            return Ok(None);
        };
        let next = self.array.next(&self.names, wanted, count).and_then(Frame::new);
        self.has_failed = next.is_err();
        next.map(Some)
    }
}

/// How many rows come next, or `None` behind the last one.
fn rows_now<R: Read>(array: &Array<R>, most_rows: usize) -> Option<usize> {
    let left = array.rows() - array.next_row() as u64;
    let most = most_rows.clamp(1, array.rows_at_once());
    (left > 0).then(|| most.min(usize::try_from(left).unwrap_or(usize::MAX)))
}

/// A table in an npz archive.
///
/// Each array of as many rows as `X` (or, without an `X` or `x`, all arrays) gives columns: `age` of one dimension the column
/// `age`, `X` of two dimensions the columns `x1`, `x2` and so on. Arrays that are called `y`, `target` or `label` come last.
/// The largest array is read row by row, the others are held in memory.
pub struct ArchiveReader<R> {
    names: Vec<String>,
    parts: Vec<Part<R>>,
    notes: Vec<String>,
    has_failed: bool,
}

struct Part<R> {
    names: Vec<String>,
    array: Array<Source<R>>,
}

/// The bytes of an array: from the archive, or from memory.
enum Source<R> {
    Streamed(Box<Opened<R>>),
    Whole(Cursor<Vec<u8>>),
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Streamed(source) => source.read(buffer),
            Self::Whole(source) => source.read(buffer),
        }
    }
}

impl<R: Read + Seek> ArchiveReader<R> {
    /// Reads the directory of the archive, the headers, and all arrays but the largest.
    ///
    /// # Errors
    /// [`Error::File`] for an archive that is damaged, encrypted, has a name twice or one that leads out of it; if no
    /// arrays of equal length are there, with the list of those that are. [`Error::Source`].
    pub fn new(mut source: R) -> Result<Self, Error> {
        let members = archive::members(&mut source)?;
        let arrays: Vec<Member> =
            members.into_iter().filter(|member| member.name.ends_with(".npy")).collect();
        let (chosen, notes) = choose(&mut source, arrays)?;
        let streamed = (0..chosen.len()).max_by_key(|at| (chosen[*at].unpacked, usize::MAX - at));
        let mut parts = Vec::new();
        for (_, member) in (0..).zip(&chosen).filter(|(at, _)| Some(*at) != streamed) {
            let whole = Source::Whole(Cursor::new(read_whole(member, &mut source)?));
            parts.push(Part::open(member, whole)?);
        }
        if let Some(at) = streamed {
            let source = Source::Streamed(Box::new(chosen[at].open(source)?));
            parts.insert(at.min(parts.len()), Part::open(&chosen[at], source)?);
        }
        let names: Vec<String> = parts.iter().flat_map(|part| part.names.clone()).collect();
        check_names(names.iter().map(String::as_str))?;
        Ok(Self { names, parts, notes, has_failed: false })
    }
}

impl<R> ArchiveReader<R> {
    /// What was set aside, in words: one sentence an array.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl<R: Read> Part<R> {
    fn open(member: &Member, source: Source<R>) -> Result<Self, Error> {
        let key = key(member);
        let array = Array::open(&format!("array `{key}`"), source, Some(member.unpacked))?;
        if array.is_held() {
            check_ratio(member)?;
        }
        let stem = if key == "X" { "x" } else { key };
        let names = match array.is_flat() {
            true => vec![key.to_owned()],
            false => (1..=array.columns()).map(|column| format!("{stem}{column}")).collect(),
        };
        Ok(Self { names, array })
    }
}

impl<R: Read> TableReader for ArchiveReader<R> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.names.len())?;
        if self.has_failed {
            return Ok(None);
        }
        let next = self.next(wanted, most_rows);
        self.has_failed = next.is_err();
        next
    }
}

impl<R: Read> ArchiveReader<R> {
    /// After an error, some arrays are further than others.
    fn next(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        let counts: Option<Vec<usize>> =
            self.parts.iter().map(|part| rows_now(&part.array, most_rows)).collect();
        let Some(count) = counts.and_then(|counts| counts.into_iter().min()) else { return Ok(None) };
        let mut columns: Vec<Column> = Vec::new();
        let mut wanted = wanted;
        for Part { names, array, .. } in &mut self.parts {
            let (own, rest) = wanted.split_at(names.len());
            columns.extend(array.next(names, own, count)?);
            wanted = rest;
        }
        Frame::new(columns).map(Some)
    }
}

/// The name of an array: that of its member without `.npy`.
fn key(member: &Member) -> &str {
    member.name.strip_suffix(".npy").unwrap_or(&member.name)
}

/// What the header of a member says, or what is wrong with it.
struct Seen {
    member: Member,
    /// Rows and shape in words.
    found: Result<(u64, String), String>,
}

/// The arrays that make the table, targets last, and a word on each that does not.
fn choose<R: Read + Seek>(source: &mut R, members: Vec<Member>) -> Result<(Vec<Member>, Vec<String>), Error> {
    let mut seen = Vec::new();
    for member in members {
        let found = match Array::open("array", member.open(&mut *source)?, Some(member.unpacked)) {
            Ok(array) => Ok((array.rows(), array.shape_text())),
            Err(Error::File(wrong)) => Err(wrong.to_string()),
            Err(error) => return Err(error),
        };
        seen.push(Seen { member, found });
    }
    let rows = rows(&seen)?;
    let (mut chosen, mut notes) = (Vec::new(), Vec::new());
    for Seen { member, found } in seen {
        let key = shorten(key(&member));
        match found {
            Ok((own, _)) if own == rows => chosen.push(member),
            Ok((_, shape)) => {
                notes.push(format!("array `{key}` of shape {shape} set aside; expected {rows} rows"));
            }
            Err(wrong) => {
                let wrong = wrong.lines().next().unwrap_or_default();
                notes.push(format!(
                    "array `{key}` set aside: {}",
                    wrong.trim_start_matches("array, header: ")
                ));
            }
        }
    }
    // Stable, so that the others keep the order of the archive.
    chosen.sort_by_key(|member| TARGETS.contains(&key(member)));
    Ok((chosen, notes))
}

/// The rows of the table: those of `X`, or of all arrays if they are equal.
fn rows(seen: &[Seen]) -> Result<u64, FileError> {
    let features = seen.iter().find(|seen| matches!(key(&seen.member), "X" | "x"));
    if let Some(Seen { found, .. }) = features {
        return match found {
            Ok((rows, _)) => Ok(*rows),
            Err(wrong) => {
                let wrong =
                    wrong.trim_start_matches("array, header: ").trim_start_matches("array: ").to_owned();
                Err(FileError::Npy { place: "array `X`".into(), wrong })
            }
        };
    }
    let all: Option<Vec<u64>> =
        seen.iter().map(|seen| seen.found.as_ref().ok().map(|(rows, _)| *rows)).collect();
    match all.as_deref() {
        Some([first, rest @ ..]) if rest.iter().all(|rows| rows == first) => Ok(*first),
        _ => Err(no_table(seen)),
    }
}

fn no_table(seen: &[Seen]) -> FileError {
    let name = |seen: &Seen| {
        let key = shorten(key(&seen.member));
        let shape = seen.found.as_ref().map_or("no table", |(_, shape)| shape);
        format!("`{key}` {shape}")
    };
    let names: Vec<String> = seen.iter().take(20).map(name).collect();
    let got = if names.is_empty() { "no array".to_owned() } else { names.join(", ") };
    FileError::Archive {
        wrong: format!(
            "no table; expected an array `X` with its target `y`, or arrays of equal length, got {got}\
            \nhelp: np.savez(file, X=features, y=target)"
        ),
    }
}

/// All bytes of a member that is to be held in memory.
fn read_whole<R: Read + Seek>(member: &Member, source: &mut R) -> Result<Vec<u8>, Error> {
    check_ratio(member)?;
    let mut bytes = Vec::new();
    member.open(source)?.read_to_end(&mut bytes).map_err(Error::from_source)?;
    Ok(bytes)
}

/// Refuses a member that would fill the memory out of few bytes.
fn check_ratio(member: &Member) -> Result<(), FileError> {
    if member.unpacked > MOST_UNPACKED && member.unpacked / MODEST_RATIO > member.packed {
        let (name, packed, unpacked) = (shorten(key(member)), member.packed, member.unpacked);
        let wrong = format!(
            "array `{name}` grows from {packed} to {unpacked} bytes; expected at most {MODEST_RATIO} to 1 above {MOST_UNPACKED}"
        );
        return Err(FileError::Archive { wrong });
    }
    Ok(())
}
