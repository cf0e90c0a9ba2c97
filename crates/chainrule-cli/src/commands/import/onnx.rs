//! An ONNX graph of PyTorch, scikit-learn or this program: the layers that are found in it.

use anyhow::bail;
use chainrule::layers::{BatchNorm, Embed, LayerNorm, Prelu};
use chainrule::{Activation, Network};
use chainrule_files::{EmbedBlock, Function, LayerKind, ModelRecord, Stack, StackLayer, Tensor, onnx};

use super::{Arguments, Imported, like, record_of};

/// Whether the file is called `.onnx`, or begins as ONNX files do: with the number of their format's version.
pub(super) fn looks_like_one(arguments: &Arguments, bytes: &[u8]) -> bool {
    const VERSION_FIELD: u8 = 0x08;
    let has_extension =
        arguments.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("onnx"));
    has_extension || bytes.first() == Some(&VERSION_FIELD)
}

/// The network in the graph, with its numbers, scaling and names.
///
/// # Errors
/// If the file is damaged, or its graph is no path of layers.
pub(super) fn read(arguments: &Arguments, bytes: Vec<u8>) -> anyhow::Result<Imported> {
    if arguments.spec.is_some() {
        bail!("an ONNX file says itself which network it holds; expected no --spec");
    }
    let found = onnx::decode(bytes)?;
    let network = network(&found.stack)?;
    let record = record(arguments, &network, &found)?;
    let mut notes = Vec::new();
    if !found.producer.is_empty() {
        notes.push(format!("written by {}", found.producer.escape_debug()));
    }
    notes.extend(found.notes.iter().map(|note| format!("note: {note}")));
    Ok(Imported { network, tensors: tensors(found.stack), record: Some(record), notes })
}

/// What is known beside the numbers: what arguments say, then what the file says.
fn record(arguments: &Arguments, network: &Network, found: &onnx::Imported) -> anyhow::Result<ModelRecord> {
    if let Some(model) = like(arguments)? {
        let (expected, got) = (model.network.spec(), network.spec());
        if [model.network.inputs(), model.network.outputs()] != [network.inputs(), network.outputs()] {
            bail!(
                "--like: its network has other inputs or outputs; expected those of `{got}`, got `{expected}`"
            );
        }
        return Ok(ModelRecord { network: got, training: None, ..model.record });
    }
    let list = |key: &str, expected: usize| {
        let (_, text) = found.metadata.iter().find(|(name, _)| name == key)?;
        serde_json::from_str::<Vec<String>>(text).ok().filter(|names| names.len() == expected)
    };
    let mut known = arguments.clone();
    if known.columns.is_empty() {
        known.columns = list("columns", network.inputs()).unwrap_or_default();
    }
    if known.classes.is_empty() {
        let expected = if network.outputs() == 1 { 2 } else { network.outputs() };
        let classes = found.classes.clone().filter(|names| names.len() == expected);
        let classes = classes.or_else(|| list("classes", expected));
        known.classes = classes.or_else(|| list("targets", network.outputs())).unwrap_or_default();
    }
    let record = record_of(&known, network).or_else(|error| {
        // Names that the file gives and that do not fit are left; those of the arguments are the user's.
        if arguments.classes.is_empty() {
            record_of(&Arguments { classes: vec![], ..known }, network)
        } else {
            Err(error)
        }
    })?;
    Ok(ModelRecord { scaling: found.scaling.clone(), ..record })
}

fn network(stack: &Stack) -> anyhow::Result<Network> {
    let mut network = Network::new(stack.inputs);
    let mut layers = stack.layers.iter().peekable();
    while let Some(StackLayer { name, outputs, kind, .. }) = layers.next() {
        network = match kind {
            LayerKind::Linear { bias, .. } => {
                let next = layers.next_if(|next| next.name == *name);
                let activation = match next.map(|next| &next.kind) {
                    Some(LayerKind::Activation(function)) => activation(*function),
                    _ => Activation::Identity,
                };
                match bias {
                    Some(_) => network.dense(*outputs, activation),
                    None => network.dense_without_bias(*outputs, activation),
                }
            }
            LayerKind::Activation(function) => network.activation(activation(*function)),
            LayerKind::LayerNorm { .. } => network.layer(LayerNorm),
            LayerKind::BatchNorm { .. } => network.layer(BatchNorm),
            LayerKind::Embed { blocks } => network.layer(embed(blocks)),
            LayerKind::Prelu { .. } => network.layer(Prelu),
            LayerKind::Dropout { rate } => network.dropout(*rate),
        };
    }
    network.check()?;
    Ok(network)
}

/// The library's layer for blocks of columns.
fn embed(blocks: &[EmbedBlock]) -> Embed {
    Embed::new(blocks.iter().map(|block| (block.columns.clone(), block.width())))
}

/// The tensors of the layers, moved and not copied.
fn tensors(stack: Stack) -> Vec<Tensor> {
    let of_layer = |layer: StackLayer| match layer.kind {
        LayerKind::Linear { weight, bias } => [Some(weight), bias].into_iter().flatten().collect(),
        LayerKind::Activation(_) | LayerKind::Dropout { .. } => Vec::new(),
        LayerKind::LayerNorm { weight, bias, .. } => vec![weight, bias],
        LayerKind::BatchNorm { weight, bias, mean, variance, .. } => vec![weight, bias, mean, variance],
        LayerKind::Embed { blocks } => blocks.into_iter().map(|block| block.table).collect(),
        LayerKind::Prelu { slope } => vec![slope],
    };
    stack.layers.into_iter().flat_map(of_layer).collect()
}

/// The library's activation for a function.
fn activation(function: Function) -> Activation {
    match function {
        Function::Identity => Activation::Identity,
        Function::Sigmoid => Activation::Sigmoid,
        Function::Tanh => Activation::Tanh,
        Function::Relu => Activation::Relu,
        Function::LeakyRelu { slope } => Activation::LeakyRelu { slope },
        Function::Elu { alpha } => Activation::Elu { alpha },
        Function::Selu => Activation::Selu,
        Function::Gelu => Activation::Gelu,
        Function::GeluTanh => Activation::GeluTanh,
        Function::Silu => Activation::Silu,
        Function::Mish => Activation::Mish,
        Function::Softplus => Activation::Softplus,
        Function::Softsign => Activation::Softsign,
        Function::HardTanh => Activation::HardTanh,
        Function::Relu6 => Activation::Relu6,
        Function::Softmax => Activation::Softmax,
        Function::LogSoftmax => Activation::LogSoftmax,
        Function::Exp => Activation::Exp,
    }
}
