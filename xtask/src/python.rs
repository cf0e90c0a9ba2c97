//! Python environments of the repository's own, under the target folder.

use std::path::{Path, PathBuf};

use crate::command::run;
use crate::repository::Repository;

/// The Python of the environment `target/NAME` with exactly these packages, which is made on the first call and kept.
pub(crate) fn environment(repository: &Repository, name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = repository.target_folder()?.join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let done = folder.join("installed.txt");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == packages.join(" ")) {
        return Ok(python);
    }
    run(repository.command("python3", &["-m", "venv", "--clear"]).arg(&folder))?;
    run(install(repository, &python).args(packages))?;
    std::fs::write(&done, packages.join(" ")).map_err(|error| format!("{}: {error}", done.display()))?;
    Ok(python)
}

fn install(repository: &Repository, python: &Path) -> std::process::Command {
    repository.command(&python.to_string_lossy(), &["-m", "pip", "install", "--quiet"])
}
