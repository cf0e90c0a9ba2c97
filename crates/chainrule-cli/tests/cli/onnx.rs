//! ONNX graphs of other programs are imported and predict what those programs compute; graphs that cannot be are refused.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::common::Folder;

/// How far a prediction may be from that of the other program, for values above 1 relatively: both compute in 32 bits, with sums
/// in another order.
const TOLERANCE: f64 = 1e-6;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/onnx")).join(name)
}

fn expected() -> Value {
    serde_json::from_slice(&fs::read(golden("expected.json")).unwrap()).unwrap()
}

fn numbers(rows: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(rows.clone()).unwrap()
}

/// Rows as a table with the names that a model without names expects.
fn table(rows: &[Vec<f64>]) -> String {
    let names: Vec<String> = (1..=rows[0].len()).map(|column| format!("column_{column}")).collect();
    let line = |row: &Vec<f64>| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let lines: Vec<String> = [names.join(",")].into_iter().chain(rows.iter().map(line)).collect();
    lines.join("\n") + "\n"
}

/// The numbers that `predict` prints: its last columns, as many as are expected.
fn predicted(folder: &Folder, model: &str, width: usize) -> Vec<Vec<f64>> {
    let text = folder.done(&format!("predict {model} rows.csv"));
    let numbers = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        cells[cells.len() - width..].iter().map(|cell| cell.parse().unwrap()).collect()
    };
    text.lines().skip(1).map(numbers).collect()
}

/// What was said but the sizes of files, which grow with the program's version and the record.
fn told(text: &str) -> String {
    text.lines().filter(|line| !line.ends_with(" bytes")).collect::<Vec<_>>().join("\n")
}

fn assert_close(name: &str, got: &[Vec<f64>], wanted: &[Vec<f64>]) {
    assert_eq!(got.len(), wanted.len(), "{name}");
    for (got, wanted) in got.iter().flatten().zip(wanted.iter().flatten()) {
        assert!(
            (got - wanted).abs() <= TOLERANCE * wanted.abs().max(1.0),
            "{name}: expected {wanted}, got {got}"
        );
    }
}

#[test]
fn graphs_of_pytorch_and_scikit_learn_predict_what_these_compute() {
    let expected = expected();
    let models = expected["models"].as_object().unwrap();
    assert_eq!(models.len(), 12);
    for (name, case) in models {
        let (inputs, outputs) = (numbers(&case["inputs"]), numbers(&case["outputs"]));
        let folder = Folder::new();
        folder.write(name, fs::read(golden(name)).unwrap()).write("rows.csv", table(&inputs));
        folder.done(&format!("import {name} --out m.safetensors"));
        assert_close(name, &predicted(&folder, "m.safetensors", outputs[0].len()), &outputs);
    }
}

