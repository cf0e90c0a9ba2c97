//! What a program of its own needs to do what `predict` does: the network, the scaling of its columns, names.

use std::path::Path;

use chainrule::{Loss, Task};
use chainrule_files::{Answers, InputColumn, InputRule, Standalone};

use crate::model::Model;
use crate::prepare::Inputs;
use crate::stack;

/// The model as a program that is called after its file.
///
/// # Errors
/// If a layer has no form outside of chainrule.
pub(super) fn of_model(model: &Model, path: &Path) -> anyhow::Result<Standalone> {
    Ok(Standalone {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        network: model.network.spec(),
        stack: stack::of_model(model)?,
        inputs: inputs(model)?,
        missing: model.record.preparation.as_ref().map_or(vec![], |preparation| preparation.missing.clone()),
        answers: answers(model),
    })
}

fn inputs(model: &Model) -> anyhow::Result<Vec<InputColumn>> {
    if let Some(preparation) = &model.record.preparation {
        return Ok(InputColumn::of_preparation(preparation)?);
    }
    let scaling = |column: usize| match &model.inputs {
        Inputs::AsGiven | Inputs::Prepared(_) => (0.0, 1.0),
        Inputs::Divided(divisor) => (0.0, *divisor),
        Inputs::Standardised(scaling) => (scaling.centre[column], scaling.spread[column]),
    };
    let column = |(at, name): (usize, String)| {
        let (centre, spread) = scaling(at);
        let rule = InputRule::Number { missing: None, indicator: false, centre, spread };
        InputColumn { name, rule }
    };
    Ok(model.layout().features.into_iter().enumerate().map(column).collect())
}

fn answers(model: &Model) -> Answers {
    let layout = model.layout();
    let outputs = model.network.outputs();
    match (model.task, layout.classes) {
        (Task::Regression, _) => Answers::Values {
            names: layout.targets,
            centre: model.outputs.as_ref().map_or(vec![0.0; outputs], |scaling| scaling.centre.clone()),
            spread: model.outputs.as_ref().map_or(vec![1.0; outputs], |scaling| scaling.spread.clone()),
        },
        (Task::Multilabel, _) | (_, None) => Answers::Labels { names: layout.targets },
        (_, Some(names)) => match <[String; 2]>::try_from(names) {
            Ok(names) if outputs == 1 => {
                let threshold = if model.loss == Loss::Hinge { 0.0 } else { 0.5 };
                Answers::OneOfTwo { names, threshold }
            }
            Ok(names) => Answers::OneOf { names: names.into() },
            Err(names) => Answers::OneOf { names },
        },
    }
}
