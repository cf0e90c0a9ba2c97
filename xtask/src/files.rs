//! Looks through the text of the repository's files, line by line.

use crate::repository::Repository;

/// Gives every text file of the repository to `look`, which returns its complaints, and fails with all of them.
///
/// Files that are not UTF-8 are data, and left out.
pub(crate) fn complain(
    repository: &Repository,
    look: impl Fn(&str, &str) -> Vec<String>,
) -> Result<(), String> {
    let mut complaints = Vec::new();
    for path in repository.files()? {
        let bytes = std::fs::read(repository.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            complaints.extend(look(&path, text));
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}
