//! Parquet and Arrow IPC: no bytes end in a panic that gets out, and frames have as many cells in every column.

#![no_main]

use std::io::Cursor;

use chainrule_data::columnar::{ArrowFileReader, ArrowStreamReader, ParquetReader};
use chainrule_data::format::Format;
use chainrule_data::{TableReader, Wanted};
use libfuzzer_sys::fuzz_target;

/// Frames that are read: a few bytes may stand for many equal rows.
const MOST_FRAMES: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    match Format::of(bytes) {
        Format::ArrowFile => ArrowFileReader::new(Cursor::new(bytes)).map(read).unwrap_or_default(),
        Format::ArrowStream => ArrowStreamReader::new(bytes).map(read).unwrap_or_default(),
        _ => ParquetReader::new(Cursor::new(bytes.to_vec())).map(read).unwrap_or_default(),
    }
});

fn read(mut reader: impl TableReader) {
    let kinds = [Wanted::Auto, Wanted::Text, Wanted::Auto, Wanted::Skip];
    let wanted: Vec<Wanted> = (0..reader.names().len()).map(|column| kinds[column % kinds.len()]).collect();
    for _ in 0..MOST_FRAMES {
        let Ok(Some(frame)) = reader.next_frame(&wanted, 1000) else { break };
        assert!(frame.columns().iter().all(|column| column.rows() == frame.rows()));
    }
}
