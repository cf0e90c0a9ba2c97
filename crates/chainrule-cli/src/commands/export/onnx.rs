//! `--onnx FILE`: one graph that onnxruntime and others run.

use std::path::Path;

use chainrule::{Loss, Task};
use chainrule_files::onnx::{
    Answers, Certainty, DEFAULT_OPSET, Export, FIRST_OPSET_WRITTEN, Inputs, LAST_OPSET_WRITTEN, encode,
};
use chainrule_files::{FeatureKind, Outputs, Scaling};

use super::Product;
use crate::commands::predict::gives_probabilities;
use crate::model::Model;
use crate::prepare;
use crate::{record, stack};

/// How the graph is written.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "With --onnx")]
pub(super) struct Settings {
    /// The graph takes the columns as they stand in a table and answers in the target's own unit and with the names of
    /// classes
    #[arg(long, requires = "onnx")]
    preprocessing: bool,
    /// The version of ONNX's operations
    #[arg(long, value_name = "N", requires = "onnx", default_value_t = DEFAULT_OPSET)]
    #[arg(value_parser = clap::value_parser!(i64).range(FIRST_OPSET_WRITTEN..=LAST_OPSET_WRITTEN))]
    opset: i64,
}

/// What the graph takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Scaled rows to the network's own outputs.
    Network,
    /// Rows of a table to answers with names.
    Whole,
}

/// The graph, and what goes into it and comes out.
///
/// # Errors
/// If a layer or the preprocessing has no form in ONNX, or the file would be too large.
pub(super) fn product(model: &Model, path: &Path, settings: Settings) -> anyhow::Result<Product> {
    let scope = if settings.preprocessing { Scope::Whole } else { Scope::Network };
    let stack = stack::of_model(model)?;
    let export = Export {
        stack: &stack,
        opset: settings.opset,
        inputs: inputs(model, scope),
        answers: answers(model, scope),
        metadata: metadata(model)?,
    };
    let exported = encode(&export)?;
    let mut notes =
        vec![format!("operations of ONNX {} (--opset), run by onnxruntime 1.12 and later", settings.opset)];
    notes.extend(exported.inputs.iter().map(|input| format!("input {input}{}", about_input(model, scope))));
    notes.extend(exported.outputs.iter().map(|output| format!("output {output}")));
    notes.extend(exported.notes.iter().map(|note| format!("note: {note}")));
    Ok(Product { files: vec![(path.to_owned(), exported.bytes)], notes })
}

fn about_input(model: &Model, scope: Scope) -> &'static str {
    match (scope, &model.inputs) {
        (Scope::Network, prepare::Inputs::AsGiven) => "",
        (Scope::Network, _) => ", scaled already; --preprocessing takes them as they stand in a table",
        (Scope::Whole, _) => ", as they stand in a table",
    }
}

fn inputs(model: &Model, scope: Scope) -> Inputs {
    let is_bytes = model.record.features.iter().any(|feature| feature.kind == FeatureKind::Bytes);
    match (scope, &model.inputs) {
        (Scope::Network, _) => Inputs::Scaled,
        (Scope::Whole, prepare::Inputs::AsGiven) => {
            Inputs::Numbers { scaling: Scaling::None, constant: vec![] }
        }
        (Scope::Whole, prepare::Inputs::Divided(divisor)) if is_bytes => Inputs::Bytes { divisor: *divisor },
        (Scope::Whole, prepare::Inputs::Divided(divisor)) => {
            Inputs::Numbers { scaling: Scaling::Divide { divisor: *divisor }, constant: vec![] }
        }
        (Scope::Whole, prepare::Inputs::Standardised(scaling)) => Inputs::Numbers {
            scaling: record::standard(scaling),
            constant: scaling.spread.iter().map(|spread| *spread == 0.0).collect(),
        },
    }
}

/// What comes out: the same decisions as `predict` makes.
fn answers(model: &Model, scope: Scope) -> Answers {
    let certainty = if gives_probabilities(model) {
        Certainty::Probabilities
    } else {
        Certainty::Scores { threshold: if model.loss == Loss::Hinge { 0.0 } else { 0.5 } }
    };
    match model.task {
        Task::Regression => {
            let target = model.record.target.as_ref().map(|target| &target.outputs);
            let scaling = match (scope, target) {
                (Scope::Whole, Some(Outputs::Values { scaling, .. })) => scaling.clone(),
                _ => Scaling::None,
            };
            Answers::Values { scaling }
        }
        Task::Binary | Task::Multiclass => {
            let names = (scope == Scope::Whole).then(|| model.layout().classes).flatten();
            Answers::Classes { certainty, names }
        }
        // A label is given where its number is above one half, whatever the number is.
        Task::Multilabel => match certainty {
            Certainty::Scores { .. } => Answers::Labels { certainty: Certainty::Scores { threshold: 0.5 } },
            Certainty::Probabilities => Answers::Labels { certainty },
        },
    }
}

/// What the file says about the model beside the graph: lists are JSON.
fn metadata(model: &Model) -> anyhow::Result<Vec<(String, String)>> {
    let layout = model.layout();
    let mut entries = vec![
        ("written_by", format!("chainrule {}", model.record.written_by)),
        ("task", model.task.to_string()),
        ("network", model.network.spec()),
        ("features", serde_json::to_string(&layout.features)?),
        ("targets", serde_json::to_string(&layout.targets)?),
    ];
    if let Some(classes) = &layout.classes {
        entries.push(("classes", serde_json::to_string(classes)?));
    }
    Ok(entries.into_iter().map(|(key, text)| (key.to_owned(), text)).collect())
}
