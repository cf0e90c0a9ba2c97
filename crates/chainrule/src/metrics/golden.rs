//! The curves and the calibration against scikit-learn's.
//!
//! Made by `tests/golden/scripts/scikit_learn_curves.py`.

use serde_json::Value;

use super::{average_precision, calibration, precision_recall_curve, roc_auc, roc_curve};

const GOLDEN: &str = include_str!("../../../../tests/golden/metrics/curves.json");

/// Shares are quotients of the same counts in both; sums differ by some roundings.
const TOLERANCE: f64 = 1e-14;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn same(what: &str, found: impl Iterator<Item = f64>, expected: &Value) {
    let (found, expected): (Vec<f64>, _) = (found.collect(), numbers(expected));
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= TOLERANCE, "{what} {at}: expected {expected}, got {found}");
    }
}

#[test]
fn curves_and_calibration_are_those_of_scikit_learn() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let scores = numbers(&case["scores"]);
        let actual: Vec<usize> =
            case["actual"].as_array().unwrap().iter().map(|class| class.as_u64().unwrap() as usize).collect();
        let roc = roc_curve(&scores, &actual);
        assert_eq!(roc[0].threshold, f64::INFINITY);
        same(name, roc[1..].iter().map(|point| point.threshold), &case["roc_thresholds"]);
        same(name, roc.iter().map(|point| point.false_positive_rate), &case["fpr"]);
        same(name, roc.iter().map(|point| point.true_positive_rate), &case["tpr"]);
        same(name, [roc_auc(&scores, &actual)].into_iter(), &case["roc_auc"]);
        let curve = precision_recall_curve(&scores, &actual);
        same(name, curve.iter().map(|point| point.precision), &case["precision"]);
        same(name, curve.iter().map(|point| point.recall), &case["recall"]);
        same(name, [average_precision(&scores, &actual)].into_iter(), &case["average_precision"]);
        let hits: Vec<bool> = actual.iter().map(|class| *class == 1).collect();
        let bins = calibration(&scores, &hits, 10);
        let filled = || bins.iter().filter(|bin| bin.count > 0);
        same(name, filled().map(|bin| bin.mean_probability), &case["mean_probability"]);
        same(name, filled().map(|bin| bin.share), &case["share"]);
    }
}
