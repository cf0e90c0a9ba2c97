//! How good the answers are: confusion, curves, calibration, residuals.

use chainrule::metrics::{
    average_precision, calibration, expected_calibration_error, precision_recall_curve, roc_auc, roc_curve,
};
use chainrule_data::Target;
use chainrule_report::{Calibration, CalibrationBin, Classes, Curves, Labels, Numbers, Quality, Residuals};

use super::Judged;
use crate::predictions::gives_probabilities;

/// Ranges of probability in which predictions are compared with what came true.
const BINS: usize = 10;
/// The most classes that get curves of their own.
const MOST_CURVES: usize = 100;

/// What the pictures of a report show.
pub(crate) fn quality(judged: &Judged<'_>) -> Option<Quality> {
    match judged.target {
        Target::Classes { names, labels, .. } => Some(Quality::Classes(of_classes(judged, names, labels)?)),
        Target::Values { names, values } if judged.model.task == chainrule::Task::Multilabel => {
            Some(Quality::Labels(of_labels(judged, names, values)))
        }
        Target::Values { names, values } => Some(Quality::Numbers(of_numbers(judged, names, values))),
    }
}

fn of_classes(judged: &Judged<'_>, names: &[String], labels: &[u32]) -> Option<Classes> {
    let confusion = judged.evaluation.confusion.as_ref()?;
    let all = || 0..confusion.classes();
    let counts = all().flat_map(|actual| all().map(move |answer| confusion.count(actual, answer)));
    // Of two classes, one curve says all.
    let drawn = match names.len() {
        2 => 1..2,
        count => 0..if count > MOST_CURVES { 0 } else { count },
    };
    let curve = |class: usize| {
        let actual: Vec<usize> = labels.iter().map(|label| usize::from(*label as usize == class)).collect();
        curves(&names[class], &judged.of_class(class), &actual)
    };
    Some(Classes {
        names: names.to_vec(),
        confusion: counts.collect(),
        curves: drawn.map(curve).collect(),
        calibration: gives_probabilities(judged.model).then(|| of_answers(judged, names, labels)),
    })
}

fn curves(name: &str, scores: &[f64], actual: &[usize]) -> Curves {
    let roc = roc_curve(scores, actual);
    let precision_recall = precision_recall_curve(scores, actual);
    Curves {
        name: name.to_owned(),
        share: actual.iter().sum::<usize>() as f64 / actual.len().max(1) as f64,
        roc: roc.iter().map(|point| (point.false_positive_rate, point.true_positive_rate)).collect(),
        roc_area: roc_auc(scores, actual),
        precision_recall: precision_recall.iter().map(|point| (point.recall, point.precision)).collect(),
        average_precision: average_precision(scores, actual),
    }
}

/// Of two classes the probability of the second; of more the probability of the answer.
fn of_answers(judged: &Judged<'_>, names: &[String], labels: &[u32]) -> Calibration {
    if names.len() == 2 {
        let probabilities = judged.of_class(1);
        let came_true: Vec<bool> = labels.iter().map(|label| *label == 1).collect();
        return compared(&format!("the probability of {}", names[1]), &probabilities, &came_true);
    }
    let answers: Vec<usize> =
        (0..judged.rows()).map(|row| chainrule::metrics::argmax(judged.outputs(row))).collect();
    let probabilities: Vec<f64> =
        answers.iter().enumerate().map(|(row, answer)| judged.outputs(row)[*answer]).collect();
    let came_true: Vec<bool> =
        answers.iter().zip(labels).map(|(answer, label)| *answer == *label as usize).collect();
    compared("the probability of the answer", &probabilities, &came_true)
}

fn compared(what: &str, probabilities: &[f64], came_true: &[bool]) -> Calibration {
    let bins = calibration(probabilities, came_true, BINS);
    let bin = |bin: &chainrule::metrics::CalibrationBin| CalibrationBin {
        lower: bin.lower,
        upper: bin.upper,
        count: bin.count,
        probability: bin.mean_probability,
        share: bin.share,
    };
    Calibration {
        what: what.to_owned(),
        error: expected_calibration_error(&bins),
        bins: bins.iter().map(bin).collect(),
    }
}

fn of_labels(judged: &Judged<'_>, names: &[String], values: &[f64]) -> Labels {
    let width = names.len();
    let curve = |label: usize| {
        let scores: Vec<f64> = (0..judged.rows()).map(|row| judged.outputs(row)[label]).collect();
        let actual: Vec<usize> =
            (0..judged.rows()).map(|row| usize::from(values[row * width + label] > 0.5)).collect();
        curves(&names[label], &scores, &actual)
    };
    let came_true: Vec<bool> = values.iter().map(|value| *value > 0.5).collect();
    let calibration = gives_probabilities(judged.model)
        .then(|| compared("the probability of a label", &judged.predictions, &came_true));
    Labels { curves: (0..width.min(MOST_CURVES)).map(curve).collect(), calibration }
}

fn of_numbers(judged: &Judged<'_>, names: &[String], values: &[f64]) -> Numbers {
    let width = names.len();
    let output = |output: usize| {
        let pair = |row: usize| (judged.outputs(row)[output], values[row * width + output]);
        Residuals { name: names[output].clone(), pairs: (0..judged.rows()).map(pair).collect() }
    };
    Numbers { outputs: (0..width).map(output).collect() }
}
