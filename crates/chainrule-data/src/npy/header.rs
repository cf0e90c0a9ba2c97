//! The header of an npy file: a magic string, a version, and a Python dictionary as text, which is parsed and never run.
//!
//! Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays"; numpy.lib.format.

use std::io::Read;

use super::element::Element;

/// The longest header: one of numpy has 128 bytes, a little more for many dimensions.
const LONGEST: usize = 1 << 16;
const MAGIC: &[u8] = b"\x93NUMPY";

/// What an npy file says of its array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) element: Element,
    /// Whether the first index moves fastest.
    pub(super) is_fortran: bool,
    pub(super) shape: Vec<u64>,
    /// Bytes of the header, magic included.
    pub(super) length: u64,
}

impl Header {
    /// Reads a header from the front of a file; the error says what is wrong, `Ok(Err(..))` that it is the source's.
    pub(super) fn read(source: &mut impl Read) -> Result<Self, Problem> {
        let mut front = [0; 8];
        source.read_exact(&mut front).map_err(|error| cut_off(error, "8 bytes of magic and version"))?;
        if !front.starts_with(MAGIC) {
            return Err(Problem::Wrong("not an npy file; expected the magic bytes 93 4e 55 4d 50 59".into()));
        }
        let wide = match front[6] {
            1 => false,
            2 | 3 => true,
            other => return Err(Problem::Wrong(format!("unknown version; expected 1, 2 or 3, got {other}"))),
        };
        let mut length = [0; 4];
        let bytes = if wide { &mut length[..] } else { &mut length[..2] };
        source.read_exact(bytes).map_err(|error| cut_off(error, "the length of the header"))?;
        let start = 8 + bytes.len();
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(Problem::Wrong(format!("too long; expected at most {LONGEST} bytes, got {length}")));
        }
        let mut text = vec![0; length];
        source.read_exact(&mut text).map_err(|error| cut_off(error, &format!("{length} bytes of text")))?;
        let text = std::str::from_utf8(&text).map_err(|_| Problem::Wrong("not UTF-8".into()))?;
        let fields = Parser { rest: text }.dictionary().map_err(Problem::Wrong)?;
        let element = Element::parse(fields.descr).map_err(Problem::Wrong)?;
        let (is_fortran, shape) = (fields.is_fortran, fields.shape);
        Ok(Self { element, is_fortran, shape, length: (start + length) as u64 })
    }
}

/// Why a header could not be read.
#[derive(Debug)]
pub(super) enum Problem {
    /// The source failed.
    Source(std::io::Error),
    /// What is wrong with the bytes.
    Wrong(String),
}

fn cut_off(error: std::io::Error, expected: &str) -> Problem {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            Problem::Wrong(format!("cut off; expected {expected}, got the end of the file"))
        }
        _ => Problem::Source(error),
    }
}

struct Fields<'a> {
    descr: &'a str,
    is_fortran: bool,
    shape: Vec<u64>,
}

