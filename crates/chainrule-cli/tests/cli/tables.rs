//! Tables as people have them: names, blanks, categories, dates, weights, groups; learnt from, judged and answered.

use serde_json::Value;

use crate::common::{Folder, masked};

/// Customers of a telephone company: identifiers, two texts, cities, dates, gaps. Who pays much by the month leaves.
fn customers(rows: u32) -> String {
    let row = |at: u32| {
        let (age, pays) = (20 + at * 7 % 50, at * 13 % 90);
        let age = if at % 11 == 3 { String::new() } else { age.to_string() };
        let city = ["Bern", "Basel", "Chur", "Zug"][(at * 5 % 4) as usize];
        let smokes = if at * 3 % 7 < 3 { "yes" } else { "no" };
        let since = format!("20{:02}-{:02}-{:02}", at * 3 % 20, 1 + at % 12, 1 + at * 11 % 28);
        let left = if pays > 45 { "left" } else { "stayed" };
        format!("C{at:04}-{},{age},{city},{smokes},{since},{pays}.5,{left}\n", at * 7919 % 1000)
    };
    let heading = "customer,age,city,smokes,since,pays,churn\n".to_owned();
    [heading].into_iter().chain((0..rows).map(row)).collect()
}

/// A folder with the customers in `c.csv`.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("c.csv", customers(200));
    folder
}

/// What `train --json` answers.
fn json(folder: &Folder, arguments: &str) -> Value {
    let epochs = if arguments.contains("--epochs") { "" } else { "--epochs 2" };
    serde_json::from_str(&folder.done(&format!("train c.csv --json {epochs} {arguments}"))).unwrap()
}

#[test]
fn columns_are_understood_and_told() {
    let out = folder().done("train c.csv --epochs 40 --target churn");
    let lines: Vec<&str> = out.lines().take_while(|line| !line.starts_with("trained")).collect();
    insta::assert_snapshot!(masked(&lines.join("\n")), @"
    data      c: 200 rows, 20 of them held out to judge by, 5 columns as 13 inputs
    format    text, separator comma, a header
    columns   customer  set aside  nearly every row has its own text: 200 distinct in 200 rows
              age       number     20 to 69, 18 missing
              city      category   4 distinct texts
              smokes    boolean    `no` and `yes`
              since     date-time  2000-01-01 to 2019-10-28, written as 2024-01-31
              pays      number     # to #
    target    `churn`, 2 classes: left, stayed
    task      binary, loss binary_cross_entropy
    network   identity:13,relu:64,relu:32,sigmoid:1 (3009 parameters, f32)
    training  adamw, learning rate # (one_cycle), 40 epochs of 6 steps, 32 rows a step, seed 0
    ");
    let accuracy = out.split("validation accuracy ").nth(1).and_then(|rest| rest.split(',').next());
    assert!(accuracy.unwrap().parse::<f64>().unwrap() > 0.9, "{out}");
}

#[test]
fn a_model_takes_columns_in_any_order_gaps_and_unknown_levels() {
    let folder = folder();
    folder.done("train c.csv --target churn --epochs 20");
    let text = String::from_utf8(folder.read("c.csv")).unwrap();
    let turned: String = text
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},{},{}\n", cells[5], cells[4], cells[3], cells[2], cells[1])
        })
        .collect();
    folder.write("turned.csv", turned);
    assert_eq!(folder.done("predict c.safetensors turned.csv"), folder.done("predict c.safetensors c.csv"));
    folder
        .write("odd.csv", "pays,since,smokes,city,age\n,2015-01-01,yes,Paris,30\n80.5,2015-01-01,?,Bern,\n");
    let ran = folder.run("predict c.safetensors odd.csv");
    assert_eq!((ran.code, ran.out.lines().count()), (0, 3), "{}", ran.err);
    insta::assert_snapshot!(ran.err, @"
    note: odd.csv: column `smokes`: 1 missing cell, of which training had none; the more frequent of the two stands in
    note: odd.csv: column `pays`: 1 missing cell, of which training had none; the median of the training stands in
    ");
    insta::assert_snapshot!(folder.write("less.csv", "pays,city\n1,Bern\n").refused("predict c.safetensors less.csv"), @"error: less.csv: header: column `age`, `smokes`, `since` is missing; expected it among `pays`, `city`");
    assert!(folder.done("evaluate c.safetensors c.csv").contains("accuracy"));
}

