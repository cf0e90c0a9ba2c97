//! The help texts of the command line, as the program itself prints them.

use crate::command::capture;
use crate::repository::Repository;

/// The commands in the order of the page; the first is the program itself.
const COMMANDS: [&str; 14] = [
    "",
    "train",
    "evaluate",
    "predict",
    "inspect",
    "export",
    "import",
    "check",
    "graph",
    "data list",
    "data show",
    "data sample",
    "bench",
    "completions",
];

/// A section for each command.
pub(super) fn help(repository: &Repository) -> Result<String, String> {
    COMMANDS.iter().map(|command| section(repository, command)).collect()
}

fn section(repository: &Repository, command: &str) -> Result<String, String> {
    let run = ["run", "--quiet", "--package", "chainrule-cli", "--"];
    let words = command.split_whitespace().chain(["--help"]);
    let arguments: Vec<&str> = run.into_iter().chain(words).collect();
    let text = capture(&mut repository.command("cargo", &arguments))?;
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    let title = format!("chainrule {command}");
    Ok(format!("## `{}`\n\n```text\n{}\n```\n\n", title.trim_end(), lines.join("\n")))
}
