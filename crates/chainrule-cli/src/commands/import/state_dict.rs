//! A PyTorch state dict as safetensors: names as `nn.Sequential` gives them, under any prefix.

use anyhow::{Context, bail};
use chainrule::Network;
use chainrule_files::{METADATA_KEY, ModelRecord, StateDict, Values, assign, read_state_dict, suggest};

use super::{Arguments, Imported, like};
use crate::model::Model;
use crate::stack;

/// The key of the metadata under which our own export puts the network.
pub(in crate::commands) const NETWORK: &str = "network";
/// The key of the metadata under which our own export puts the record of the model.
pub(in crate::commands) const RECORD: &str = "record";

/// Whether the bytes begin as a safetensors file does: with the length of a header that begins with `{`.
pub(super) fn looks_like_one(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length));
    bytes.get(8) == Some(&b'{') && length.is_some_and(|length| length < 1 << 40)
}

/// The network that the arguments or the file name, with the numbers of the file.
///
/// # Errors
/// If the file is damaged, no network is known, or they do not go together.
pub(super) fn read(arguments: &Arguments, bytes: &[u8]) -> anyhow::Result<Imported> {
    let dict = read_state_dict(bytes)?;
    if dict.metadata.contains_key(METADATA_KEY) {
        bail!("this is a model of chainrule already; expected a state dict of another program");
    }
    let like = like(arguments)?;
    let (network, record) = network(arguments, &dict, like)?;
    let is_double = dict.tensors.iter().any(|tensor| matches!(tensor.values, Values::F64(_)));
    let stack = if is_double { stack::shape::<f64>(&network) } else { stack::shape::<f32>(&network) };
    let assigned = assign(&stack?, &dict)?;
    let note = |(from, to): &(String, String)| {
        let from = if from.is_empty() { "tensors without a prefix".to_owned() } else { format!("`{from}`") };
        format!("{from} is `{to}`")
    };
    let notes = assigned.modules.iter().map(note).collect();
    Ok(Imported { network, tensors: assigned.tensors, record, notes })
}

/// The network and its record: those of `--like`, else of `--spec`, else of the metadata that our own export wrote.
fn network(
    arguments: &Arguments,
    dict: &StateDict,
    like: Option<Model>,
) -> anyhow::Result<(Network, Option<ModelRecord>)> {
    if let Some(model) = like {
        return Ok((model.network, Some(ModelRecord { training: None, ..model.record })));
    }
    if let Some(network) = &arguments.spec {
        return Ok((network.clone(), None));
    }
    let Some(spec) = dict.metadata.get(NETWORK) else { return Err(no_network(dict)) };
    let network = spec.parse().with_context(|| format!("metadata `{NETWORK}`"))?;
    let asked = arguments.loss.is_some() || !arguments.columns.is_empty() || !arguments.classes.is_empty();
    let record = dict.metadata.get(RECORD).filter(|_| !asked);
    let record = record.map(|text| serde_json::from_str(text)).transpose();
    Ok((network, record.with_context(|| format!("metadata `{RECORD}`"))?))
}

fn no_network(dict: &StateDict) -> anyhow::Error {
    let help = match suggest(dict) {
        Some(spec) => format!("its matrices fit --spec {spec}, with your own activations"),
        None => "name it, such as --spec identity:4,relu:8,softmax:3".to_owned(),
    };
    anyhow::anyhow!(
        "a state dict does not say which network it belongs to; expected --spec or --like\nhelp: {help}"
    )
}
