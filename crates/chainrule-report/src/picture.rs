//! A grey picture as text that a page can hold: PNG without compression, as a `data:` address.
//!
//! Format: W3C, "Portable Network Graphics (PNG) Specification"; the stream inside is zlib (RFC 1950) with stored blocks
//! (RFC 1951, 3.2.4). Pictures of digits are a kilobyte; compressing them would need a library.

use crate::record::Picture;

/// The largest block that is stored without compression.
const BLOCK: usize = 0xffff;

/// The address of the picture: `data:image/png;base64,...`. Lines that are not whole are left out.
pub(crate) fn address(picture: &Picture) -> String {
    let height = picture.pixels.len() / picture.width.max(1);
    let mut header = Vec::new();
    header.extend(u32::try_from(picture.width).unwrap_or(0).to_be_bytes());
    header.extend(u32::try_from(height).unwrap_or(0).to_be_bytes());
    // Eight bits of grey; the only compression, filter and order there are.
    header.extend([8, 0, 0, 0, 0]);
    let lines = picture.pixels.chunks_exact(picture.width.max(1));
    // Each line begins with its filter: none.
    let data: Vec<u8> = lines.flat_map(|line| [0].into_iter().chain(line.iter().copied())).collect();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &stored(&data));
    chunk(&mut png, *b"IEND", &[]);
    format!("data:image/png;base64,{}", base64(&png))
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let check = crc32(&png[start..]);
    png.extend(check.to_be_bytes());
}

/// Bytes as a zlib stream that does not compress.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.len().div_ceil(BLOCK).max(1);
    for number in 0..blocks {
        let block = &data[number * BLOCK..data.len().min((number + 1) * BLOCK)];
        let length = block.len() as u16;
        out.push(u8::from(number + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(data).to_be_bytes());
    out
}

/// The check of a chunk: polynomial 0xedb88320, reflected (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// The check of a zlib stream (RFC 1950, section 9).
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    b << 16 | a
}

/// Bytes as text of 64 signs (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| word << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{address, adler32, base64, crc32, stored};
    use crate::record::Picture;

    #[test]
    fn the_checks_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    #[test]
    fn long_data_are_cut_into_blocks() {
        let stream = stored(&vec![7; 70_000]);
        assert_eq!(stream.len(), 2 + 5 + 65_535 + 5 + 4_465 + 4);
        assert_eq!((stream[2], stream[2 + 5 + 65_535]), (0, 1));
    }

    /// Read back with Python's zlib: one white pixel.
    #[test]
    fn a_picture_is_an_address() {
        let picture = Picture { width: 1, pixels: vec![255] };
        assert_eq!(
            address(&picture),
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAADUlEQVR4AQECAP3/AP8BAQEAYIcStQAAAABJRU5ErkJggg=="
        );
    }
}
