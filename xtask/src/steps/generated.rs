//! Generated parts of files are what the generators make today.

use super::Outcome;
use crate::generate;
use crate::repository::Repository;

/// Fails with the names of the files that are out of date.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    generate::check_all(repository).map(|_| Outcome::Holds)
}
