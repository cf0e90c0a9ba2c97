//! Every program of `examples/` runs to its end and says something.
//!
//! `cargo test` builds the registered examples before it runs a test; they lie in `examples/` beside the folder of the
//! test's own program. A file that is not registered has no program there, and the test says so. All run at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The names of all files of the folder `examples/`, without the ending.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let files = fs::read_dir(folder).expect("the repository has a folder `examples`");
    let paths = files.map(|file| file.expect("the folder can be read").path());
    let sources = paths.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let mut names: Vec<String> =
        sources.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort_unstable();
    names
}

/// Where cargo puts the program of an example: `target/PROFILE/examples`; this test lies in `target/PROFILE/deps`.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let profile = test.ancestors().nth(2).expect("a test lies in `target/PROFILE/deps`");
    profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn start(name: &str) -> Child {
    let path = program(name);
    let child =
        Command::new(&path).stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null()).spawn();
    child.unwrap_or_else(|error| {
        let path = path.display();
        panic!(
            "example `{name}`: {path} cannot be run: {error}\n\
             help: register it in Cargo.toml, then `cargo build -p chainrule --examples`"
        )
    })
}

#[test]
fn every_example_runs_and_says_something() {
    let running: Vec<(String, Child)> =
        names().into_iter().map(|name| (name.clone(), start(&name))).collect();
    for (name, child) in running {
        let output = child.wait_with_output().expect("the output of a child can be read");
        let said = String::from_utf8(output.stdout).expect("examples print text");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "example `{name}`: {}\n{said}\n{complaint}", output.status);
        assert!(!said.trim().is_empty(), "example `{name}` says nothing");
        assert!(!said.contains("NaN"), "example `{name}` prints a number that is none:\n{said}");
    }
}
