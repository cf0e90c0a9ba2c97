//! `train --config` and `--print-config`: what is read, what is refused, and that a printed file repeats the run.

use std::collections::BTreeMap;

use chainrule_files::settings::{Value, parse_toml};

use crate::common::Folder;

/// The message about a file of settings.
fn refused(text: impl AsRef<[u8]>) -> String {
    Folder::new().write("run.toml", text).refused("train --config run.toml")
}

fn values(text: &str) -> BTreeMap<String, Value> {
    parse_toml(text).unwrap().into_iter().map(|setting| (setting.key, setting.value)).collect()
}

/// A table of text classes, one of numbers that are classes, and one of numbers.
fn tables() -> Folder {
    let folder = Folder::new();
    let rows = |label: fn(usize) -> String| -> String {
        let row = |row: usize| format!("{},{},{}\n", row % 7, (row * row) % 11, label(row));
        "a,b,y\n".chars().chain((0..60).flat_map(|at| row(at).chars().collect::<Vec<_>>())).collect()
    };
    folder.write("words.csv", rows(|row| ["no", "yes"][row % 2].to_owned()));
    folder.write("codes.csv", rows(|row| ["1.0", "1", "2"][row % 3].to_owned()));
    folder.write("numbers.csv", rows(|row| format!("{}.5", row % 13)));
    folder
}

