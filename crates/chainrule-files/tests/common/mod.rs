//! Models and hand-made files for the tests.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use chainrule_files::{
    CategoryEncoding, ColumnRule, DateOrder, Error, Feature, FeatureKind, ModelFile, ModelRecord, Outputs,
    Preparation, PreparedColumn, Scaling, Target, Task, Tensor, TimePart, TimePartKind, TrainingSummary,
    Values, decode, encode,
};
use proptest::sample::Index;

/// A model that uses every field of the record and both types of number.
pub(crate) fn full_model() -> ModelFile {
    let feature = |name: &str| Feature { name: name.to_owned(), width: 1, kind: FeatureKind::Real };
    let scaling = Scaling::Standard { mean: vec![0.1 + 0.2, -1e-300], deviation: vec![1.0, 5e-324] };
    let outputs = Outputs::Classes { names: vec!["setosa".to_owned(), "Ünïcode \"quoted\"".to_owned()] };
    let record = ModelRecord {
        features: vec![feature("length"), feature("width")],
        scaling,
        target: Some(Target { name: "species".to_owned(), outputs }),
        training: Some(training()),
        data_fingerprint: "crc32:0badcafe".to_owned(),
        extras: BTreeMap::from([("note".to_owned(), "line\nbreak".to_owned())]),
        ..ModelRecord::new("identity:2,relu:3,sigmoid:1", Task::Binary, "binary_cross_entropy")
    };
    let tensors = vec![
        Tensor::new("0.bias", &[3], Values::F32(vec![-0.0, f32::from_bits(1), f32::MAX])),
        Tensor::new("0.weight", &[3, 2], Values::F32(vec![1.0, -2.5, 3.0, f32::MIN_POSITIVE, 0.1, 7.0])),
        Tensor::new("1.running_mean", &[2], Values::F64(vec![-0.0, f64::from_bits(1)])).frozen(),
        Tensor::new("temperature", &[], Values::F64(vec![0.1])),
    ];
    ModelFile { record, tensors }
}

fn training() -> TrainingSummary {
    TrainingSummary {
        epochs: 20,
        steps: 940,
        seed: u64::MAX,
        optimizer: "adam".to_owned(),
        learning_rate: 1e-3,
        batch_size: 32,
        final_loss: 0.123_456_789_012_345_68,
        metrics: BTreeMap::from([("validation_accuracy".to_owned(), 0.98)]),
    }
}

/// A model of a table with every kind of column.
pub(crate) fn table_model() -> ModelFile {
    let column = |name: &str, rule| PreparedColumn { name: name.to_owned(), rule };
    let levels = ["red", "blue", "Ünïcode \"quoted\""].map(str::to_owned).to_vec();
    let category =
        |encoding| ColumnRule::Category { levels: levels.clone(), other: true, missing: false, encoding };
    let part = |part, centre, spread| TimePart { part, centre, spread };
    let parts =
        vec![part(TimePartKind::Month, 6.5, 3.25), part(TimePartKind::ElapsedDays, 0.1 + 0.2, 5e-324)];
    let order = Some(DateOrder::DayMonthYear);
    let columns = vec![
        column("size", ColumnRule::Number { fill: -0.1, indicator: true, centre: 1e-300, spread: 0.0 }),
        column(
            "smokes",
            ColumnRule::Boolean { no: "no".into(), yes: "yes".into(), fill: 1.0, indicator: false },
        ),
        column("colour", category(CategoryEncoding::OneHot)),
        column("zip", category(CategoryEncoding::Code)),
        column("since", ColumnRule::DateTime { order, origin: -1e9, fill: 0.5, indicator: true, parts }),
    ];
    let record = ModelRecord {
        preparation: Some(Preparation { columns, missing: vec!["-999".to_owned()] }),
        target: Some(Target {
            name: "churn".to_owned(),
            outputs: Outputs::Classes { names: vec!["no".to_owned(), "yes".to_owned()] },
        }),
        ..ModelRecord::new("identity:11,sigmoid:1", Task::Binary, "binary_cross_entropy")
    };
    let tensors =
        vec![Tensor::new("0.weight", &[1, 11], Values::F32((0..11).map(|at| at as f32 / 8.0).collect()))];
    ModelFile { record, tensors }
}

/// A small model of two tensors, 12 bytes together: `0.bias` in the first 4, `0.weight` in the last 8.
pub(crate) fn small_model() -> ModelFile {
    ModelFile {
        record: ModelRecord::new("identity:2,sigmoid:1", Task::Binary, "binary_cross_entropy"),
        tensors: vec![
            Tensor::new("0.bias", &[1], Values::F32(vec![-0.5])),
            Tensor::new("0.weight", &[1, 2], Values::F32(vec![1.0, 2.0])),
        ],
    }
}

/// A file made of a header's text and the bytes after it.
pub(crate) fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// A file with an entry `chainrule` that no reader looks into, these tensors, and `length` bytes of zeros after it.
pub(crate) fn file_of_tensors(tensors: &str, length: usize) -> Vec<u8> {
    file(&format!(r#"{{"__metadata__":{{"chainrule":"{{}}"}},{tensors}}}"#), &vec![0; length])
}

/// A file without tensors whose entry `chainrule` is `entry`.
pub(crate) fn file_of_entry(entry: &str) -> Vec<u8> {
    let text = serde_json::to_string(entry).unwrap();
    file(&format!(r#"{{"__metadata__":{{"chainrule":{text}}}}}"#), &[])
}

/// A file without tensors whose record is the text `model`, with the right checksum.
pub(crate) fn file_of_record(model: &str) -> Vec<u8> {
    let checksum = crc32fast::hash(model.as_bytes());
    file_of_entry(&format!(
        r#"{{"format_version":1,"written_by":"0.1.0","checksum":"crc32:{checksum:08x}","frozen":[],"model":{model}}}"#
    ))
}

/// The record of [`small_model`] as JSON.
pub(crate) fn small_record() -> String {
    serde_json::to_string(&small_model().record).unwrap()
}

/// An error and its causes, one a line, as a program prints them.
pub(crate) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!("\ncause: {cause}");
        source = cause.source();
    }
    text
}

/// The message of the writer for a model with its record changed; the reader must give the same.
pub(crate) fn refusal_of_record(mut model: ModelFile, change: impl FnOnce(&mut ModelRecord)) -> String {
    change(&mut model.record);
    let message = chain(&encode(&model).unwrap_err());
    if !message.contains("NaN") && !message.contains("inf") {
        let bytes = file_of_record(&serde_json::to_string(&model.record).unwrap());
        assert_eq!(chain(&decode(&bytes).unwrap_err()), message);
    }
    message
}

/// The files of the corpus of a fuzz target, in the order of their names.
pub(crate) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
    let entries = std::fs::read_dir(format!("{folder}/{target}")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5, "{target} has {} files", paths.len());
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A file of the corpus as its target reads it where the first byte chooses the way in: an even one for the bytes after it as
/// they are, an odd one for the file that `sealed` makes of them as the text of a record.
pub(crate) fn by_way(bytes: &[u8], sealed: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    match bytes.split_first() {
        Some((way, rest)) if way % 2 == 0 => rest.to_vec(),
        Some((_, rest)) => sealed(&String::from_utf8_lossy(rest)),
        None => Vec::new(),
    }
}

/// Some items put in the place of others.
pub(crate) fn changed<T: Copy>(mut items: Vec<T>, changes: &[(Index, T)]) -> Vec<T> {
    for (place, item) in changes {
        let place = place.index(items.len());
        items[place] = *item;
    }
    items
}
