//! What `chainrule` writes for other programs is opened by them, and computes what `chainrule` computes.

use super::Outcome;
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
    let target = repository.target_folder()?;
    let python = environment(repository, "python-exports", &PACKAGES)?;
    run(&mut repository.command("cargo", &["build", "--quiet", "--package", "chainrule-cli"]))?;
    let program = target.join("debug").join(format!("chainrule{}", std::env::consts::EXE_SUFFIX));
    let mut compare = repository.command(&python.to_string_lossy(), &[SCRIPT]);
    run(compare.arg(program).arg(target.join("exports")))?;
    Ok(Outcome::Holds)
}
