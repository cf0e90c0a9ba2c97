//! Programs of models with columns of every kind: their text, and what the one in C computes.

use std::process::Command;

use chainrule_files::{
    Answers, CType, DateOrder, EmbedBlock, InputColumn, InputPart, InputRule, LayerKind, MissingCells, Stack,
    StackLayer, Standalone, Tensor, TimePartKind, Values, c_header, numpy_script,
};

fn tensor(name: &str, shape: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(name, shape, Values::F32(values.to_vec()))
}

fn layer(name: &str, inputs: usize, outputs: usize, kind: LayerKind) -> StackLayer {
    StackLayer { name: name.into(), inputs, outputs, kind }
}

fn column(name: &str, rule: InputRule) -> InputColumn {
    InputColumn { name: name.into(), rule }
}

/// A number with an indicator, a boolean with one, a category with both further places; an embedding of the category;
/// one output that adds up the nine columns after it with the weights 1, 2, 4 ... 256.
fn model() -> Standalone {
    let number = InputRule::Number { missing: Some(30.0), indicator: true, centre: 10.0, spread: 20.0 };
    let [no, yes] = ["no", "yes"].map(str::to_owned);
    let boolean = InputRule::Boolean { no, yes, missing: 0.0, indicator: true };
    let levels = ["red", "a\"b", "3"].map(str::to_owned).to_vec();
    let category = InputRule::Category { levels, other: true, missing: true };
    let table = tensor("embed1.weight1", &[5, 2], &[1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 0.0, 1.0, 0.0, 2.0]);
    let weight = tensor("layer1.weight", &[1, 9], &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]);
    let bias = Some(tensor("layer1.bias", &[1], &[0.5]));
    let constant = InputRule::Number { missing: None, indicator: false, centre: 5.0, spread: 0.0 };
    let parts = vec![InputPart { part: TimePartKind::Year, missing: 2000.0, centre: 2000.0, spread: 2.0 }];
    let time = InputRule::Time { order: DateOrder::DayMonthYear, origin: 0.0, indicator: true, parts };
    Standalone {
        name: "Wine & cheese".into(),
        network: "identity:12,embed(4..9:2),identity:1".into(),
        stack: Stack {
            inputs: 12,
            layers: vec![
                layer(
                    "embed1",
                    12,
                    9,
                    LayerKind::Embed { blocks: vec![EmbedBlock { columns: 4..9, table }] },
                ),
                layer("layer1", 9, 1, LayerKind::Linear { weight, bias }),
            ],
        },
        inputs: vec![
            column("age", number),
            column("fresh", boolean),
            column("colour */ \"x\"", category),
            column("always 5", constant),
            column("when", time),
        ],
        missing: MissingCells {
            everywhere: ["NA", "-999"].map(str::to_owned).to_vec(),
            among_numbers: vec!["-".into()],
        },
        answers: Answers::Values { names: vec!["price".into()], centre: vec![100.0], spread: vec![10.0] },
    }
}

/// What the weights make of inputs, by hand: `100 + 10 (0.5 + sum)`.
fn price(sum: f64) -> f64 {
    100.0 + 10.0 * (0.5 + sum)
}

#[test]
fn the_texts_are_readable() {
    insta::assert_snapshot!("c_header", c_header(&model(), CType::Float).unwrap());
    let script = numpy_script(&model()).unwrap();
    assert_eq!(script.numbers, None);
    insta::assert_snapshot!("numpy_script", script.text);
}

#[test]
fn the_header_takes_numbers_levels_and_missing_cells() {
    let folder = std::env::temp_dir().join(format!("chainrule-programs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("model.h"), c_header(&model(), CType::Double).unwrap()).unwrap();
    let rows = [
        ("30, 1, 0, 7, 2000, 0", price(1.0 + 4.0 + 16.0)),
        ("10, 0, 2, 5, NAN, 0", price(3.0 * 16.0)),
        ("NAN, NAN, NAN, NAN, 2004, 1", price(1.0 + 2.0 + 8.0 + 2.0 * 32.0 + 2.0 * 128.0 + 256.0)),
        ("-10, 2, 7, 0, 2000, 0", price(-1.0 + 8.0 + 32.0)),
        ("10, 0, -1, 0, 2000, 0", price(32.0)),
    ];
    let calls: String = rows.iter().map(|(row, _)| format!("    show((double[]){{{row}}});\n")).collect();
    let main = format!(
        "#include <stdio.h>\n#include \"model.h\"\n\nstatic void show(const double *x)\n{{\n    double y[1];\n    \
         wine_cheese_predict(x, y);\n    printf(\"%.17g\\n\", y[0]);\n}}\n\nint main(void)\n{{\n{calls}    return 0;\n}}\n"
    );
    std::fs::write(folder.join("main.c"), main).unwrap();
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "main.c", "-o", "program", "-lm"];
    let compiled = Command::new("cc").current_dir(&folder).args(strict).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(folder.join("program")).output().unwrap();
    let got: Vec<f64> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(got, rows.map(|(_, expected)| expected));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn columns_that_do_not_fit_the_network_are_refused() {
    let mut model = model();
    model.inputs.pop();
    insta::assert_snapshot!(c_header(&model, CType::Float).unwrap_err(), @"`inputs`: do not fit the network; expected 12, got 10");
    insta::assert_snapshot!(numpy_script(&model).unwrap_err(), @"`inputs`: do not fit the network; expected 12, got 10");
    model.inputs.push(column(
        &"x".repeat(1001),
        InputRule::Number { missing: None, indicator: false, centre: 0.0, spread: 1.0 },
    ));
    insta::assert_snapshot!(c_header(&model, CType::Float).unwrap_err(), @"`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`: is too long for C; expected at most 1000 bytes, got 1001");
}

#[test]
fn the_numbers_of_a_large_network_lie_beside_the_program() {
    let number = InputRule::Number { missing: None, indicator: false, centre: 0.0, spread: 1.0 };
    let weight = tensor("layer1.weight", &[40, 60], &[0.25; 2400]);
    let names: Vec<String> = (0..40).map(|name| name.to_string()).collect();
    let model = Standalone {
        name: "large".into(),
        network: "identity:60,identity:40:no_bias".into(),
        stack: Stack {
            inputs: 60,
            layers: vec![layer("layer1", 60, 40, LayerKind::Linear { weight, bias: None })],
        },
        inputs: (0..60).map(|name| column(&name.to_string(), number.clone())).collect(),
        missing: MissingCells::default(),
        answers: Answers::Labels { names },
    };
    let script = numpy_script(&model).unwrap();
    assert!(
        script.text.contains("LAYER1_WEIGHT = NUMBERS[\"layer1.weight\"]  # [40, 60]\n"),
        "{}",
        script.text
    );
    assert_eq!(script.numbers.unwrap().len() / 1000, 9);
}
