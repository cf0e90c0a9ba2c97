//! From a stack of layers to the bytes of an ONNX file.
//!
//! The same model gives the same bytes: nothing of the moment goes in. Must not know: files, networks as text.

mod activations;
mod answers;
mod builder;
mod embed;
mod inputs;
mod layers;
mod shape;
mod table;

pub use answers::{Certainty, Meaning};
pub use inputs::Inputs;

use prost::Message;

use self::builder::{Builder, TABLES};
use super::proto::{GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto, data_type};
use super::{FIRST_OPSET_WRITTEN, Fault, LAST_OPSET_WRITTEN, MAX_BYTES};
use crate::{Error, Stack};

/// The version of the file format, that of ONNX 1.12 (June 2022), which every opset from 17 on can be used with.
const IR_VERSION: i64 = 8;

/// The version of the operations on tables; the first in which `LabelEncoder` takes texts.
const TABLES_OPSET: i64 = 2;

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Export<'a> {
    /// The network, whose last layer is the function that makes its answers.
    pub stack: &'a Stack,
    /// The version of ONNX's operations, [`FIRST_OPSET_WRITTEN`] to [`LAST_OPSET_WRITTEN`].
    pub opset: i64,
    /// What goes into the graph.
    pub inputs: Inputs,
    /// What comes out.
    pub answers: Meaning,
    /// Texts by name about the model, kept in this order.
    pub metadata: Vec<(String, String)>,
}

/// A written file.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// What goes in, such as `features: FLOAT [batch, 4]`.
    pub inputs: Vec<String>,
    /// What comes out, likewise.
    pub outputs: Vec<String>,
    /// What a user should know of it, a sentence each.
    pub notes: Vec<String>,
}

/// Writes an ONNX file: one graph with a symbolic first axis `batch` of its inputs and outputs.
///
/// # Errors
///
/// [`Fault::OpsetToWrite`]; [`Fault::Width`] if numbers do not fit each other; [`Fault::Column`] for preprocessing that no graph can
/// express; [`Fault::TooLarge`] beyond 2 GiB, the most that protobuf can hold.
///
/// # Examples
///
/// ```
/// use chainrule_files::onnx::{Meaning, DEFAULT_OPSET, Export, Inputs, decode, encode};
/// use chainrule_files::{LayerKind, Scaling, Stack, StackLayer, Tensor, Values};
///
/// let weight = Tensor::new("layer1.weight", &[1, 2], Values::F32(vec![1.0, -1.0]));
/// let kind = LayerKind::Linear { weight, bias: None };
/// let stack = Stack { inputs: 2, layers: vec![StackLayer { name: "layer1".into(), inputs: 2, outputs: 1, kind }] };
/// let answers = Meaning::Values { scaling: Scaling::None };
/// let export = Export { stack: &stack, opset: DEFAULT_OPSET, inputs: Inputs::Scaled, answers, metadata: vec![] };
/// assert_eq!(decode(encode(&export)?.bytes)?.stack, stack);
/// # Ok::<(), chainrule_files::Error>(())
/// ```
pub fn encode(export: &Export) -> Result<Exported, Error> {
    let (model, exported) = model(export)?;
    let bytes = model.encoded_len();
    if bytes > MAX_BYTES {
        return Err(Fault::TooLarge { bytes }.into());
    }
    Ok(Exported { bytes: model.encode_to_vec(), ..exported })
}

fn model(export: &Export) -> Result<(ModelProto, Exported), Fault> {
    if !(FIRST_OPSET_WRITTEN..=LAST_OPSET_WRITTEN).contains(&export.opset) {
        return Err(Fault::OpsetToWrite { got: export.opset });
    }
    let precision = if export.stack.is_double() { data_type::DOUBLE } else { data_type::FLOAT };
    let mut graph = Builder::new(precision);
    let (inputs, x) = inputs::append(&mut graph, &export.inputs, export.stack.inputs)?;
    let y = layers::append(&mut graph, export.stack, &x)?;
    let outputs = answers::append(&mut graph, &export.answers, (&y, export.stack.outputs()))?;
    let has_tables = graph.nodes.iter().any(|node| node.domain.is_some());
    let tables = has_tables.then(|| operations(TABLES, TABLES_OPSET));
    let model = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("chainrule".to_owned()),
        producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        opset_import: [Some(operations("", export.opset)), tables].into_iter().flatten().collect(),
        metadata_props: export.metadata.iter().map(entry).collect(),
        graph: Some(GraphProto {
            node: graph.nodes,
            name: Some("network".to_owned()),
            initializer: graph.initializers,
            input: inputs.iter().map(shape::Output::declare).collect(),
            output: outputs.iter().map(shape::Output::declare).collect(),
            ..GraphProto::default()
        }),
    };
    let listed = |values: &[shape::Output]| values.iter().map(ToString::to_string).collect();
    let (inputs, outputs) = (listed(&inputs), listed(&outputs));
    Ok((model, Exported { bytes: Vec::new(), inputs, outputs, notes: graph.notes }))
}

fn operations(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto { domain: Some(domain.to_owned()), version: Some(version) }
}

fn entry((key, value): &(String, String)) -> StringStringEntryProto {
    StringStringEntryProto { key: Some(key.clone()), value: Some(value.clone()) }
}
