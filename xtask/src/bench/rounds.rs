//! The contestants take turns: us, each of the others, us again. The best turn of each counts, and all are kept.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::contestant::Contestant;
use super::options::Options;
use crate::command::capture;

/// What came of all turns.
pub(super) struct Rounds {
    /// Our own first report, with what is not training.
    pub(super) ours: Value,
    /// For each network the work, the best turn of each contestant, and all turns.
    pub(super) networks: Vec<Value>,
}

/// Lets all contestants train all networks.
pub(super) fn run(ours: &Path, contestants: &mut [Contestant], options: &Options) -> Result<Rounds, String> {
    eprintln!("ours: networks, table, row");
    let first = report(ours, &[])?;
    let works = first["networks"].as_array().cloned().unwrap_or_default();
    let mut networks = Vec::new();
    for work in works.iter().map(|network| &network["workload"]) {
        networks.push(network(ours, contestants, work, options)?);
    }
    Ok(Rounds { ours: first, networks })
}

fn network(
    ours: &Path,
    contestants: &mut [Contestant],
    work: &Value,
    options: &Options,
) -> Result<Value, String> {
    let name = work["name"].as_str().unwrap_or_default();
    let mut turns: Vec<Value> = Vec::new();
    for round in 1..=options.rounds {
        eprintln!("{name}, round {round} of {}", options.rounds);
        let report = report(ours, &["--workload", name, "--seconds", &options.seconds.to_string()])?;
        let mut request = work.clone();
        request["seconds"] = json!(options.seconds);
        request["threads"] = report["threads"].clone();
        let mut answer = report["networks"][0].clone();
        answer["threads"] = report["threads"].clone();
        answer["version"] = report["version"].clone();
        turns.push(json!({ "contestant": "ours", "answer": answer }));
        for contestant in contestants.iter_mut() {
            turns.push(json!({ "contestant": contestant.name, "answer": contestant.ask(&request) }));
        }
    }
    let names = ["ours"].into_iter().chain(contestants.iter().map(|contestant| contestant.name.as_str()));
    let best: serde_json::Map<String, Value> =
        names.map(|name| (name.to_owned(), best_turn(&turns, name))).collect();
    Ok(json!({ "workload": work, "best": best, "turns": turns }))
}

/// What `chainrule bench --json` says.
fn report(ours: &Path, arguments: &[&str]) -> Result<Value, String> {
    let text = capture(Command::new(ours).args(["bench", "--json"]).args(arguments))?;
    serde_json::from_str(&text).map_err(|error| format!("chainrule bench --json: {error}"))
}

/// The answer with the shortest step, or the first error if there is none.
fn best_turn(turns: &[Value], name: &str) -> Value {
    let mut answers = turns.iter().filter(|turn| turn["contestant"] == name).map(|turn| &turn["answer"]);
    let time = |answer: &&Value| answer["best"].as_f64().unwrap_or(f64::INFINITY);
    let first = answers.next();
    let best = answers.fold(first, |best, answer| match best {
        Some(best) if time(&best) <= time(&answer) => Some(best),
        _ => Some(answer),
    });
    best.cloned().unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_step_of_a_contestant_counts_and_errors_do_not() {
        let turn = |name: &str, answer: Value| json!({ "contestant": name, "answer": answer });
        let turns = [
            turn("a", json!({ "error": "x" })),
            turn("a", json!({ "best": 3.0 })),
            turn("b", json!({ "best": 1.0 })),
            turn("a", json!({ "best": 2.0 })),
            turn("c", json!({ "error": "y" })),
        ];
        assert_eq!(best_turn(&turns, "a"), json!({ "best": 2.0 }));
        assert_eq!(best_turn(&turns, "c"), json!({ "error": "y" }));
        assert_eq!(best_turn(&turns, "d"), Value::Null);
    }
}
