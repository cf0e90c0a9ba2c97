//! What a model is worth without any network: always the most frequent class, or always the mean.
//!
//! Fitted on the training rows, judged on the same rows as the network. Must not know: networks.

use chainrule::Task;
use chainrule::metrics::{accuracy, label_accuracy, root_mean_squared_error};
use chainrule_data::Target;

/// The trivial answer and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Baseline {
    /// The answer in words: ``always `0` ``.
    pub(crate) answer: String,
    /// The metric by which it is judged: the same as the network's first one.
    pub(crate) metric: &'static str,
    /// Its value.
    pub(crate) value: f64,
}

/// The baseline for `judged`, from the rows `training` of `target`; the targets are of one kind.
pub(crate) fn baseline(task: Task, target: &Target, training: &[usize], judged: &Target) -> Baseline {
    match (target, judged) {
        (Target::Classes { names, labels, .. }, Target::Classes { labels: actual, .. }) => {
            let class = most_frequent(names.len(), training.iter().map(|row| labels[*row] as usize));
            let actual: Vec<usize> = actual.iter().map(|label| *label as usize).collect();
            let value = accuracy(&vec![class; actual.len()], &actual);
            Baseline { answer: format!("always `{}`", names[class]), metric: "accuracy", value }
        }
        _ => of_numbers(task, target, training, judged),
    }
}

fn of_numbers(task: Task, target: &Target, training: &[usize], judged: &Target) -> Baseline {
    let (Target::Values { names, values }, Target::Values { values: actual, .. }) = (target, judged) else {
        return Baseline { answer: "none".into(), metric: "none", value: f64::NAN };
    };
    let width = names.len();
    let mean = |column: usize| {
        training.iter().map(|row| values[row * width + column]).sum::<f64>() / training.len().max(1) as f64
    };
    let means: Vec<f64> = (0..width).map(mean).collect();
    let rows = actual.len() / width.max(1);
    if task == Task::Multilabel {
        let answers: Vec<f64> = means.iter().map(|mean| f64::from(u8::from(*mean > 0.5))).collect();
        let value = label_accuracy(&answers.repeat(rows), actual);
        return Baseline {
            answer: "always each label's most frequent".into(),
            metric: "label_accuracy",
            value,
        };
    }
    let value = root_mean_squared_error(&means.repeat(rows), actual);
    Baseline { answer: "always the mean".into(), metric: "rmse", value }
}

fn most_frequent(classes: usize, labels: impl Iterator<Item = usize>) -> usize {
    let mut counts = vec![0_usize; classes];
    labels.for_each(|label| counts[label] += 1);
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|count| *count == most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chainrule::Task;
    use chainrule_data::Target;

    use super::baseline;

    #[test]
    fn the_training_rows_decide_and_the_others_judge() {
        let names = vec!["no".into(), "yes".into()];
        let target = Target::classes("y", names, vec![1, 1, 0, 0]).unwrap();
        let judged = target.select(&[2, 3, 0]).unwrap();
        let found = baseline(Task::Binary, &target, &[0, 1, 2], &judged);
        assert_eq!((&found.answer[..], found.value), ("always `yes`", 1.0 / 3.0));
    }

    #[test]
    fn numbers_are_judged_by_the_distance_from_the_mean() {
        let target = Target::values(vec!["y".into()], vec![1.0, 3.0, 5.0]).unwrap();
        let judged = target.select(&[2]).unwrap();
        assert_eq!(baseline(Task::Regression, &target, &[0, 1], &judged).value, 3.0);
    }
}
