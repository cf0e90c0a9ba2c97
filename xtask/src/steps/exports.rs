//! What `chainrule` writes for other programs is opened by them, and computes what `chainrule` computes.

use super::Outcome;
use crate::built;
use crate::command::run;
use crate::python::environment;
use crate::repository::Repository;

/// What the script needs, by name. PyTorch is too large to be among them; the script has a stand-in, and takes the real
/// one in an environment that has it.
const PACKAGES: [&str; 3] = ["numpy", "safetensors", "tensorboard"];

/// The script that trains, exports and compares.
const SCRIPT: &str = "tests/interop/exports.py";

/// Builds the program and lets Python use it.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let python = environment(repository, "python-exports", &PACKAGES)?;
    let program = built::program(repository)?;
    let folder = built::empty_folder(repository, "exports")?;
    let mut compare = repository.command(&python.to_string_lossy(), &[SCRIPT]);
    run(compare.args([program, folder]))?;
    Ok(Outcome::Holds)
}
