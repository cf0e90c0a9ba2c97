//! Parquet and Arrow files that cannot be read: what the user is told.

use crate::common::Folder;

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/golden/tables/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The message about a file.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    Folder::new().write("a.parquet", bytes).refused("data show a.parquet")
}

#[test]
fn entry_57_footers_that_are_wrong() {
    let good = golden("types_snappy.parquet");
    let end = good.len();
    insta::assert_snapshot!(refused(b"PAR1"), @"error: a.parquet: line 1: header but no data rows; expected at least one row after `PAR1`");
    insta::assert_snapshot!(refused(&good[..end - 1]), @"error: a.parquet: Parquet: cannot be read; the decoder says: Parquet error: Invalid Parquet file. Corrupt footer");
    insta::assert_snapshot!(refused(&good[..end / 2]), @"error: a.parquet: Parquet: cannot be read; the decoder says: Parquet error: Invalid Parquet file. Corrupt footer");
    let mut far = good.clone();
    far[end - 8..end - 4].copy_from_slice(&u32::MAX.to_le_bytes());
    insta::assert_snapshot!(refused(far), @"error: a.parquet: Parquet: cannot be read; the decoder says: EOF: Parquet file too small. Size is 5179 but need 4294967303");
    let mut none = good.clone();
    none[end - 8..end - 4].copy_from_slice(&0_u32.to_le_bytes());
    insta::assert_snapshot!(refused(none), @"error: a.parquet: Parquet: cannot be read; the decoder says: a header is cut off or too long");
}

#[test]
fn entry_57_pages_that_are_wrong() {
    let mut bytes = golden("types_zstd.parquet");
    // The first page's header begins behind the magic number.
    bytes[4..64].fill(0xff);
    assert!(refused(&bytes).contains("Parquet"));
    bytes[4..64].fill(0);
    insta::assert_snapshot!(refused(&bytes), @"error: a.parquet: Parquet: cannot be read; the decoder says: a header is cut off or too long");
}

#[test]
fn entry_57_arrow_files_that_are_wrong() {
    let good = golden("types_lz4.arrow");
    insta::assert_snapshot!(refused(&good[..good.len() / 2]), @"error: a.parquet: Arrow IPC: cut off; expected a directory and the mark `ARROW1` at the end");
    insta::assert_snapshot!(refused(&good[..10]), @"error: a.parquet: Arrow IPC: cut off; expected a directory and the mark `ARROW1` at the end");
    let stream = golden("types_stream.arrow");
    insta::assert_snapshot!(refused(&stream[..stream.len() / 2]), @"error: a.parquet: Arrow IPC: cut off; expected another message or the end mark, got the end of the file");
}

/// Every byte of a file changed, one at a time: all is an answer or a refusal, never a crash.
#[test]
fn entry_57_a_changed_byte_is_never_a_crash() {
    let folder = Folder::new();
    let good = golden("types_gzip.parquet");
    let step = (good.len() / 60).max(1);
    for at in (0..good.len()).step_by(step) {
        let mut bytes = good.clone();
        bytes[at] ^= 0xff;
        folder.write("a.parquet", bytes);
        let ran = folder.run("data show a.parquet --json");
        let is_refusal = ran.code == 2 && ran.out.is_empty() && ran.err.starts_with("error: a.parquet: ");
        assert!(is_refusal || ran.code == 0, "byte {at}: {} {}", ran.code, ran.err);
        assert!(!ran.err.contains("panicked"), "byte {at}: {}", ran.err);
    }
}
