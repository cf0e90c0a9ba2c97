//! A record of TensorFlow's event files: length, its checksum, content, its checksum.
//!
//! ```text
//! 64 bits  length, little-endian
//! 32 bits  masked CRC-32C of the length
//!          content
//! 32 bits  masked CRC-32C of the content
//! ```
//!
//! Masked is the checksum turned right by 15 bits plus a constant, so that a checksum over bytes with checksums stays
//! sound. Source: <https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details>

/// The record with this content.
pub(super) fn record(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    [&length[..], &masked(&length), content, &masked(content)].concat()
}

/// The masked checksum, little-endian.
fn masked(bytes: &[u8]) -> [u8; 4] {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_32c_masked() {
        // The check value of CRC-32/ISCSI is 0xe3069283, for the digits 1 to 9.
        let turned = 0xe306_9283_u32.rotate_right(15);
        assert_eq!(masked(b"123456789"), turned.wrapping_add(0xa282_ead8).to_le_bytes());
    }

    #[test]
    fn an_empty_record_has_sixteen_bytes() {
        assert_eq!(record(b"").len(), 16);
    }
}
