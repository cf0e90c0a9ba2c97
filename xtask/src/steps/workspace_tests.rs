//! All tests pass: the README's own test command.

use super::Outcome;
use crate::command::run_watched;
use crate::repository::Repository;

/// Runs `cargo test --workspace` and adds up what its test programs report.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let (mut passed, mut failed) = (0, 0);
    let mut command = repository.command("cargo", &["test", "--workspace", "--no-fail-fast"]);
    let result = run_watched(&mut command, |line| {
        if let Some((more_passed, more_failed)) = counts(line) {
            (passed, failed) = (passed + more_passed, failed + more_failed);
        }
    });
    if result.is_ok() && passed == 0 {
        return Err("`cargo test --workspace`: no test ran".to_owned());
    }
    Ok(Outcome::Tests { passed, failed, result })
}

/// The numbers in a line such as `test result: ok. 7 passed; 0 failed; 0 ignored; ...`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = numbers.split("; ");
    let mut next = |suffix: &str| parts.next()?.strip_suffix(suffix)?.parse().ok();
    Some((next(" passed")?, next(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_program_is_read() {
        let line = "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(counts(line), Some((7, 2)));
        assert_eq!(counts("test a ... ok"), None);
        assert_eq!(counts("test result: ok."), None);
    }
}
