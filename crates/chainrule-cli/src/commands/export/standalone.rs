//! What a program of its own needs to do what `predict` does: the network, the scaling of its columns, names.

use std::path::Path;

use anyhow::bail;
use chainrule::{Loss, Task};
use chainrule_data::preparation::{Number, Prepared, Rule};
use chainrule_files::{Answers, InputColumn, Standalone};

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
        answers: answers(model),
    })
}

fn inputs(model: &Model) -> anyhow::Result<Vec<InputColumn>> {
    if let Inputs::Prepared(preparation) = &model.inputs {
        return preparation.columns().iter().map(of_rule).collect();
    }
    let scaling = |column: usize| match &model.inputs {
        Inputs::AsGiven | Inputs::Prepared(_) => (0.0, 1.0),
        Inputs::Divided(divisor) => (0.0, *divisor),
        Inputs::Standardised(scaling) => (scaling.centre[column], scaling.spread[column]),
    };
    let column = |(at, name): (usize, String)| {
        let (centre, spread) = scaling(at);
        InputColumn { name, missing: None, centre, spread }
    };
    Ok(model.layout().features.into_iter().enumerate().map(column).collect())
}

/// A column of numbers; others have no form outside of chainrule yet.
fn of_rule(prepared: &Prepared) -> anyhow::Result<InputColumn> {
    match &prepared.rule {
        Rule::Number(Number { fill, indicator: false, scale }) => Ok(InputColumn {
            name: prepared.column.clone(),
            missing: Some(*fill),
            centre: scale.centre,
            spread: scale.spread,
        }),
        _ => bail!(
            "column `{}`: expected a column of numbers that was never missing in training, got another; categories, dates \
             and gaps have no form in this export",
            prepared.column
        ),
    }
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
