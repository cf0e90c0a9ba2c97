//! Arrays in the IDX format of the MNIST distribution, compressed with gzip or not.
//!
//! ```text
//! 00 00 | element type | rank | one big-endian u32 per dimension | the elements, last dimension fastest, big-endian
//! ```
//!
//! The file must end where its dimensions say. Nothing is allocated from a declared size before that size is known to
//! be possible for the bytes present.
//!
//! Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section "File formats".
//!
//! It must not know files and folders, nor what the arrays mean, but for [`dataset`], which pairs images with labels.

mod header;
mod images;
mod unpack;
mod values;

use std::io::Read;

use crate::Error;

pub use images::{class_names, dataset};
pub use values::{Array, Values};

/// Reads an IDX array from the bytes of a file; gzip data (starting 1f 8b) are unpacked first.
///
/// # Errors
/// Any `Error::Idx...` with byte offsets, which for gzip count unpacked bytes; [`Error::File`] for damaged gzip data.
///
/// ```
/// use chainrule_data::idx::{self, Values};
///
/// let bytes = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
/// let array = idx::read(&bytes)?;
/// assert_eq!(array.dims, [2, 3]);
/// assert_eq!(array.values, Values::Bytes(vec![1, 2, 3, 4, 5, 6]));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Array, Error> {
    if unpack::is_gzip(bytes) { unpack::read_gzip(bytes) } else { read_plain(bytes) }
}

/// Reads an IDX array from a source, to its end.
///
/// # Errors
/// As [`read()`], and [`Error::Source`] if the source fails.
pub fn read_from(mut source: impl Read) -> Result<Array, Error> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(Error::Source)?;
    read(&bytes)
}

