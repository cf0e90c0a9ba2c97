//! What `bench` prints has a fixed shape; its numbers depend on the machine, and no test looks at a time.

use crate::common::Folder;

/// Numbers, units and the processor's name taken out, and the space that they took.
fn shape(text: &str) -> String {
    let without_name = |line: &str| {
        let line = if line.starts_with("processor") { "processor #" } else { line };
        line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(without_name).collect::<Vec<_>>().join("\n")
}

fn word(word: &str) -> &str {
    let is_unit = ["us", "ms", "s"].contains(&word);
    if is_unit || word.parse::<f64>().is_ok() { "#" } else { word }
}

#[test]
fn each_network_has_a_line() {
    let text = Folder::new().done("bench --workload iris,tab --seconds 0.001");
    insta::assert_snapshot!(shape(&text), @"
    processor #
    peak # GFLOP/s measured, f32, one core
    threads up to #

    network layers batch optimizer least median epoch GFLOP/s of peak allocations
    iris 4-50-20-10-3 sigmoid # sgd # # # # # # # # % #
    tab 32-64-64-10 relu # adam # # # # # # # # % #
    ");
}

#[test]
fn a_report_for_programs_says_what_was_done_and_that_a_step_allocates_nothing() {
    let text = Folder::new().done("bench --workload iris --seconds 0.001 --json");
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let network = &report["networks"][0];
    insta::assert_snapshot!(network["workload"], @r#"{"activation":"sigmoid","batch":2,"data":"synthetic","epochs_per_block":20,"flops_per_step":16360.0,"learning_rate":0.01,"name":"iris","optimizer":"sgd","rows":150,"widths":[4,50,20,10,3]}"#);
    assert_eq!(network["allocations_per_step"], 0.0);
    assert!(
        network["best"].as_f64().unwrap() > 0.0 && report["peak_flops_per_second"].as_f64().unwrap() > 0.0
    );
    assert_eq!(report.get("table"), None);
}

#[test]
fn many_networks_are_set_against_one_after_another() {
    let text = Folder::new().done("bench --many 5 --workload iris --seconds 0.001");
    insta::assert_snapshot!(shape(&text), @"
    processor #
    networks 5, seeds # to 4, the same bits every way
    times of a step of one network, the least of several rounds

    network layers one after another at once gain at once, two threads gain
    iris 4-50-20-10-3 sigmoid # # # # # # # #
    ");
    let text = Folder::new().done("bench --many 4 --workload iris --seconds 0.001 --json");
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let network = &report["networks"][0];
    assert_eq!((&report["count"], &network["name"]), (&4.into(), &"iris".into()));
    for way in ["one_after_another", "at_once", "at_once_by_two_threads"] {
        assert!(network[way].as_f64().unwrap() > 0.0, "{way}");
    }
}

#[test]
fn unknown_networks_and_times_are_refused() {
    insta::assert_snapshot!(Folder::new().refused("bench --workload irs"), @"
    error: invalid value 'irs' for '--workload <NAME>': expected one of iris, tab, mnist-small, mnist-mid, large
    help: did you mean `iris`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(Folder::new().refused("bench --seconds 0"), @"
    error: invalid value '0' for '--seconds <SECONDS>': expected a number above 0 and at most 600

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(Folder::new().refused("bench --seconds nan"), @"
    error: invalid value 'nan' for '--seconds <SECONDS>': expected a number above 0 and at most 600

    For more information, try '--help'.
    ");
}
