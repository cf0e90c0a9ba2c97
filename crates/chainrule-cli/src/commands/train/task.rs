//! Which kind of prediction a target asks for.
//!
//! Must not know: files, the terminal.

use anyhow::bail;
use chainrule::{Loss, Network, Task};
use chainrule_data::Target;
use chainrule_data::csv::{TargetKind, TargetReading};

use crate::choices::TaskChoice;

/// The most distinct whole numbers that are taken for classes unless the user says otherwise.
const FEW_CLASSES: usize = 10;

/// How the reader of a table has to read the target.
pub(super) fn target_kind(choice: TaskChoice) -> TargetKind {
    match choice {
        TaskChoice::Auto => TargetKind::Infer,
        TaskChoice::Binary | TaskChoice::Multiclass => TargetKind::Classes,
        TaskChoice::Multilabel | TaskChoice::Regression => TargetKind::Values,
    }
}

/// The task that was chosen or that the target asks for, with the target read accordingly, and why.
///
/// # Errors
/// If the target is not of the task's kind.
pub(super) fn resolve(
    choice: TaskChoice,
    target: Target,
    reading: Option<TargetReading>,
    wish: &Wish<'_>,
) -> anyhow::Result<(Task, Target, Option<String>)> {
    let (as_classes, why) = match choice {
        TaskChoice::Auto => looks_like_classes(&target, reading),
        TaskChoice::Binary | TaskChoice::Multiclass => (true, None),
        TaskChoice::Multilabel | TaskChoice::Regression => (false, None),
    };
    let target = if as_classes { target.into_classes()? } else { target.into_values()? };
    let task = match (choice, &target) {
        (TaskChoice::Auto, Target::Values { values, names }) => {
            let labels = names.len() > 1 && all_labels(values);
            if labels { Task::Multilabel } else { Task::Regression }
        }
        (TaskChoice::Multilabel, Target::Values { values, .. }) => match not_a_label(values) {
            Some(value) => bail!("--task multilabel: expected columns of 0 and 1, got {value}"),
            None => Task::Multilabel,
        },
        (_, Target::Values { .. }) => Task::Regression,
        (_, Target::Classes { names, .. }) => classes(choice, names.len(), wish)?,
    };
    Ok((task, target, why))
}

/// What the user said about the network's end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish<'a> {
    /// The network, if it was given.
    pub(super) network: Option<&'a Network>,
    /// The loss, if it was given.
    pub(super) loss: Option<Loss>,
}

fn classes(choice: TaskChoice, count: usize, wish: &Wish<'_>) -> anyhow::Result<Task> {
    let two_outputs = wish.network.is_some_and(|network| network.outputs() > 1)
        || wish.network.is_none() && wish.loss.is_some_and(Loss::is_over_classes);
    match choice {
        TaskChoice::Binary if count != 2 => {
            bail!("--task binary: expected a target of 2 classes, got {count}")
        }
        TaskChoice::Multiclass => Ok(Task::Multiclass),
        _ if count == 2 && !two_outputs => Ok(Task::Binary),
        _ => Ok(Task::Multiclass),
    }
}

/// Whether a target of numbers is more likely one of classes, and why.
fn looks_like_classes(target: &Target, reading: Option<TargetReading>) -> (bool, Option<String>) {
    let (Target::Values { values, .. }, Some(TargetReading::WholeNumbers { distinct })) = (target, reading)
    else {
        return (target.class_names().is_some(), None);
    };
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let counted = (lowest == 0.0 || lowest == 1.0) && highest - lowest + 1.0 == distinct as f64;
    let few = (2..=FEW_CLASSES).contains(&distinct);
    if distinct == 2 || few && counted {
        let why = format!("the {distinct} whole numbers of the target are taken for classes");
        return (true, Some(format!("{why} (--task regression takes them for numbers)")));
    }
    (false, few.then(|| "the target is taken for numbers (--task multiclass takes it for classes)".into()))
}

fn all_labels(values: &[f64]) -> bool {
    not_a_label(values).is_none()
}

fn not_a_label(values: &[f64]) -> Option<f64> {
    values.iter().copied().find(|value| *value != 0.0 && *value != 1.0)
}

#[cfg(test)]
mod tests {
    use chainrule::Task;
    use chainrule_data::Target;
    use chainrule_data::csv::TargetReading;

    use super::{Wish, resolve};
    use crate::choices::TaskChoice;

    fn task(choice: TaskChoice, values: &[f64]) -> Result<Task, String> {
        let target = Target::values(vec!["y".into()], values.to_vec()).unwrap();
        let mut distinct = values.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let reading = whole.then_some(TargetReading::WholeNumbers { distinct: distinct.len() });
        let found = resolve(choice, target, reading, &Wish::default());
        found.map(|(task, ..)| task).map_err(|error| error.to_string())
    }

    #[test]
    fn the_target_tells_the_task() {
        assert_eq!(task(TaskChoice::Auto, &[0.0, 1.0, 1.0]), Ok(Task::Binary));
        assert_eq!(task(TaskChoice::Auto, &[-1.0, 7.0]), Ok(Task::Binary));
        assert_eq!(task(TaskChoice::Auto, &[1.0, 2.0, 3.0]), Ok(Task::Multiclass));
        assert_eq!(task(TaskChoice::Auto, &[1.0, 2.0, 30.0]), Ok(Task::Regression));
        assert_eq!(task(TaskChoice::Auto, &[0.5, 1.0]), Ok(Task::Regression));
        assert_eq!(task(TaskChoice::Regression, &[0.0, 1.0]), Ok(Task::Regression));
    }

    #[test]
    fn a_task_that_the_target_cannot_have_is_refused() {
        let message = task(TaskChoice::Binary, &[0.0, 1.0, 2.0]).unwrap_err();
        assert_eq!(message, "--task binary: expected a target of 2 classes, got 3");
        let message = task(TaskChoice::Multilabel, &[0.0, 2.0]).unwrap_err();
        assert_eq!(message, "--task multilabel: expected columns of 0 and 1, got 2");
        assert!(task(TaskChoice::Multiclass, &[0.5, 1.0]).unwrap_err().contains("whole numbers"));
    }
}
