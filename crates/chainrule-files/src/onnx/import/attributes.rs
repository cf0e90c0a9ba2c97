//! A node as the reader sees it: names and settings.
//!
//! Must not know: what an operation means.

use prost::bytes::Bytes;

use super::constant::{self, Constant};
use crate::onnx::Fault;
use crate::onnx::fault::shown;
use crate::onnx::proto::{AttributeProto, NodeProto, TensorProto};

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    /// Its name as it can be shown; the name of its first output if it has none.
    pub(super) name: String,
    /// Its operation, with the domain in front if that is not ONNX's own.
    pub(super) op: String,
    /// The names of its inputs; empty for one that is left out.
    pub(super) inputs: Vec<String>,
    /// The names of its outputs.
    pub(super) outputs: Vec<String>,
    attributes: Vec<AttributeProto>,
}

impl Node {
    /// Reads the message.
    pub(super) fn new(node: NodeProto) -> Self {
        let domain = node.domain.filter(|domain| !domain.is_empty() && domain != "ai.onnx");
        let op = node.op_type.unwrap_or_default();
        let op = domain.map_or(op.clone(), |domain| format!("{domain}.{op}"));
        let name = node.name.filter(|name| !name.is_empty());
        let name = name.or_else(|| node.output.first().cloned()).unwrap_or_default();
        let attributes = node.attribute.into_iter().map(apart_from_the_file).collect();
        Node { name: shown(&name), op, inputs: node.input, outputs: node.output, attributes }
    }

    /// The error that says what is wrong with this node.
    pub(super) fn fault(&self, fault: String) -> Fault {
        Fault::Node { node: self.name.clone(), op: shown(&self.op), fault }
    }

    /// Checks that no number of the node lies in another file.
    pub(super) fn refuse_external(&self) -> Result<(), Fault> {
        self.attributes
            .iter()
            .filter_map(|attribute| attribute.t.as_deref())
            .try_for_each(constant::refuse_external)
    }

    fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        self.attributes.iter().find(|attribute| attribute.name.as_deref() == Some(name))
    }

    /// A number; `default` if it is not set.
    pub(super) fn float(&self, name: &str, default: f64) -> f64 {
        let value = self.attribute(name).and_then(|attribute| attribute.f);
        value.map_or(default, |value| super::identify::rounded(f64::from(value)))
    }

    /// A whole number; `default` if it is not set.
    pub(super) fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).and_then(|attribute| attribute.i).unwrap_or(default)
    }

    /// Whole numbers, if they are set.
    pub(super) fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name).map(|attribute| attribute.ints.as_slice())
    }

    /// Numbers, as 64 bits.
    pub(super) fn floats(&self, name: &str) -> Vec<f64> {
        let values = self.attribute(name).map(|attribute| attribute.floats.as_slice()).unwrap_or_default();
        values.iter().map(|value| f64::from(*value)).collect()
    }

    /// A text; empty if it is not set.
    pub(super) fn text(&self, name: &str) -> String {
        let bytes = self.attribute(name).and_then(|attribute| attribute.s.as_deref()).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// Texts, if they are set.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let attribute = self.attribute(name).filter(|attribute| !attribute.strings.is_empty())?;
        Some(attribute.strings.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect())
    }

    /// Whether a setting is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The constant array of a setting, if it is there.
    ///
    /// # Errors
    /// As for every tensor.
    pub(super) fn tensor(&self, name: &str) -> Result<Option<Constant>, Fault> {
        let tensor = self.attribute(name).and_then(|attribute| attribute.t.as_deref());
        tensor.cloned().map(constant::read).transpose()
    }
}

/// The attribute with copies of its bytes, since a piece of the file would keep all of it in memory.
fn apart_from_the_file(attribute: AttributeProto) -> AttributeProto {
    let copy = |bytes: Bytes| Bytes::copy_from_slice(&bytes);
    let tensor = |tensor: Box<TensorProto>| {
        Box::new(TensorProto {
            // Only whether it is there counts.
            segment: tensor.segment.map(|_| Bytes::new()),
            string_data: tensor.string_data.into_iter().map(copy).collect(),
            raw_data: tensor.raw_data.map(copy),
            ..*tensor
        })
    };
    AttributeProto {
        s: attribute.s.map(copy),
        // A graph in a graph is never looked into.
        g: None,
        t: attribute.t.map(tensor),
        strings: attribute.strings.into_iter().map(copy).collect(),
        ..attribute
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn a_node_keeps_no_piece_of_the_file() {
        let bytes = || Some(Bytes::from_static(b"some bytes"));
        let tensor = TensorProto {
            segment: bytes(),
            raw_data: bytes(),
            string_data: bytes().into_iter().collect(),
            ..TensorProto::default()
        };
        let attribute = AttributeProto {
            s: bytes(),
            g: bytes(),
            t: Some(Box::new(tensor)),
            strings: bytes().into_iter().collect(),
            ..AttributeProto::default()
        };
        let file = Bytes::from(
            NodeProto { attribute: vec![attribute.clone()], ..NodeProto::default() }.encode_to_vec(),
        );
        let node = Node::new(NodeProto::decode(file.clone()).unwrap());
        assert!(file.is_unique());
        assert_eq!((&node.attributes[0].s, &node.attributes[0].strings), (&attribute.s, &attribute.strings));
        assert!(node.attributes[0].t.as_ref().is_some_and(|tensor| tensor.segment.is_some()));
    }
}
