//! Records whose fields disagree are refused by the writer, so that no file holds one, and by the reader.

mod common;

use chainrule_files::{ModelRecord, Outputs, Scaling, Target, Task};
use common::{full_model, refusal_of_record};
use insta::assert_snapshot;

/// The writer's message for the full model with its record changed; the reader must give the same.
fn refusal(change: impl FnOnce(&mut ModelRecord)) -> String {
    refusal_of_record(full_model(), change)
}

/// The message for a target with `count` classes and another task.
fn refusal_of_classes(task: Task, count: usize) -> String {
    refusal(|record| {
        record.task = task;
        let names = (0..count).map(|i| i.to_string()).collect();
        record.target = Some(Target { name: String::new(), outputs: Outputs::Classes { names } });
    })
}

#[test]
fn an_empty_network() {
    assert_snapshot!(refusal(|record| record.network.clear()), @"model record: `network` is empty; expected a network such as `identity:4,relu:16,softmax:3`");
}

#[test]
fn features_that_cannot_be_told_apart() {
    assert_snapshot!(refusal(|record| record.features[1].name = "length".to_owned()), @"model record: `features` hold the name `length` twice");
}

#[test]
fn features_without_columns_or_with_too_many() {
    assert_snapshot!(refusal(|record| record.features[1].width = 0), @"model record: `features.width` has width 0; expected at least 1");
    assert_snapshot!(refusal(|record| record.features[1].width = usize::MAX), @"model record: `features` have more columns than fit in memory");
}

#[test]
fn scaling_of_another_width() {
    assert_snapshot!(refusal(|record| record.features[1].width = 2), @"model record: `scaling.mean` does not fit the columns; expected 3 values, got 2");
    let scaling = Scaling::Standard { mean: vec![0.0; 2], deviation: vec![1.0] };
    assert_snapshot!(refusal(|record| record.scaling = scaling), @"model record: `scaling.deviation` does not fit the columns; expected 2 values, got 1");
}

#[test]
fn scaling_that_divides_by_zero_or_is_not_finite() {
    let standard = |mean: f64, deviation: f64| Scaling::Standard {
        mean: vec![0.0, mean],
        deviation: vec![1.0, deviation],
    };
    assert_snapshot!(refusal(|record| record.scaling = standard(0.0, 0.0)), @"model record: `scaling.deviation` is out of range at 1; expected a finite number above 0, got 0");
    assert_snapshot!(refusal(|record| record.scaling = standard(f64::NAN, 1.0)), @"model record: `scaling.mean` is out of range at 1; expected a finite number, got NaN");
    assert_snapshot!(refusal(|record| record.scaling = Scaling::Divide { divisor: f64::INFINITY }), @"model record: `scaling.divisor` is out of range at 0; expected a finite number above 0, got inf");
}

#[test]
fn outputs_that_do_not_fit_the_task() {
    assert_snapshot!(refusal_of_classes(Task::Binary, 3), @"model record: `target.outputs` do not fit the task `binary`; expected two class names");
    assert_snapshot!(refusal_of_classes(Task::Multiclass, 1), @"model record: `target.outputs` do not fit the task `multiclass`; expected two or more class names");
    assert_snapshot!(refusal_of_classes(Task::Multilabel, 0), @"model record: `target.outputs` do not fit the task `multilabel`; expected one or more label names");
    assert_snapshot!(refusal_of_classes(Task::Regression, 1), @"model record: `target.outputs` do not fit the task `regression`; expected one or more value names");
}

#[test]
fn class_names_twice() {
    let outputs = Outputs::Classes { names: vec!["a".to_owned(), "a".to_owned()] };
    assert_snapshot!(refusal(|record| record.target = Some(Target { name: String::new(), outputs })), @"model record: `target.outputs` hold the name `a` twice");
}

#[test]
fn training_results_that_are_not_finite() {
    let change = |record: &mut ModelRecord| {
        let training = record.training.as_mut().unwrap();
        training.metrics.insert("validation_loss".to_owned(), f64::NAN);
    };
    assert_snapshot!(refusal(change), @"model record: `training.metrics.validation_loss` is out of range at 0; expected a finite number, got NaN");
    assert_snapshot!(refusal(|record| record.training.as_mut().unwrap().final_loss = f64::INFINITY), @"model record: `training.final_loss` is out of range at 0; expected a finite number, got inf");
}