#[test]
fn the_whole_file_is_printed_and_nothing_is_trained() {
    let folder = Folder::new();
    insta::assert_snapshot!(
        "print_config",
        folder.done("train iris --hidden 16 --learning-rate 0.02 --print-config")
    );
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_printed_file_repeats_the_run_bit_for_bit() {
    let runs = [
        "xor",
        "iris --hidden 8,4 --activation tanh --dropout 0.1 --patience 3 --init lecun_normal",
        "iris --spec 4,gelu:6,softmax:3 --optimizer sgd --learning-rate 0.3 --schedule cosine --seed 18446744073709551615",
        "iris --label-smoothing 0.1 --class-weight balanced --averaging 0.9",
        "wine --optimizer lbfgs --l2 0.001 --epochs 5 --precision f64",
        "surface --loss huber(0.5) --clip-norm 1 --clip-value 0.5 --max-norm 3 --l1 1e-7",
        "words.csv --validation 0.3 --batch-size 7",
        "words.csv --loss cross_entropy",
        "codes.csv --drop b",
        "codes.csv --task multiclass",
        "codes.csv --task regression",
        "numbers.csv --target a,b --reduction sum --weight-decay 0",
    ];
    let folder = tables();
    for run in runs {
        let run = format!("train {run} --out a.safetensors");
        let run = if run.contains("--epochs") { run } else { format!("{run} --epochs 3") };
        folder.done(&format!("{run} --quiet"));
        let text = folder.done(&format!("{run} --print-config"));
        folder.write("run.toml", &text);
        let first = folder.read("a.safetensors");
        folder.done("train --config run.toml --quiet --out b.safetensors");
        assert!(folder.read("b.safetensors") == first, "{run}\n{text}");
        let again = folder.done("train --config run.toml --print-config");
        assert_eq!(values(&again), values(&text), "{run}");
    }
}

#[test]
fn what_is_typed_wins_and_pushes_aside_what_cannot_go_with_it() {
    let folder = Folder::new();
    folder
        .write("run.toml", "data = 'iris'\nepochs = 7\nspec = 'identity:4,relu:9,softmax:3'\nquiet = true\n");
    let printed = |arguments: &str| values(&folder.done(&format!("train --print-config {arguments}")));
    let plain = printed("--config run.toml");
    assert_eq!(plain["epochs"], Value::Whole(7));
    assert_eq!(plain["spec"], Value::Text("identity:4,relu:9,softmax:3".into()));
    assert_eq!(plain["quiet"], Value::Truth(true));
    let typed = printed("wine --epochs=2 --config=run.toml --hidden 5");
    assert_eq!(typed["data"], Value::Text("wine".into()));
    assert_eq!(typed["epochs"], Value::Whole(2));
    assert_eq!(typed["spec"], Value::Text("identity:13,relu:5,softmax:3".into()));
}

#[test]
fn keys_are_written_either_way_and_json_does_as_well() {
    let folder = Folder::new();
    folder.write(
        "a.toml",
        "data = \"iris\"\nlearning-rate = 1\nbatch_size = 0x10\nhidden = []\ntarget = 'class'\n",
    );
    folder.write(
        "b.json",
        r#"{"data": "iris", "learning_rate": 1.0, "batch-size": 16, "hidden": "none", "target": ["class"]}"#,
    );
    let toml = folder.done("train --config a.toml --print-config");
    assert_eq!(toml, folder.done("train --config b.json --print-config"));
    assert_eq!(values(&toml)["spec"], Value::Text("identity:4,softmax:3".into()));
    folder.write("list.toml", "data = \"iris\"\nhidden = [12, 6]\njson = false\n");
    let list = values(&folder.done("train --config list.toml --print-config"));
    assert_eq!(list["spec"], Value::Text("identity:4,relu:12,relu:6,softmax:3".into()));
}

#[test]
fn a_size_is_a_text_and_is_printed_as_one() {
    let folder = Folder::new();
    let printed = folder.done("train iris --memory 500M --print-config");
    assert_eq!(values(&printed)["memory"], Value::Text("500M".into()));
    folder.write("run.toml", &printed);
    assert_eq!(values(&folder.done("train --config run.toml --print-config")), values(&printed));
    insta::assert_snapshot!(refused("data = 'iris'\nmemory = 'lots'\n"), @r#"error: run.toml: line 2, column 10: `memory`: expected a size such as 500M or 1.5G; got "lots""#);
}

/// A folder of checkpoints belongs to one run; the file that names it is not part of the advice.
#[test]
fn advice_does_not_name_a_folder_of_checkpoints_that_a_file_names() {
    let folder = Folder::new();
    folder.write("run.toml", "data = 'iris'\nepochs = 2\ncheckpoint = 'run'\ncheckpoint_every = '1epoch'\n");
    let out = folder.done("train --config run.toml");
    assert!(
        out.contains("chainrule train --epochs=2 --checkpoint-every=1epoch iris --report report.html"),
        "{out}"
    );
    let advised = out.lines().find_map(|line| line.trim_start().strip_prefix("chainrule train ")).unwrap();
    folder.done(&format!("train {}", advised.split("   ").next().unwrap()));
}

/// Data come from the checkpoint, whoever names it.
#[test]
fn a_run_to_go_on_with_needs_no_data() {
    let folder = Folder::new();
    folder.done("train iris --epochs 4 --checkpoint run --checkpoint-every 1epoch --out a.safetensors");
    let first = folder.read("a.safetensors");
    folder.write("resume.toml", "resume = 'run'\n");
    folder.done("train --config resume.toml --out b.safetensors");
    folder.write("output.toml", "quiet = true\nout = 'c.safetensors'\n");
    folder.done("train --resume run --config output.toml");
    assert!(folder.read("b.safetensors") == first && folder.read("c.safetensors") == first);
}

#[test]
fn entry_58_unknown_keys_and_keys_twice() {
    insta::assert_snapshot!(refused("data = 'iris'\nlearning_rte = 0.1\n"), @"
    error: run.toml: line 2, column 1: `learning_rte`: unknown key; expected the name of an option of `train`
    help: did you mean `learning_rate`?
    ");
    insta::assert_snapshot!(refused("colour = 'red'\n"), @"
    error: run.toml: line 1, column 1: `colour`: unknown key; expected the name of an option of `train`
    help: `chainrule train DATA --print-config` shows all keys
    ");
    insta::assert_snapshot!(refused("print_config = true\n"), @"
    error: run.toml: line 1, column 1: `print_config`: unknown key; expected the name of an option of `train`
    help: `chainrule train DATA --print-config` shows all keys
    ");
    insta::assert_snapshot!(refused("data = 'iris'\n[network]\nhidden = [8]\n"), @"
    error: run.toml: line 2, column 1: `network` is a table; expected settings side by side, each `key = value`
    help: write the keys without `network`
    ");
    insta::assert_snapshot!(refused("data = 'iris'\nepochs = 1\nepochs = 2\n"), @"error: run.toml: line 3, column 1: `epochs` occurs twice; expected each key once");
    insta::assert_snapshot!(refused("data = 'iris'\nbatch-size = 1\n\nbatch_size = 2\n"), @"error: run.toml: line 4, column 1: `batch_size` occurs twice; expected each key once, got it in line 2 already");
    insta::assert_snapshot!(refused("spec = '4,softmax:3'\nhidden = [8]\n"), @"error: run.toml: line 2, column 1: `hidden` does not go with `spec` in line 1; expected one of them");
}

#[test]
fn entry_58_values_of_the_wrong_kind() {
    insta::assert_snapshot!(refused("data = 'iris'\nepochs = 'many'\n"), @r#"error: run.toml: line 2, column 10: `epochs`: expected a whole number from 0 to 2^64 - 1, got "many""#);
    insta::assert_snapshot!(refused("epochs = 1.5\n"), @"error: run.toml: line 1, column 10: `epochs`: expected a whole number from 0 to 2^64 - 1, got 1.5");
    insta::assert_snapshot!(refused("epochs = -3\n"), @"error: run.toml: line 1, column 10: `epochs`: expected a whole number from 0 to 2^64 - 1, got -3");
    insta::assert_snapshot!(refused("learning_rate = 'fast'\n"), @r#"error: run.toml: line 1, column 17: `learning_rate`: expected a number, got "fast""#);
    insta::assert_snapshot!(refused("optimizer = 3\n"), @"error: run.toml: line 1, column 13: `optimizer`: expected a text in quotes, got 3");
    insta::assert_snapshot!(refused("json = 1\n"), @"error: run.toml: line 1, column 8: `json`: expected true or false, got 1");
    insta::assert_snapshot!(refused("target = [1]\n"), @"error: run.toml: line 1, column 10: `target`: expected a text or a list of texts, got [1]");
    insta::assert_snapshot!(refused("target = ['a,b']\n"), @r#"error: run.toml: line 1, column 10: `target`: `,` in "a,b"; expected texts without it, since it divides the list"#);
    insta::assert_snapshot!(refused("hidden = [8, 'wide']\n"), @r#"error: run.toml: line 1, column 10: `hidden`: expected a list of whole numbers, got [8, "wide"]"#);
    insta::assert_snapshot!(refused("seed = [1, 2]\n"), @"error: run.toml: line 1, column 8: `seed`: expected a whole number from 0 to 2^64 - 1, got [1, 2]");
}

#[test]
fn entry_58_values_out_of_range() {
    insta::assert_snapshot!(refused("optimizer = 'adm'\n"), @"
    error: run.toml: line 1, column 13: `optimizer`: unknown name; expected one of `sgd`, `momentum`, `nesterov`, `rmsprop`, `adagrad`, `adadelta`, `adam`, `amsgrad`, `adamw`, `nadam`, `radam`, `lion`, `rprop`, `lbfgs`, got `adm`
    help: did you mean `adam`?
    ");
    insta::assert_snapshot!(refused("task = 'multi-class'\n"), @r#"
    error: run.toml: line 1, column 8: `task`: unknown name; expected one of `auto`, `binary`, `multiclass`, `multilabel`, `regression`, got "multi-class"
    help: did you mean `multiclass`?
    "#);
    insta::assert_snapshot!(refused("hidden = [8, 0]\n"), @"error: run.toml: line 1, column 10: `hidden`: expected whole numbers above 0 such as 128,64, or none, got `0`");
    insta::assert_snapshot!(refused("threads = 0\n"), @"error: run.toml: line 1, column 11: `threads`: expected a whole number from 1 to 64; got 0");
    insta::assert_snapshot!(refused("seed = 18446744073709551616\n"), @"error: run.toml: line 1, column 8: `seed`: expected a whole number from 0 to 2^64 - 1, got 18446744073709551616");
    insta::assert_snapshot!(refused("data = 'iris'\nlearning_rate = nan\n"), @"error: run.toml: line 2, column 17: `learning_rate`: expected a finite number, got nan");
    insta::assert_snapshot!(refused("data = 'iris'\nlearning_rate = 0\n"), @"error: training: `learning_rate` is out of range; expected a finite number above 0, got 0");
    insta::assert_snapshot!(refused("data = 'iris'\nhidden = [1000000, 1000000]\n"), @"error: network: too many parameters; expected at most 1073741824, got 1000006000000 (3.6 TiB of memory as f32)");
    insta::assert_snapshot!(refused("data = 'iris'\nbatch_size = 1000\n"), @"error: --batch-size: more than there are rows to learn from; expected 1 to 135, got 1000");
}

#[test]
fn entry_58_texts_that_are_no_settings() {
    insta::assert_snapshot!(refused("data = iris\n"), @r#"
    error: run.toml: line 1, column 8: expected a value, got the word `iris`
    help: write a text in quotes: "iris"
    "#);
    insta::assert_snapshot!(refused("data = 'iris'\nepochs =\n"), @"error: run.toml: line 2, column 9: expected a value after `=`, got none");
    insta::assert_snapshot!(refused("a,b\n1,2\n"), @"error: run.toml: line 1, column 2: not TOML: key with no value, expected `=`");
    insta::assert_snapshot!(refused(b"data = 'caf\xe9'\n"), @"
    error: run.toml: byte 11: not UTF-8; expected a text in TOML or JSON
    help: save the file as UTF-8
    ");
    insta::assert_snapshot!(refused("# nothing\n"), @"error: run.toml: no data; expected the key `data` or `resume`, or DATA on the command line");
    insta::assert_snapshot!(refused("#".repeat((1 << 18) + 1)), @"error: run.toml: too long for settings; expected at most 262144 bytes, got more");
    let deep = format!("hidden = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    insta::assert_snapshot!(refused(deep), @"error: run.toml: line 1, column 90: not TOML: cannot recurse further; max recursion depth met");
    let json = |text: &str| Folder::new().write("run.json", text).refused("train --config run.json");
    insta::assert_snapshot!(json("{\"data\": \"iris\", \"learning_rate\": NaN}"), @"error: run.json: line 1, column 35: not JSON: expected value");
    insta::assert_snapshot!(json("{\"data\": \"iris\",\n \"epoch\": 3}"), @"
    error: run.json: line 2, column 2: `epoch`: unknown key; expected the name of an option of `train`
    help: did you mean `epochs`?
    ");
    insta::assert_snapshot!(json(&"[".repeat(100_000)), @"error: run.json: line 1, column 1: not JSON: invalid type: sequence, expected an object of settings");
    insta::assert_snapshot!(Folder::new().refused("train --config none.toml"), @"error: none.toml: cannot be read: No such file or directory (os error 2)");
}
