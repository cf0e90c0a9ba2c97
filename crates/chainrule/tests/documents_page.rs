//! The page `docs/seeds.md` names only tests and examples that exist.

use std::path::Path;

const PAGE: &str = include_str!("../../../docs/seeds.md");

/// The texts in back-ticks, outside of longer code blocks, of which the page has none.
fn quoted() -> impl Iterator<Item = &'static str> {
    PAGE.split('`').skip(1).step_by(2)
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_test_that_the_page_names_exists() {
    let is_test = |text: &&str| {
        text.split_once("::").is_some_and(|(file, name)| {
            !["chainrule", "Network", "Order", "RecordedLoss"].contains(&file) && !name.contains("::")
        })
    };
    let mut count = 0;
    for text in quoted().filter(is_test).filter(|text| !text.ends_with("document_003::name")) {
        let (file, name) = text.split_once("::").expect("was split before");
        let source = read(&format!("tests/{file}.rs"));
        let lines: Vec<&str> = source.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(&format!("fn {name}(")));
        let at = at.unwrap_or_else(|| panic!("`{text}`: no such test"));
        assert_eq!(lines[at - 1], "#[test]", "`{text}`");
        count += 1;
    }
    assert!(count > 50, "the page names its tests as `file::test`; found {count}");
}

#[test]
fn every_example_that_the_page_names_exists() {
    let is_example = |text: &&str| text.len() > 3 && text[..2].parse::<u8>().is_ok() && &text[2..3] == "_";
    let names: Vec<&str> = quoted().filter(is_example).collect();
    assert!(names.len() > 10);
    for name in names {
        let name = name.split(' ').next().unwrap_or(name);
        assert!(!read(&format!("../../examples/{name}.rs")).is_empty());
    }
}

/// And the other way round: no test of a document is left out of the page.
#[test]
fn every_test_of_a_document_stands_on_the_page() {
    let files = [
        "document_000",
        "document_001",
        "document_001_activations",
        "document_002",
        "document_003",
        "document_004",
    ];
    for file in files {
        let source = read(&format!("tests/{file}.rs"));
        let lines: Vec<&str> = source.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[0] == "#[test]") {
            let name = pair[1].trim_start_matches("fn ").trim_end_matches("() {");
            let named = PAGE.contains(&format!("`{file}::{name}`"));
            // How the letters of the repairs are read is no statement of the document.
            assert!(named || name == "repairs_are_named_by_letters", "{file}::{name}");
        }
    }
}
