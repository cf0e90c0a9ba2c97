//! Graphs that are exported here are checked by `onnx` and predict in onnxruntime what `predict` says.

use super::Outcome;
use crate::built;
use crate::command::run;
use crate::python::environment;
use crate::repository::Repository;

/// What the script needs, by name.
const PACKAGES: [&str; 4] = ["onnx", "onnxruntime", "numpy", "safetensors"];

/// The script that trains, exports and compares.
const SCRIPT: &str = "tests/interop/onnx_export.py";

/// Builds the program and lets Python hold it to onnxruntime.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let python = environment(repository, "python-onnx", &PACKAGES)?;
    let program = built::program(repository)?;
    let folder = built::empty_folder(repository, "interop-onnx")?;
    let mut compare = repository.command(&python.to_string_lossy(), &["-W", "ignore", SCRIPT]);
    run(compare.args([&program, &folder]))?;
    Ok(Outcome::Holds)
}
