//! `chainrule import`: a model from the file of another program.
//!
//! The content of the file decides which form it has; one file here for each form, which gives a network with its numbers
//! and what else it knows. Must not know: what is in such a file.

mod onnx;
mod state_dict;

pub(super) use state_dict::{NETWORK, RECORD};

use std::path::PathBuf;

use anyhow::{Context, bail};
use chainrule::{Activation, Loss, Network};
use chainrule_files::{Feature, FeatureKind, ModelFile, ModelRecord, Outputs, Scaling, Target, Task, Tensor};

use super::subject::usual_loss;
use crate::failure::{Outcome, named};
use crate::model::Model;
use crate::{output, places};

/// The arguments of `import`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// An ONNX graph, or a PyTorch state dict saved as safetensors
    file: PathBuf,
    /// The network that the numbers belong to, such as identity:4,relu:8,softmax:3
    #[arg(long, value_name = "SPEC", value_parser = named::<Network>)]
    spec: Option<Network>,
    /// A model whose network, columns, scaling and classes are taken over
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["spec", "columns", "classes"])]
    like: Option<PathBuf>,
    /// The loss that it was trained with [default: by the last activation]
    #[arg(long, value_name = "NAME", value_parser = named::<Loss>)]
    loss: Option<Loss>,
    /// The names of the inputs, with commas between them [default: column_1,column_2 ...]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// The names of the classes, labels or values that come out, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    classes: Vec<String>,
    /// Where the model is saved [default: the name of the file with .model.safetensors]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  chainrule import network.onnx
  chainrule import dict.safetensors --spec identity:4,relu:8,softmax:3
  chainrule import tuned.safetensors --like flowers.safetensors      weights that were trained on elsewhere

A state dict is saved in Python by safetensors.torch.save_file(model.state_dict(), \"dict.safetensors\").
Columns that it was trained on with a scaling have to be scaled before they are given to the model,
unless --like tells how.";

/// What a file gave.
#[derive(Debug)]
struct Imported {
    /// The network.
    network: Network,
    /// Its numbers, under the network's names.
    tensors: Vec<Tensor>,
    /// What the file says beside them, if it is one of ours in another form.
    record: Option<ModelRecord>,
    /// What is to be said about how it was understood, a line each.
    notes: Vec<String>,
}

/// Reads the file and saves the model.
///
/// # Errors
/// What is wrong with the file, or does not go together.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let place = || arguments.file.display().to_string();
    let bytes = std::fs::read(&arguments.file).with_context(place)?;
    let imported = understand(arguments, bytes).with_context(place)?;
    let Imported { network, tensors, record, notes } = imported;
    let record = match record {
        Some(record) => record,
        None => record_of(arguments, &network)?,
    };
    let model = Model::from_file(ModelFile { record, tensors })?;
    let out = out_path(arguments)?;
    let size = model.write(&out)?;
    let told = [notes, vec![format!("{}: {size} bytes", out.display())]].concat();
    output::result(&format!("{}\n\n{}", model.network, told.join("\n")))?;
    Ok(Outcome::Done)
}

/// Finds out which form the bytes have, and reads them.
fn understand(arguments: &Arguments, bytes: Vec<u8>) -> anyhow::Result<Imported> {
    if state_dict::looks_like_one(&bytes) {
        return state_dict::read(arguments, &bytes);
    }
    if onnx::looks_like_one(arguments, &bytes) {
        return onnx::read(arguments, bytes);
    }
    bail!(
        "not a file that can be imported; expected an ONNX graph, or a state dict saved as safetensors\n\
         help: in Python, safetensors.torch.save_file(model.state_dict(), \"dict.safetensors\") writes one"
    )
}

/// The model whose record is taken over, if one is named.
fn like(arguments: &Arguments) -> anyhow::Result<Option<Model>> {
    arguments.like.as_deref().map(Model::read).transpose()
}

/// A record for a network of which nothing else is known than the arguments say.
fn record_of(arguments: &Arguments, network: &Network) -> anyhow::Result<ModelRecord> {
    let own = network.output_activation();
    // A network may end before the function that its loss applies, as those of PyTorch do.
    let last = arguments.loss.map(Loss::link).filter(|link| *link != Activation::Identity).unwrap_or(own);
    let task = match last {
        Activation::Softmax | Activation::LogSoftmax => Task::Multiclass,
        Activation::Sigmoid if network.outputs() == 1 => Task::Binary,
        Activation::Sigmoid => Task::Multilabel,
        _ => Task::Regression,
    };
    let loss = arguments.loss.unwrap_or_else(|| usual_loss(last));
    let column = |name: &String| Feature { name: name.clone(), width: 1, kind: FeatureKind::Real };
    Ok(ModelRecord {
        features: arguments.columns.iter().map(column).collect(),
        target: target(&arguments.classes, task, network.outputs())?,
        ..ModelRecord::new(&network.spec(), task, &loss.to_string())
    })
}

/// The names of what comes out.
fn target(names: &[String], task: Task, outputs: usize) -> anyhow::Result<Option<Target>> {
    if names.is_empty() {
        return Ok(None);
    }
    let expected = if task == Task::Binary { 2 } else { outputs };
    if names.len() != expected {
        bail!("--classes: expected {expected} names for the network's outputs, got {}", names.len());
    }
    let names = names.to_vec();
    let outputs = match task {
        Task::Regression => Outputs::Values { names, scaling: Scaling::None },
        Task::Binary | Task::Multiclass | Task::Multilabel => Outputs::Classes { names },
    };
    Ok(Some(Target { name: "target".into(), outputs }))
}

/// Where the model goes: never in place of the file that it came from.
fn out_path(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    let Some(out) = &arguments.out else {
        let name = arguments.file.file_stem().unwrap_or_default().to_string_lossy();
        return Ok(PathBuf::from(format!("{name}.model.safetensors")));
    };
    places::check_apart(&[&arguments.file], &[("--out", out)])?;
    Ok(out.clone())
}
