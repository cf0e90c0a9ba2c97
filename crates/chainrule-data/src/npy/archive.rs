//! The members of a zip archive, as numpy writes it: stored or deflated, nothing else.
//!
//! The central directory at the end is what counts. Whatever does not agree with it is refused: an archive that two
//! programs read differently is not to be trusted.
//!
//! Source: PKWARE, APPNOTE.TXT 6.3, sections 4.3 and 4.5.3 (sizes of 64 bits).

use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

use flate2::bufread::DeflateDecoder;

use crate::Error;
use crate::error::shorten;
use crate::file_error::FileError;

/// The most members: numpy's archives have a handful.
const MOST_MEMBERS: u64 = 10_000;
/// The longest end of the central directory: its record and a comment.
const LONGEST_END: u64 = 22 + 65_535;
/// Deflate cannot pack better than 1032 to 1 (M. Adler, zlib technical details).
const HIGHEST_RATIO: u64 = 1032;

/// What the central directory says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// Bytes of the file inside.
    pub(super) unpacked: u64,
    sum: u32,
    is_deflated: bool,
    header: u64,
}

/// The members of an archive, in the order of its directory.
pub(super) fn members(source: &mut (impl Read + Seek)) -> Result<Vec<Member>, Error> {
    let length = source.seek(SeekFrom::End(0)).map_err(Error::Source)?;
    let directory = Directory::find(source, length)?;
    source.seek(SeekFrom::Start(directory.start)).map_err(Error::Source)?;
    let mut bytes = Vec::new();
    source.take(directory.length).read_to_end(&mut bytes).map_err(Error::Source)?;
    let mut rest = Fields(&bytes);
    let mut members = Vec::new();
    for _ in 0..directory.members {
        let member = Member::parse(&mut rest).ok_or_else(|| wrong("the directory is cut off"))?;
        let member = member.and_then(|member| member.check(directory.start))?;
        members.push(member);
    }
    if !rest.0.is_empty() {
        return Err(wrong(&format!("the directory has {} bytes too many", rest.0.len())).into());
    }
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(wrong(&format!("two members are called `{}`; expected distinct names", shorten(pair[0])))
                .into())
        }
        None => Ok(members),
    }
}

/// Where the central directory lies.
struct Directory {
    start: u64,
    length: u64,
    members: u64,
}

impl Directory {
    fn find(source: &mut (impl Read + Seek), length: u64) -> Result<Self, Error> {
        let from = length.saturating_sub(LONGEST_END);
        let tail = read_at(source, from, length - from)?;
        let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
        let at = at.ok_or_else(|| {
            wrong("the end is missing; expected a central directory, got a file that is cut off")
        })?;
        let mut end = Fields(&tail[at + 4..]);
        let cut_off = || wrong("the end is cut off");
        end.skip(6).ok_or_else(cut_off)?;
        let members = u64::from(end.u16().ok_or_else(cut_off)?);
        let [size, start] = [end.u32(), end.u32()];
        let (size, start) = (size.ok_or_else(cut_off)?, start.ok_or_else(cut_off)?);
        let comment = usize::from(end.u16().ok_or_else(cut_off)?);
        if end.0.len() != comment {
            return Err(wrong(&format!(
                "the end does not fit; expected {comment} bytes behind it, got {}",
                end.0.len()
            ))
            .into());
        }
        let narrow = Self { start: start.into(), length: size.into(), members };
        let end_at = from + at as u64;
        let (found, end_at) = match wide(source, end_at)? {
            Some(found) => found,
            None => (narrow, end_at),
        };
        found.check(end_at)
    }

    fn check(self, end_at: u64) -> Result<Self, Error> {
        if self.start.checked_add(self.length) != Some(end_at) {
            return Err(
                wrong("the directory does not fit; expected it to end where the end record begins").into()
            );
        }
        if self.members > MOST_MEMBERS || self.members > self.length / 46 {
            let (most, got) = (MOST_MEMBERS.min(self.length / 46), self.members);
            return Err(wrong(&format!("too many members; expected at most {most}, got {got}")).into());
        }
        Ok(self)
    }
}

