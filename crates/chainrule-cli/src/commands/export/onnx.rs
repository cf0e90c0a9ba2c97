//! `--onnx FILE`: one graph that onnxruntime and others run.

use std::path::Path;

use anyhow::bail;
use chainrule::Task;
use chainrule_files::onnx::{
    Certainty, DEFAULT_OPSET, Export, FIRST_OPSET_WRITTEN, Inputs, LAST_OPSET_WRITTEN, Meaning, encode,
};
use chainrule_files::{ColumnRule, FeatureKind, Outputs, Scaling};

use super::Product;
use crate::model::Model;
use crate::predictions::gives_probabilities;
use crate::{record, stack};

/// How the graph is written.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "With --onnx")]
pub(super) struct Settings {
    /// The graph takes the columns as they stand in a table and answers in the target's own unit and with the names of
    /// classes
    #[arg(long)]
    preprocessing: bool,
    /// The version of ONNX's operations [default: 17]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(i64).range(FIRST_OPSET_WRITTEN..=LAST_OPSET_WRITTEN))]
    opset: Option<i64>,
}

impl Settings {
    /// Refuses settings of a graph where none is written.
    ///
    /// # Errors
    /// If there are any.
    pub(super) fn refuse(self) -> anyhow::Result<()> {
        if self.preprocessing || self.opset.is_some() {
            bail!("--preprocessing and --opset say how a graph is written; expected them with --onnx FILE");
        }
        Ok(())
    }
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
    let opset = settings.opset.unwrap_or(DEFAULT_OPSET);
    let stack = stack::of_model(model)?;
    let export = Export {
        stack: &stack,
        opset,
        inputs: inputs(model, scope),
        answers: answers(model, scope),
        metadata: metadata(model, scope)?,
    };
    let exported = encode(&export)?;
    let mut notes = vec![format!(
        "operations of ONNX {opset} (--opset), run by onnxruntime {} and later",
        runtime(opset)
    )];
    notes.extend(exported.inputs.iter().map(|input| format!("input {input}{}", about_input(model, scope))));
    notes.extend(exported.outputs.iter().map(|output| format!("output {output}")));
    notes.extend(exported.notes.iter().map(|note| format!("note: {note}")));
    Ok(Product { files: vec![(path.to_owned(), exported.bytes)], notes })
}

/// The first onnxruntime that has the operations of a version, by the table of its documentation.
fn runtime(opset: i64) -> &'static str {
    match opset {
        ..=17 => "1.12 (2022)",
        18 => "1.14 (2023)",
        19 => "1.15 (2023)",
        20 => "1.17 (2024)",
        21.. => "1.18 (2024)",
    }
}

fn about_input(model: &Model, scope: Scope) -> &'static str {
    match (scope, &model.record.scaling, &model.record.preparation) {
        (Scope::Network, Scaling::None, None) => "",
        (Scope::Network, ..) => ", prepared already; --preprocessing takes them as they stand in a table",
        (Scope::Whole, ..) => ", as they stand in a table",
    }
}

/// What goes in, by the record alone: it says all about the columns.
fn inputs(model: &Model, scope: Scope) -> Inputs {
    let record = &model.record;
    if scope == Scope::Network {
        return Inputs::Scaled;
    }
    if let Some(preparation) = &record.preparation {
        return Inputs::Table { preparation: preparation.clone() };
    }
    let is_bytes = record.features.iter().any(|feature| feature.kind == FeatureKind::Bytes);
    match &record.scaling {
        Scaling::Divide { divisor } if is_bytes => Inputs::Bytes { divisor: *divisor },
        scaling => Inputs::Numbers {
            scaling: scaling.clone(),
            constant: record::constant_columns(record, model.network.inputs()),
        },
    }
}

/// What comes out: the same decisions as `predict` makes.
fn answers(model: &Model, scope: Scope) -> Meaning {
    let certainty = if gives_probabilities(model) {
        Certainty::Probabilities
    } else {
        Certainty::Scores { threshold: model.threshold() }
    };
    match model.task {
        Task::Regression => {
            let target = model.record.target.as_ref().map(|target| &target.outputs);
            let scaling = match (scope, target) {
                (Scope::Whole, Some(Outputs::Values { scaling, .. })) => scaling.clone(),
                _ => Scaling::None,
            };
            Meaning::Values { scaling }
        }
        Task::Binary | Task::Multiclass => {
            let names = (scope == Scope::Whole).then(|| model.layout().classes).flatten();
            Meaning::Classes { certainty, names }
        }
        // A label is given where its number is above one half, whatever the number is.
        Task::Multilabel => match certainty {
            Certainty::Scores { .. } => Meaning::Labels { certainty: Certainty::Scores { threshold: 0.5 } },
            Certainty::Probabilities => Meaning::Labels { certainty },
        },
    }
}

/// What the file says about the model beside the graph, lists as JSON: `columns` of the table, and which of them make the inputs
/// `features` and `categories` where these are not all of them in order.
fn metadata(model: &Model, scope: Scope) -> anyhow::Result<Vec<(String, String)>> {
    let layout = model.layout();
    let mut entries = vec![
        ("written_by", format!("chainrule {}", model.record.written_by)),
        ("task", model.task.to_string()),
        ("network", model.network.spec()),
        ("columns", serde_json::to_string(&layout.features)?),
        ("targets", serde_json::to_string(&layout.targets)?),
    ];
    if let Some(classes) = &layout.classes {
        entries.push(("classes", serde_json::to_string(classes)?));
    }
    if let (Scope::Whole, Some(preparation)) = (scope, &model.record.preparation) {
        let columns = preparation.columns.iter();
        let (numbers, texts): (Vec<_>, Vec<_>) =
            columns.partition(|column| matches!(column.rule, ColumnRule::Number { .. }));
        for (input, columns) in [("features", numbers), ("categories", texts)] {
            let names: Vec<&str> = columns.iter().map(|column| &column.name[..]).collect();
            entries.push((input, serde_json::to_string(&names)?));
        }
    }
    Ok(entries.into_iter().map(|(key, text)| (key.to_owned(), text)).collect())
}
