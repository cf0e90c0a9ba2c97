//! Tables that are larger than the memory there is for them.

use std::fmt::Write;
use std::process::Command;

use crate::common::{Folder, Ran, program};

/// A table with all kinds of columns, whose answer follows from some of them.
fn table(rows: usize, numbers: usize) -> String {
    let mut state = 1_u64;
    let mut number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1 << 24) as f64
    };
    let mut text =
        (0..numbers).fold("id".to_owned(), |all, column| all + &format!(",n{column}")) + ",colour,day,y\n";
    for row in 0..rows {
        write!(text, "{row}").unwrap();
        let first = number();
        write!(text, ",{first:.6}").unwrap();
        for column in 1..numbers {
            let cell = number();
            // Gaps, and a column that turns into text late.
            match column {
                1 if cell < 0.1 => text.push(','),
                2 if row == rows - 1 => text += ",none at all",
                _ => write!(text, ",{cell:.6}").unwrap(),
            }
        }
        let colour = ["red", "green", "blue"][row % 3];
        let answer = if first + f64::from(u8::from(row % 3 == 0)) / 4.0 > 0.6 { "yes" } else { "no" };
        writeln!(text, ",{colour},2024-{:02}-{:02},{answer}", row % 12 + 1, row % 28 + 1).unwrap();
    }
    text
}

/// The tensors of a model file, without what is told about the run.
fn tensors(file: &[u8]) -> &[u8] {
    let header = u64::from_le_bytes(file[..8].try_into().unwrap());
    &file[8 + header as usize..]
}

const TRAIN: &str =
    "train big.csv --target y --drop n2 --hidden 8 --epochs 2 --batch-size 128 --threads 1 --quiet";

#[test]
fn a_table_in_a_file_gives_the_model_of_one_in_memory() {
    let folder = Folder::new();
    folder.write("big.csv", table(3000, 6));
    folder.done(&format!("{TRAIN} --out memory.safetensors"));
    let ran = folder.run(&format!("{TRAIN} --memory 1K --out file.safetensors"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("it lies in a file meanwhile"), "{}", ran.err);
    let [memory, file] = ["memory", "file"].map(|name| folder.read(&format!("{name}.safetensors")));
    assert_eq!(tensors(&memory), tensors(&file));
    assert_eq!(folder.names(), ["big.csv", "file.safetensors", "memory.safetensors"]);
    let evaluate = |name: &str| folder.done(&format!("evaluate {name}.safetensors big.csv --json"));
    assert_eq!(evaluate("memory"), evaluate("file"));
}

/// The system counts what a program writes to, and no file that it only reads.
#[test]
#[cfg(target_os = "linux")]
fn a_table_of_several_times_the_memory_is_learnt() {
    let folder = Folder::new();
    let text = table(120_000, 70);
    let limit = 24 << 20;
    assert!(text.len() > 3 * limit);
    folder.write("big.csv", text);
    let mut command = Command::new("prlimit");
    command.current_dir(folder.path(".")).arg(format!("--data={limit}")).arg("--").arg(program());
    command.args(TRAIN.split(' ')).args(["--out", "model.safetensors"]);
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("MB that it may; it lies in a file meanwhile"), "{}", ran.err);
    assert_eq!(folder.names(), ["big.csv", "model.safetensors"]);
}

/// How much memory is free at the moment decides nothing about the run.
#[test]
fn a_run_goes_on_wherever_its_table_lies() {
    let folder = Folder::new();
    folder.write("big.csv", table(3000, 4));
    let run = "train big.csv --target y --drop n2 --hidden 8 --epochs 4 --batch-size 128 --quiet";
    folder.done(&format!("{run} --out alone.safetensors"));
    let stopped = |name: &str, memory: &str| {
        let places = format!("--out {name}.safetensors --checkpoint {name} --checkpoint-every 1epoch");
        folder.done(&format!("{run} {memory} {places}"));
        let last = folder.path(name).join("checkpoint-88.safetensors");
        std::fs::remove_file(last).unwrap();
    };
    stopped("file", "--memory 1K");
    stopped("memory", "");
    folder.done("train --resume file --memory 1G");
    folder.done("train --resume memory --memory 1K");
    for name in ["file", "memory"] {
        assert!(folder.read(&format!("{name}.safetensors")) == folder.read("alone.safetensors"), "{name}");
    }
    let changed = table(3000, 4).replacen("\n7,0.", "\n7,1.", 1);
    folder.write("big.csv", changed);
    for memory in ["1K", "1G"] {
        let message = folder.refused(&format!("train --resume file --memory {memory}"));
        assert!(message.contains("the data is not that of the run"), "{message}");
    }
}

#[test]
fn what_wants_the_table_in_memory_says_so() {
    let folder = Folder::new();
    folder.write("big.csv", table(3000, 3));
    insta::assert_snapshot!(folder.refused(&format!("{TRAIN} --memory 200K --folds 3")), @"
    error: --folds: needs the table in memory; big.csv: the table would take about 0.6 MB, more than the 0.2 MB that it may
    help: --memory SIZE allows more, where there is more
    ");
    insta::assert_snapshot!(folder.refused(&format!("{TRAIN} --memory lots")), @"
    error: invalid value 'lots' for '--memory <SIZE>': expected a size such as 500M or 1.5G

    For more information, try '--help'.
    ");
}