#[test]
fn wishes_overrule_what_columns_look_like() {
    let folder = folder();
    let kinds = |arguments: &str| {
        let answer = json(&folder, arguments);
        let columns = answer["columns"].as_array().unwrap().clone();
        let kind = |column: &Value| {
            format!("{}: {}", column["name"].as_str().unwrap(), column["kind"].as_str().unwrap())
        };
        columns.iter().map(kind).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        kinds("--categorical age --drop since,smokes"),
        "customer: set aside, age: category, city: category, pays: number"
    );
    assert_eq!(kinds("--features pays,customer"), "customer: category, pays: number");
    let ran = folder.run("train c.csv --numeric city");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("c.csv: line 2, column `city`: not a number; expected a number, got `Bern`"),
        "{}",
        ran.err
    );
    insta::assert_snapshot!(folder.refused("train c.csv --drop ctiy"), @"
    error: c.csv: header: column `ctiy` is missing; expected it among `customer`, `age`, `city`, `smokes`, `since`, `pays`, `churn`
    help: did you mean `city`?
    ");
    insta::assert_snapshot!(folder.refused("train c.csv --numeric age --categorical age"), @"error: c.csv: column `age`: two wishes; expected it in one list, got it in `categorical` and `numeric`");
    insta::assert_snapshot!(folder.refused("train c.csv --weight churn --target churn"), @"error: c.csv: column `churn`: two roles; expected it as target, weight, group or time, got it twice");
    insta::assert_snapshot!(folder.refused("train iris --drop class"), @"error: --drop: only tables have columns to choose from; `iris` is none");
}

#[test]
fn categories_become_inputs_or_an_embedding() {
    let folder = Folder::new();
    let row = |at: u32| format!("{},city{},{}\n", at * 7 % 40, at % 12, if at % 12 > 5 { "a" } else { "b" });
    let rows: String = (0..240).map(row).collect();
    folder.write("c.csv", format!("x,city,y\n{rows}"));
    let network = |arguments: &str| json(&folder, arguments)["network"].as_str().unwrap().to_owned();
    assert_eq!(network(""), "identity:13,embed(1..13:6),relu:64,relu:32,sigmoid:1");
    assert_eq!(network("--categories one-hot"), "identity:13,relu:64,relu:32,sigmoid:1");
    assert_eq!(network("--categories embedding --hidden 4"), "identity:13,embed(1..13:6),relu:4,sigmoid:1");
    let out = folder.done("train c.csv --epochs 30 --seed 1");
    let accuracy = out.split("validation accuracy ").nth(1).and_then(|rest| rest.split(',').next());
    assert_eq!(accuracy, Some("1.0000"), "{out}");
    folder.done("evaluate c.safetensors c.csv");
}

#[test]
fn markers_of_missing_cells_are_remembered() {
    let folder = Folder::new();
    let row = |at: u32| match at % 13 {
        0 => format!("unknown,{}\n", at % 2),
        _ => format!("{}.5,{}\n", at * 7 % 50, at % 2),
    };
    let rows: String = (0..100).map(row).collect();
    folder.write("c.csv", format!("x,y\n{rows}"));
    assert_eq!(folder.run("train c.csv").code, 2);
    let answer = json(&folder, "--missing unknown");
    assert_eq!(answer["columns"][0]["kind"], "number");
    assert_eq!(folder.done("predict c.safetensors c.csv").lines().count(), 101);
    folder.write("na.csv", "x,y\nNA,0\n1.5,1\n2.5,0\n");
    assert_eq!(folder.run("train na.csv --epochs 1").code, 0);
    let out = folder.done("train na.csv --epochs 1 --missing-only none --categorical x");
    assert!(out.contains("3 distinct texts") || out.contains("as declared"), "{out}");
}

#[test]
fn rows_without_weight_teach_nothing() {
    let folder = Folder::new();
    // Every second row says the contrary and counts nothing.
    let row = |at: u32| {
        format!("{},{},{}\n", at * 7 % 100, at % 2, u32::from((at * 7 % 100 > 50) == (at % 2 == 1)))
    };
    let rows: String = (0..200).map(row).collect();
    folder.write("c.csv", format!("x,count,y\n{rows}"));
    let ran = folder.run("train c.csv --weight count --epochs 60 --validation 0");
    assert!(
        ran.err.contains("note: rows count by `count` in the losses of epochs, and once each in results"),
        "{}",
        ran.err
    );
    folder.write("new.csv", "x\n10\n90\n");
    let answers = folder.done("predict c.safetensors new.csv");
    let answers: Vec<&str> = answers.lines().skip(1).map(|line| &line[..1]).collect();
    assert_eq!(answers, ["0", "1"]);
    folder.write("bad.csv", "x,count,y\n1,1,a\n2,-1,b\n3,1,a\n");
    insta::assert_snapshot!(folder.refused("train bad.csv --weight count"), @"error: bad.csv: line 3, weight column `count`: not a weight; expected a finite number of at least 0, and not 0 in all rows, got -1");
}

#[test]
fn groups_stay_together_and_time_goes_on() {
    let folder = Folder::new();
    let row = |at: u32| format!("{},p{},{},{}\n", at * 7 % 100, at / 10, 2000 + at, at % 2);
    let rows: String = (0..200).map(row).collect();
    folder.write("c.csv", format!("x,patient,year,y\n{rows}"));
    let answer = json(&folder, "--group patient --validation 0.2");
    assert_eq!(answer["rows"]["validation"], 40);
    assert!(
        folder.done("train c.csv --epochs 1 --group patient").contains("held out to judge by, whole groups")
    );
    assert!(
        folder
            .done("train c.csv --epochs 1 --time year")
            .contains("20 of them held out to judge by, the latest")
    );
    assert_eq!(json(&folder, "--time year --folds 4")["folds"]["rows"], serde_json::json!([40, 40, 40, 40]));
    insta::assert_snapshot!(folder.refused("train c.csv --group patient --folds 30"), @"error: --folds: examples: expected at least 30 groups for 30 folds, got 20");
}

