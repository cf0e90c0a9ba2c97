//! What a training writes down while it goes on.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::common::{Folder, masked};

/// The objects of a log.
fn events(folder: &Folder, name: &str) -> Vec<Value> {
    let text = String::from_utf8(folder.read(name)).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_log_tells_settings_epochs_and_result() {
    let folder = Folder::new();
    folder.done("train iris --epochs 2 --quiet --log run.jsonl --out m.safetensors");
    let text = String::from_utf8(folder.read("run.jsonl")).unwrap();
    insta::assert_snapshot!(masked(&text).replace("\"time\":#", "\"time\":TIME"), @r##"
    {"event":"started","written_by":"#","time":TIME,"training_rows":135,"validation_rows":15,"epochs":2,"steps_per_epoch":5,"settings":{"batch_size":32,"data":"iris","epochs":2,"learning_rate":#,"loss":"cross_entropy","network":"identity:4,relu:64,relu:32,softmax:3","optimizer":"adamw","parameters":2499,"patience":null,"precision":"f32","reduction":"mean","schedule":"one_cycle","seed":0,"target":["class"],"task":"multiclass","weight_decay":#}}
    {"event":"epoch","epoch":1,"step":5,"learning_rate":#,"training_loss":#,"training_accuracy":#,"validation_loss":#,"validation_metric":"accuracy","validation_value":#,"improved":true,"seconds":#}
    {"event":"epoch","epoch":2,"step":10,"learning_rate":4e-8,"training_loss":#,"training_accuracy":#,"validation_loss":#,"validation_metric":"accuracy","validation_value":#,"improved":true,"seconds":#}
    {"event":"finished","stopped":"completed","steps":10,"seconds":#,"results":{"validation":{"accuracy":#,"loss":#,"macro_f1":#}},"model":"m.safetensors"}
    "##);
    let events = events(&folder, "run.jsonl");
    let end = events.last().unwrap();
    let json: Value =
        serde_json::from_str(&folder.done("train iris --epochs 2 --json --out m.safetensors")).unwrap();
    assert_eq!(end["results"], json["judged"]);
    assert_eq!(end["steps"], json["training"]["steps"]);
    assert_eq!(events[2]["training_loss"], json["training"]["final_loss"]);
}

#[test]
fn steps_are_told_when_they_are_asked_for() {
    let folder = Folder::new();
    folder.done("train iris --epochs 2 --batch-size 50 --validation 0 --quiet --log run.jsonl --log-steps 2");
    let steps: Vec<u64> = events(&folder, "run.jsonl")
        .iter()
        .filter(|event| event["event"] == "step")
        .map(|event| event["step"].as_u64().unwrap())
        .collect();
    assert_eq!(steps, [2, 4, 6]);
}

/// One that makes a step an epoch tells no steps by themselves.
#[test]
fn steps_of_a_search_along_lines_are_counted() {
    let folder = Folder::new();
    folder.done("train iris --hidden 6 --optimizer lbfgs --epochs 5 --quiet --log run.jsonl");
    let events = events(&folder, "run.jsonl");
    let epoch = &events[events.len() - 2];
    assert_eq!(
        (events.last().unwrap()["steps"].as_u64(), &epoch["event"]),
        (epoch["step"].as_u64(), &"epoch".into())
    );
    assert!(epoch["step"].as_u64() > Some(0));
}

#[test]
fn a_history_has_a_line_for_each_epoch() {
    let folder = Folder::new();
    folder.done("train iris --epochs 3 --quiet --history h.csv --out m.safetensors");
    let text = String::from_utf8(folder.read("h.csv")).unwrap();
    insta::assert_snapshot!(masked(&text), @"
    epoch,step,learning_rate,training_loss,training_accuracy,validation_loss,validation_metric,validation_value,improved,seconds
    1,5,#,#,#,#,accuracy,#,true,#
    2,10,#,#,#,#,accuracy,#,true,#
    3,15,#,#,#,#,accuracy,#,true,#
    ");
    folder.done("train diabetes --epochs 1 --hidden none --validation 0 --quiet --history h.csv");
    insta::assert_snapshot!(masked(&String::from_utf8(folder.read("h.csv")).unwrap()), @"
    epoch,step,learning_rate,training_loss,training_accuracy,validation_loss,validation_metric,validation_value,improved,seconds
    1,14,#,#,,,,,true,#
    ");
}

#[test]
fn logs_do_not_change_the_model() {
    let folder = Folder::new();
    folder.done("train iris --epochs 3 --quiet --out a.safetensors");
    folder.done(
        "train iris --epochs 3 --quiet --out b.safetensors --log l.jsonl --log-steps 1 --tensorboard tb --history h.csv",
    );
    assert_eq!(folder.read("a.safetensors"), folder.read("b.safetensors"));
    let names: Vec<String> = std::fs::read_dir(folder.path("tb"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.len() == 1 && names[0].starts_with("events.out.tfevents."), "{names:?}");
}

/// Lines are there while the training goes on, and after a kill all of them are whole.
#[test]
fn a_killed_run_leaves_whole_lines() {
    let folder = Folder::new();
    let mut run =
        folder.command("train moons --epochs 1000000 --quiet --log run.jsonl --log-steps 1 --history h.csv");
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let lines = || match std::fs::File::open(folder.path("run.jsonl")) {
        Ok(file) => BufReader::new(file).lines().count(),
        Err(_) => 0,
    };
    while lines() < 100 && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let text = String::from_utf8(folder.read("run.jsonl")).unwrap();
    let whole = &text[..=text.rfind('\n').unwrap()];
    assert!(whole.lines().count() >= 100);
    for line in whole.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(["started", "step", "epoch"].contains(&event["event"].as_str().unwrap()), "{line}");
    }
}

#[test]
fn a_run_that_diverges_is_told_to_its_end() {
    let folder = Folder::new();
    let ran = folder.run(
        "train diabetes --spec 10,identity:1 --optimizer sgd --learning-rate 1e30 --epochs 3 --quiet --log run.jsonl",
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(events(&folder, "run.jsonl").last().unwrap()["stopped"], "diverged");
}

#[test]
fn a_log_that_cannot_be_written_is_known_before_the_training() {
    let folder = Folder::new();
    folder.write("taken", "");
    insta::assert_snapshot!(folder.refused("train iris --quiet --log none/run.jsonl"), @"
    error: none/run.jsonl: the folder does not exist
    help: mkdir -p none
    ");
    insta::assert_snapshot!(folder.refused("train iris --quiet --tensorboard taken"), @"error: taken: expected a folder, got a file");
    insta::assert_snapshot!(folder.refused("train iris --quiet --log-steps 0"), @"
    error: invalid value '0' for '--log-steps <N>': expected a whole number of at least 1

    For more information, try '--help'.
    ");
}

/// A disk that is full ends the log and not the training.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_log_and_not_the_training() {
    let folder = Folder::new();
    let ran = folder.run("train iris --epochs 2 --quiet --log /dev/full --out m.safetensors");
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.err, @"note: /dev/full: No space left on device (os error 28); it is not written any more, the training goes on");
    assert!(folder.names().contains(&"m.safetensors".to_owned()));
}
