//! `train --folds`: what its networks learn from, what is told of them, and what an interrupt leaves.

use serde_json::Value;

use crate::common::Folder;

/// A table with a category one of whose levels is so rare that a fold may not have it, and with a single gap.
fn folder() -> Folder {
    let folder = Folder::new();
    let row = |at: u32| {
        let kind = if at == 7 { "rare" } else { ["red", "blue", "green"][at as usize % 3] };
        let size = if at == 11 { String::new() } else { (at * 7 % 100).to_string() };
        format!("{kind},{size},{}\n", if at * 7 % 100 > 50 { "yes" } else { "no" })
    };
    let rows: String = (0..120).map(row).collect();
    folder.write("t.csv", format!("kind,size,y\n{rows}"));
    folder
}

/// The text with every number shown as `#`.
fn masked(text: &str) -> String {
    let mut shown = crate::common::masked(text).replace(|sign: char| sign.is_ascii_digit(), "#");
    while shown.contains("##") {
        shown = shown.replace("##", "#");
    }
    shown
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_network_given_whole_is_judged_by_folds_of_fewer_inputs() {
    let folder = folder();
    let answer = json(&folder.done(
        "train t.csv --folds 5 --spec identity:6,relu:4,sigmoid:1 --epochs 3 --json --out m.safetensors",
    ));
    assert_eq!(
        (&answer["network"], &answer["folds"]["count"]),
        (&"identity:6,relu:4,sigmoid:1".into(), &5.into())
    );
    insta::assert_snapshot!(
        folder.refused("train t.csv --folds 5 --spec identity:5,relu:4,sigmoid:1"),
        @"error: --spec: its input does not fit the data; expected `identity:6`, got `identity:5`"
    );
}

#[test]
fn a_printed_file_repeats_folds_bit_for_bit() {
    let folder = folder();
    for run in ["", "--categories embedding", "--init he_normal --precision f64"] {
        let run = format!("train t.csv --folds 4 --epochs 4 {run} --quiet");
        folder.done(&format!("{run} --out a.safetensors"));
        folder.write("r.toml", folder.done(&format!("{run} --print-config")));
        folder.done("train --config r.toml --out b.safetensors");
        assert!(folder.read("a.safetensors") == folder.read("b.safetensors"), "{run}");
    }
}

#[test]
fn weights_that_may_know_the_rows_are_refused() {
    let folder = Folder::new();
    folder.done("train iris --epochs 1");
    let message = folder.refused("train iris --folds 3 --weights iris.safetensors");
    assert!(message.contains("'--folds <K>' cannot be used with '--weights <FILE>'"), "{message}");
}

#[test]
fn what_is_told_first_is_of_rows_that_were_not_seen() {
    let folder = Folder::new();
    let run = "train iris --epochs 20 --folds 5 --seed 1";
    let out = folder.done(&format!("{run} --quiet --log run.jsonl --report r.html"));
    insta::assert_snapshot!(masked(&out), @"
    trained   # epochs, # steps (# s)
    learned   # networks like this one, each judged by rows that it had not seen, are right for # ± # % of them;
              always `Iris-setosa` is right for # %
    folds     accuracy # ± #, macro_f# # ± #, loss # ± #
              (mean ± deviation of # networks, each judged by # rows it had not seen)
    result    last epoch accuracy #, loss # (mean of its steps)
              training accuracy #, macro_f# #, loss #
    baseline  always `Iris-setosa`: accuracy #
    model     iris.safetensors (# kB)
    report    r.html   open it in a browser
    ");
    let answer = json(&folder.done(&format!("{run} --json")));
    let text = answer["learned"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("5 networks like this one, each judged by rows that it had not seen, "),
        "{text}"
    );
    assert_eq!(answer["learned"]["beside_baseline"], "better");
    let log = String::from_utf8(folder.read("run.jsonl")).unwrap();
    let results = &json(log.lines().last().unwrap())["results"];
    assert_eq!(results["folds_mean"], answer["folds"]["mean"]);
    assert_eq!(results["folds_deviation"], answer["folds"]["deviation"]);
    let page = String::from_utf8(folder.read("r.html")).unwrap();
    let lead = page.split("class=\"lead\">").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(lead.starts_with("5 networks like this one, each judged by rows that it had not seen"), "{lead}");
    assert!(!page.contains("Nothing was held out"));
    assert!(page.contains("each of the others learnt without the part that judges it"));
    assert!(
        page.contains("all of them; 5 other networks judge")
            && page.contains("5 networks, on rows that each had not seen")
    );
    assert!(page.contains("mean of 5 networks, each on rows it had not seen"));
    // Rows of a test tell more about the final network than folds.
    folder.done("data sample iris --rows 40 --out test.csv");
    let answer = json(&folder.done("train iris --epochs 2 --folds 3 --test test.csv --json"));
    assert!(answer["learned"]["text"].as_str().unwrap().contains("of 40 test rows"));
}

#[test]
fn numbers_and_labels_are_told_by_folds_too() {
    let folder = Folder::new();
    let learned =
        |arguments: &str| json(&folder.done(arguments))["learned"]["text"].as_str().unwrap().to_owned();
    let shown = masked(&learned("train diabetes --epochs 30 --folds 3 --json"));
    insta::assert_snapshot!(shown, @"# networks like this one, each judged by rows that it had not seen, predict `progression` within # ± # (root mean square); always the mean is off by #");
    let row = |at: i32| format!("{},{},{},{}\n", at % 2, at / 2 % 2, at % 2, at / 2 % 2);
    let rows: String = (0..60).map(row).collect();
    folder.write("t.csv", format!("a,b,left,right\n{rows}"));
    let shown = masked(&learned("train t.csv --target left,right --epochs 200 --folds 3 --json"));
    insta::assert_snapshot!(shown, @"# networks like this one, each judged by rows that it had not seen, are right for # ± # % of their labels; always each label's most frequent is right for # %");
}

#[test]
fn a_log_that_cannot_be_written_is_known_before_the_folds() {
    let folder = Folder::new();
    // Hours of folds.
    insta::assert_snapshot!(
        folder.refused("train iris --folds 5 --precision f64 --epochs 1000000 --quiet --log none/run.jsonl"), @"
    error: none/run.jsonl: the folder does not exist
    help: mkdir -p none
    ");
}

/// One after the other and side by side, by Ctrl-C and by the system: what was there stays.
#[cfg(unix)]
#[test]
fn an_interrupt_between_folds_saves_nothing() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    for (arguments, signal) in [("", "-INT"), ("--precision f64", "-TERM")] {
        let folder = Folder::new();
        folder.write("iris.safetensors", "what was there");
        let run = format!("train iris --folds 3 --epochs 100000000 {arguments}");
        let mut command = folder.command(&run);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("data"), "{line}");
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(
            told.ends_with("error: interrupted before the network was trained; nothing is saved\n"),
            "{told}"
        );
        assert_eq!(folder.read("iris.safetensors"), b"what was there");
    }
}
