//! Help texts are part of the program: each is a snapshot.

use crate::common::Folder;

#[test]
fn the_program_says_what_it_can_do() {
    insta::assert_snapshot!(Folder::new().done("--help"));
    insta::assert_snapshot!(Folder::new().done("--version"), @"chainrule 0.1.0");
}

#[test]
fn without_arguments_the_help_comes_with_code_two() {
    let ran = Folder::new().run("");
    assert_eq!((ran.code, &ran.out[..]), (2, ""));
    assert_eq!(ran.err, Folder::new().done("-h"));
}

macro_rules! help_of {
    ($($test:ident: $command:expr),* $(,)?) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!(stringify!($test), Folder::new().done(concat!($command, " --help")));
        }
    )*};
}

help_of!(
    help_train: "train",
    help_evaluate: "evaluate",
    help_predict: "predict",
    help_export: "export",
    help_import: "import",
    help_inspect: "inspect",
    help_check: "check",
    help_graph: "graph",
    help_data: "data",
    help_data_sample: "data sample",
    help_bench: "bench",
    help_completions: "completions",
);

#[test]
fn a_misspelt_command_or_option_is_suggested() {
    insta::assert_snapshot!(Folder::new().refused("trian iris"), @"
    error: unrecognized subcommand 'trian'

      tip: a similar subcommand exists: 'train'

    Usage: chainrule <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(Folder::new().refused("train iris --learning_rte 1"), @"
    error: unexpected argument '--learning_rte' found

      tip: a similar argument exists: '--learning-rate'

    Usage: chainrule train --learning-rate <RATE> <DATA>

    For more information, try '--help'.
    ");
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Folder::new().done(&format!("completions {shell}"));
        assert!(script.contains("evaluate") && script.contains("min-accuracy"), "{shell}");
    }
}