/// A reader of the few Python literals that a header may have.
struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn dictionary(mut self) -> Result<Fields<'a>, String> {
        let (mut descr, mut is_fortran, mut shape) = (None, None, None);
        self.expect('{')?;
        while !self.take('}') {
            let key = self.string()?;
            self.expect(':')?;
            let is_new = match key {
                "descr" => descr.replace(self.descr()?).is_none(),
                "fortran_order" => is_fortran.replace(self.boolean()?).is_none(),
                "shape" => shape.replace(self.tuple()?).is_none(),
                other => {
                    return Err(format!("unknown key `{}`; expected {KEYS}", crate::error::shorten(other)));
                }
            };
            if !is_new {
                return Err(format!("the key `{key}` comes twice; expected it once"));
            }
            if !self.take(',') {
                self.expect('}')?;
                break;
            }
        }
        if !self.rest.trim().is_empty() {
            return Err(self.unexpected("the end of the header"));
        }
        match (descr, is_fortran, shape) {
            (Some(descr), Some(is_fortran), Some(shape)) => Ok(Fields { descr, is_fortran, shape }),
            _ => Err(format!("a key is missing; expected {KEYS}")),
        }
    }

    fn descr(&mut self) -> Result<&'a str, String> {
        if self.skip_space().starts_with('[') {
            return Err("the elements are records; expected numbers, got several named fields\
                \nhelp: save each field as an array of its own: np.savez(file, **{name: array[name] for name in array.dtype.names})"
                .into());
        }
        self.string()
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let quote = self.skip_space().chars().next().filter(|letter| matches!(letter, '\'' | '"'));
        let quote = quote.ok_or_else(|| self.unexpected("a string in quotes"))?;
        let inner = &self.rest[1..];
        let end = inner.find(quote).ok_or_else(|| self.unexpected("a closing quote"))?;
        self.rest = &inner[end + 1..];
        Ok(&inner[..end])
    }

    fn boolean(&mut self) -> Result<bool, String> {
        let text = self.skip_space();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.unexpected("True or False"))
    }

    fn tuple(&mut self) -> Result<Vec<u64>, String> {
        let mut sizes = Vec::new();
        self.expect('(')?;
        while !self.take(')') {
            sizes.push(self.size()?);
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(sizes)
    }

    fn size(&mut self) -> Result<u64, String> {
        let text = self.skip_space();
        let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let size = text[..end].parse().map_err(|_| self.unexpected("a size below 2^64"))?;
        // Python 2 wrote long numbers with an L.
        self.rest = text[end..].strip_prefix('L').unwrap_or(&text[end..]);
        Ok(size)
    }

    fn skip_space(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    fn take(&mut self, letter: char) -> bool {
        let rest = self.skip_space().strip_prefix(letter);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, letter: char) -> Result<(), String> {
        if self.take(letter) { Ok(()) } else { Err(self.unexpected(&format!("`{letter}`"))) }
    }

    fn unexpected(&self, expected: &str) -> String {
        let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
        let got: String = self.rest.trim_end().chars().take(40).map(shown).collect();
        format!("not a plain dictionary; expected {expected}, got `{got}`")
    }
}

const KEYS: &str = "`descr`, `fortran_order` and `shape`";

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn bytes(text: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    }

    fn read(mut bytes: &[u8]) -> Result<Header, String> {
        Header::read(&mut bytes).map_err(|problem| match problem {
            Problem::Wrong(wrong) => wrong,
            Problem::Source(error) => panic!("{error}"),
        })
    }

    fn refused(text: &str) -> String {
        read(&bytes(text)).unwrap_err()
    }

    #[test]
    fn headers_of_numpy_are_read() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }      \n";
        let header = read(&bytes(text)).unwrap();
        assert_eq!(
            (header.shape, header.is_fortran, header.length),
            (vec![3, 4], false, 10 + text.len() as u64)
        );
        let other = "{\"shape\": (5L,), \"fortran_order\": True, \"descr\": \">i4\"}";
        let header = read(&bytes(other)).unwrap();
        assert_eq!((header.shape, header.is_fortran), (vec![5], true));
        assert!(
            read(&bytes("{'descr': '<f8', 'fortran_order': False, 'shape': ()}")).unwrap().shape.is_empty()
        );
    }

    #[test]
    fn anything_but_a_plain_dictionary_is_refused() {
        insta::assert_snapshot!(refused("{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}"), @"not a plain dictionary; expected True or False, got `0, 'shape': (3,)}`");
        insta::assert_snapshot!(refused("{'descr': __import__('os'), 'shape': (3,)}"), @"not a plain dictionary; expected a string in quotes, got `__import__('os'), 'shape': (3,)}`");
        insta::assert_snapshot!(refused("{'descr': '<f8', 'shape': (3,)}"), @"a key is missing; expected `descr`, `fortran_order` and `shape`");
        insta::assert_snapshot!(refused("{'descr': '<f8', 'descr': '<f8'}"), @"the key `descr` comes twice; expected it once");
        insta::assert_snapshot!(refused("{'shape': (99999999999999999999,)}"), @"not a plain dictionary; expected a size below 2^64, got `99999999999999999999,)}`");
        insta::assert_snapshot!(refused("{'descr': [('a', '<f8')], 'shape': (3,)}"), @"
        the elements are records; expected numbers, got several named fields
        help: save each field as an array of its own: np.savez(file, **{name: array[name] for name in array.dtype.names})
        ");
        for text in
            ["", "{", "[]", "{'shape': (-1,)}", "{'shape': (1.5,)}", "{} x", "{'a': 1}", "{'descr': '<f8}"]
        {
            refused(text);
        }
    }

    #[test]
    fn long_headers_are_refused_before_they_are_read() {
        let error = read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff").unwrap_err();
        insta::assert_snapshot!(error, @"too long; expected at most 65536 bytes, got 4294967295");
        insta::assert_snapshot!(read(b"\x93NUMPY\x09\x00").unwrap_err(), @"unknown version; expected 1, 2 or 3, got 9");
        insta::assert_snapshot!(read(&bytes("{'descr'")[..14]).unwrap_err(), @"cut off; expected 8 bytes of text, got the end of the file");
        insta::assert_snapshot!(read(b"\x93NUMPX\x01\x00").unwrap_err(), @"not an npy file; expected the magic bytes 93 4e 55 4d 50 59");
    }
}