#[test]
fn a_last_time_with_many_rows_is_held_out_as_a_whole_and_a_single_one_is_told() {
    let folder = Folder::new();
    let table = |year: fn(u32) -> u32| -> String {
        let row = |at: u32| format!("{},{},p1,{}\n", at * 7 % 100, year(at), at % 2);
        ["x,year,patient,y\n".to_owned()].into_iter().chain((0..100).map(row)).collect()
    };
    folder.write("c.csv", table(|at| 2020 + at / 20));
    let out = folder.done("train c.csv --epochs 1 --time year --drop patient");
    assert!(out.contains("20 of them held out to judge by, the latest"), "{out}");
    folder.write("c.csv", table(|_| 2020));
    let ran = folder.run("train c.csv --epochs 1 --time year --drop patient");
    assert!(ran.err.contains("note: all rows have the same time, so none are held out"), "{}", ran.err);
    let ran = folder.run("train c.csv --epochs 1 --group patient --drop year");
    assert!(ran.err.contains("note: all rows are of one group, so none are held out"), "{}", ran.err);
}

#[test]
fn folds_tell_mean_and_deviation_and_the_final_network_learns_from_all() {
    let folder = folder();
    let answer = json(&folder, "--folds 4 --epochs 30");
    let folds = &answer["folds"];
    assert_eq!((folds["count"].as_u64(), answer["rows"]["training"].as_u64()), (Some(4), Some(200)));
    let each: Vec<f64> =
        folds["each"].as_array().unwrap().iter().map(|fold| fold["accuracy"].as_f64().unwrap()).collect();
    let mean = each.iter().sum::<f64>() / 4.0;
    let squares: f64 = each.iter().map(|accuracy| (accuracy - mean).powi(2)).sum();
    assert!((folds["mean"]["accuracy"].as_f64().unwrap() - mean).abs() < 1e-12, "{folds}");
    assert!(
        (folds["deviation"]["accuracy"].as_f64().unwrap() - (squares / 3.0).sqrt()).abs() < 1e-12,
        "{folds}"
    );
    assert!(mean > 0.8, "{folds}");
    let out = folder.done("train iris --epochs 20 --folds 5");
    let line = out.lines().find(|line| line.starts_with("folds")).unwrap();
    insta::assert_snapshot!(masked(line), @"folds     accuracy # ± #, macro_f1 # ± #, loss # ± #");
    assert!(out.contains("150 rows, 4 features"), "{out}");
    // In 64 bits one network is trained after the other.
    assert!(folder.done("train iris --epochs 3 --folds 3 --precision f64 --quiet").contains("3 networks"));
    insta::assert_snapshot!(folder.refused("train iris --folds 1"), @"error: --folds: out of range; expected 2 to 150, one for each row, got 1");
    assert!(folder.refused("train iris --folds 5 --patience 3").contains("cannot be used with"));
}

#[test]
fn rows_without_an_answer_are_left_out() {
    let folder = Folder::new();
    folder.write("t.csv", "x,y\n1.5,a\n2.5,\n3.5,b\n4.5,a\n");
    let ran = folder.run("train t.csv --epochs 1");
    assert!(ran.out.contains("t: 3 rows") && ran.code == 0, "{}", ran.out);
    assert!(ran.err.contains("note: t.csv: 1 row without `y` left out"), "{}", ran.err);
    let ran = folder.run("evaluate t.safetensors t.csv");
    assert!(ran.err.contains("note: t.csv: 1 row without `y` left out"), "{}", ran.err);
    assert!(ran.out.starts_with("rows      3\n"), "{}", ran.out);
}

#[test]
fn labels_may_be_words_and_several() {
    let folder = Folder::new();
    let word = |yes: bool| if yes { "yes" } else { "no" };
    let row =
        |at: u32| format!("{},{},{},{}\n", at % 2, at / 2 % 2, word(at % 2 == 1), word(at / 2 % 2 == 1));
    let rows: String = (0..60).map(row).collect();
    folder.write("t.csv", format!("a,b,left,right\n{rows}"));
    let out = folder.done("train t.csv --target left,right --epochs 200");
    assert!(out.contains("multilabel"), "{out}");
    assert!(folder.done("evaluate t.safetensors t.csv").contains("label_accuracy  1.0000"));
}

#[test]
fn a_model_of_built_in_data_reads_them_from_a_table_too() {
    let folder = Folder::new();
    folder.done("train iris --epochs 5");
    folder.done("data sample iris --out flowers.csv");
    assert_eq!(
        folder.done("predict iris.safetensors flowers.csv"),
        folder.done("predict iris.safetensors iris")
    );
    folder.done("train flowers.csv --epochs 5 --seed 0");
    assert_eq!(
        folder.done("predict flowers.safetensors iris"),
        folder.done("predict flowers.safetensors flowers.csv")
    );
    assert_eq!(
        folder.done("evaluate flowers.safetensors iris"),
        folder.done("evaluate flowers.safetensors flowers.csv")
    );
}
