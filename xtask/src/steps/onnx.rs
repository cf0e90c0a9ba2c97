//! Graphs that are exported here are checked by `onnx` and predict in onnxruntime what `predict` says.

use super::Outcome;
use crate::command::run;
use crate::python::environment;
use crate::repository::Repository;

/// What the script needs, by name.
const PACKAGES: [&str; 4] = ["onnx", "onnxruntime", "numpy", "safetensors"];

/// The script that trains, exports and compares.
const SCRIPT: &str = "tests/interop/onnx_export.py";

/// Builds the program and lets Python hold it to onnxruntime.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let target = repository.target_folder()?;
    let python = environment(repository, "python-onnx", &PACKAGES)?;
    run(&mut repository.command("cargo", &["build", "--quiet", "--package", "chainrule-cli"]))?;
    let program = target.join("debug").join(format!("chainrule{}", std::env::consts::EXE_SUFFIX));
    let folder = target.join("interop-onnx");
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(fault)?;
    }
    std::fs::create_dir_all(&folder).map_err(fault)?;
    let mut compare = repository.command(&python.to_string_lossy(), &["-W", "ignore", SCRIPT]);
    run(compare.args([&program, &folder]))?;
    Ok(Outcome::Holds)
}