fn read_plain(bytes: &[u8]) -> Result<Array, Error> {
    let header = header::Header::parse(bytes)?;
    let body = &bytes[header.length()..];
    header.check_body(body.len())?;
    Ok(Array { dims: header.sizes()?, values: Values::from_big_endian(header.element, body.to_vec()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    fn file(magic: [u8; 4], dims: &[u32], body: &[u8]) -> Vec<u8> {
        let mut bytes = magic.to_vec();
        dims.iter().for_each(|dim| bytes.extend(dim.to_be_bytes()));
        bytes.extend(body);
        bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn message(bytes: &[u8]) -> String {
        read(bytes).unwrap_err().to_string()
    }

    #[test]
    fn gzip_and_plain_give_the_same_array() {
        let plain = file([0, 0, 8, 1], &[3], &[7, 8, 9]);
        assert_eq!(read(&gzip(&plain)).unwrap(), read(&plain).unwrap());
        assert_eq!(read_from(&plain[..]).unwrap().values, Values::Bytes(vec![7, 8, 9]));
    }

    #[test]
    fn other_element_types_become_numbers() {
        let body: Vec<u8> = [-2_i16, 300].iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!(
            read(&file([0, 0, 0x0b, 1], &[2], &body)).unwrap().values,
            Values::Numbers(vec![-2.0, 300.0])
        );
        let body: Vec<u8> = [0.5_f32].iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!(read(&file([0, 0, 0x0d, 1], &[1], &body)).unwrap().values, Values::Numbers(vec![0.5]));
    }

    #[test]
    fn damaged_gzip_says_how_far_it_came() {
        let whole = gzip(&file([0, 0, 8, 1], &[1000], &[5; 1000]));
        insta::assert_snapshot!(message(&whole[..whole.len() - 4]), @"gzip: the data are damaged or cut off after 1008 bytes unpacked; expected more bytes, got the end of the file");
        insta::assert_snapshot!(message(&whole[..5]), @"gzip: the data are damaged or cut off after 0 bytes unpacked; expected more bytes, got the end of the file");
    }

    #[test]
    fn a_wrong_magic_shows_the_four_bytes() {
        insta::assert_snapshot!(message(b"\x89PNG\r\n"), @"byte 0: not an IDX file; expected 00 00, an element type and a rank, got 89 50 4e 47");
        insta::assert_snapshot!(message(&[0, 0, 7, 1, 0, 0, 0, 0]), @"byte 2: unknown element type; expected 08, 09, 0b, 0c, 0d or 0e, got 07 in 00 00 07 01");
        insta::assert_snapshot!(message(&[0, 0, 8, 0]), @"
        byte 0: not an IDX file; expected 00 00, an element type and a rank, got 00 00 08 00
        help: the rank, the fourth byte, must be at least 1
        ");
    }

    #[test]
    fn a_short_header_says_what_it_needs() {
        insta::assert_snapshot!(message(&[0, 0]), @"byte 2: the header is cut off; expected at least 4 bytes, got 2");
        insta::assert_snapshot!(message(&[0, 0, 8, 3, 0, 0, 0, 1]), @"byte 8: the header is cut off; expected at least 16 bytes, got 8");
    }

    #[test]
    fn dimensions_beyond_the_file_are_a_truncation_with_both_numbers() {
        let bytes = file([0, 0, 8, 3], &[60000, 28, 28], &[0; 100]);
        insta::assert_snapshot!(message(&bytes), @"elements: the file is cut off; expected 47040016 bytes for the dimensions [60000, 28, 28], got 116");
        insta::assert_snapshot!(message(&gzip(&bytes)), @"elements: the file is cut off; expected 47040016 bytes for the dimensions [60000, 28, 28], got at most the 36120 that 35 packed bytes can hold");
    }

    #[test]
    fn dimensions_whose_product_overflows_are_refused_before_allocation() {
        let bytes = file([0, 0, 8, 3], &[u32::MAX, u32::MAX, u32::MAX], &[]);
        insta::assert_snapshot!(message(&bytes), @"byte 4: the dimensions [4294967295, 4294967295, 4294967295] are too large; expected a product below 2^63 bytes, got more");
        assert_eq!(message(&gzip(&bytes)), message(&bytes));
        let huge = file([0, 0, 8, 2], &[0x7fff_fff1, 0x7fff_fff1], &[1]);
        assert!(message(&huge).contains("cut off") && message(&gzip(&huge)).contains("cut off"));
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let bytes = file([0, 0, 8, 1], &[2], &[1, 2, 3, 4]);
        insta::assert_snapshot!(message(&bytes), @"byte 10: bytes are left over; expected the file to end for the dimensions [2], got 12 bytes or more");
        insta::assert_snapshot!(message(&gzip(&bytes)), @"byte 10: bytes are left over; expected the file to end for the dimensions [2], got 11 bytes or more");
    }

    #[test]
    fn little_endian_counts_are_named() {
        let mut bytes = vec![0, 0, 8, 1];
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend([1, 2, 3]);
        insta::assert_snapshot!(message(&bytes), @"
        byte 4: the counts [50331648] do not fit the 3 bytes that follow; expected big-endian counts, got [3] in little-endian order
        help: write the header in big-endian order, as the IDX format demands
        ");
        assert_eq!(message(&gzip(&bytes)), message(&bytes));
        insta::assert_snapshot!(message(&[3, 8, 0, 0, 1, 0, 0, 0]), @"
        byte 0: not an IDX file; expected 00 00, an element type and a rank, got 03 08 00 00
        help: these bytes are in little-endian order; write the header in big-endian order, as the IDX format demands
        ");
    }

    #[test]
    fn an_empty_dimension_is_an_empty_array() {
        let array = read(&file([0, 0, 8, 2], &[0, 5], &[])).unwrap();
        assert_eq!((array.dims, array.values), (vec![0, 5], Values::Bytes(vec![])));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(rows in 0_u32..9, columns in 0_u32..9, fill in any::<u8>()) {
            let body = vec![fill; (rows * columns) as usize];
            let bytes = file([0, 0, 8, 2], &[rows, columns], &body);
            let array = read(&bytes).unwrap();
            prop_assert_eq!(&array.values, &Values::Bytes(body));
            prop_assert_eq!(read(&gzip(&bytes)).unwrap(), array);
        }

        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..80), typed in any::<bool>()) {
            if typed && bytes.len() > 4 {
                bytes[..4].copy_from_slice(&[0, 0, 8, 2]);
            }
            let _ = read(&bytes);
            let _ = read(&gzip(&bytes));
        }
    }
}
