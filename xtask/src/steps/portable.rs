//! The libraries compile for a machine without files, threads, clock and terminal: WebAssembly.

use super::Outcome;
use crate::command::{capture, run};
use crate::repository::Repository;

/// The target that stands for all such machines.
const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles every library of the workspace, after installing the target's standard library if need be.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    if let Err(reason) = install(repository) {
        return Ok(Outcome::NotChecked(format!("the standard library for {TARGET} is not there, {reason}")));
    }
    let packages = repository.packages()?;
    let mut command = repository.command("cargo", &["check", "--lib", "--target", TARGET]);
    for package in packages.iter().filter(|package| package.is_library) {
        command.args(["--package", &package.name]);
    }
    run(&mut command).map(|()| Outcome::Holds)
}

fn install(repository: &Repository) -> Result<(), String> {
    let installed = capture(&mut repository.command("rustup", &["target", "list", "--installed"]))?;
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    run(&mut repository.command("rustup", &["target", "add", TARGET]))
}
