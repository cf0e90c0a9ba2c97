//! A model file written here is read by the Python package `safetensors`, bit for bit.

use super::Outcome;
use crate::command::run;
use crate::python::environment;
use crate::repository::Repository;

/// What the script needs, by name.
const PACKAGES: [&str; 2] = ["safetensors", "numpy"];

/// The script that reads.
const SCRIPT: &str = "tests/interop/read_model.py";

/// Writes a sample model, and a text of what is in it, and lets Python compare.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let target = repository.target_folder()?;
    let python = environment(repository, "python", &PACKAGES)?;
    let folder = target.join("interop");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (model, expected) = (folder.join("sample.safetensors"), folder.join("sample.json"));
    let mut write = repository.command("cargo", &["run", "--quiet", "--package", "chainrule-files"]);
    run(write.args(["--example", "write_sample", "--"]).args([&model, &expected]))?;
    let mut read = repository.command(&python.to_string_lossy(), &[SCRIPT]);
    run(read.arg(&model).arg("--expect").arg(&expected))?;
    Ok(Outcome::Holds)
}
