//! No source file is longer than the hard limit of the style guide.

use super::Outcome;
use crate::files::complain;
use crate::repository::Repository;

/// The most lines that a Rust file may have.
const LIMIT: usize = 800;

/// Fails with the name and length of each file that is longer.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    complain(repository, complaints).map(|()| Outcome::Holds)
}

fn complaints(path: &str, text: &str) -> Vec<String> {
    let is_source = std::path::Path::new(path).extension().is_some_and(|extension| extension == "rs");
    match text.lines().count() {
        lines if is_source && lines > LIMIT => {
            vec![format!("{path}: too long; expected at most {LIMIT} lines, got {lines}")]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_rust_files_are_named() {
        let long = "x\n".repeat(801);
        assert_eq!(complaints("a.rs", &long), ["a.rs: too long; expected at most 800 lines, got 801"]);
        assert!(complaints("a.csv", &long).is_empty());
        assert!(complaints("a.rs", &"x\n".repeat(800)).is_empty());
    }
}
