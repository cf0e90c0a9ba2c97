//! The elements of a NumPy array: their type, and how bytes become cells.
//!
//! Source: NumPy reference, "The array interface protocol" (type strings) and "Datetimes and timedeltas".

use crate::frame::{Cells, Texts};

/// The type of an element and its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    kind: Kind,
    is_big_endian: bool,
    /// Bytes of one element, at least 1.
    pub(super) size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
    /// Bytes up to the first of the zeros at the end.
    Bytes,
    /// Four bytes a character.
    Unicode,
    /// Units in a second, or seconds in a unit if negative.
    Time(i64),
}

/// What a type string may be, for messages.
const SUPPORTED: &str = "f2, f4, f8, i1 to i8, u1 to u8, b1, S, U, or M8 in weeks to nanoseconds";
/// The longest text of an element: longer ones are no labels, and a declared size must not decide how much memory is used.
const LONGEST_TEXT: usize = 1 << 16;

impl Element {
    /// Reads a type string such as `<f8`; the error says what was expected.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let refuse =
            || format!("unknown element type; expected {SUPPORTED}, got `{}`", crate::error::shorten(text));
        let mut letters = text.chars();
        let (Some(order), Some(letter)) = (letters.next(), letters.next()) else { return Err(refuse()) };
        let is_big_endian = match order {
            '<' | '|' | '=' => false,
            '>' => true,
            _ => return Err(refuse()),
        };
        let rest = letters.as_str();
        let (digits, unit) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let number: usize = digits.parse().unwrap_or(0);
        let (kind, size) = match (letter, number, unit) {
            ('O', ..) => return Err(OBJECTS.to_owned()),
            ('b', 1, "") => (Kind::Bool, 1),
            ('i', 1 | 2 | 4 | 8, "") => (Kind::Signed, number),
            ('u', 1 | 2 | 4 | 8, "") => (Kind::Unsigned, number),
            ('f', 2 | 4 | 8, "") => (Kind::Float, number),
            ('S' | 'a', 1..=LONGEST_TEXT, "") => (Kind::Bytes, number),
            ('U', 1..=LONGEST_TEXT, "") => (Kind::Unicode, 4 * number),
            ('M', 8, _) => (Kind::Time(unit_of_time(unit).ok_or_else(refuse)?), 8),
            _ => return Err(refuse()),
        };
        Ok(Self { kind, is_big_endian, size })
    }

    /// The elements that `at` finds in `bytes`, as cells; the error says what is wrong with one of them.
    ///
    /// `at` gives slices of `size` bytes.
    pub(super) fn cells<'a>(self, at: impl Iterator<Item = &'a [u8]>) -> Result<Cells, String> {
        match self.kind {
            Kind::Bytes | Kind::Unicode => {
                let texts = at.map(|bytes| self.text(bytes)).collect::<Result<Vec<String>, String>>()?;
                let cells = texts.iter().map(|text| Some(text.as_str()).filter(|text| !text.is_empty()));
                Ok(Cells::Texts(Texts::from_cells(cells)))
            }
            Kind::Time(unit) => Ok(Cells::Times(at.map(|bytes| seconds(self.bits(bytes), unit)).collect())),
            _ => Ok(Cells::Numbers(at.map(|bytes| self.number(bytes)).collect())),
        }
    }

    /// The bytes of a number as one, filled up with zeros.
    fn bits(self, bytes: &[u8]) -> u64 {
        let fold = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        if self.is_big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    }

    fn number(self, bytes: &[u8]) -> f64 {
        let bits = self.bits(bytes);
        match (self.kind, self.size) {
            (Kind::Bool, _) => f64::from(u8::from(bits != 0)),
            (Kind::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
            (Kind::Float, 2) => half(bits as u16),
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            _ => bits as f64,
        }
    }

    fn text(self, bytes: &[u8]) -> Result<String, String> {
        if self.kind == Kind::Bytes {
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            return String::from_utf8(bytes[..end].to_vec())
                .map_err(|_| "a text is not UTF-8; expected UTF-8 or an array of type U".to_owned());
        }
        let letters = bytes.chunks_exact(4).map(|four| self.bits(four) as u32);
        let text: Option<String> = letters.map(char::from_u32).collect();
        let text = text.ok_or("a text has a number that is no Unicode character")?;
        Ok(text.trim_end_matches('\0').to_owned())
    }
}

const OBJECTS: &str = "the elements are Python objects (pickled); expected plain numbers or texts, got `O`\
    \nhelp: convert before saving: array.astype(float) or array.astype(str)";

