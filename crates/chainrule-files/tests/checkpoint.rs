//! Checkpoints keep every bit, and whatever is not one is refused with a sentence.

mod common;

use std::collections::BTreeMap;

use chainrule_files::{
    CheckpointFile, CheckpointProgress, CheckpointRecord, Error, Number, OptimizerRecord, PlateauRecord,
    Tensor, Values, decode, decode_checkpoint, encode, encode_checkpoint,
};
use common::{by_way, chain, changed, corpus, small_model};
use proptest::prelude::*;
use proptest::sample::Index;

/// A checkpoint that uses every field, with numbers that are hard to keep.
fn full() -> CheckpointFile {
    let settings = [("learning_rate", "0.1"), ("seed", "7")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let record = CheckpointRecord {
        network: "identity:1,relu:2,identity:1".to_owned(),
        arguments: ["houses.csv", "--target", "price \"é\""].map(str::to_owned).to_vec(),
        data_fingerprint: "houses: 3 rows of 1, crc32:0badcafe".to_owned(),
        settings: BTreeMap::from(settings),
        progress: CheckpointProgress {
            epochs: 2,
            steps: u64::MAX,
            seconds: Number(0.1 + 0.2),
            best_loss: Number(f64::INFINITY),
            loss: Number(-0.0),
            right: 5,
            ..CheckpointProgress::default()
        },
        optimizer: OptimizerRecord { name: "nadam".to_owned(), scalars: vec![Number(3.0), Number(5e-324)] },
        average_steps: Some(9),
        plateau: Some(PlateauRecord { factor: Number(0.5), best: None, waited: 1, cooldown_left: 0 }),
        score: Some("accuracy".to_owned()),
        ..CheckpointRecord::default()
    };
    CheckpointFile {
        record,
        weights: vec![
            Tensor::new("layer1.bias", &[2], Values::F32(vec![-0.0, f32::from_bits(1)])),
            Tensor::new("layer1.weight", &[2, 1], Values::F32(vec![1.0, f32::MAX])),
        ],
        best: Values::F32(vec![1.0, 2.0, 3.0, 4.0]),
        average: Some(Values::F32(vec![f32::INFINITY, 2.0, 3.0, 4.0])),
        optimizer: Values::F32(vec![0.5; 8]),
        history: (0..16).map(f64::from).collect(),
    }
}

/// What is left where a run has nothing to remember.
fn least() -> CheckpointFile {
    let record = CheckpointRecord { network: "identity:1,identity:1".into(), ..CheckpointRecord::default() };
    CheckpointFile {
        record,
        weights: vec![Tensor::new("w", &[1], Values::F64(vec![0.5]))],
        best: Values::F64(vec![0.5]),
        average: None,
        optimizer: Values::F64(vec![]),
        history: vec![],
    }
}

#[test]
fn every_bit_is_kept() {
    for checkpoint in [full(), least()] {
        let bytes = encode_checkpoint(&checkpoint).unwrap();
        assert_eq!(decode_checkpoint(&bytes).unwrap(), checkpoint);
        assert_eq!(encode_checkpoint(&decode_checkpoint(&bytes).unwrap()).unwrap(), bytes);
    }
    let not_a_number = CheckpointFile { history: vec![f64::NAN; 16], ..full() };
    let again = decode_checkpoint(&encode_checkpoint(&not_a_number).unwrap()).unwrap();
    assert!(again.history.iter().all(|x| x.to_bits() == f64::NAN.to_bits()));
}

#[test]
fn every_truncation_is_refused() {
    let bytes = encode_checkpoint(&full()).unwrap();
    for length in 0..bytes.len() {
        assert!(decode_checkpoint(&bytes[..length]).is_err(), "cut at {length} of {}", bytes.len());
    }
}

/// A flipped bit is refused, or lies in the version's text, which changes nothing.
#[test]
fn no_flipped_bit_changes_a_checkpoint_in_silence() {
    let bytes = encode_checkpoint(&full()).unwrap();
    for place in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[place / 8] ^= 1 << (place % 8);
        if let Ok(mut read) = decode_checkpoint(&flipped) {
            read.record.written_by.clear();
            assert_eq!(read, full(), "bit {place}");
        }
    }
}

#[test]
fn a_model_is_no_checkpoint_and_a_checkpoint_is_no_model() {
    let model = encode(&small_model()).unwrap();
    insta::assert_snapshot!(decode_checkpoint(&model).unwrap_err(),
        @"checkpoint: it is a model, which does not remember how its run stood");
    let checkpoint = encode_checkpoint(&full()).unwrap();
    insta::assert_snapshot!(decode(&checkpoint).unwrap_err(), @"
    model file: it is the checkpoint of a run that is not over
    help: go on with the run: chainrule train --resume FOLDER
    ");
}

/// The message for the full checkpoint after a change of its text.
fn edited(from: &str, to: &str) -> String {
    let bytes = encode_checkpoint(&full()).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..8 + length]).unwrap();
    assert!(header.contains(from), "{header}");
    let file = common::file(&header.replace(from, to), &bytes[8 + length..]);
    chain(&decode_checkpoint(&file).unwrap_err())
}

