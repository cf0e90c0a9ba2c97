//! A model file written here is read by the Python package `safetensors`, bit for bit.

use std::path::{Path, PathBuf};

use super::Outcome;
use crate::command::run;
use crate::repository::Repository;

/// What the script needs, by name.
const PACKAGES: [&str; 2] = ["safetensors", "numpy"];

/// The script that reads.
const SCRIPT: &str = "tests/interop/read_model.py";

/// Writes a sample model, and a text of what is in it, and lets Python compare.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let target = repository.target_folder()?;
    let python = python_with_packages(repository, &target)?;
    let folder = target.join("interop");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (model, expected) = (folder.join("sample.safetensors"), folder.join("sample.json"));
    let mut write = repository.command("cargo", &["run", "--quiet", "--package", "chainrule-files"]);
    run(write.args(["--example", "write_sample", "--"]).args([&model, &expected]))?;
    let mut read = repository.command(&python.to_string_lossy(), &[SCRIPT]);
    run(read.arg(&model).arg("--expect").arg(&expected))?;
    Ok(Outcome::Holds)
}

/// A Python of its own under the target folder, with the packages; made on the first run and kept.
fn python_with_packages(repository: &Repository, target: &Path) -> Result<PathBuf, String> {
    let folder = target.join("python");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let done = folder.join("installed.txt");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == PACKAGES.join(" ")) {
        return Ok(python);
    }
    run(repository.command("python3", &["-m", "venv", "--clear"]).arg(&folder))?;
    let mut install = repository.command(&python.to_string_lossy(), &["-m", "pip", "install", "--quiet"]);
    run(install.args(PACKAGES))?;
    std::fs::write(&done, PACKAGES.join(" ")).map_err(|error| format!("{}: {error}", done.display()))?;
    Ok(python)
}
