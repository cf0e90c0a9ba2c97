//! No file of the repository names a folder of somebody's machine or a private registry.

use super::Outcome;
use crate::files::complain;
use crate::repository::Repository;

/// What no file may contain, cut in two so that this file does not.
const FORBIDDEN: [(&str, &str); 6] =
    [("/wo", "rk/"), ("/t", "mp/"), ("/ho", "me/"), ("/ro", "ot/"), ("/Use", "rs/"), ("artifac", "tory")];

/// Fails with the file and the line of each such text.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    complain(repository, complaints).map(|()| Outcome::Holds)
}

fn complaints(path: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let found =
            FORBIDDEN.iter().map(|(start, end)| format!("{start}{end}")).find(|word| line.contains(word));
        if let Some(word) = found {
            complaints.push(format!("{path}, line {}: names `{word}`, a place of one machine", index + 1));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found_with_its_line() {
        let text = format!("fine\nsee {}data\n", ["/t", "mp/"].concat());
        let found = complaints("a.md", &text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.md, line 2: names `"), "{found:?}");
        assert!(complaints("a.md", "framework/ and temporary/ are words").is_empty());
    }
}
