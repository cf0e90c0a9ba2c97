//! NumPy's files: no bytes make the readers panic, and frames have as many cells in every column.
//!
//! What begins as an archive is read as one, all else as an array, once with its length known and once without.

#![no_main]

use std::io::Cursor;

use chainrule_data::npy::{ArchiveReader, ArrayReader};
use chainrule_data::{TableReader, Wanted};
use libfuzzer_sys::fuzz_target;

/// Frames that are read: a small file may say that a text of 64 KB is repeated, row by row.
const MOST_FRAMES: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        ArchiveReader::new(Cursor::new(bytes)).map(read).unwrap_or_default();
        return;
    }
    let known = ArrayReader::new(bytes, Some(bytes.len() as u64)).map(read).unwrap_or_default();
    let piped = ArrayReader::new(bytes, None).map(read).unwrap_or_default();
    assert!(known == 0 || known == piped, "the length decides whether, not what is read");
});

/// The number of rows in the first frames.
fn read(mut reader: impl TableReader) -> usize {
    let kinds = [Wanted::Auto, Wanted::Text, Wanted::Number, Wanted::Auto, Wanted::Skip];
    let wanted: Vec<Wanted> = (0..reader.names().len()).map(|column| kinds[column % kinds.len()]).collect();
    let mut rows = 0;
    for _ in 0..MOST_FRAMES {
        let Ok(Some(frame)) = reader.next_frame(&wanted, 1000) else { break };
        assert!(frame.columns().iter().all(|column| column.rows() == frame.rows()));
        rows += frame.rows();
    }
    rows
}
