//! The reference of the configuration file, as the program itself writes it from the table of its options.

use crate::command::capture;
use crate::repository::Repository;

/// A table for each group of keys.
pub(super) fn reference(repository: &Repository) -> Result<String, String> {
    let arguments = ["run", "--quiet", "--package", "chainrule-cli", "--", "config-reference"];
    capture(&mut repository.command("cargo", &arguments))
}
