//! The results as a page of Markdown.
//!
//! It reads the record that is also written as JSON, so that a page can be made again from the raw numbers.

use serde_json::Value;

/// What each column of the comparison means, and where it is not fair.
const NOTES: &str = "\
Every block of steps holds shuffling, the gather of each batch, both passes and the optimizer's update, on both sides. Ours also
counts right answers, looks whether every gradient is finite, and tells a listener about each step; the others do not.

Unfair to us: the others may use all cores of the machine, ours at most as many threads as the table says; *jax without gather* has
its batches ready in memory and never shuffles. Unfair to others: PyTorch, scikit-learn, Burn and candle are made for far larger
networks or for convenience, and their fixed cost of a step is most of what the small networks show.

*gemm* is no trainer: it is the time of the step's matrix products alone by the crate `gemm`, on as many threads as ours.";

/// The page of a record.
pub(super) fn write(record: &Value) -> String {
    let networks: Vec<&Value> = record["networks"].as_array().into_iter().flatten().collect();
    let peers: Vec<&str> =
        record["contestants"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut parts = vec![head(record), format!("## Ours\n\n{}", ours(&networks, record))];
    if peers.len() > 1 {
        parts.push(format!("## Time per step\n\n{}", comparison(&networks, &peers, time_cell)));
        parts.push(format!("## Times as long as ours\n\n{}", comparison(&networks, &peers, ratio_cell)));
        parts.push(format!("## Versions and threads\n\n{}", versions(&networks, &peers)));
        parts.push(NOTES.to_owned());
    }
    parts.push(format!("## Whole programs\n\n{}", whole(record)));
    parts.join("\n\n") + "\n"
}

fn head(record: &Value) -> String {
    let ours = &record["ours"];
    let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let load = record["load_before"].as_f64().map_or("unknown".to_owned(), |load| format!("{load:.2}"));
    format!(
        "# Training, measured on {}\n\n{}, {} cores; {:.1} GFLOP/s measured with one of them, f32. Load before: {load}. \
         The best of {} rounds of {} s each; made by `cargo xtask bench`.",
        text(&record["date"]),
        text(&ours["processor"]),
        record["cores"],
        number(&ours["peak_flops_per_second"]) / 1e9,
        record["rounds"],
        record["seconds"],
    )
}

fn ours(networks: &[&Value], record: &Value) -> String {
    let heading = [
        "network",
        "layers",
        "batch",
        "optimizer",
        "step",
        "median",
        "epoch",
        "GFLOP/s",
        "of peak",
        "of gemm",
        "allocations",
        "threads, at most",
    ];
    let peak = number(&record["ours"]["peak_flops_per_second"]);
    let rows = networks.iter().map(|network| {
        let (work, ours) = (&network["workload"], &network["best"]["ours"]);
        let best = number(&ours["best"]);
        let rate = number(&work["flops_per_step"]) / best;
        let widths: Vec<String> =
            work["widths"].as_array().into_iter().flatten().map(Value::to_string).collect();
        let word = |name: &str| work[name].as_str().unwrap_or_default().to_owned();
        vec![
            word("name"),
            format!("{} {}", widths.join("-"), word("activation")),
            work["batch"].to_string(),
            word("optimizer"),
            time(best),
            time(number(&ours["median"])),
            time(best * number(&work["rows"]) / number(&work["batch"])),
            format!("{:.1}", rate / 1e9),
            format!("{:.1} %", 100.0 * rate / peak),
            format!("{:.1} %", 100.0 * number(&network["best"]["gemm"]["best"]) / best),
            number(&ours["allocations_per_step"]).to_string(),
            ours["threads"].to_string(),
        ]
    });
    table(&heading, rows)
}

/// A line for each network, a column for each contestant.
fn comparison(networks: &[&Value], peers: &[&str], cell: fn(&Value, &str) -> String) -> String {
    let heading: Vec<&str> = ["network", "ours"].into_iter().chain(peers.iter().copied()).collect();
    let rows = networks.iter().map(|network| {
        let name = network["workload"]["name"].as_str().unwrap_or_default().to_owned();
        [name].into_iter().chain(heading[1..].iter().map(|peer| cell(network, peer))).collect()
    });
    table(&heading, rows)
}

fn time_cell(network: &Value, peer: &str) -> String {
    network["best"][peer]["best"].as_f64().map_or("-".to_owned(), time)
}

fn ratio_cell(network: &Value, peer: &str) -> String {
    let ours = number(&network["best"]["ours"]["best"]);
    network["best"][peer]["best"].as_f64().map_or("-".to_owned(), |seconds| format!("{:.2}", seconds / ours))
}

/// The version of each contestant, and the threads of its best turn for each network.
fn versions(networks: &[&Value], peers: &[&str]) -> String {
    let rows = ["ours"].iter().chain(peers).map(|peer| {
        let answers = || networks.iter().map(|network| &network["best"][peer]);
        let version = answers().find_map(|answer| answer["version"].as_str()).unwrap_or("-");
        let threads = |answer: &Value| match answer["error"].as_str() {
            Some(error) => format!("failed: {error}"),
            None => answer["threads"].to_string(),
        };
        vec![(*peer).to_owned(), version.to_owned(), answers().map(threads).collect::<Vec<_>>().join(", ")]
    });
    table(&["contestant", "version", "threads for each network"], rows)
}

fn whole(record: &Value) -> String {
    let programs = record["whole_programs"].as_array().into_iter().flatten();
    let row = |program: &Value| {
        let reached = if program["reached"] == true { "every seed" } else { "not every seed" };
        let result = program["goal"].as_str().map(|goal| format!("accuracy {goal}: {reached}"));
        vec![
            format!("`chainrule {}`", program["command"].as_str().unwrap_or_default()),
            format!("{} to {}", time(number(&program["best"])), time(number(&program["worst"]))),
            format!("{:.1} MB", number(&program["bytes"]) / 1e6),
            result.unwrap_or_default(),
        ]
    };
    let ours = &record["ours"];
    let mut rows: Vec<Vec<String>> = programs.map(row).collect();
    let speed = format!("{:.1} MB/s", number(&ours["table"]["bytes_per_second"]) / 1e6);
    let others = [
        ("one row of 784-128-10, predicted", time(number(&ours["one_row_seconds"]))),
        ("a table, read and standardised", speed),
    ];
    rows.extend(others.map(|(what, cost)| vec![what.to_owned(), cost, String::new(), String::new()]));
    table(&["what", "time or rate", "most memory", "result"], rows.into_iter())
}

fn table(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rule = format!("|{}", "---|".repeat(heading.len()));
    let lines = rows.map(|row| format!("| {} |", row.join(" | ")));
    [format!("| {} |", heading.join(" | ")), rule].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// A number that is there, or NaN, which shows.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ratios_say_how_many_times_longer_than_ours() {
        let network = json!({
            "workload": { "name": "iris" },
            "best": { "ours": { "best": 2e-6, "version": "1", "threads": 1 },
                "jax": { "best": 5e-6, "version": "2", "threads": 2 }, "slow": { "error": "no memory" } },
        });
        assert_eq!(
            comparison(&[&network], &["jax", "slow"], ratio_cell),
            "| network | ours | jax | slow |\n|---|---|---|---|\n| iris | 1.00 | 2.50 | - |"
        );
        assert!(
            versions(&[&network], &["jax", "slow"])
                .ends_with("| jax | 2 | 2 |\n| slow | - | failed: no memory |")
        );
    }
}