/// The unit of `M8[unit]`: how many make a second, or minus the seconds that one has.
fn unit_of_time(unit: &str) -> Option<i64> {
    Some(match unit.strip_prefix('[')?.strip_suffix(']')? {
        "W" => -604_800,
        "D" => -86_400,
        "h" => -3600,
        "m" => -60,
        "s" => 1,
        "ms" => 1000,
        "us" => 1_000_000,
        "ns" => 1_000_000_000,
        _ => return None,
    })
}

/// Seconds since 1970; the smallest number is "not a time".
fn seconds(bits: u64, unit: i64) -> f64 {
    match bits as i64 {
        i64::MIN => f64::NAN,
        count if unit < 0 => count as f64 * -unit as f64,
        count => count as f64 / unit as f64,
    }
}

/// A number of IEEE 754 binary16.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(descr: &str, bytes: &[u8]) -> Cells {
        let element = Element::parse(descr).unwrap();
        element.cells(bytes.chunks_exact(element.size)).unwrap()
    }

    #[test]
    fn numbers_of_every_type_and_order() {
        let number = |descr: &str, bytes: &[u8]| match read(descr, bytes) {
            Cells::Numbers(numbers) => numbers[0],
            other => panic!("{other:?}"),
        };
        assert_eq!(number("<f8", &1.1_f64.to_le_bytes()), 1.1);
        assert_eq!(number(">f8", &1.1_f64.to_be_bytes()), 1.1);
        assert_eq!(number(">f4", &0.1_f32.to_be_bytes()), f64::from(0.1_f32));
        assert_eq!(number("<i2", &(-2_i16).to_le_bytes()), -2.0);
        assert_eq!(number(">i4", &(-3_i32).to_be_bytes()), -3.0);
        assert_eq!(number("<i8", &i64::MIN.to_le_bytes()), -9_223_372_036_854_775_808.0);
        assert_eq!(number("<u8", &u64::MAX.to_le_bytes()), 18_446_744_073_709_551_615.0);
        assert_eq!(number("|u1", &[255]), 255.0);
        assert_eq!(number("|b1", &[1]), 1.0);
    }

    #[test]
    fn halves_are_exact() {
        let cases = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2.0_f64.powi(-24)),
            (0x03ff, 1023.0 * 2.0_f64.powi(-24)),
            (0x0400, 2.0_f64.powi(-14)),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0x3555, 0.333_251_953_125),
        ];
        for (bits, expected) in cases {
            assert_eq!(half(bits), expected, "{bits:04x}");
        }
        assert!(half(0x7e00).is_nan());
        assert!(half(0x8000).is_sign_negative());
    }

    #[test]
    fn texts_lose_the_zeros_at_their_end() {
        let expected = Cells::Texts(Texts::from_cells([Some("ab"), None]));
        assert_eq!(read("|S3", b"ab\0\0\0\0"), expected);
        assert_eq!(read("<U2", b"a\0\0\0b\0\0\0\0\0\0\0\0\0\0\0"), expected);
        assert_eq!(read(">U2", b"\0\0\0a\0\0\0b\0\0\0\0\0\0\0\0"), expected);
        let bad = Element::parse("<U1").unwrap();
        assert!(bad.cells(std::iter::once(&[0xff_u8; 4][..])).is_err());
    }

    #[test]
    fn times_are_seconds() {
        assert_eq!(read("<M8[D]", &19_000_i64.to_le_bytes()), Cells::Times(vec![19_000.0 * 86_400.0]));
        assert_eq!(read("<M8[ms]", &1_500_i64.to_le_bytes()), Cells::Times(vec![1.5]));
        let Cells::Times(missing) = read("<M8[ns]", &i64::MIN.to_le_bytes()) else { panic!() };
        assert!(missing[0].is_nan());
    }

    #[test]
    fn other_types_are_refused() {
        insta::assert_snapshot!(Element::parse("<c16").unwrap_err(), @"unknown element type; expected f2, f4, f8, i1 to i8, u1 to u8, b1, S, U, or M8 in weeks to nanoseconds, got `<c16`");
        insta::assert_snapshot!(Element::parse("|O").unwrap_err(), @"
        the elements are Python objects (pickled); expected plain numbers or texts, got `O`
        help: convert before saving: array.astype(float) or array.astype(str)
        ");
        for descr in [
            "",
            "<",
            "f8",
            "<f3",
            "<U0",
            "<U99999999999999999999",
            "<M8",
            "<M8[Y]",
            "<f8x",
            "<f16",
            "<V8",
            "<é",
        ] {
            assert!(Element::parse(descr).is_err(), "{descr}");
        }
    }
}
