//! `cargo xtask bench`: our training beside that of others, on this machine, at the same time.
//!
//! Our side is measured by `chainrule bench --json`, which also says what the work is; every other contestant is a program
//! that answers the same request (`bench/peers/README.md`). They take turns, so that what else the machine does hits all.
//! Must not know: how anybody trains.

mod contestant;
mod date;
mod options;
mod page;
mod rounds;
mod setup;
mod whole;

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::command::run as run_command;
use crate::repository::Repository;
use options::Options;

/// The folder of the results, relative to the top.
const RESULTS: &str = "bench/results";

/// Measures and prints; with peers, writes a page and the raw numbers too.
pub(crate) fn run(repository: &Repository, words: &[&str]) -> ExitCode {
    let options = match Options::parse(words) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("xtask bench: {message}");
            return ExitCode::from(2);
        }
    };
    match measure(repository, &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(repository: &Repository, options: &Options) -> Result<(), String> {
    let ours = setup::build_ours(repository)?;
    if options.sweep {
        return sweep(repository, &ours, options);
    }
    let load = load();
    let mut contestants = setup::contestants(repository, options)?;
    let rounds = rounds::run(&ours, &mut contestants, options)?;
    let whole = whole::run(repository, &ours)?;
    let record = json!({
        "date": date::today(),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "load_before": load,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "contestants": contestants.iter().map(|contestant| contestant.name.clone()).collect::<Vec<_>>(),
        "ours": rounds.ours,
        "networks": rounds.networks,
        "whole_programs": whole,
    });
    let page = page::write(&record);
    println!("{page}");
    if options.peers { save(repository, &record, &page) } else { Ok(()) }
}

/// Our side alone, over widths and batches; each of the many networks gets a tenth of a turn.
fn sweep(repository: &Repository, ours: &Path, options: &Options) -> Result<(), String> {
    let seconds = (options.seconds / 10.0).to_string();
    let mut command = repository.command(&ours.to_string_lossy(), &["bench", "--sweep"]);
    run_command(command.args(["--seconds", &seconds]))
}

fn save(repository: &Repository, record: &Value, page: &str) -> Result<(), String> {
    let processor = record["ours"]["processor"].as_str().unwrap_or("unknown");
    let name = format!("{}-{}", date::today(), file_name(processor));
    let folder = repository.root.join(RESULTS);
    let raw = format!("{record:#}\n");
    for (extension, text) in [("md", page), ("json", &raw)] {
        let path = folder.join(format!("{name}.{extension}"));
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
        println!("wrote {RESULTS}/{name}.{extension}");
    }
    Ok(())
}

/// Letters and digits, with single dashes for all else.
fn file_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// How many programs wanted a core in the last minute, before we began, where the system tells.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_processor_names_a_file() {
        assert_eq!(file_name("AMD EPYC (family 26, model 2)"), "amd-epyc-family-26-model-2");
    }
}
