//! One seed, one model file: bit for bit, with any number of threads and any vector instructions of this machine.

use std::process::Command;

use chainrule::engine::Level;

use crate::common::Folder;

/// Networks with their data: batches above the size from which threads are tried, at least 200 steps each.
const RUNS: [&str; 4] = [
    "train iris --hidden 50,20,10 --activation sigmoid --optimizer sgd --learning-rate 0.5 --batch-size 2 --epochs 4",
    "train digits --hidden 64,64 --batch-size 64 --epochs 10 --optimizer adam --learning-rate 0.001",
    "train wine --hidden 40 --activation tanh --optimizer momentum --learning-rate 0.01 --batch-size 60 --epochs 80",
    "train digits --spec identity:64,gelu:48,dropout(0.2),batch_norm,softmax:10 --batch-size 50 --epochs 8",
];

fn model(run: &str, threads: usize, level: Level) -> Vec<u8> {
    let folder = Folder::new();
    let mut command: Command =
        folder.command(&format!("{run} --threads {threads} --quiet --out m.safetensors"));
    let ran = command.env(Level::VARIABLE, level.name()).output().unwrap();
    assert!(ran.status.success(), "{run}\n{}", String::from_utf8_lossy(&ran.stderr));
    folder.read("m.safetensors")
}

#[test]
fn threads_and_instructions_never_show_in_a_model() {
    for run in RUNS {
        let alone = model(run, 1, Level::detected());
        for threads in [2, 3, 4, 7] {
            assert!(model(run, threads, Level::detected()) == alone, "{run} on {threads} threads");
        }
        for level in Level::ALL.into_iter().filter(|level| level.is_available()) {
            assert!(model(run, 1, level) == alone, "{run} at {level:?}");
            assert!(model(run, 3, level) == alone, "{run} at {level:?} on 3 threads");
        }
    }
}

#[test]
fn an_unknown_level_is_refused() {
    let folder = Folder::new();
    let ran = folder.command("data list").env(Level::VARIABLE, "avx3").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(ran.stderr).unwrap(), @"error: environment: `CHAINRULE_LEVEL` is not a level; expected one of portable, neon, avx2, avx512, got `avx3`");
}
