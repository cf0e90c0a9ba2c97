//! Short decimal numbers, straight from bytes: an optional sign and up to eight digits on each side of the mark.
//!
//! With mantissa m and k digits after the mark the number is m / 10^k. Where m <= 2^53 and k <= 22 both are exact in
//! `f64`, so that the one division gives the nearest `f64`: the same bits as `str::parse`. Source: W. D. Clinger, "How to
//! read floating point numbers accurately" (PLDI 1990).
//!
//! Eight bytes are looked at as one word, and no branch depends on how many of them are digits: with one loop over
//! digits, the varying lengths cost a misprediction in most cells. One word of sixteen bytes for the whole number, which
//! need not be loaded again behind the mark, was tried and was no faster, and slower on whole numbers. Longer numbers,
//! exponents and blanks are left to [`super::cell::Cell::parse`].
//!
//! It must not know where a cell ends.

/// The largest integer below which `f64` has every integer.
const EXACT: u64 = 1 << 53;

const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The number at the start of `bytes` and how many bytes it takes, or `None` if there is none or it is not short.
///
/// What follows the number is for the caller to judge. The last cells of a text are declined too, where fewer than
/// eight bytes are left.
#[inline]
pub(super) fn short(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    let sign = *bytes.first()?;
    let mut at = usize::from(matches!(sign, b'-' | b'+'));
    let (mut mantissa, digits) = leading_digits(bytes.get(at..)?)?;
    at += digits;
    let mut places = 0;
    if bytes.get(at) == Some(&mark) {
        let (fraction, count) = leading_digits(bytes.get(at + 1..)?)?;
        mantissa = mantissa * POWERS[count] + fraction;
        places = count;
        at += 1 + count;
    }
    if digits + places == 0 || mantissa > EXACT {
        return None;
    }
    let magnitude = mantissa as f64 / POWERS[places] as f64;
    // The sign bit is set without a branch: in data around zero, half of the guesses would be wrong.
    let minus = u64::from(sign == b'-') << 63;
    Some((f64::from_bits(magnitude.to_bits() | minus), at))
}

/// The value and the number of the decimal digits, at most eight, that `bytes` starts with; `None` if there are fewer
/// than eight bytes.
#[inline]
fn leading_digits(bytes: &[u8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?) ^ each(b'0');
    // A digit is now 0 to 9. In every other byte, one of the two sets the highest bit; a carry out of such a byte only
    // spoils later ones.
    let others = (word.wrapping_add(each(0x80 - 10)) | word) & each(0x80);
    let count = others.trailing_zeros() / 8;
    // The digits move to the end, where they would stand in a number of eight, and zeros to the front.
    let digits = word.checked_shl(64 - 8 * count).unwrap_or(0);
    Some((value(digits), count as usize))
}

/// The number that eight digits make, the first in the lowest byte: neighbours join to twos, to fours, to eight.
#[inline]
fn value(digits: u64) -> u64 {
    let twos = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos * 100 + (twos >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

/// A word with the same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// With what may follow a cell, so that eight bytes can be read.
    fn read(text: &str) -> Option<(f64, usize)> {
        short(format!("{text},        ").as_bytes(), b'.')
    }

    #[test]
    fn short_numbers_are_those_of_the_standard_library_to_the_bit() {
        for text in [
            "0",
            "-0",
            "7",
            "+7.5",
            ".5",
            "-5.",
            "0.1",
            "-3.14159265",
            "99999999",
            "12345678.1",
            "0.00000001",
            "90071992.54740992",
        ] {
            let (value, length) = read(text).unwrap();
            assert_eq!(
                (value.to_bits(), length),
                (text.parse::<f64>().unwrap().to_bits(), text.len()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_or_not_exact_is_declined() {
        for text in ["", "-", ".", "+.", "x1", "nan", " 1", "--1", "90071992.54740993", "99999999.99999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(short(b"1.5,", b'.'), None);
    }

    #[test]
    fn it_stops_where_the_number_is_not_short() {
        assert_eq!(read("123456789"), Some((12345678.0, 8)));
        assert_eq!(read("0.123456789"), Some((0.12345678, 10)));
        assert_eq!(read("1.5e3"), Some((1.5, 3)));
        assert_eq!(read("1.5.5"), Some((1.5, 3)));
        assert_eq!(read("1\u{fffd}"), Some((1.0, 1)));
        assert_eq!(short(b"1,5;        ", b','), Some((1.5, 3)));
    }

    proptest! {
        #[test]
        fn all_short_numbers_agree_with_the_standard_library(text in "[-+]?[0-9]{1,8}(\\.[0-9]{0,8})?") {
            let expected: f64 = text.parse().unwrap();
            if let Some((value, length)) = read(&text) {
                prop_assert_eq!((value.to_bits(), length), (expected.to_bits(), text.len()));
            } else {
                prop_assert!(text.len() > 16, "only a mantissa of sixteen digits can be too large");
            }
        }

        #[test]
        fn any_bytes_give_the_digits_in_front(bytes in prop::array::uniform8(any::<u8>())) {
            let digits: Vec<u8> = bytes.into_iter().take_while(u8::is_ascii_digit).collect();
            let expected = digits.iter().fold(0, |value, digit| 10 * value + u64::from(digit - b'0'));
            prop_assert_eq!(leading_digits(&bytes), Some((expected, digits.len())));
        }
    }
}
