//! The table of our crates and what each of them stands on, from cargo's own metadata.

use crate::repository::{Package, Repository};

/// A line for each crate, after those it needs.
pub(super) fn table(repository: &Repository) -> Result<String, String> {
    let packages = repository.packages()?;
    let line = |package: &Package| {
        let (ours, others): (Vec<&String>, Vec<&String>) =
            package.dependencies.iter().partition(|name| packages.iter().any(|other| other.name == **name));
        format!("| `{}` | {} | {} |\n", package.name, list(&ours), list(&others))
    };
    let lines: String = packages.iter().map(line).collect();
    Ok(format!("| crate | needs of ours | needs of others |\n|---|---|---|\n{lines}"))
}

fn list(names: &[&String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
