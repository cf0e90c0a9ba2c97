//! Nodes and constants of a graph while it is written.
//!
//! Each value is made by one node, which has the value's name; each constant is written once. Must not know: layers.

use prost::bytes::Bytes;

use crate::Values;
use crate::onnx::proto::{AttributeProto, NodeProto, TensorProto, attribute_type, data_type};

/// The domain of operations on texts and tables.
pub(super) const TABLES: &str = "ai.onnx.ml";

/// A graph that grows.
#[derive(Debug)]
pub(super) struct Builder {
    /// Nodes, each after those whose values it uses.
    pub(super) nodes: Vec<NodeProto>,
    /// Constants, in the order of their first use.
    pub(super) initializers: Vec<TensorProto>,
    /// Remarks for the user.
    pub(super) notes: Vec<String>,
    /// The type of numbers of the network.
    precision: i32,
}

impl Builder {
    /// An empty graph for a network of 64 or 32 bits.
    pub(super) fn new(precision: i32) -> Self {
        Builder { nodes: Vec::new(), initializers: Vec::new(), notes: Vec::new(), precision }
    }

    /// The type of numbers of the network.
    pub(super) fn precision(&self) -> i32 {
        self.precision
    }

    /// Whether the network's numbers have 64 bits.
    pub(super) fn is_f64(&self) -> bool {
        self.precision == data_type::DOUBLE
    }

    /// Appends a node; returns the name of the value that it makes.
    pub(super) fn node(&mut self, op: &str, inputs: &[&str], output: &str) -> String {
        self.node_with(op, inputs, output, Vec::new())
    }

    /// Appends a node with settings.
    pub(super) fn node_with(
        &mut self,
        op: &str,
        inputs: &[&str],
        output: &str,
        attribute: Vec<AttributeProto>,
    ) -> String {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.to_owned()],
            name: Some(output.to_owned()),
            op_type: Some(op.to_owned()),
            attribute,
            domain: None,
        });
        output.to_owned()
    }

    /// Appends a node of the domain [`TABLES`].
    pub(super) fn table_node(
        &mut self,
        op: &str,
        input: &str,
        output: &str,
        attribute: Vec<AttributeProto>,
    ) -> String {
        let name = self.node_with(op, &[input], output, attribute);
        if let Some(node) = self.nodes.last_mut() {
            node.domain = Some(TABLES.to_owned());
        }
        name
    }

    /// The same numbers in another type.
    pub(super) fn cast(&mut self, x: &str, to: i32, output: &str) -> String {
        self.node_with("Cast", &[x], output, vec![int("to", i64::from(to))])
    }

    /// A constant single number in the network's type; one constant for each name.
    pub(super) fn number(&mut self, name: &str, value: f64) -> String {
        self.scalar(name, value, self.precision)
    }

    /// A constant single number of this type.
    pub(super) fn scalar(&mut self, name: &str, value: f64, data_type: i32) -> String {
        self.constant(name, &[], numbers(&[value], data_type), data_type)
    }

    /// A constant array in the type of its values.
    pub(super) fn tensor(&mut self, name: &str, shape: &[usize], values: &Values) -> String {
        match values {
            Values::F32(values) => {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.constant(name, shape, bytes, data_type::FLOAT)
            }
            Values::F64(values) => self.doubles(name, shape, values),
        }
    }

    /// A constant array of 64-bit numbers.
    pub(super) fn doubles(&mut self, name: &str, shape: &[usize], values: &[f64]) -> String {
        self.constant(name, shape, numbers(values, data_type::DOUBLE), data_type::DOUBLE)
    }

    /// A constant list of whole numbers.
    pub(super) fn integers(&mut self, name: &str, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, &[values.len()], bytes, data_type::INT64)
    }

    /// A constant list of texts.
    pub(super) fn texts(&mut self, name: &str, texts: &[String]) -> String {
        let tensor = TensorProto {
            dims: vec![texts.len() as i64],
            data_type: Some(data_type::STRING),
            string_data: texts.iter().map(|text| Bytes::copy_from_slice(text.as_bytes())).collect(),
            ..TensorProto::default()
        };
        self.initializer(name, tensor)
    }

    fn constant(&mut self, name: &str, shape: &[usize], bytes: Vec<u8>, data_type: i32) -> String {
        let tensor = TensorProto {
            dims: shape.iter().map(|length| *length as i64).collect(),
            data_type: Some(data_type),
            raw_data: Some(bytes.into()),
            ..TensorProto::default()
        };
        self.initializer(name, tensor)
    }

    fn initializer(&mut self, name: &str, tensor: TensorProto) -> String {
        if self.initializers.iter().all(|other| other.name.as_deref() != Some(name)) {
            self.initializers.push(TensorProto { name: Some(name.to_owned()), ..tensor });
        }
        name.to_owned()
    }
}

/// Numbers as bytes of a type, little-endian; 32 bits unless it is `DOUBLE`.
fn numbers(values: &[f64], data_type: i32) -> Vec<u8> {
    match data_type {
        data_type::DOUBLE => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        _ => values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect(),
    }
}

/// A whole number as a setting.
pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    let (i, r#type) = (Some(value), Some(attribute_type::INT));
    AttributeProto { name: Some(name.to_owned()), i, r#type, ..AttributeProto::default() }
}

/// A number of 32 bits as a setting: ONNX has no others.
pub(super) fn float(name: &str, value: f64) -> AttributeProto {
    let (f, r#type) = (Some(value as f32), Some(attribute_type::FLOAT));
    AttributeProto { name: Some(name.to_owned()), f, r#type, ..AttributeProto::default() }
}

/// Whole numbers as a setting.
pub(super) fn ints(name: &str, values: &[i64]) -> AttributeProto {
    let r#type = Some(attribute_type::INTS);
    AttributeProto { name: Some(name.to_owned()), ints: values.to_vec(), r#type, ..AttributeProto::default() }
}

/// Texts as a setting.
pub(super) fn strings(name: &str, texts: &[String]) -> AttributeProto {
    let strings = texts.iter().map(|text| Bytes::copy_from_slice(text.as_bytes())).collect();
    let r#type = Some(attribute_type::STRINGS);
    AttributeProto { name: Some(name.to_owned()), strings, r#type, ..AttributeProto::default() }
}
