//! The program `chainrule`, built for the steps that let others look at what it writes.

use std::path::PathBuf;

use crate::command::run;
use crate::repository::Repository;

/// Builds the program in the profile of the tests; gives its path.
pub(crate) fn program(repository: &Repository) -> Result<PathBuf, String> {
    run(&mut repository.command("cargo", &["build", "--quiet", "--package", "chainrule-cli"]))?;
    let name = format!("chainrule{}", std::env::consts::EXE_SUFFIX);
    Ok(repository.target_folder()?.join("debug").join(name))
}

/// An empty folder below cargo's own: what an earlier run left in it would be taken for the work of this one.
pub(crate) fn empty_folder(repository: &Repository, name: &str) -> Result<PathBuf, String> {
    let folder = repository.target_folder()?.join(name);
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(fault)?;
    }
    std::fs::create_dir_all(&folder).map_err(fault)?;
    Ok(folder)
}
