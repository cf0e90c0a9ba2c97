//! The commands that the README tells a newcomer to type work, word for word, in a fresh copy of the repository.
//!
//! A block of commands is run if the line before its fence is the marker below. All marked blocks run in order, each in a
//! shell that stops at the first failure, in one copy of the repository's files, so that nothing is left behind here.

use std::path::Path;

use super::Outcome;
use crate::command::run;
use crate::repository::Repository;

/// The line before a block that is to be run.
const MARKER: &str = "<!-- run -->";

/// The README's test command: the step `tests` runs it, and once is enough.
const TESTS: &str = "cargo test --workspace";

/// Runs the marked blocks; fails if there is none, or if one fails.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let blocks = marked_blocks(&repository.read("README.md")?)?;
    if blocks.is_empty() {
        return Err(format!("README.md: no commands to run; expected a line `{MARKER}` before a `sh` block"));
    }
    let target = repository.target_folder()?;
    let copy = target.join("readme");
    copy_files(repository, &copy)?;
    for block in blocks {
        if block == TESTS {
            println!("{block}: run by the step `tests`");
            continue;
        }
        println!("{block}");
        let mut shell = repository.command("bash", &["-euo", "pipefail", "-c", &block]);
        run(shell.current_dir(&copy).env("CARGO_TARGET_DIR", &target))?;
    }
    Ok(Outcome::Holds)
}

/// The text of each `sh` block that follows the marker.
fn marked_blocks(readme: &str) -> Result<Vec<String>, String> {
    let mut blocks = Vec::new();
    let mut lines = readme.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line.trim() != MARKER {
            continue;
        }
        let mut fence = lines.by_ref().skip_while(|(_, line)| line.trim().is_empty());
        if fence.next().is_none_or(|(_, line)| line.trim() != "```sh") {
            return Err(format!("README.md, line {}: `{MARKER}` must stand before a `sh` block", index + 1));
        }
        let commands: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
        blocks.push(commands.join("\n"));
    }
    Ok(blocks)
}

/// Makes `copy` a folder with the repository's files and nothing else.
fn copy_files(repository: &Repository, copy: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", copy.display());
    if copy.exists() {
        std::fs::remove_dir_all(copy).map_err(failed)?;
    }
    for path in repository.files()? {
        let to = copy.join(&path);
        std::fs::create_dir_all(to.parent().unwrap_or(copy)).map_err(failed)?;
        std::fs::copy(repository.root.join(&path), &to).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_blocks_are_taken_whole() {
        let readme = "\
# Title
```sh
rm -rf everything
```
<!-- run -->

```sh
cargo run -- \\
  train xor
ls
```
text
<!-- run -->
```sh
true
```
";
        assert_eq!(marked_blocks(readme).unwrap(), ["cargo run -- \\\n  train xor\nls", "true"]);
    }

    #[test]
    fn a_marker_without_a_block_is_a_mistake() {
        let error = marked_blocks("a\n<!-- run -->\ntext\n").unwrap_err();
        assert_eq!(error, "README.md, line 2: `<!-- run -->` must stand before a `sh` block");
    }
}
