//! No bytes make the reader panic, and what it accepts is sound.

mod common;

use chainrule_files::{
    LayerKind, NonFinite, Stack, StackLayer, Tensor, Values, assign, decode, decode_with, encode,
    encode_with, read_state_dict, suggest,
};
use common::{by_way, changed, corpus, file, file_of_record, full_model, small_record, table_model};
use proptest::prelude::*;
use proptest::sample::Index;

/// Reads `bytes` in both ways; what is read can be written, and then read again as the same bytes.
fn survives(bytes: &[u8]) {
    let _ = decode(bytes);
    if let Ok(dict) = read_state_dict(bytes) {
        let _ = (suggest(&dict), assign(&small_stack(), &dict));
    }
    if let Ok(model) = decode_with(bytes, NonFinite::Allow) {
        let written = encode_with(&model, NonFinite::Allow).unwrap();
        let again = decode_with(&written, NonFinite::Allow).unwrap();
        assert_eq!(encode_with(&again, NonFinite::Allow).unwrap(), written);
    }
}

/// A matrix and slopes, for state dicts to be assigned to.
fn small_stack() -> Stack {
    let tensor = |name: &str, shape: &[usize]| {
        Tensor::new(name, shape, Values::F32(vec![0.0; shape.iter().product()]))
    };
    let layer = |inputs, outputs, kind| StackLayer { name: "l".into(), inputs, outputs, kind };
    let linear = LayerKind::Linear { weight: tensor("l.weight", &[3, 2]), bias: None };
    let prelu = LayerKind::Prelu { slope: tensor("p.slope", &[3]) };
    Stack { inputs: 2, layers: vec![layer(2, 3, linear), layer(3, 3, prelu)] }
}

#[test]
fn every_truncation_is_refused() {
    for model in [full_model(), table_model()] {
        let bytes = encode(&model).unwrap();
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_err(), "cut at {length} of {}", bytes.len());
        }
    }
}

/// A flipped bit is refused, or lies where it does not change the model: in the version's text.
#[test]
fn no_flipped_bit_changes_the_model_in_silence() {
    for model in [full_model(), table_model()] {
        let bytes = encode(&model).unwrap();
        for place in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[place / 8] ^= 1 << (place % 8);
            if let Ok(mut read) = decode(&flipped) {
                read.record.written_by.clone_from(&model.record.written_by);
                assert_eq!(read, model, "bit {place}");
            }
        }
    }
}

/// The corpus of the fuzz target `model`, read as the target does: the first byte chooses the way in.
#[test]
fn the_corpus_of_the_fuzz_target_never_panics() {
    for bytes in corpus("model") {
        survives(&by_way(&bytes, file_of_record));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn mutated_files_never_panic(changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6)) {
        survives(&changed(encode(&full_model()).unwrap(), &changes));
    }

    #[test]
    fn headers_of_odd_numbers_never_panic(
        begin in prop_oneof![0_u64..20, Just(u64::MAX), any::<u64>()],
        end in prop_oneof![0_u64..20, Just(u64::MAX), any::<u64>()],
        shape in proptest::collection::vec(prop_oneof![0_u64..5, Just(u64::MAX), Just(1 << 61), any::<u64>()], 0..10),
        dtype in "F32|F64|BOOL|F4|U8|X",
    ) {
        let tensor = format!(r#""w":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#);
        survives(&file(&format!(r#"{{"__metadata__":{{"chainrule":"{{}}"}},{tensor}}}"#), &[0; 16]));
    }

    #[test]
    fn mutated_records_with_a_right_checksum_never_panic(
        changes in proptest::collection::vec((any::<Index>(), proptest::char::range(' ', '~')), 1..4)
    ) {
        let record = changed(small_record().chars().collect(), &changes);
        survives(&file_of_record(&record.into_iter().collect::<String>()));
    }
}
