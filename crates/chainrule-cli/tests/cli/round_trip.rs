//! Data in, model out, predictions back: the way of every user.

use crate::common::{Folder, masked};

/// Settings that do not follow the defaults, so that these can change.
const SETTINGS: &str =
    "--hidden 8 --optimizer adam --learning-rate 0.05 --schedule constant --batch-size 30 --epochs 60";

#[test]
fn iris_is_trained_evaluated_and_predicted() {
    let folder = Folder::new();
    let out = folder.done(&format!("train iris {SETTINGS}"));
    insta::assert_snapshot!(masked(&out), @"
    data      iris: 150 rows, 15 of them held out to judge by, 4 features
    target    `class`, 3 classes: Iris-setosa, Iris-versicolor, Iris-virginica
    task      multiclass, loss cross_entropy
    network   identity:4,relu:8,softmax:3 (67 parameters, f32)
    training  adam, learning rate # (constant), 60 epochs of 5 steps, 30 rows a step, seed 0
    trained   60 epochs, 300 steps (# s)
    learned   15 of 15 rows held out are classified right (100 %, likely # to 100 %);
              always `Iris-setosa` is right for 5 (# %)
    result    last epoch accuracy #, loss # (mean of its steps)
              validation accuracy #, macro_f1 #, loss #
    baseline  always `Iris-setosa`: accuracy #
    model     iris.safetensors (# kB)
    hint      only 15 rows judge, so the figure may be far off; a larger part held out tells more
                chainrule train iris --hidden 8 --optimizer adam --learning-rate # --schedule constant --batch-size 30 --epochs 60 --validation #
    next      chainrule predict iris.safetensors iris --out predictions.csv   the classes, row by row
              chainrule train iris --hidden 8 --optimizer adam --learning-rate # --schedule constant --batch-size 30 --epochs 60 --report report.html   curves, mistakes, which columns matter
    ");
    let predictions = folder.done("predict iris.safetensors iris");
    let lines: Vec<&str> = predictions.lines().collect();
    assert_eq!(lines.len(), 151);
    assert_eq!(
        lines[0],
        "prediction,probability_Iris-setosa,probability_Iris-versicolor,probability_Iris-virginica"
    );
    let cells: Vec<&str> = lines[1].split(',').collect();
    let sum: f64 = cells[1..].iter().map(|cell| cell.parse::<f64>().unwrap()).sum();
    assert_eq!(cells[0], "Iris-setosa");
    // Three roundings of numbers below 1 in 32 bits.
    assert!((sum - 1.0).abs() < 4e-7, "{sum}");
}

#[test]
fn xor_is_solved_by_default() {
    let folder = Folder::new();
    folder.done("train xor");
    insta::assert_snapshot!(masked(&folder.done("evaluate xor.safetensors xor")), @r"
    rows      4
    loss      #
    accuracy  #
    macro_f1  #
    roc_auc   #

    actual \ predicted       0       1  recall
    0                        2       0  #
    1                        0       2  #
    precision           #  #
    ");
    let predictions = folder.done("predict xor.safetensors xor");
    let answers: Vec<&str> = predictions.lines().skip(1).map(|line| &line[..1]).collect();
    assert_eq!(answers, ["0", "1", "1", "0"]);
}

/// `y = 1000 x + 5`, with a constant column and the target not last.
fn line_csv(rows: std::ops::Range<i32>) -> String {
    // In an order in which x is no number of the row.
    let rows = rows.map(|row| row * 7 % 60).map(|x| format!("{},{},7\n", 1000 * x + 5, x));
    ["y,x,constant\n".to_owned()].into_iter().chain(rows).collect()
}

#[test]
fn a_regression_answers_in_the_targets_own_unit() {
    let folder = Folder::new();
    folder.write("line.csv", line_csv(0..60)).write("new.csv", "constant,x\n99,10\n7,20\n");
    let ran = folder
        .run("train line.csv --target y --hidden none --optimizer lbfgs --validation 0 --precision f64");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("constant  set aside  the value is 7 in every row"), "{}", ran.out);
    let predictions = folder.done("predict line.safetensors new.csv");
    let numbers: Vec<f64> = predictions.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    // A line is fitted exactly; what a constant column says later changes nothing.
    assert!((numbers[0] - 10_005.0).abs() < 1e-3 && (numbers[1] - 20_005.0).abs() < 1e-3, "{numbers:?}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.done("evaluate line.safetensors line.csv --json")).unwrap();
    assert!(json["rmse"].as_f64().unwrap() < 1e-3 && json["r2"].as_f64().unwrap() > 0.999_999, "{json}");
}

#[test]
fn several_targets_are_predicted_at_once() {
    let folder = Folder::new();
    let row = |x: i32| format!("{x},{},{}\n", 2 * x, -x);
    let rows: String = (0..20).map(|at| row(at * 7 % 20)).collect();
    folder.write("t.csv", format!("x,double,minus\n{rows}"));
    folder.done("train t.csv --target double,minus --hidden none --optimizer lbfgs");
    let predictions = folder.done("predict t.safetensors t.csv");
    assert_eq!(predictions.lines().next(), Some("prediction_double,prediction_minus"));
    let cells: Vec<f64> =
        predictions.lines().nth(11).unwrap().split(',').map(|cell| cell.parse().unwrap()).collect();
    assert!((cells[0] - 20.0).abs() < 1e-2 && (cells[1] + 10.0).abs() < 1e-2, "{cells:?}");
}

#[test]
fn several_labels_are_predicted_at_once() {
    let folder = Folder::new();
    let row = |at: i32| format!("{},{},{},{}\n", at % 2, at / 2 % 2, at % 2, at / 2 % 2);
    let rows: String = (0..40).map(row).collect();
    folder.write("t.csv", format!("a,b,left,right\n{rows}"));
    let out = folder.done("train t.csv --target left,right --epochs 200");
    assert!(out.contains("multilabel, loss binary_cross_entropy"), "{out}");
    let predictions = folder.done("predict t.safetensors t.csv");
    let answers: Vec<&str> = predictions.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(answers[..5], ["prediction", "", "left", "right", "left|right"]);
}

#[test]
fn the_classes_of_a_file_are_those_of_its_text() {
    let folder = Folder::new();
    folder.write("t.csv", "x,kind\n1,\"b,c\"\n2,a\n1,\"b,c\"\n2,a\n");
    folder.done("train t.csv --epochs 100");
    let predictions = folder.done("predict t.safetensors t.csv --out p.csv");
    assert_eq!(predictions, "");
    let table = String::from_utf8(folder.read("p.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "prediction,probability_a,\"probability_b,c\"");
    assert!(lines[1].starts_with("\"b,c\",") && lines[2].starts_with("a,"), "{table}");
}

#[test]
fn the_same_seed_gives_the_same_file_and_another_seed_another() {
    let folder = Folder::new();
    for (seed, out) in [(7, "a"), (7, "b"), (8, "c")] {
        folder.done(&format!("train wine --epochs 5 --dropout 0.1 --seed {seed} --out {out}.safetensors"));
    }
    assert_eq!(folder.read("a.safetensors"), folder.read("b.safetensors"));
    assert_ne!(folder.read("a.safetensors"), folder.read("c.safetensors"));
}

#[test]
fn images_stay_bytes_whether_they_come_as_idx_or_as_a_table() {
    let folder = Folder::new();
    folder.done("train digits --epochs 3 --out digits.safetensors");
    folder.done("data sample digits --rows 40 --out some.csv");
    let of_table = folder.done("predict digits.safetensors some.csv");
    let of_images = folder.done("predict digits.safetensors digits");
    let rows: Vec<&str> = of_images.lines().skip(1).collect();
    let spread: Vec<&str> =
        chainrule_data::describe::spread(1797, 40).into_iter().map(|row| rows[row]).collect();
    assert_eq!(of_table.lines().skip(1).collect::<Vec<_>>(), spread);
}

#[test]
fn a_test_file_judges_and_a_goal_can_be_missed() {
    let folder = Folder::new();
    folder
        .write("train.csv", "x,y\n0,no\n1,yes\n0,no\n1,yes\n")
        .write("test.csv", "y,x\nyes,0\nno,1\nno,0\n");
    let ran = folder.run("train train.csv --test test.csv --epochs 100 --min-accuracy 0.5 --quiet");
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.err, @"error: --min-accuracy: the goal is not met; expected 0.5, got 0.3333");
    assert!(ran.out.contains("test accuracy 0.3333"), "{}", ran.out);
    assert_eq!(folder.run("train train.csv --test test.csv --epochs 100 --min-accuracy 0.3").code, 0);
}

#[test]
fn a_model_is_shown_checked_and_drawn() {
    let folder = Folder::new();
    folder.done("train iris --spec identity:4,sigmoid:5,sigmoid:3 --loss squared_error --epochs 5");
    insta::assert_snapshot!(masked(&folder.done("inspect iris.safetensors")), @"
    task        multiclass, loss squared_error
    target      `class`: Iris-setosa, Iris-versicolor, Iris-virginica
    inputs      4 columns, centred and scaled
    training    5 epochs, 25 steps of 32 rows, adamw at #, seed 0, last loss #
                validation_accuracy #
                validation_loss #
                validation_macro_f1 #
    data        iris: 150 rows of 4, crc32:8dddfa9a
    written by  chainrule #

    #  name    layer                            output      parameters
    0  input                                    [batch, 4]           0
    1  layer1  fully connected (4, 5), sigmoid  [batch, 5]          25
    2  layer2  fully connected (5, 3), sigmoid  [batch, 3]          18
    43 parameters, 43 of them trainable, 172 bytes as f32

    parameter       shape  type     mean  deviation   lowest  highest
    layer1.weight  [5, 4]   f32   #     #  -#   #
    layer1.bias       [5]   f32  -#     #  -#  -#
    layer2.weight  [3, 5]   f32  -#     #  -#   #
    layer2.bias       [3]   f32  -#     #  -#   #

    feature        mean  deviation
    sepallength  #     #
    sepalwidth   #     #
    petallength  #     #
    petalwidth   #     #
    ");
    let report = folder.done("check iris.safetensors iris --rows 3");
    assert!(report.ends_with("gradients agree\n") && report.contains("layer2.weight [3, 5]"), "{report}");
    insta::assert_snapshot!(folder.done("graph iris.safetensors"), @"
    %0 = input#0                                 [batch, 4]  x
    %1 = param@0                                 [5, 4]  layer1.weight
    %2 = param@20                                [5]  layer1.bias
    %3 = matmul·ᵀ %0 %1                          [batch, 5]
    %4 = broadcast[0] %2                         [batch, 5]
    %5 = add %3 %4                               [batch, 5]  layer1.z
    %6 = sigmoid %5                              [batch, 5]  layer1.a
    %7 = param@25                                [3, 5]  layer2.weight
    %8 = param@40                                [3]  layer2.bias
    %9 = matmul·ᵀ %6 %7                          [batch, 3]
    %10 = broadcast[0] %8                        [batch, 3]
    %11 = add %9 %10                             [batch, 3]  layer2.z
    %12 = sigmoid %11                            [batch, 3]  layer2.a
    ");
    assert!(folder.done("graph iris.safetensors --backward --format dot").starts_with("digraph chainrule {"));
    assert!(folder.done("graph iris.safetensors --backward --plan").starts_with("plan: "));
}

#[test]
fn every_activation_of_a_network_in_text_is_checked() {
    let folder = Folder::new();
    for spec in
        ["3,gelu:4,layer_norm,softmax:3", "3,silu:4,batch_norm,exp:2", "3,prelu:4,dropout(0.5),tanh:1"]
    {
        let report = folder.done(&format!("check --spec {spec}"));
        assert!(report.ends_with("gradients agree\n"), "{report}");
    }
    for spec_and_data in
        ["4,gelu:3,softmax:3 iris", "2,tanh:3,sigmoid:1 xor", "10,tanh:3,identity:1 diabetes"]
    {
        let report = folder.done(&format!("check --spec {spec_and_data}"));
        assert!(report.ends_with("gradients agree\n"), "{report}");
    }
    for loss in ["huber", "quantile(0.9)", "log_cosh", "kl_divergence", "multiclass_hinge", "poisson"] {
        let report = folder.done(&format!("check --spec 3,tanh:4,identity:3 --loss {loss}"));
        assert!(report.ends_with("gradients agree\n"), "{report}");
    }
}

#[test]
fn data_are_listed_described_and_sampled() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.done("data list"), @"
    name            rows   test  features      target  what it is
    xor                4                2   2 classes  exclusive or: the four rows that no linear network can learn
    iris             150                4   3 classes  flowers: lengths and widths in cm, three species
    wine             178               13   3 classes  Italian wines: chemical measurements, three cultivars
    breast-cancer    569               30   2 classes  tumours: measurements of cell nuclei, malignant or benign
    diabetes         442               10  regression  patients: measurements, and the progression of the disease after a year
    digits          1797               64  10 classes  handwritten digits of 8 x 8 pixels
    mnist          60000  10000       784  10 classes  handwritten digits of 28 x 28 pixels, with the published test part
    moons            500                2   2 classes  two half circles that reach into each other
    circles          500                2   2 classes  a small circle inside a large one
    spirals          194                2   2 classes  two spirals of three turns, wound around each other
    blobs            300                2   3 classes  three round clouds of points
    surface         1000                2  regression  a smooth function of two variables, sampled
    ");
    insta::assert_snapshot!(folder.done("data show iris"), @"
    what      flowers: lengths and widths in cm, three species
    source    Fisher 1936; UCI repository, values as in scikit-learn
    licence   CC BY 4.0
    rows      150
    features  4

    feature      lowest  highest    mean  deviation
    sepallength  4.3000   7.9000  5.8433     0.8253
    sepalwidth   2.0000   4.4000  3.0573     0.4344
    petallength  1.0000   6.9000  3.7580     1.7594
    petalwidth   0.1000   2.5000  1.1993     0.7597

    target `class`   rows
    Iris-setosa        50
    Iris-versicolor    50
    Iris-virginica     50
    ");
    insta::assert_snapshot!(folder.done("data sample xor"), @"
    x1,x2,xor
    0,0,0
    0,1,1
    1,0,1
    1,1,0
    ");
    let twice = ["data sample moons --count 6 --seed 3", "data sample moons --count 6 --seed 3"];
    assert_eq!(folder.done(twice[0]), folder.done(twice[1]));
}

#[test]
fn a_model_of_a_table_tells_what_becomes_of_its_columns() {
    let folder = Folder::new();
    let kinds = ["red", "green", "blue"];
    let row = |row: usize| {
        let size = if row.is_multiple_of(7) { String::new() } else { (row % 10).to_string() };
        format!("{size},{},{}\n", kinds[row % 3], if row.is_multiple_of(2) { "yes" } else { "no" })
    };
    let rows: String = (0..40).map(row).collect();
    folder.write("t.csv", format!("size,kind,paid\n{rows}"));
    folder.done("train t.csv --target kind --validation 0 --epochs 1 --out m.safetensors");
    let out = folder.done("inspect m.safetensors");
    assert!(out.contains("inputs      2 columns of a table, prepared as 3 inputs"), "{out}");
    insta::assert_snapshot!(out.split("\n\n").last().unwrap(), @"
    size  number   centred at 4.55, divided by 2.638; missing: 4.5, with a flag
    paid  boolean  `no` is 0, `yes` is 1; missing: `no`
    ");
    let blank = folder.write("blank.csv", "size,kind,paid\n1,,yes\n2,,no\n");
    let message = blank.refused("train t.csv --target kind --test blank.csv --epochs 1");
    insta::assert_snapshot!(message, @"error: --test: blank.csv: no answers; expected the target `kind`");
    let message = blank.refused("evaluate m.safetensors blank.csv --report r.html");
    insta::assert_snapshot!(message, @"error: blank.csv: no answers to judge by; expected the target `kind`");
}
