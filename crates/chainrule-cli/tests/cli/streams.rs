//! Tables that are answered while they are read: from a pipe, larger than memory, broken at their end.

use std::fmt::Write as _;
use std::fs::File;
use std::process::{Command, Stdio};

use crate::common::{Folder, Ran, program};

/// A model of two numbers and a city, and a table of many rows that it can answer.
fn folder(rows: usize) -> Folder {
    let folder = Folder::new();
    folder.write("few.csv", table(2000));
    folder.done("train few.csv --target y --epochs 2 --out m.safetensors");
    folder.write("many.csv", table(rows));
    folder
}

fn table(rows: usize) -> String {
    let mut text = String::from("id,x,z,city,y\n");
    for row in 0..rows {
        let (x, z) = (row * 7919 % 1000, row * 104_729 % 1000);
        // A String takes everything.
        let _ =
            writeln!(text, "k{row},{}.25,{}.75,city{},{}", x, z, row % 5, if x > z { "yes" } else { "no" });
    }
    text
}

/// Runs the program with at most so many kilobytes of memory of its own.
#[cfg(target_os = "linux")]
fn limited(folder: &Folder, kilobytes: usize, arguments: &str) -> Ran {
    let line = format!("ulimit -d {kilobytes} && exec '{}' {arguments}", program().display());
    let output =
        Command::new("sh").args(["-c", &line]).current_dir(folder.path("")).stdin(Stdio::null()).output();
    Ran::from(output.unwrap())
}

/// The table has 48 MB and the limit is a third of it, with room for threads, the model and the parts that are read ahead.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_table() {
    const ROWS: usize = 1_600_000;
    let folder = folder(ROWS);
    let bytes = std::fs::metadata(folder.path("many.csv")).unwrap().len();
    assert!(bytes > 48_000_000, "{bytes}");
    let ran = limited(&folder, 24_000, "predict m.safetensors many.csv --keep id --out p.csv");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("p.csv: 1600000 predictions"), "{}", ran.err);
    let text = std::fs::read_to_string(folder.path("p.csv")).unwrap();
    assert_eq!(text.lines().count(), ROWS + 1);
    assert!(text.lines().next_back().unwrap().starts_with("k1599999,"));
    // Evaluation keeps a score of 8 bytes a row, for the area under the curve: 13 MB, in two vectors that double.
    let ran = limited(&folder, 48_000, "evaluate m.safetensors many.csv");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("rows      1600000\n"), "{}", ran.out);
}

#[test]
fn a_row_that_is_broken_far_down_leaves_no_file() {
    let folder = folder(200_000);
    let mut text = String::from_utf8(folder.read("many.csv")).unwrap();
    text += "k,1,2\n";
    folder.write("broken.csv", text);
    let message = folder.refused("predict m.safetensors broken.csv --out p.csv");
    insta::assert_snapshot!(message.lines().last().unwrap(), @"error: broken.csv: line 200002: wrong number of fields; expected 5, got 3");
    assert!(!folder.names().iter().any(|name| name.contains("p.csv")), "{:?}", folder.names());
    // What was answered before goes to the standard output, as for any program in a pipe.
    let ran = folder.run("predict m.safetensors broken.csv");
    assert_eq!(ran.code, 2);
    assert!(ran.out.lines().count() > 100_000, "{}", ran.out.lines().count());
}

#[test]
fn the_standard_input_is_a_table_as_well() {
    let folder = folder(30_000);
    let piped = |arguments: &str| {
        let input = File::open(folder.path("many.csv")).unwrap();
        Ran::from(folder.command(arguments).stdin(input).output().unwrap())
    };
    let ran = piped("predict m.safetensors -");
    assert_eq!((ran.code, ran.out), (0, folder.done("predict m.safetensors many.csv")), "{}", ran.err);
    let ran = piped("evaluate m.safetensors -");
    assert_eq!((ran.code, ran.out), (0, folder.done("evaluate m.safetensors many.csv")), "{}", ran.err);
    let ran = piped("train - --target y --epochs 1 --quiet");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(folder.names().contains(&"table.safetensors".to_owned()), "{:?}", folder.names());
}

#[test]
fn a_packed_table_is_unpacked_on_the_way() {
    let folder = folder(5000);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &folder.read("many.csv")).unwrap();
    folder.write("many.csv.gz", packed.finish().unwrap());
    assert_eq!(
        folder.done("predict m.safetensors many.csv.gz"),
        folder.done("predict m.safetensors many.csv")
    );
    folder.done("train many.csv.gz --target y --epochs 1");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let folder = folder(300_000);
    let line = format!("'{}' predict m.safetensors many.csv | head -n 2", program().display());
    let output = Command::new("sh").args(["-c", &line]).current_dir(folder.path("")).output().unwrap();
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 2);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!told.contains("error"), "{told}");
}

/// What is read of a pipe to look at it must not be lost.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_from_its_first_byte() {
    let folder = folder(50);
    for command in ["predict m.safetensors", "evaluate m.safetensors"] {
        let line = format!(
            "mkfifo pipe; cat many.csv > pipe & '{}' {command} pipe; code=$?; rm pipe; exit $code",
            program().display()
        );
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.path("")).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), folder.done(&format!("{command} many.csv")));
    }
}

#[test]
fn columns_are_kept_in_front_of_the_predictions() {
    let folder = folder(3);
    let out = folder.done("predict m.safetensors many.csv --keep id,city");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "id,city,prediction,probability_no,probability_yes");
    assert!(lines[1].starts_with("k0,city0,") && lines[3].starts_with("k2,city2,"), "{out}");
    insta::assert_snapshot!(folder.refused("predict m.safetensors many.csv --keep di"), @"
    error: --keep: many.csv: header: column `di` is missing; expected it among `id`, `x`, `z`, `city`, `y`
    help: did you mean `id`?
    ");
    folder.write("taken.csv", "prediction,x,z,city\n1,2,3,city1\n");
    insta::assert_snapshot!(folder.refused("predict m.safetensors taken.csv --keep prediction"), @"error: --keep prediction: the predictions have a column of this name");
    insta::assert_snapshot!(folder.refused("predict m.safetensors iris --keep id"), @"error: --keep: only tables have columns that can be kept");
}
