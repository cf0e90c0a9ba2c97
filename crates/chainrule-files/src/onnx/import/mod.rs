//! From the bytes of an ONNX file to a stack of layers.
//!
//! The bytes are walked over once before they are decoded ([`super::scan`]); then the nodes are read in their order, which ONNX
//! asks to be one without cycles: each makes a value from values that are there already. In the end the path from the input
//! to the output is put together. Must not know: files, networks as text.

mod answer;
mod attributes;
#[cfg(test)]
mod built;
mod constant;
mod elementwise;
mod finish;
mod function;
mod graph;
mod identify;
mod layer;
mod linear;
mod normal;
mod operations;
mod reader;
#[cfg(test)]
mod readings;
#[cfg(test)]
mod refusals;
mod shape;
mod stage;

pub use operations::SUPPORTED;

use prost::Message;
use prost::bytes::Bytes;

use super::proto::{ModelProto, StringStringEntryProto};
use super::{FIRST_OPSET_READ, Fault, LAST_OPSET_READ, scan};
use crate::{Error, Scaling, Stack};

/// What was found in an ONNX file.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The network; all numbers have 64 bits if a matrix in the file has, else 32.
    pub stack: Stack,
    /// How features are scaled before the network, where the graph begins with that.
    pub scaling: Scaling,
    /// The names of the classes, where the graph has them.
    pub classes: Option<Vec<String>>,
    /// The program that wrote the file, with its version; empty if it does not say.
    pub producer: String,
    /// The texts by name in the file.
    pub metadata: Vec<(String, String)>,
    /// What a user should know: parts that were cut off or changed their form, a sentence each.
    pub notes: Vec<String>,
}

/// Reads an ONNX file of a feed-forward network: one input of rows, one path of layers.
///
/// Takes the bytes, and frees them before the layers are put together.
///
/// # Errors
///
/// Every other variant of [`Fault`] than those about writing.
///
/// # Examples
///
/// ```
/// use chainrule_files::onnx::decode;
///
/// let error = decode(b"not a graph".to_vec()).unwrap_err();
/// assert_eq!(error.to_string(), "ONNX file, byte 0: a field has a type that ONNX does not use; expected the bytes of a protobuf");
/// ```
pub fn decode(bytes: Vec<u8>) -> Result<Imported, Error> {
    scan::check(&bytes)?;
    let length = bytes.len();
    let model = ModelProto::decode(Bytes::from(bytes)).map_err(|source| Fault::Decode { source })?;
    Ok(read(model, length)?)
}

fn read(model: ModelProto, length: usize) -> Result<Imported, Fault> {
    let opset = opset(&model)?;
    let producer = [model.producer_name, model.producer_version].map(Option::unwrap_or_default).join(" ");
    let metadata = model.metadata_props.into_iter().map(entry).collect();
    let graph = model.graph.ok_or(Fault::Incomplete { what: "graph" })?;
    let (mut reader, output) = graph::read(graph, opset, length)?;
    let (stack, scaling) = finish::finish(&mut reader, output);
    if stack.layers.is_empty() {
        return Err(Fault::Outputs {
            fault: "its output is its input; expected at least one layer between".to_owned(),
        });
    }
    let (classes, notes) = (reader.classes, reader.notes);
    Ok(Imported { stack, scaling, classes, producer: producer.trim().to_owned(), metadata, notes })
}

fn entry(entry: StringStringEntryProto) -> (String, String) {
    (entry.key.unwrap_or_default(), entry.value.unwrap_or_default())
}

/// The version of ONNX's own operations.
fn opset(model: &ModelProto) -> Result<i64, Fault> {
    let own = |domain: Option<&str>| matches!(domain, None | Some("" | "ai.onnx"));
    let set = model.opset_import.iter().find(|set| own(set.domain.as_deref()));
    let got =
        set.and_then(|set| set.version).ok_or(Fault::Incomplete { what: "version of its operations" })?;
    if (FIRST_OPSET_READ..=LAST_OPSET_READ).contains(&got) { Ok(got) } else { Err(Fault::Opset { got }) }
}
