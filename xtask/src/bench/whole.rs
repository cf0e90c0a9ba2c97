//! Whole programs as a user waits for them: reading, training, judging and saving included.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use wait4::Wait4;

use crate::repository::Repository;

/// How often each is run, each time with another seed.
const SEEDS: u64 = 5;
/// The data, and the accuracy that is to be reached where there are rows enough to say so.
const GOALS: [(&str, Option<&str>); 2] = [("mnist", Some("0.98")), ("iris", None)];

/// Trains with nothing but the data's name, for several seeds, and says how long it took and how much memory at most.
pub(super) fn run(repository: &Repository, ours: &Path) -> Result<Vec<Value>, String> {
    let folder = repository.target_folder()?.join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    GOALS.iter().map(|(data, goal)| train(ours, &folder, data, *goal)).collect()
}

fn train(ours: &Path, folder: &Path, data: &str, goal: Option<&str>) -> Result<Value, String> {
    eprintln!("whole program: train {data}");
    let mut runs = Vec::new();
    for seed in 0..SEEDS {
        let mut command = Command::new(ours);
        command.args(["train", data, "--quiet", "--seed", &seed.to_string()]);
        command.args(goal.iter().flat_map(|goal| ["--min-accuracy", *goal]));
        command.args(["--out", "model.safetensors"]).current_dir(folder);
        runs.push(timed(&mut command)?);
    }
    let of = |name: &str| runs.iter().filter_map(|run| run[name].as_f64()).collect::<Vec<f64>>();
    let (seconds, bytes) = (of("seconds"), of("bytes"));
    Ok(json!({
        "command": format!("train {data}"),
        "goal": goal,
        "reached": runs.iter().all(|run| run["code"] == 0),
        "best": seconds.iter().copied().fold(f64::INFINITY, f64::min),
        "worst": seconds.iter().copied().fold(0.0, f64::max),
        "bytes": bytes.iter().copied().fold(0.0, f64::max),
        "runs": runs,
    }))
}

/// Seconds, most bytes of memory, and exit code; only a code of 2 and above is an error.
fn timed(command: &mut Command) -> Result<Value, String> {
    let failed = |error: std::io::Error| format!("chainrule: {error}");
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(failed)?;
    let used = child.wait4().map_err(failed)?;
    let seconds = started.elapsed().as_secs_f64();
    match used.status.code() {
        Some(code @ 0..=1) => Ok(json!({ "seconds": seconds, "bytes": used.rusage.maxrss, "code": code })),
        _ => Err(format!("chainrule: {}", used.status)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_is_a_result_and_a_failure_is_not() {
        let shell = |code: &str| timed(Command::new("sh").args(["-c", code]));
        assert_eq!(shell("exit 1").unwrap()["code"], 1);
        assert!(shell("exit 0").unwrap()["bytes"].as_f64().unwrap() > 0.0);
        assert_eq!(shell("exit 2").unwrap_err(), "chainrule: exit status: 2");
    }
}
