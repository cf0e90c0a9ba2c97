//! Standard output and error, pipes, colour, JSON, interrupts.

use std::io::Read;
use std::process::Stdio;

use crate::common::{Folder, masked};
use serde_json::Value;

#[test]
fn json_is_one_object_and_nothing_else() {
    let folder = Folder::new();
    let ran = folder.run("train iris --epochs 5 --json");
    let trained: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (trained["task"].as_str(), trained["stopped"].as_str()),
        (Some("multiclass"), Some("completed"))
    );
    assert!(trained["judged"]["validation"]["accuracy"].is_f64() && ran.err.contains("epoch 5/5"));
    for command in ["evaluate iris.safetensors iris --json", "inspect iris.safetensors --json"] {
        assert!(serde_json::from_str::<Value>(&folder.done(command)).unwrap().is_object(), "{command}");
    }
}

#[test]
fn quiet_tells_the_result_alone() {
    let ran = Folder::new().run("train iris --batch-size 30 --epochs 5 --quiet");
    assert_eq!((ran.code, &ran.err[..]), (0, ""));
    insta::assert_snapshot!(masked(&ran.out), @"
    trained   5 epochs, 25 steps (# s)
    learned   12 of 15 rows held out are classified right (80 %, likely # to 93 %);
              always `Iris-setosa` is right for 5 (# %)
    result    last epoch accuracy #, loss # (mean of its steps)
              validation accuracy #, macro_f1 #, loss #
    baseline  always `Iris-setosa`: accuracy #
    model     iris.safetensors (# kB)
    ");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    // Far more than a pipe holds.
    let mut child = folder
        .command("data sample mnist --rows 2000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    assert_eq!((&first[..], ended.status.code()), (&b"pixel_0_0,"[..], Some(0)));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

#[test]
fn no_colour_goes_into_a_file_or_where_it_is_not_wanted() {
    let folder = Folder::new();
    for arguments in ["train nothing", "--help", "train iris --epochs 1", "train iris --nonsense"] {
        let plain = folder.command(arguments).env("NO_COLOR", "1").output().unwrap();
        let usual = folder.command(arguments).output().unwrap();
        for output in [plain, usual] {
            assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{arguments}");
        }
    }
}

#[test]
fn a_folder_that_is_not_there_leaves_no_part_of_a_file() {
    let folder = Folder::new();
    folder.done("train xor --epochs 1");
    let message = folder.refused("predict xor.safetensors xor --out missing/p.csv");
    assert!(message.starts_with("error: missing/p.csv: "), "{message}");
    insta::assert_snapshot!(folder.refused("train xor --out missing/m.safetensors"), @"
    error: --out missing/m.safetensors: the folder does not exist
    help: mkdir -p missing
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let folder = Folder::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = folder.command("data list").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr).unwrap().starts_with("error: standard output: cannot be written: ")
    );
}

#[test]
fn a_training_that_diverges_says_why_and_keeps_finite_weights() {
    let folder = Folder::new();
    let ran = folder.run("train iris --learning-rate 1e30 --quiet --json");
    assert_eq!(ran.code, 1);
    assert!(ran.err.starts_with("error: training diverged in epoch 1, step "), "{}", ran.err);
    assert!(ran.err.contains("likely cause: ") && ran.err.contains("\nhelp: "), "{}", ran.err);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["stopped"], "diverged");
    // A file with a number that is not finite would be refused.
    folder.done("inspect iris.safetensors");
}

#[cfg(unix)]
mod interrupts {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    use super::Folder;

    /// Starts a training that would take very long, and waits until it is under way.
    fn long_run(folder: &Folder) -> (Child, impl BufRead) {
        let mut child = folder
            // Counted in rows, it is more than a number holds.
            .command("train iris --epochs 1000000000000000000")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("epoch 1/") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it ended before it began");
        }
        (child, err)
    }

    fn interrupt(child: &Child) {
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    }

    #[test]
    fn the_first_interrupt_finishes_the_step_and_saves() {
        let folder = Folder::new();
        let (child, mut err) = long_run(&folder);
        // Two signals at once, as `timeout` sends them, are one request.
        let twice = format!("kill -INT {0}; kill -INT {0}", child.id());
        assert!(Command::new("sh").args(["-c", &twice]).status().is_ok());
        let told = std::io::read_to_string(&mut err).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        assert!(told.contains("interrupted: this step is finished and the network saved"), "{told}");
        assert!(told.contains("error: interrupted before all epochs were made"), "{told}");
        assert!(folder.done("evaluate iris.safetensors iris").contains("accuracy"));
    }

    #[test]
    fn the_second_interrupt_stops_at_once() {
        let folder = Folder::new();
        // One step takes seconds: the second interrupt comes in the middle of it.
        let mut child = folder
            .command("train mnist --hidden 4096,4096 --batch-size 4096 --epochs 1000")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("data"), "{line}");
        // What is left between these words and the first step takes milliseconds.
        sleep(Duration::from_millis(500));
        interrupt(&child);
        sleep(Duration::from_millis(400));
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_eq!(folder.names(), [] as [&str; 0]);
    }
}
