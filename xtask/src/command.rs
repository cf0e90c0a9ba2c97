//! Runs other programs and says in one line how they failed.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

/// The program called `name`; the same `cargo` that runs this one, if that is the name.
pub(crate) fn program(name: &str) -> Command {
    match (name, std::env::var_os("CARGO")) {
        ("cargo", Some(cargo)) => Command::new(cargo),
        _ => Command::new(name),
    }
}

/// Runs `command` with its output shown.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| failed_to_start(command, &error))?;
    check_status(command, status)
}

/// Runs `command` and gives what it prints on its standard output; its errors are shown.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| failed_to_start(command, &error))?;
    check_status(command, output.status)?;
    String::from_utf8(output.stdout).map_err(|_| format!("`{}`: its output is not UTF-8", words(command)))
}

/// Runs `command` with its output shown, and gives every line of it to `see` as well.
pub(crate) fn run_watched(command: &mut Command, mut see: impl FnMut(&str)) -> Result<(), String> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| failed_to_start(command, &error))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            see(&line);
        }
    }
    let status = child.wait().map_err(|error| failed_to_start(command, &error))?;
    check_status(command, status)
}

fn check_status(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", words(command))) }
}

fn failed_to_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}`: could not run: {error}", words(command))
}

/// The command as one would type it, the program without its folder.
fn words(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let error = run(Command::new("cargo").args(["no-such-subcommand-at-all"]).stderr(Stdio::null()));
        assert!(error.unwrap_err().starts_with("`cargo no-such-subcommand-at-all`: exit status: "));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-at-all")).unwrap_err();
        assert!(error.starts_with("`no-such-program-at-all`: could not run: "), "{error}");
    }
}
