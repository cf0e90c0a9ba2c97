//! The results as a table for people and as an object for programs.

use serde_json::{Value, json};

use super::suite::{Others, Suite, Trained};
use super::table::Reading;
use super::workload::Workload;
use super::{one_row, table};
use crate::table::{align, labelled};

const HEADINGS: [&str; 10] = [
    "network",
    "layers",
    "batch",
    "optimizer",
    "least",
    "median",
    "epoch",
    "GFLOP/s",
    "of peak",
    "allocations",
];

/// A table with a line for each network, between what was measured on and what else was measured.
pub(super) fn text(suite: &Suite) -> String {
    let head = [
        ("processor", suite.processor.clone()),
        ("peak", format!("{:.1} GFLOP/s measured, f32, one core", suite.peak / 1e9)),
        ("threads", format!("up to {}", suite.threads)),
    ];
    let heading = HEADINGS.map(str::to_owned).to_vec();
    let rows = suite.trained.iter().map(|trained| row(trained, suite.peak));
    let rows: Vec<Vec<String>> = [heading].into_iter().chain(rows).collect();
    let mut parts = vec![labelled(&head), align(&rows)];
    parts.extend(suite.others.as_ref().map(others));
    parts.join("\n\n")
}

fn row(trained: &Trained, peak: f64) -> Vec<String> {
    let Trained { workload, seconds, allocations, rate } = trained;
    vec![
        workload.name.clone(),
        format!("{} {}", workload.shape(), workload.activation),
        workload.batch.to_string(),
        workload.optimizer.to_string(),
        time(seconds.best),
        time(seconds.median),
        time(seconds.best * workload.steps_per_epoch() as f64),
        format!("{:.1}", rate / 1e9),
        format!("{:.1} %", 100.0 * rate / peak),
        allocations.to_string(),
    ]
}

fn others(others: &Others) -> String {
    let Others { one_row, reading: Reading { bytes, seconds } } = *others;
    let megabytes = bytes as f64 / 1e6;
    let columns = table::COLUMNS;
    labelled(&[
        ("one row", format!("{} predicted by {}", time(one_row), one_row::SHAPE)),
        (
            "table",
            format!("{:.1} MB/s read and standardised, {columns} columns of numbers", megabytes / seconds),
        ),
    ])
}

/// Seconds in the unit that suits: `12.30 us`.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// One object; times in seconds, rates in flops and bytes a second.
pub(super) fn json(suite: &Suite) -> Value {
    let mut report = json!({
        "processor": suite.processor,
        "version": env!("CARGO_PKG_VERSION"),
        "threads": suite.threads,
        "peak_flops_per_second": suite.peak,
        "networks": suite.trained.iter().map(|trained| network(trained, suite.peak)).collect::<Vec<_>>(),
    });
    if let Some(Others { one_row, reading }) = &suite.others {
        report["one_row_seconds"] = json!(one_row);
        report["table"] = json!({
            "bytes": reading.bytes,
            "seconds": reading.seconds,
            "bytes_per_second": reading.bytes as f64 / reading.seconds,
        });
    }
    report
}

fn network(trained: &Trained, peak: f64) -> Value {
    json!({
        "workload": description(&trained.workload),
        "best": trained.seconds.best,
        "median": trained.seconds.median,
        "flops_per_second": trained.rate,
        "share_of_peak": trained.rate / peak,
        "allocations_per_step": trained.allocations,
    })
}

/// What another program needs to know to do the same work.
fn description(workload: &Workload) -> Value {
    json!({
        "name": workload.name,
        "widths": workload.widths,
        "activation": workload.activation.to_string(),
        "batch": workload.batch,
        "optimizer": workload.optimizer.to_string(),
        "learning_rate": workload.learning_rate,
        "rows": workload.rows,
        "data": workload.data.name(),
        "epochs_per_block": workload.epochs_per_block,
        "flops_per_step": workload.flops(),
    })
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_the_unit_that_suits() {
        assert_eq!([2.5e-6, 0.0034, 1.25].map(time), ["2.50 us", "3.40 ms", "1.25 s"]);
    }
}
