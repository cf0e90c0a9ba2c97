//! Inputs and outputs of a graph as it declares them: a name, a type, and a shape whose first axis is `batch`.
//!
//! Must not know: what is computed.

use std::fmt;

use crate::onnx::proto::{
    DimensionProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto, data_type,
};

/// An input or output.
#[derive(Clone, Debug)]
pub(super) struct Output {
    name: String,
    data_type: i32,
    width: Width,
}

impl fmt::Display for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, kind) = (&self.name, data_type::name(self.data_type));
        match self.width {
            Width::Single => write!(formatter, "{name}: {kind} [batch]"),
            Width::Columns(width) => write!(formatter, "{name}: {kind} [batch, {width}]"),
        }
    }
}

/// What an example has of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Width {
    /// One value: `[batch]`.
    Single,
    /// That many: `[batch, columns]`.
    Columns(usize),
}

impl Output {
    /// What is declared under that name.
    pub(super) fn new(name: &str, data_type: i32, width: Width) -> Self {
        Output { name: name.to_owned(), data_type, width }
    }

    /// The message that declares it.
    pub(super) fn declare(&self) -> ValueInfoProto {
        let batch = DimensionProto { dim_param: Some("batch".to_owned()), dim_value: None };
        let columns = match self.width {
            Width::Single => None,
            Width::Columns(width) => Some(DimensionProto { dim_value: Some(width as i64), dim_param: None }),
        };
        let shape = TensorShapeProto { dim: [Some(batch), columns].into_iter().flatten().collect() };
        let tensor_type = TensorTypeProto { elem_type: Some(self.data_type), shape: Some(shape) };
        ValueInfoProto {
            name: Some(self.name.clone()),
            r#type: Some(TypeProto { tensor_type: Some(tensor_type) }),
        }
    }
}
