//! `--report`: a page that is whole, of its own records, and the sentences at the end of a run.

use serde_json::Value;

use crate::common::{Folder, masked};

/// A page as text, checked to be one file without anything from elsewhere.
fn page(folder: &Folder, name: &str) -> String {
    let page = String::from_utf8(folder.read(name)).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{name}");
    assert!(!page.contains(" src=\"http") && !page.contains("<link"), "{name}");
    page
}

fn has(page: &str, sections: &[&str]) {
    let found: Vec<&str> =
        page.split("<section id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(found, sections);
}

#[test]
fn a_report_of_classes_has_all_sections() {
    let folder = Folder::new();
    let out = folder.done("train iris --epochs 20 --seed 3 --report iris.html");
    assert!(out.contains("report    iris.html   open it in a browser"), "{out}");
    let page = page(&folder, "iris.html");
    has(
        &page,
        &[
            "findings",
            "scores",
            "learning",
            "confusion",
            "thresholds",
            "calibration",
            "examples",
            "importance",
            "columns",
            "network",
            "settings",
            "reproduce",
        ],
    );
    assert!(page.contains("chainrule train iris --epochs 20 --seed 3 --report iris.html"));
    for name in ["petallength", "Iris-virginica", "one_cycle", "crc32:", "Licence of the chart library"] {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn it_is_told_how_many_rows_judge() {
    let folder = Folder::new();
    folder.done("data sample iris --rows 20 --out test.csv");
    let judged = |arguments: &str| {
        folder.done(&format!("train iris --epochs 2 --quiet --report r.html {arguments}"));
        let page = page(&folder, "r.html");
        let tile = page.split("<dt>rows learnt from</dt>").nth(1).unwrap();
        tile.split("class=\"note\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    assert_eq!(judged("--validation 0.3 --test test.csv"), "20 others judge");
    assert_eq!(judged("--validation 0.2"), "30 others judge");
    assert_eq!(judged("--validation 0"), "the same rows judge");
}

#[test]
fn a_report_of_numbers_shows_residuals() {
    let folder = Folder::new();
    folder.done("train diabetes --epochs 5 --report d.html");
    let page = page(&folder, "d.html");
    assert!(page.contains("<section id=\"residuals\">") && !page.contains("<section id=\"confusion\">"));
    // The growth of the error is in the target's own unit, which has a deviation of 77.
    assert!(page.contains("change of rmse"));
}

#[test]
fn a_report_of_pictures_shows_them() {
    let folder = Folder::new();
    folder.done("train digits --epochs 1 --report p.html");
    let page = page(&folder, "p.html");
    assert_eq!(page.matches("<img src=\"data:image/png;base64,").count(), 12);
    assert!(page.contains("pixel rows 1 to 1, columns 1 to 1"));
}

#[test]
fn several_labels_and_targets_have_reports_too() {
    let folder = Folder::new();
    let row = |at: i32| format!("{},{},{},{}\n", at % 2, at / 2 % 2, at % 2, at / 2 % 2);
    let rows: String = (0..60).map(row).collect();
    folder.write("t.csv", format!("a,b,left,right\n{rows}"));
    folder.done("train t.csv --target left,right --epochs 3 --report labels.html");
    let labels = page(&folder, "labels.html");
    assert!(labels.contains("of the labels of") && labels.contains("<section id=\"thresholds\">"));
    let row = |x: i32| format!("{x},{},{}\n", 2 * x, 100 - x);
    let rows: String = (0..60).map(row).collect();
    folder.write("n.csv", format!("x,double,minus\n{rows}"));
    folder.done("train n.csv --target double,minus --epochs 3 --report numbers.html");
    assert!(page(&folder, "numbers.html").contains("predicted minus"));
}

#[test]
fn a_finished_model_is_reported_on_other_rows() {
    let folder = Folder::new();
    folder.done("train iris --epochs 20");
    let usual = folder.done("evaluate iris.safetensors iris");
    assert_eq!(folder.done("evaluate iris.safetensors iris --report e.html"), usual);
    let page = page(&folder, "e.html");
    assert!(page.contains("iris.safetensors on iris") && !page.contains("<section id=\"learning\">"));
    assert!(page.contains("chainrule evaluate iris.safetensors iris --report e.html"));
}

#[test]
fn names_in_the_data_are_text_in_the_page() {
    let folder = Folder::new();
    let row = |at: u32| {
        format!(
            "{},{}\n",
            at * 7 % 11,
            if at.is_multiple_of(2) { "<img src=x onerror=alert(1)>" } else { "b" }
        )
    };
    let rows: String = (0..80).map(row).collect();
    folder.write("<b>.csv", format!("<script>alert(1)</script>,kind\n{rows}"));
    folder.done("train <b>.csv --epochs 2 --report r.html");
    let page = page(&folder, "r.html");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&lt;b&gt;"));
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains("<b>:"));
}

/// The page of one run but for what its clock says.
#[test]
fn the_same_run_gives_the_same_page() {
    let folder = Folder::new();
    let run = || {
        folder.done("train wine --epochs 5 --report w.html");
        let page = page(&folder, "w.html");
        let (body, _) = page.split_once("<script>").unwrap();
        masked(body)
    };
    assert_eq!(run(), run());
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_training() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.refused("train xor --report missing/r.html"), @r"
    error: --report missing/r.html: the folder does not exist
    help: mkdir -p missing
    ");
    insta::assert_snapshot!(folder.refused("train xor --report ."), @"error: --report .: expected a file, got a folder");
}

/// The first column says nothing about the target.
fn noise() -> String {
    let row = |at: u32| {
        format!(
            "{},{}\n",
            at.wrapping_mul(2_654_435_761) >> 8,
            if at.is_multiple_of(12) { "rare" } else { "often" }
        )
    };
    ["x,y\n".to_owned()].into_iter().chain((0..400).map(row)).collect()
}

#[test]
fn a_result_no_better_than_the_trivial_one_says_so() {
    let folder = Folder::new();
    folder.write("noise.csv", noise());
    let out = folder.done("train noise.csv --hidden none --epochs 30 --quiet");
    insta::assert_snapshot!(masked(&out), @"
    trained   30 epochs, 360 steps (# s)
    learned   no better than the trivial answer: 37 of 40 rows held out are classified right (# %, likely # to # %);
              always `often` is right for 37 (# %)
    result    last epoch accuracy #, loss # (mean of its steps)
              validation accuracy #, macro_f1 #, roc_auc #, loss #
    baseline  always `often`: accuracy #
    model     noise.safetensors (# kB)
    ");
    let json: Value =
        serde_json::from_str(&folder.done("train noise.csv --hidden none --epochs 30 --quiet --json"))
            .unwrap();
    assert_eq!(json["learned"]["beside_baseline"], "no better");
    assert_eq!(json["learned"]["findings"][0]["kind"], "no better than trivial");
}

#[test]
fn what_to_try_next_is_a_command_that_runs() {
    let folder = Folder::new();
    folder.write("noise.csv", noise());
    let json: Value =
        serde_json::from_str(&folder.done("train noise.csv --hidden none --epochs 30 --json")).unwrap();
    let findings = json["learned"]["findings"].as_array().unwrap();
    let commands: Vec<&str> = findings.iter().filter_map(|finding| finding["command"].as_str()).collect();
    assert!(commands.iter().any(|command| command.ends_with("--class-weight balanced")), "{findings:?}");
    for command in commands {
        folder.done(command.strip_prefix("chainrule ").unwrap());
    }
}

/// The findings of a run by name, with the command that each advises; every command runs.
fn advised(folder: &Folder, arguments: &str) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(&folder.done(&format!("train {arguments} --json"))).unwrap();
    let findings = json["learned"]["findings"].as_array().unwrap();
    let advice = |finding: &Value| {
        let command = finding["command"].as_str().unwrap_or_default().to_owned();
        if let Some(arguments) = command.strip_prefix("chainrule ") {
            folder.done(arguments);
        }
        (finding["kind"].as_str().unwrap().to_owned(), command)
    };
    findings.iter().map(advice).collect()
}

#[test]
fn advice_fits_how_rows_are_judged_and_weights_kept_small() {
    let folder = Folder::new();
    // The year is the same in all rows.
    let table = |rows: u32| -> String {
        let row = |at: u32| format!("{},{},2020,{}\n", at * 7 % 31, at * 13 % 17, at * 7919 % 101);
        ["a,b,year,y\n".to_owned()].into_iter().chain((0..rows).map(row)).collect()
    };
    folder.write("sixty.csv", table(60)).write("thirty.csv", table(30)).write("noise.csv", noise());
    for arguments in [
        "iris --folds 3 --epochs 5",
        "sixty.csv --validation 0.5 --epochs 40",
        "sixty.csv --test thirty.csv --epochs 40",
        "sixty.csv --time year --epochs 40",
    ] {
        let advised = advised(&folder, arguments);
        assert!(!advised.iter().any(|(_, command)| command.contains("--validation 0.3")), "{advised:?}");
        assert!(!advised.iter().any(|(_, command)| command.contains("--validation 0.2")), "{advised:?}");
    }
    let of_gap = |arguments: &str| {
        let found = advised(&folder, arguments).into_iter().find(|(kind, _)| kind == "gap");
        found.unwrap_or_else(|| panic!("no gap: {arguments}")).1
    };
    let search = "diabetes --hidden 64,64 --epochs 60 --patience 5 --optimizer lbfgs";
    assert!(of_gap(search).ends_with("--l2 0.01"));
    assert_eq!(of_gap(&format!("{search} --l2 0.01")), "");
    // The usual run on a small noisy table.
    advised(&folder, "noise.csv --epochs 60");
}

#[test]
fn rows_that_were_learnt_from_are_no_judges() {
    let out = Folder::new().done("train xor --epochs 300");
    insta::assert_snapshot!(masked(&out), @"
    data      xor: 4 rows, 2 features
    target    `xor`, 2 classes: 0, 1
    task      binary, loss binary_cross_entropy
    network   identity:2,relu:64,relu:32,sigmoid:1 (2305 parameters, f32)
    training  adamw, learning rate # (one_cycle), 300 epochs of 1 step, 4 rows a step, seed 0
    trained   300 epochs, 300 steps (# s)
    learned   4 of 4 rows learnt from are classified right (100 %);
              always `0` is right for 2 (50 %)
    result    last epoch accuracy #, loss # (mean of its steps)
              training accuracy #, macro_f1 #, roc_auc #, loss #
    baseline  always `0`: accuracy #
    model     xor.safetensors (# kB)
    caution   no rows were held out, so these figures are of rows that it has learnt from; new rows may be answered worse
    next      chainrule predict xor.safetensors xor --out predictions.csv   the classes, row by row
              chainrule train xor --epochs 300 --report report.html   curves, mistakes, which columns matter
    ");
}

#[test]
fn rows_are_named_by_their_lines_in_the_file() {
    let folder = Folder::new();
    // The first row has no answer; the seventh, in line 8, is the odd one.
    let rows: String = (0..60)
        .map(|row| {
            format!("{row},{}\n", if row == 0 { String::new() } else { f64::from(row * 2).to_string() })
        })
        .collect();
    folder.write("t.csv", format!("x,y\n{rows}").replace("6,12\n", "6,99999\n"));
    folder.done("train t.csv --validation 0 --epochs 5 --report r.html");
    let page = page(&folder, "r.html");
    assert!(page.contains("Lines are those of the file."));
    let table = &page[page.find("The rows answered worst").unwrap()..];
    let first = table.split("<tbody>").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(first.contains(">8<") && first.contains("99999"), "{first}");
}
