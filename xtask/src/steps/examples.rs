//! Every file of the folder `examples/` is registered, so that `cargo run --example` finds it and a test runs it.

use super::Outcome;
use crate::repository::Repository;

/// The manifest that registers the examples.
const MANIFEST: &str = "crates/chainrule/Cargo.toml";

/// Fails with the names of the examples that the manifest does not register.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let missing = unregistered(&repository.files()?, &repository.read(MANIFEST)?);
    if missing.is_empty() {
        return Ok(Outcome::Holds);
    }
    Err(format!("{MANIFEST}: no `[[example]]` has the path {}", missing.join(" or ")))
}

/// The paths, as the manifest must hold them, of the files that it does not.
fn unregistered(files: &[String], manifest: &str) -> Vec<String> {
    let is_example = |path: &&String| {
        path.strip_prefix("examples/").is_some_and(|name| name.ends_with(".rs") && !name.contains('/'))
    };
    let paths = files.iter().filter(is_example).map(|path| format!("\"../../{path}\""));
    paths.filter(|path| !manifest.contains(path.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_that_is_not_registered_is_named() {
        let files = ["examples/01_xor.rs", "examples/02_iris.rs", "examples/data/x.rs", "examples/README.md"];
        let files = files.map(str::to_owned);
        let manifest = "[[example]]\nname = \"01_xor\"\npath = \"../../examples/01_xor.rs\"\n";
        assert_eq!(unregistered(&files, manifest), ["\"../../examples/02_iris.rs\""]);
    }
}
