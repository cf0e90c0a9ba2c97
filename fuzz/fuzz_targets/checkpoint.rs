//! No bytes make the reader of checkpoints panic, and what it reads can be written and read again.
//!
//! The first byte chooses the way in: even, the rest is a whole file; odd, the rest is the JSON text of a record, put
//! into a file of one weight with the right checksum, which random bytes would never get past.
#![no_main]

use chainrule_files::{CHECKPOINT_KEY, decode_checkpoint, encode_checkpoint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((way, rest)) = bytes.split_first() else { return };
    match (way % 2, std::str::from_utf8(rest)) {
        (0, _) => read(rest),
        (_, Ok(record)) => read(&sealed(record)),
        (_, Err(_)) => {}
    }
});

fn read(file: &[u8]) {
    let Ok(checkpoint) = decode_checkpoint(file) else { return };
    let written = encode_checkpoint(&checkpoint).expect("what is read can be written");
    let again = decode_checkpoint(&written).expect("what is written can be read");
    assert_eq!(encode_checkpoint(&again).expect("and written again"), written);
}

/// A file of the text of a record and one weight.
fn sealed(record: &str) -> Vec<u8> {
    let half = 0.5f64.to_le_bytes();
    let mut hasher = crc32fast::Hasher::new();
    for name in ["best", "weights.w"] {
        hasher.update(&half);
        hasher.update(format!("{name} F64 [1] trainable\n").as_bytes());
    }
    hasher.update(record.as_bytes());
    let entry = format!(
        r#"{{"format_version":1,"written_by":"","checksum":"crc32:{:08x}","checkpoint":{record}}}"#,
        hasher.finalize()
    );
    let header = serde_json::json!({
        "__metadata__": { CHECKPOINT_KEY: entry },
        "best": { "dtype": "F64", "shape": [1], "data_offsets": [0, 8] },
        "weights.w": { "dtype": "F64", "shape": [1], "data_offsets": [8, 16] },
    })
    .to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &half, &half].concat()
}
