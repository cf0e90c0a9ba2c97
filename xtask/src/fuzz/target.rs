//! One fuzz target: its program, its corpus, and what a run of it found.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::FOLDER;
use crate::repository::Repository;

/// The most memory that a target may use, in MB: far above what small inputs need, the fuzzer's own share included.
const MEMORY: u32 = 1024;
/// How long one input may take, in seconds; a machine with other work must not make this fail.
const PATIENCE: u32 = 20;
/// The largest committed corpus, in bytes.
const CORPUS: u64 = 200_000;
/// How many last lines of a failed run are shown: the panic, the stack, the input in base64.
const SHOWN: usize = 40;

/// A file of `fuzz/fuzz_targets`.
pub(super) struct Target {
    name: String,
}

/// What came of a run without a failure.
pub(super) struct Verdict {
    name: String,
    /// How many inputs were tried.
    pub(super) inputs: u64,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<12} {:>10} inputs, no fault found", self.name, self.inputs)
    }
}

/// The targets called `names`, or all if there are none.
pub(super) fn all(repository: &Repository, names: &[String]) -> Result<Vec<Target>, String> {
    let files = repository.files()?;
    let stem = |path: &String| {
        let name = path.strip_prefix(FOLDER)?.strip_prefix("/fuzz_targets/")?.strip_suffix(".rs")?;
        (!name.contains('/')).then(|| name.to_owned())
    };
    let known: Vec<String> = files.iter().filter_map(stem).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        return Err(format!("there is no fuzz target `{unknown}`; expected one of {}", known.join(", ")));
    }
    let manifest = repository.read("fuzz/Cargo.toml")?;
    let chosen = known.into_iter().filter(|name| names.is_empty() || names.contains(name));
    let targets: Vec<Target> = chosen.map(|name| Target { name }).collect();
    targets.iter().try_for_each(|target| target.check(&files, &manifest, &repository.root))?;
    Ok(targets)
}

impl Target {
    /// Whether it is built, and has inputs to begin with.
    fn check(&self, files: &[String], manifest: &str, root: &Path) -> Result<(), String> {
        let name = &self.name;
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        if !manifest.lines().any(|line| line.trim() == path) {
            return Err(format!("fuzz/Cargo.toml: no `[[bin]]` has the path \"fuzz_targets/{name}.rs\""));
        }
        let folder = format!("{FOLDER}/corpus/{name}/");
        let inputs = files.iter().filter(|path| path.starts_with(&folder));
        let sizes: Vec<u64> =
            inputs.filter_map(|path| Some(root.join(path).metadata().ok()?.len())).collect();
        match sizes.iter().sum::<u64>() {
            _ if sizes.is_empty() => Err(format!("{folder}: no inputs; expected some to begin with")),
            bytes if bytes > CORPUS => Err(format!("{folder}: expected at most {CORPUS} bytes, got {bytes}")),
            _ => Ok(()),
        }
    }

    /// Runs the program; what it writes goes to a file.
    pub(super) fn run(
        &self,
        repository: &Repository,
        programs: &Path,
        seconds: u64,
    ) -> Result<Verdict, String> {
        let name = &self.name;
        let folder = repository.target_folder()?.join(FOLDER).join("runs").join(name);
        let (corpus, faults, log) = (folder.join("corpus"), folder.join("faults"), folder.join("log.txt"));
        let broken = |error: std::io::Error| format!("{}: {error}", folder.display());
        if faults.exists() {
            fs::remove_dir_all(&faults).map_err(broken)?;
        }
        fs::create_dir_all(&corpus).and_then(|()| fs::create_dir_all(&faults)).map_err(broken)?;
        let output = File::create(&log).map_err(broken)?;
        let program = programs.join(name);
        let mut command = Command::new(&program);
        command.arg(&corpus).arg(repository.root.join(FOLDER).join("corpus").join(name));
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", faults.display()));
        command.args([format!("-rss_limit_mb={MEMORY}"), format!("-timeout={PATIENCE}")]);
        command.arg("-print_final_stats=1").stdout(output.try_clone().map_err(broken)?).stderr(output);
        let status = command.status().map_err(|error| format!("{}: {error}", program.display()))?;
        let text = String::from_utf8_lossy(&fs::read(&log).map_err(broken)?).into_owned();
        match executed(&text) {
            Some(inputs) if status.success() && inputs > 0 => Ok(Verdict { name: name.clone(), inputs }),
            _ => Err(fault(name, &program, &inputs_in(&faults), &text)),
        }
    }
}

/// How many inputs libFuzzer says it has tried.
fn executed(log: &str) -> Option<u64> {
    log.lines()
        .rev()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

fn inputs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// The end of the log, the inputs that made the target fail, and how to see it again.
fn fault(name: &str, program: &Path, inputs: &[PathBuf], log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let end = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
    let again: String = inputs
        .iter()
        .map(|input| format!("\nsee it again: {} {}", program.display(), input.display()))
        .collect();
    let none = if inputs.is_empty() { "\nno input was kept; the program itself failed" } else { "" };
    format!("fuzz target `{name}`: an input made it fail\n{end}{again}{none}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_inputs_is_read_and_a_fault_names_its_input() {
        let log = "#2 INITED\nDone 7 runs\nstat::number_of_executed_units: 1234\nstat::peak_rss_mb: 40\n";
        assert_eq!(executed(log), Some(1234));
        assert_eq!(executed("no stats"), None);
        let text = fault("csv", Path::new("csv"), &[PathBuf::from("crash-1")], log);
        assert!(text.ends_with("stat::peak_rss_mb: 40\nsee it again: csv crash-1"), "{text}");
    }

    #[test]
    fn every_target_of_this_repository_is_named_to_cargo_and_has_a_corpus() {
        let targets = all(&Repository::of_this_crate(), &[]).unwrap();
        assert!(targets.iter().any(|target| target.name == "config"));
        assert!(all(&Repository::of_this_crate(), &["cvs".to_owned()]).is_err());
    }

    /// A program that fails as libFuzzer does: it keeps the input and ends with a code that is not 0.
    #[cfg(unix)]
    #[test]
    fn a_failing_target_is_told_with_the_path_of_its_input() {
        use std::os::unix::fs::PermissionsExt;
        const SCRIPT: &str = "#!/bin/sh\nfor word in \"$@\"; do\n  case $word in\n    \
            -artifact_prefix=*) echo fault > \"${word#*=}crash-1\" ;;\n  esac\ndone\n\
            echo 'panicked at src/lib.rs:7' >&2\nexit 77\n";
        let repository = Repository::of_this_crate();
        let folder = repository.target_folder().unwrap().join("xtask-tests");
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("failing");
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let error = Target { name: "failing".to_owned() }.run(&repository, &folder, 1).err().unwrap();
        assert!(
            error.starts_with("fuzz target `failing`: an input made it fail\npanicked at src/lib.rs:7"),
            "{error}"
        );
        assert!(error.ends_with("failing/faults/crash-1"), "{error}");
    }
}
