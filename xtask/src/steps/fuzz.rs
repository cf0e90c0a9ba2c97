//! Every fuzz target runs for some seconds without a failure.

use std::process::{Command, Stdio};

use super::Outcome;
use crate::fuzz::{self, Options};
use crate::repository::Repository;

/// Builds and runs all targets; not where there is no C++ compiler for libFuzzer.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    if cfg!(windows) || !has_compiler() {
        return Ok(Outcome::NotChecked(
            "libFuzzer needs a C++ compiler, such as Debian's package g++".to_owned(),
        ));
    }
    println!("{}", fuzz::run(repository, &Options::default())?);
    Ok(Outcome::Holds)
}

/// Whether the compiler is there that the crate `cc` calls.
fn has_compiler() -> bool {
    let name = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let asked = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
