//! C headers: compiled by the system's compiler without a warning, run, and compared with `predict`.

use std::process::Command;

use crate::common::Folder;

/// The largest difference of an output from `predict`, relative to the larger of 1 and its magnitude. Both add up the same
/// terms in 32 bits but in another order and with other exponential functions: a few units in the seventh digit a layer.
const TOLERANCE: f64 = 1e-5;

/// Reads rows of numbers from its standard input and prints the outputs and the class of each.
fn program(name: &str, classes: bool) -> String {
    let upper = name.to_uppercase();
    let class = if classes { format!("printf(\" %lu\", {name}_class(y));") } else { String::new() };
    format!(
        r#"#include <stdio.h>
#include "{name}.h"

int main(void)
{{
    REAL x[{upper}_INPUTS], y[{upper}_OUTPUTS];
    double number;
    int i = 0;
    while (scanf("%lf", &number) == 1) {{
        x[i++] = (REAL)number;
        if (i == {upper}_INPUTS) {{
            int j;
            {name}_predict(x, y);
            for (j = 0; j < {upper}_OUTPUTS; j++)
                printf(" %.17g", (double)y[j]);
            {class}
            printf("\n");
            i = 0;
        }}
    }}
    return 0;
}}
"#
    )
}

/// Compiles the header as strictly as there is and gives the rows of numbers that it makes of the rows of a table.
fn run(folder: &Folder, name: &str, real: &str, classes: bool, table: &str) -> Vec<Vec<f64>> {
    folder.write("main.c", program(name, classes).replace("REAL", real));
    let strict =
        ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "main.c", "-o", "program", "-lm"];
    let output = Command::new("cc").current_dir(folder.path("")).args(strict).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let input = table.lines().skip(1).collect::<Vec<_>>().join("\n").replace(',', " ");
    folder.write("rows.txt", input);
    let rows = std::fs::File::open(folder.path("rows.txt")).unwrap();
    let output = Command::new(folder.path("program")).stdin(rows).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split_whitespace().map(|number| number.parse().unwrap()).collect()).collect()
}

/// The numbers of a table of predictions, without the columns that are no numbers.
fn numbers(table: &str) -> Vec<Vec<f64>> {
    table.lines().skip(1).map(|line| line.split(',').filter_map(|cell| cell.parse().ok()).collect()).collect()
}

fn assert_close(got: &[f64], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (got, expected) in got.iter().zip(expected) {
        assert!(
            (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0),
            "{what}: {got} and {expected}"
        );
    }
}

/// The features of a built-in table, without its target in the last column.
fn features(folder: &Folder, name: &str) -> String {
    let table = folder.done(&format!("data sample {name}"));
    table.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect()
}

#[test]
fn the_header_computes_what_predict_does() {
    for (data, options, real) in [
        ("iris", "--hidden 8", "float"),
        ("iris", "--hidden 8 --precision f64", "double"),
        (
            "iris",
            "--spec 4,identity:6:no_bias,batch_norm,gelu,dropout(0.2),layer_norm,prelu:5,softmax:3",
            "float",
        ),
        ("diabetes", "--hidden none", "float"),
        ("diabetes", "--hidden 7,5 --activation mish", "float"),
        ("iris", "--spec 4,tanh:3,log_softmax:3 --loss cross_entropy", "float"),
    ] {
        let folder = Folder::new();
        let table = features(&folder, data);
        folder.write("t.csv", &table);
        folder.done(&format!("train {data} --quiet --epochs 3 --out m.safetensors {options}"));
        folder.done("export m.safetensors --c model.h");
        let regression = data == "diabetes";
        let got = run(&folder, "model", real, !regression, &table);
        let predictions = folder.done("predict m.safetensors t.csv");
        let expected = numbers(&predictions);
        assert_eq!(got.len(), expected.len());
        let names = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"];
        for ((got, expected), line) in got.iter().zip(&expected).zip(predictions.lines().skip(1)) {
            assert_close(&got[..expected.len()], expected, options);
            if !regression {
                assert_eq!(line.split(',').next().unwrap(), names[got[3] as usize], "{options}");
            }
        }
    }
}

#[test]
fn every_activation_is_computed() {
    let folder = Folder::new();
    let table = "a,b,y\n-3,0.5,1\n-0.25,0,0\n0,4,1\n1.5,-7,0\n8,-1,1\n";
    folder.write("t.csv", table);
    let rows: String = table.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect();
    for activation in [
        "identity",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "leaky_relu(0.3)",
        "elu",
        "elu(0.5)",
        "selu",
        "gelu",
        "gelu_tanh",
        "silu",
        "mish",
        "softplus",
        "softsign",
        "hard_tanh",
        "relu6",
        "softmax",
        "log_softmax",
        "exp",
    ] {
        // Alone and as the only layer but one, so that the two rows are used in all ways.
        for spec in [format!("2,{activation}:3,{activation},identity:1"), format!("2,tanh:4,{activation}:1")]
        {
            folder.done(&format!(
                "train t.csv --task regression --loss squared_error --spec {spec} --epochs 1 --batch-size 5 --quiet --out m.safetensors"
            ));
            for real in ["float", "double"] {
                folder.done(&format!("export m.safetensors --c model.h --c-type {real}"));
                let got = run(&folder, "model", real, false, &rows);
                let expected = numbers(&folder.done("predict m.safetensors t.csv"));
                assert_close(&got.concat(), &expected.concat(), &format!("{spec} in {real}"));
            }
        }
    }
}

#[test]
fn one_output_says_which_of_two_classes() {
    let folder = Folder::new();
    let table = features(&folder, "moons");
    folder.write("t.csv", &table);
    for options in ["--hidden 8", "--spec 2,tanh:8,identity:1 --loss hinge"] {
        folder.done(&format!("train moons --quiet --epochs 5 --out m.safetensors {options}"));
        folder.done("export m.safetensors --c moons.h");
        let got = run(&folder, "moons", "float", true, &table);
        let predictions = folder.done("predict m.safetensors t.csv");
        for (got, line) in got.iter().zip(predictions.lines().skip(1)) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_close(&got[..1], &[cells.last().unwrap().parse().unwrap()], options);
            assert_eq!(cells[0], got[1].to_string(), "{options}");
        }
    }
}

#[test]
fn names_that_c_could_misread_do_no_harm() {
    let folder = Folder::new();
    folder.write("t.csv", "\"a*/ b\",\"c\"\"d\\\",y\n1,2,x??/\n2,1,\"é\"\"\"\n3,1,x??/\n1,1,\"é\"\"\"\n");
    folder.done("train t.csv --target y --hidden 2 --epochs 1 --quiet --out m.safetensors");
    folder.done("export m.safetensors --c 7-Größe.h");
    let header = String::from_utf8(folder.read("7-Größe.h")).unwrap();
    folder.write("model_7_gr_e.h", &header);
    let got = run(&folder, "model_7_gr_e", "float", true, "a,c\n1,2\n");
    assert_eq!(got.len(), 1);
    assert!(header.contains(r#""x\?\?/""#) && header.contains(r#""\303\251\"""#), "{header}");
}

#[test]
fn the_name_of_the_function_is_told() {
    let folder = Folder::new();
    folder.done("train xor --hidden 2 --epochs 1 --quiet --out xor.safetensors");
    insta::assert_snapshot!(folder.done("export xor.safetensors --c xor.h"), @"
    xor.h: 2388 bytes
    call xor_predict(x, y); the head of the file says how
    ");
}
