//! Steps that are one call of cargo.

use super::Outcome;
use crate::command::run;
use crate::repository::Repository;

/// The code is formatted, that of the fuzz targets too, which are a workspace of their own.
pub(super) fn format(repository: &Repository) -> Result<Outcome, String> {
    run(&mut repository.command("cargo", &["fmt", "--all", "--check"]))?;
    let fuzz = ["fmt", "--all", "--check", "--manifest-path", "fuzz/Cargo.toml"];
    run(&mut repository.command("cargo", &fuzz)).map(|()| Outcome::Holds)
}

/// Clippy has nothing to say about any target; the limit on the lines of a function stands in `clippy.toml`.
pub(super) fn lints(repository: &Repository) -> Result<Outcome, String> {
    let arguments =
        ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings", "-D", "clippy::too_many_lines"];
    run(&mut repository.command("cargo", &arguments)).map(|()| Outcome::Holds)
}

/// The documentation builds, every link in it leads somewhere.
pub(super) fn docs(repository: &Repository) -> Result<Outcome, String> {
    let mut command = repository.command("cargo", &["doc", "--workspace", "--no-deps"]);
    run(command.env("RUSTDOCFLAGS", "-D warnings")).map(|()| Outcome::Holds)
}