/// The directory by the record with 64 bits, if there is one, and where that record begins.
fn wide(source: &mut (impl Read + Seek), end_at: u64) -> Result<Option<(Directory, u64)>, Error> {
    let Some(locator_at) = end_at.checked_sub(20) else { return Ok(None) };
    let locator = read_at(source, locator_at, 20)?;
    let mut fields = Fields(&locator);
    if fields.u32() != Some(0x0706_4b50) {
        return Ok(None);
    }
    let cut_off = || wrong("the 64 bit end is cut off");
    fields.skip(4).ok_or_else(cut_off)?;
    let at = fields.u64().ok_or_else(cut_off)?;
    let record = read_at(source, at, 56)?;
    let mut fields = Fields(&record);
    if fields.u32() != Some(0x0606_4b50) {
        return Err(wrong("the 64 bit end is not where its locator says").into());
    }
    fields.skip(28).ok_or_else(cut_off)?;
    let [members, length, start] = [fields.u64(), fields.u64(), fields.u64()];
    let directory = Directory {
        members: members.ok_or_else(cut_off)?,
        length: length.ok_or_else(cut_off)?,
        start: start.ok_or_else(cut_off)?,
    };
    Ok(Some((directory, at)))
}

fn read_at(source: &mut (impl Read + Seek), at: u64, count: u64) -> Result<Vec<u8>, Error> {
    source.seek(SeekFrom::Start(at)).map_err(Error::Source)?;
    let mut bytes = Vec::new();
    source.take(count).read_to_end(&mut bytes).map_err(Error::Source)?;
    Ok(bytes)
}

impl Member {
    /// The next entry of the directory; `None` if it is cut off.
    fn parse(rest: &mut Fields<'_>) -> Option<Result<Self, FileError>> {
        if rest.u32()? != 0x0201_4b50 {
            return Some(Err(wrong("the directory is damaged; expected an entry")));
        }
        rest.skip(4)?;
        let (flags, method) = (rest.u16()?, rest.u16()?);
        rest.skip(4)?;
        let (sum, packed, unpacked) = (rest.u32()?, rest.u32()?, rest.u32()?);
        let [name, extra, comment] = [rest.u16()?, rest.u16()?, rest.u16()?];
        rest.skip(8)?;
        let header = rest.u32()?;
        let name = String::from_utf8_lossy(rest.take(name.into())?).into_owned();
        let extra = rest.take(extra.into())?;
        rest.skip(comment.into())?;
        let place = shorten(&name);
        if flags & 1 != 0 {
            return Some(Err(wrong(&format!("member `{place}` is encrypted; expected plain data"))));
        }
        if method != 0 && method != 8 {
            let expected = "expected 0 (stored) or 8 (deflated)";
            return Some(Err(wrong(&format!("member `{place}`: unknown packing; {expected}, got {method}"))));
        }
        let mut member = Self {
            name,
            packed: packed.into(),
            unpacked: unpacked.into(),
            sum,
            is_deflated: method == 8,
            header: header.into(),
        };
        member.widen(extra)?;
        Some(Ok(member))
    }

    /// Takes the sizes of 64 bits from the extra field, where those of 32 bits are full.
    fn widen(&mut self, extra: &[u8]) -> Option<()> {
        let full = u64::from(u32::MAX);
        let mut rest = Fields(extra);
        while !rest.0.is_empty() {
            let (id, length) = (rest.u16()?, rest.u16()?);
            let mut field = Fields(rest.take(length.into())?);
            if id == 1 {
                for size in [&mut self.unpacked, &mut self.packed, &mut self.header] {
                    if *size == full {
                        *size = field.u64()?;
                    }
                }
            }
        }
        Some(())
    }