#[test]
fn other_versions_and_edits_are_refused() {
    let version = r#"\"format_version\":"#;
    insta::assert_snapshot!(edited(&format!("{version}1"), &format!("{version}2")), @"
    model file: written by version  in format 2; this is version 0.1.0 and reads formats up to 1
    help: install a newer chainrule; the file is left as it is
    ");
    let damaged = edited("houses.csv", "horses.csv");
    assert!(damaged.starts_with("checkpoint: the checksum does not match"), "{damaged}");
    assert!(damaged.ends_with("take the previous checkpoint"), "{damaged}");
    assert!(edited("\"best\"", "\"bust\"").contains("checksum"));
    insta::assert_snapshot!(decode_checkpoint(&common::file("{}", &[])).unwrap_err(), @"
    model file: its metadata has no entry `chainrule_checkpoint`; it is a safetensors file of another program (tensors: 0)
    help: a file of weights alone does not say which network they belong to; train with `chainrule train --out FILE`
    ");
    let bytes = encode_checkpoint(&full()).unwrap();
    insta::assert_snapshot!(decode_checkpoint(&bytes[..bytes.len() - 1]).unwrap_err(), @"
    checkpoint: the bytes of `weights.layer1.weight` reach beyond the file; expected an end of at most 207, got 208
    help: the file seems cut short; take the previous checkpoint
    ");
}

/// The message for a checkpoint that cannot be written.
fn refused(change: impl FnOnce(&mut CheckpointFile)) -> String {
    let mut checkpoint = full();
    change(&mut checkpoint);
    encode_checkpoint(&checkpoint).unwrap_err().to_string()
}

#[test]
fn parts_that_do_not_fit_are_named() {
    insta::assert_snapshot!(refused(|it| it.best = Values::F32(vec![1.0; 3])),
        @"checkpoint: `best` does not fit the weights; expected 4 numbers, got 3");
    insta::assert_snapshot!(refused(|it| it.average = Some(Values::F64(vec![1.0; 4]))),
        @"checkpoint: `average` is not of the same type of numbers as `best`");
    insta::assert_snapshot!(refused(|it| it.record.average_steps = None),
        @"checkpoint: `average` and its steps are not both there");
    insta::assert_snapshot!(refused(|it| it.optimizer = Values::F32(vec![1.0; 5])),
        @"checkpoint: `optimizer` does not fit the weights; expected a multiple of 4 numbers, got 5");
    insta::assert_snapshot!(refused(|it| it.record.progress.epochs = 3),
        @"checkpoint: `history` expected 3 rows of 8 numbers, got 16 numbers");
    insta::assert_snapshot!(refused(|it| it.weights.clear()), @"checkpoint: `weights` are missing");
    insta::assert_snapshot!(refused(|it| it.weights[1].values = Values::F32(vec![1.0, f32::NAN])), @"
    tensor `weights.layer1.weight`: the value at 1 is NaN; expected finite numbers
    help: the training that made it diverged; a lower learning rate helps there
    ");
    assert!(refused(|it| it.best = Values::F32(vec![f32::INFINITY; 4])).contains("`best`"));
    assert!(refused(|it| it.weights[1].name = "layer1.bias".into()).contains("occurs twice"));
}

/// A file of the text of a record and the tensors of the least checkpoint, with the right checksum.
fn sealed(record: &str) -> Vec<u8> {
    let tensors = [("best", "[1]"), ("weights.w", "[1]")];
    let mut hasher = crc32fast::Hasher::new();
    for (name, shape) in tensors {
        hasher.update(&0.5f64.to_le_bytes());
        hasher.update(format!("{name} F64 {shape} trainable\n").as_bytes());
    }
    hasher.update(record.as_bytes());
    let entry = format!(
        r#"{{"format_version":1,"written_by":"","checksum":"crc32:{:08x}","checkpoint":{record}}}"#,
        hasher.finalize()
    );
    let entry = serde_json::to_string(&entry).unwrap();
    let header = format!(
        r#"{{"__metadata__":{{"chainrule_checkpoint":{entry}}},"best":{{"dtype":"F64","shape":[1],"data_offsets":[0,8]}},"weights.w":{{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}}}"#
    );
    common::file(&header, &[0.5f64.to_le_bytes(), 0.5f64.to_le_bytes()].concat())
}

#[test]
fn a_record_made_by_hand_is_read() {
    let record = serde_json::to_string(&least().record).unwrap();
    assert_eq!(decode_checkpoint(&sealed(&record)).unwrap(), least());
    let error = decode_checkpoint(&sealed(&record.replace("\"steps\"", "\"stops\""))).unwrap_err();
    assert!(matches!(error, Error::CheckpointEntry { .. }), "{error}");
    let error = decode_checkpoint(&sealed(&record.replace("\"loss\":0.0", "\"loss\":\"much\""))).unwrap_err();
    assert!(chain(&error).contains("expected a number, `inf`, `-inf` or `nan`"), "{}", chain(&error));
}

/// The corpus of the fuzz target `checkpoint`, read as the target does: the first byte chooses the way in.
#[test]
fn the_corpus_of_the_fuzz_target_never_panics() {
    for bytes in corpus("checkpoint") {
        survives(&by_way(&bytes, sealed));
    }
}

/// What is read can be written, and read again as the same.
fn survives(bytes: &[u8]) {
    if let Ok(checkpoint) = decode_checkpoint(bytes) {
        let written = encode_checkpoint(&checkpoint).unwrap();
        assert_eq!(encode_checkpoint(&decode_checkpoint(&written).unwrap()).unwrap(), written);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn mutated_files_never_panic(changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6)) {
        survives(&changed(encode_checkpoint(&full()).unwrap(), &changes));
    }

    #[test]
    fn mutated_records_with_a_right_checksum_never_panic(
        changes in proptest::collection::vec((any::<Index>(), proptest::char::range(' ', '~')), 1..4)
    ) {
        let record = changed(serde_json::to_string(&least().record).unwrap().chars().collect(), &changes);
        survives(&sealed(&record.into_iter().collect::<String>()));
    }
}
