//! `cargo xtask generate`: writes the parts of files that follow from the code, so that nothing is described twice.
//!
//! A generated part stands between two comment lines, `<!-- generated: NAME -->` and `<!-- end: NAME -->`; the rest of the
//! file is written by hand. With `--check` nothing is written.

mod command_line;
mod configuration;
mod crates;
mod steps;

use crate::repository::Repository;

/// Makes one part of one file.
struct Generator {
    /// The file, relative to the top.
    file: &'static str,
    /// The name between the comment signs.
    part: &'static str,
    /// Makes the text, without the comment lines.
    make: fn(&Repository) -> Result<String, String>,
}

/// All generators.
const ALL: &[Generator] = &[
    Generator { file: "docs/cli.md", part: "commands", make: command_line::help },
    Generator { file: "docs/configuration.md", part: "keys", make: configuration::reference },
    Generator { file: "CONTRIBUTING.md", part: "crates", make: crates::table },
    Generator { file: "CONTRIBUTING.md", part: "steps", make: steps::table },
];

/// Writes every part that is out of date, and says which.
pub(crate) fn write_all(repository: &Repository) -> Result<String, String> {
    let mut written = Vec::new();
    for generator in ALL {
        if let Some(text) = out_of_date(repository, generator)? {
            std::fs::write(repository.root.join(generator.file), text)
                .map_err(|error| format!("{}: {error}", generator.file))?;
            written.push(describe(generator));
        }
    }
    Ok(if written.is_empty() {
        "all is up to date".to_owned()
    } else {
        format!("wrote {}", written.join(", "))
    })
}

/// Fails with the parts that are out of date.
pub(crate) fn check_all(repository: &Repository) -> Result<String, String> {
    let mut stale = Vec::new();
    for generator in ALL {
        if out_of_date(repository, generator)?.is_some() {
            stale.push(describe(generator));
        }
    }
    if stale.is_empty() {
        return Ok("all is up to date".to_owned());
    }
    Err(format!("out of date: {}\nhelp: run `cargo xtask generate`", stale.join(", ")))
}

fn describe(generator: &Generator) -> String {
    format!("{} (part `{}`)", generator.file, generator.part)
}

/// The file as it should be, if it is not so already.
fn out_of_date(repository: &Repository, generator: &Generator) -> Result<Option<String>, String> {
    let old = repository.read(generator.file)?;
    let made = (generator.make)(repository)?;
    let new = replace_part(&old, generator.part, &made).ok_or_else(|| {
        format!("{}: no lines `{}` and `{}`", generator.file, begin(generator.part), end(generator.part))
    })?;
    Ok((new != old).then_some(new))
}

/// `text` with the part called `name` replaced; `None` if it has no such part.
fn replace_part(text: &str, name: &str, made: &str) -> Option<String> {
    let (begin, end) = (begin(name), end(name));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", made.trim_end()))
}

fn begin(name: &str) -> String {
    format!("<!-- generated: {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- end: {name} -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_part_changes_and_a_second_time_nothing() {
        let text = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n";
        let new = replace_part(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nb\n");
        assert_eq!(replace_part(&new, "x", "new\n").unwrap(), new);
        assert_eq!(replace_part(text, "y", "new"), None);
    }
}
