//! `--numpy FILE.py`: a Python program with numpy alone, and its numbers beside it if they are many.

use std::path::Path;

use anyhow::bail;
use chainrule_files::numpy_script;

use super::{Product, standalone};
use crate::model::Model;

/// The ending of the file of numbers.
const NUMBERS: &str = "npz";

/// The program, and the `.npz` file that it loads where the network is large.
///
/// # Errors
/// If a layer has no form in numpy, or the program would take the name of its numbers.
pub(super) fn product(model: &Model, path: &Path) -> anyhow::Result<Product> {
    if path.extension().is_some_and(|ending| ending == NUMBERS) {
        bail!(
            "--numpy {}: a program cannot end in .{NUMBERS}; expected a name such as model.py",
            path.display()
        );
    }
    let script = numpy_script(&standalone::of_model(model, path)?)?;
    let mut files = vec![(path.to_owned(), script.text.into_bytes())];
    files.extend(script.numbers.map(|bytes| (path.with_extension(NUMBERS), bytes)));
    let note = format!("run it with: python3 {} TABLE.csv", path.display());
    Ok(Product { files, notes: vec![note] })
}
