//! All tests that use the library as others do, in one program: each program would compile the generic kernels anew.

mod common;
mod support;

mod conventions;
mod defaults;
mod document_000;
mod document_001;
mod document_001_activations;
mod document_002;
mod document_003;
mod document_004;
mod documents_page;
mod examples;
mod gradients;
mod layers;
mod many;
mod micrograd;
mod nielsen;
mod plans;
mod published;
mod resume;
mod scikit_learn;
mod stability;
mod threads;
mod training;

/// Cargo looks for no tests by itself here, so a file that is not named above would be passed over in silence.
#[test]
fn every_file_of_tests_is_a_part_of_this_program() {
    let own = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for entry in folder.read_dir().expect("the folder of this file is there") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are text");
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            assert!(
                own.contains(&format!("\nmod {module};\n")),
                "tests/{name}: expected `mod {module};` in main.rs"
            );
        }
    }
}