#[test]
fn an_import_says_what_it_found() {
    let folder = Folder::new();
    folder.write("norms.onnx", fs::read(golden("torch_norms.onnx")).unwrap());
    insta::assert_snapshot!(told(&folder.done("import norms.onnx")), @"
    #  name         layer                                      output      parameters
    0  input                                                   [batch, 4]           0
    1  layer1       fully connected (4, 5), identity, no bias  [batch, 5]          20
    2  batch_norm1  batch_norm                                 [batch, 5]          20
    3  prelu1       prelu                                      [batch, 5]           5
    4  layer2       fully connected (5, 4), identity           [batch, 4]          24
    5  prelu2       prelu                                      [batch, 4]           4
    6  layer_norm1  layer_norm                                 [batch, 4]           8
    7  layer3       fully connected (4, 2), softmax            [batch, 2]          10
    91 parameters, 81 of them trainable, 364 bytes as f32

    written by pytorch 2.15.0
    note: the epsilon 0.001 of a batch normalisation became part of its running variance
    note: the one slope of a PRelu became one for each unit
    ");
    folder.write("flowers.onnx", fs::read(golden("sklearn_classes.onnx")).unwrap());
    insta::assert_snapshot!(told(&folder.done("import flowers.onnx")), @"
    #  name    layer                            output      parameters
    0  input                                    [batch, 4]           0
    1  layer1  fully connected (4, 5), relu     [batch, 5]          25
    2  layer2  fully connected (5, 3), softmax  [batch, 3]          18
    43 parameters, 43 of them trainable, 172 bytes as f32

    written by skl2onnx 1.20.0
    note: the output `output_label` was cut off: `predict` gives classes and labels itself
    ");
    folder.write("t.csv", "column_1,column_2,column_3,column_4\n0,10,0,-2\n");
    assert!(
        folder
            .done("predict flowers.model.safetensors t.csv")
            .starts_with("prediction,probability_high,probability_low,probability_middle\n")
    );
}

#[test]
fn a_network_of_logits_is_told_its_loss() {
    let folder = Folder::new();
    folder.write("logits.onnx", fs::read(golden("torch_activations.onnx")).unwrap());
    folder.done(
        "import logits.onnx --loss cross_entropy --classes a,b,c --columns p,q,r,s --out m.safetensors",
    );
    folder.write("t.csv", "p,q,r,s\n0,1,2,3\n");
    let text = folder.done("predict m.safetensors t.csv");
    let (heading, row) = text.trim_end().split_once('\n').unwrap();
    assert_eq!(heading, "prediction,probability_a,probability_b,probability_c");
    let sum: f64 = row.split(',').skip(1).map(|cell| cell.parse::<f64>().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-6, "{row}");
}

#[test]
fn an_export_is_the_same_twice_and_comes_back() {
    let folder = Folder::new();
    folder.done(
        "train iris --epochs 2 --spec identity:4,identity:6,batch_norm,gelu,dropout(0.2),prelu:5,softmax:3",
    );
    let said = folder.done("export iris.safetensors --onnx a.onnx");
    insta::assert_snapshot!(told(&said), @"
    operations of ONNX 17 (--opset), run by onnxruntime 1.12 (2022) and later
    input features: FLOAT [batch, 4], prepared already; --preprocessing takes them as they stand in a table
    output probabilities: FLOAT [batch, 3]
    output label: INT64 [batch]
    ");
    folder.done("export iris.safetensors --onnx b.onnx");
    assert_eq!(folder.read("a.onnx"), folder.read("b.onnx"));
    let said = folder.done("export iris.safetensors --onnx whole.onnx --preprocessing --opset 20");
    insta::assert_snapshot!(told(&said), @"
    operations of ONNX 20 (--opset), run by onnxruntime 1.17 (2024) and later
    input features: DOUBLE [batch, 4], as they stand in a table
    output probabilities: FLOAT [batch, 3]
    output label: STRING [batch]
    ");
    folder.done("import whole.onnx --out again.safetensors");
    folder.write("rows.csv", folder.done("data sample iris --rows 20"));
    let both = ["iris.safetensors", "again.safetensors"].map(|model| predicted(&folder, model, 3));
    assert_close("again", &both[1], &both[0]);
}

#[test]
fn settings_of_an_export_are_checked() {
    let folder = Folder::new();
    folder.done("train xor --epochs 1");
    insta::assert_snapshot!(folder.refused("export xor.safetensors --onnx a.onnx --opset 12"), @"
    error: invalid value '12' for '--opset <N>': 12 is not in 17..=21

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(folder.refused("export xor.safetensors --npz a.npz --preprocessing"), @"error: --preprocessing and --opset say how a graph is written; expected them with --onnx FILE");
}

#[test]
fn what_is_no_graph_is_refused_with_its_path() {
    let folder = Folder::new();
    folder
        .write("text.onnx", "this is no graph")
        .write("cut.onnx", &fs::read(golden("torch_plain.onnx")).unwrap()[..500]);
    folder.write("plain.onnx", fs::read(golden("torch_plain.onnx")).unwrap());
    insta::assert_snapshot!(folder.refused("import text.onnx"), @"error: text.onnx: ONNX file, byte 0: a field has a type that ONNX does not use; expected the bytes of a protobuf");
    insta::assert_snapshot!(folder.refused("import cut.onnx"), @"
    error: cut.onnx: ONNX file, byte 20: a field reaches beyond its end; expected at most 478 bytes, got 906
    help: the file was cut short, or is no ONNX file; copy or export it again
    ");
    insta::assert_snapshot!(folder.refused("import plain.onnx --spec identity:4,relu:1"), @"error: plain.onnx: an ONNX file says itself which network it holds; expected no --spec");
    folder.done("train xor --epochs 1");
    let message = folder.refused("import plain.onnx --like xor.safetensors");
    assert!(message.starts_with("error: plain.onnx: --like: its network has other inputs or outputs; expected those of `identity:4,tanh:3,identity:1`, got `identity:2,"), "{message}");
}

/// A file of 60 bytes that declares 2^40 numbers is refused by the bytes that it has, within 256 MB of address space.
#[cfg(target_os = "linux")]
#[test]
fn declared_sizes_take_no_memory() {
    let folder = Folder::new();
    let dims = [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    let tensor = [&dims[..], &[0x10, 1, 0x42, 1, b'w', 0x4a, 4, 0, 0, 0, 0]].concat();
    let field = |tag: u8, bytes: &[u8]| [&[tag, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let shape = field(0x12, &[&field(0x0a, &[0x08, 1])[..], &field(0x0a, &[0x08, 2])].concat());
    let input = [field(0x0a, b"x"), field(0x12, &field(0x0a, &[&[0x08, 1][..], &shape].concat()))].concat();
    let graph = [field(0x2a, &tensor), field(0x5a, &input)].concat();
    let model = [&[0x08, 8][..], &field(0x3a, &graph), &field(0x42, &[0x10, 17])].concat();
    folder.write("huge.onnx", model);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -v 262144 && exec \"$0\" import huge.onnx"]).arg(crate::common::program());
    let ran = crate::common::Ran::from(command.current_dir(folder.path("")).output().unwrap());
    assert_eq!((ran.code, &ran.out[..]), (2, ""), "{}", ran.err);
    insta::assert_snapshot!(ran.err, @"error: huge.onnx: tensor `w`: its numbers do not fill its shape [1099511627776]; expected 1099511627776, got 1");
}
