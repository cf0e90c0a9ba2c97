//! What classifiers put behind their rows: the class with the largest number, tables of probabilities by name.
//!
//! None of it computes, so it is cut off, and the names of classes in it are kept.

use super::attributes::Node;
use super::constant::{Data, Integers};
use super::reader::{Reader, Step};
use super::stage::Value;

/// The number of a class, or whether a label holds.
pub(super) fn decide(reader: &mut Reader, node: &Node) -> Step<Value> {
    probabilities(reader, node)?;
    Ok(Value::Answer)
}

/// Probabilities by the name of their class: the rows, whose names are learnt.
pub(super) fn zip_map(reader: &mut Reader, node: &Node) -> Step<Value> {
    if let Some(texts) = node.texts("classlabels_strings") {
        reader.learn_classes(&Data::Texts(texts));
    } else if let Some(numbers) = node.ints("classlabels_int64s") {
        reader.learn_classes(&Data::Integers(Integers::Wide(numbers.to_vec())));
    }
    probabilities(reader, node)
}

/// What answers are taken from: rows, or both sides of them.
fn probabilities(reader: &Reader, node: &Node) -> Step<Value> {
    match reader.operand(node, 0) {
        Some(value @ Value::BothSides(_)) => Ok(value.clone()),
        _ => reader.rows_of(node, 0).map(Value::Rows),
    }
}

/// One of a list of classes, by its number.
pub(super) fn pick(reader: &mut Reader, node: &Node) -> Step<Value> {
    let list = reader.constant(reader.operand(node, 0), "the list it takes from")?;
    if !matches!(reader.operand(node, 1), Some(Value::Answer)) {
        return Err("it takes from a list by a computed place; expected the number of a class".to_owned());
    }
    reader.learn_classes(&list.data);
    Ok(Value::Answer)
}
