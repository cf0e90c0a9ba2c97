//! Where results go: never in place of what is read or of another result, and known to be possible beforehand.

use crate::common::Folder;

const TABLE: &str = "a,b,y\n1,2,no\n2,1,yes\n3,5,no\n4,3,yes\n5,1,no\n6,2,yes\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("t.csv", TABLE);
    folder
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = folder();
    for option in ["--out", "--report", "--log", "--history"] {
        let message = folder.refused(&format!("train t.csv {option} ./t.csv"));
        let expected =
            format!("error: {option} ./t.csv: this is the file that is read; expected another one\n");
        assert_eq!(message, expected);
        assert_eq!(folder.read("t.csv"), TABLE.as_bytes());
    }
    folder.done("train t.csv --epochs 1 --out m.safetensors");
    let model = folder.read("m.safetensors");
    for command in
        ["predict m.safetensors t.csv --out t.csv", "predict m.safetensors t.csv --out m.safetensors"]
    {
        assert!(folder.refused(command).contains("this is the file that is read"), "{command}");
    }
    insta::assert_snapshot!(folder.refused("evaluate m.safetensors iris --report m.safetensors"), @"error: --report m.safetensors: this is the file that is read; expected another one");
    insta::assert_snapshot!(folder.refused("data sample t.csv --out t.csv"), @"error: --out t.csv: this is the file that is read; expected another one");
    assert_eq!((folder.read("t.csv"), folder.read("m.safetensors")), (TABLE.as_bytes().to_vec(), model));
}

#[test]
fn two_results_have_two_files() {
    let folder = folder();
    insta::assert_snapshot!(folder.refused("train t.csv --out x --report ./x"), @"error: --report ./x: --out is written to this file; expected another one");
    insta::assert_snapshot!(folder.refused("train t.csv --log x --history x"), @"error: --history x: --log is written to this file; expected another one");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nothing_can_be_written_is_found_before_the_training() {
    // Ten thousand epochs of MNIST would take hours.
    for option in ["--out", "--report"] {
        let message = Folder::new().refused(&format!("train mnist --epochs 10000 {option} /proc/x"));
        assert!(message.starts_with(&format!("error: {option} /proc/x: ")), "{message}");
    }
}

#[test]
fn options_of_tables_are_refused_where_there_is_none() {
    insta::assert_snapshot!(Folder::new().refused("train iris --separator ;"), @"error: --separator: says how a table is read; `iris` is none");
}
