//! The list of bad inputs that must be survived, and where each is tested: none is forgotten.
//!
//! Numbers 59 and 60 of the list are requests to a server, which there is not.

use std::collections::BTreeSet;
use std::fs;

/// The last number of the list that applies.
const LAST: u32 = 58;

/// Files, from the folder `crates`, whose tests are named `entry_NUMBER_...`.
const FILES: [&str; 8] = [
    "chainrule-cli/tests/cli/bad_tables.rs",
    "chainrule-cli/tests/cli/bad_images.rs",
    "chainrule-cli/tests/cli/bad_arrays.rs",
    "chainrule-cli/tests/cli/bad_models.rs",
    "chainrule-cli/tests/cli/bad_memory.rs",
    "chainrule-cli/tests/cli/bad_columns.rs",
    "chainrule-cli/tests/cli/config.rs",
    "chainrule-files/src/onnx/import/refusals.rs",
];

/// Tests of other names, with the numbers that they stand for.
const OTHERS: [(u32, &str, &str); 8] = [
    (23, "chainrule-cli/tests/cli/bad_memory.rs", "images"),
    (48, "chainrule-cli/tests/cli/checkpoints.rs", "a_damaged_checkpoint_gives_way_to_the_one_before"),
    (
        48,
        "chainrule-cli/tests/cli/killed.rs",
        "killed_at_any_moment_a_run_ends_with_the_bits_of_one_left_alone",
    ),
    (50, "chainrule-cli/tests/cli/checkpoints.rs", "what_does_not_fit_the_run_is_refused"),
    (51, "chainrule-cli/src/checkpoint/lock.rs", "a_folder_has_one_holder_at_a_time"),
    (57, "chainrule-data/tests/columnar.rs", "columns_that_cannot_be_read_are_refused_or_set_aside"),
    (57, "chainrule-data/tests/columnar.rs", "no_changed_byte_ends_in_a_panic"),
    (58, "chainrule-cli/tests/cli/bad_settings.rs", "numbers_have_ranges"),
];

fn source(file: &str) -> String {
    let path = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The names of the tests in a text of code.
fn tests(source: &str) -> Vec<String> {
    let mut lines = source.lines().map(str::trim);
    let mut names = Vec::new();
    while let Some(line) = lines.next() {
        if line == "#[test]" {
            let mut below = lines.by_ref().filter_map(|line| line.strip_prefix("fn "));
            names.extend(below.next().map(|rest| rest.split('(').next().unwrap().to_owned()));
        }
    }
    names
}

#[test]
fn every_bad_input_of_the_list_has_a_test() {
    let mut tested = BTreeSet::new();
    for file in FILES {
        let names = tests(&source(file));
        let numbers = names
            .iter()
            .filter_map(|name| name.strip_prefix("entry_")?.split('_').next()?.parse::<u32>().ok());
        let before = tested.len();
        tested.extend(numbers);
        assert!(tested.len() > before, "{file}: no test is named after an entry");
    }
    for (number, file, name) in OTHERS {
        assert!(
            tests(&source(file)).iter().any(|test| test == name),
            "{file}: no test `{name}` for entry {number}"
        );
        tested.insert(number);
    }
    let missing: Vec<u32> = (1..=LAST).filter(|number| !tested.contains(number)).collect();
    assert!(missing.is_empty(), "no test for {missing:?}");
}