    /// Refuses what cannot be true, with the start of the directory as the end of all data.
    fn check(self, directory: u64) -> Result<Self, FileError> {
        let name = shorten(&self.name);
        let refuse = |what: String| Err(wrong(&format!("member `{name}`: {what}")));
        let path = &self.name;
        if path.contains('\\') || path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return refuse("the name leads out of the archive; expected a plain name".into());
        }
        if self
            .header
            .checked_add(30)
            .and_then(|start| start.checked_add(self.packed))
            .is_none_or(|end| end > directory)
        {
            return refuse(format!(
                "{} bytes at byte {} do not fit; expected them before the directory",
                self.packed, self.header
            ));
        }
        let most = if self.is_deflated { self.packed.saturating_mul(HIGHEST_RATIO) } else { self.packed };
        if self.unpacked > most || (!self.is_deflated && self.unpacked != self.packed) {
            let (packed, unpacked) = (self.packed, self.unpacked);
            return refuse(format!("{packed} bytes cannot hold {unpacked}; expected at most {most}"));
        }
        Ok(self)
    }

    /// A reader of the file inside, which checks its length and sum at the end.
    pub(super) fn open<R: Read + Seek>(&self, mut source: R) -> Result<Opened<R>, Error> {
        let header = read_at(&mut source, self.header, 30)?;
        let mut fields = Fields(&header);
        let name = shorten(&self.name);
        let damaged = || wrong(&format!("member `{name}`: no header where the directory says"));
        if fields.u32() != Some(0x0403_4b50) {
            return Err(damaged().into());
        }
        fields.skip(22).ok_or_else(damaged)?;
        let [own_name, extra] = [fields.u16().ok_or_else(damaged)?, fields.u16().ok_or_else(damaged)?];
        let own_name = read_at(&mut source, self.header + 30, own_name.into())?;
        if String::from_utf8_lossy(&own_name) != self.name {
            return Err(damaged().into());
        }
        let start = self.header + 30 + own_name.len() as u64 + u64::from(extra);
        source.seek(SeekFrom::Start(start)).map_err(Error::Source)?;
        let packed = BufReader::with_capacity(1 << 16, source.take(self.packed));
        let data = if self.is_deflated {
            Data::Deflated(Box::new(DeflateDecoder::new(packed)))
        } else {
            Data::Stored(packed)
        };
        Ok(Opened {
            name: self.name.clone(),
            data,
            left: self.unpacked,
            sum: self.sum,
            seen: crc32fast::Hasher::new(),
        })
    }
}

/// The bytes of a member.
pub(super) struct Opened<R> {
    name: String,
    data: Data<R>,
    left: u64,
    sum: u32,
    seen: crc32fast::Hasher,
}

enum Data<R> {
    Stored(BufReader<Take<R>>),
    Deflated(Box<DeflateDecoder<BufReader<Take<R>>>>),
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = match &mut self.data {
            Data::Stored(data) => data.read(&mut buffer[..most]),
            Data::Deflated(data) => data.read(&mut buffer[..most]),
        };
        let name = shorten(&self.name);
        let damaged = |reason: &str| wrong(&format!("member `{name}` is damaged; {reason}")).into_io();
        let count = match read {
            Ok(0) => return Err(damaged(&format!("expected {} bytes more, got the end", self.left))),
            Err(error) if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted => {
                return Err(error);
            }
            Err(error) => return Err(damaged(&format!("the decoder says: {error}"))),
            Ok(count) => count,
        };
        self.seen.update(&buffer[..count]);
        self.left -= count as u64;
        if self.left == 0 && self.seen.clone().finalize() != self.sum {
            return Err(damaged("the check sum differs"));
        }
        Ok(count)
    }
}

fn wrong(wrong: &str) -> FileError {
    FileError::Archive { wrong: wrong.to_owned() }
}

/// Little-endian numbers, taken from the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
