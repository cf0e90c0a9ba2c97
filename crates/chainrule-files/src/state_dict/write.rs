//! A stack to the bytes of a state dict.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::module::{Module, modules};
use crate::{Error, Stack, Tensor, Values};

/// What the header's length is filled up to, so that numbers of eight bytes lie at multiples of eight.
const ALIGNMENT: usize = 8;

/// A tensor as it lies in the file.
struct Entry {
    name: String,
    dtype: &'static str,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// The bytes of a safetensors file with the state dict of the stack's `nn.Sequential`, and texts by name as its metadata.
///
/// `num_batches_tracked` of a batch normalisation is `batches`: PyTorch counts with it, and computes with it only where
/// its momentum is `None`. The entry `format` of the metadata is `pt`, as the Python package writes it. The same stack
/// gives the same bytes; the header is written here and not by the safetensors library, whose metadata have no order.
///
/// # Errors
///
/// [`Error::RecordJson`] if the header cannot be written, which no stack is known to cause.
pub fn write_state_dict(
    stack: &Stack,
    batches: u64,
    metadata: &BTreeMap<String, String>,
) -> Result<Vec<u8>, Error> {
    let mut entries = Vec::new();
    for (number, module) in modules(stack).iter().enumerate() {
        entries.extend(of_module(number, module));
        if module.counts_batches() {
            let (name, bytes) = (format!("{number}.num_batches_tracked"), batches.to_le_bytes().to_vec());
            entries.push(Entry { name, dtype: "I64", shape: vec![], bytes });
        }
    }
    // Wider numbers first, as the format's own writers do, so that each tensor is aligned.
    entries.sort_by_key(|entry| (entry.dtype == "F32", entry.name.clone()));
    let mut file = header(&entries, metadata)?;
    entries.iter().for_each(|entry| file.extend(&entry.bytes));
    Ok(file)
}

fn of_module(number: usize, module: &Module) -> Vec<Entry> {
    let entry = |(name, tensor): &(String, &Tensor)| Entry {
        name: format!("{number}.{name}"),
        dtype: match tensor.values {
            Values::F32(_) => "F32",
            Values::F64(_) => "F64",
        },
        shape: tensor.shape.clone(),
        bytes: tensor.values.to_bytes(),
    };
    module.tensors.iter().map(entry).collect()
}

/// The length of the header and the header.
fn header(entries: &[Entry], metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, Error> {
    let mut texts: Map<String, Value> = [("format".to_owned(), json!("pt"))].into_iter().collect();
    texts.extend(metadata.iter().map(|(key, text)| (key.clone(), json!(text))));
    let mut header: Map<String, Value> = [("__metadata__".to_owned(), texts.into())].into_iter().collect();
    let mut begin = 0;
    for Entry { name, dtype, shape, bytes } in entries {
        let end = begin + bytes.len();
        header.insert(name.clone(), json!({ "dtype": dtype, "shape": shape, "data_offsets": [begin, end] }));
        begin = end;
    }
    let mut text = serde_json::to_vec(&header).map_err(|source| Error::RecordJson { source })?;
    text.resize(text.len().next_multiple_of(ALIGNMENT), b' ');
    let mut file = (text.len() as u64).to_le_bytes().to_vec();
    file.extend(text);
    Ok(file)
}
