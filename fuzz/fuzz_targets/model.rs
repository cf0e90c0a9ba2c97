//! No bytes make the reader of model files panic, and what it reads can be written and read again.
//!
//! The first byte chooses the way in: even, the rest is a whole file; odd, the rest is the JSON text of a record, put
//! into a file with the right checksum, which random bytes would never get past.
#![no_main]

use chainrule_files::{METADATA_KEY, NonFinite, decode, decode_with, encode_with, read_state_dict, suggest};
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
    if let Ok(dict) = read_state_dict(file) {
        let _ = suggest(&dict);
    }
    let strict = decode(file);
    let Ok(model) = decode_with(file, NonFinite::Allow) else {
        assert!(strict.is_err(), "the strict reader accepts no more than the other");
        return;
    };
    let written = encode_with(&model, NonFinite::Allow).expect("what is read can be written");
    let again = decode_with(&written, NonFinite::Allow).expect("what is written can be read");
    assert_eq!(encode_with(&again, NonFinite::Allow).expect("and written again"), written);
}

/// A file without tensors around the text of a record.
fn sealed(record: &str) -> Vec<u8> {
    let checksum = crc32fast::hash(record.as_bytes());
    let entry = format!(
        r#"{{"format_version":1,"written_by":"0.1.0","checksum":"crc32:{checksum:08x}","frozen":[],"model":{record}}}"#
    );
    let header = serde_json::json!({ "__metadata__": { METADATA_KEY: entry } }).to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
}
