//! Operations that change the form and not the numbers: they pass rows on as they are, or are refused.

use std::rc::Rc;

use super::attributes::Node;
use super::constant::{Constant, Data};
use super::function::{Binary, Expression, VARIABLE};
use super::reader::{Reader, Step};
use super::stage::{Rows, StageId, Value};
use crate::Values;
use crate::onnx::proto::data_type;

/// The same value.
pub(super) fn identity(reader: &mut Reader, node: &Node) -> Step<Value> {
    reader.operand(node, 0).cloned().ok_or_else(|| "its input is missing".to_owned())
}

/// Dropout as it predicts: the same rows.
pub(super) fn dropout(reader: &mut Reader, node: &Node) -> Step<Value> {
    let training = reader.integers(node, 2, "its training mode")?;
    if training.is_some_and(|mode| mode.iter().any(|mode| *mode != 0)) {
        return Err("it drops at random (training mode); expected a graph for prediction".to_owned());
    }
    identity(reader, node)
}

/// Numbers in another type: rows stay rows, and become an answer where they are cut to whole numbers or texts.
pub(super) fn cast(reader: &mut Reader, node: &Node) -> Step<Value> {
    let to = i32::try_from(node.int("to", 0)).unwrap_or(0);
    let is_real = matches!(to, data_type::FLOAT | data_type::DOUBLE);
    match reader.operand(node, 0) {
        Some(Value::Constant(constant)) => {
            let constant = Rc::clone(constant);
            cast_constant(reader, &constant, is_real)
        }
        Some(value @ (Value::Folded | Value::BothSides(_))) if is_real => Ok(value.clone()),
        _ => {
            let rows = reader.rows_of(node, 0)?;
            match to {
                data_type::FLOAT | data_type::DOUBLE => Ok(Value::Rows(rows)),
                data_type::INT64 | data_type::INT32 | data_type::BOOL | data_type::STRING => {
                    Ok(Value::Answer)
                }
                other => Err(format!("it casts to {}; expected FLOAT or DOUBLE", data_type::name(other))),
            }
        }
    }
}

fn cast_constant(reader: &mut Reader, constant: &Rc<Constant>, is_real: bool) -> Step<Value> {
    match &constant.data {
        Data::Numbers(_) if is_real => Ok(Value::Constant(Rc::clone(constant))),
        Data::Integers(values) if is_real => {
            reader.take(values.len(), size_of::<f64>())?;
            let numbers = values.iter().map(|value| value as f64).collect();
            let dims = constant.dims.clone();
            Ok(Value::Constant(Rc::new(Constant { dims, data: Data::Numbers(Values::F64(numbers)) })))
        }
        _ => Err("it casts a constant to a type that no layer has; expected FLOAT or DOUBLE".to_owned()),
    }
}

/// All axes after the first made one.
pub(super) fn flatten(reader: &mut Reader, node: &Node) -> Step<Value> {
    let (axis, is_folded) = (node.int("axis", 1), matches!(reader.operand(node, 0), Some(Value::Folded)));
    if axis != 1 && (is_folded || axis != -1) {
        return Err(format!("it flattens from axis {axis}; expected 1, which keeps a row for each example"));
    }
    unfolded(reader, node)
}

/// Another shape with the same rows.
pub(super) fn reshape(reader: &mut Reader, node: &Node) -> Step<Value> {
    let shape = match node.ints("shape") {
        Some(shape) => shape.to_vec(),
        None => reader.integers(node, 1, "its shape")?.ok_or("its shape is missing")?,
    };
    let value = unfolded(reader, node)?;
    let width = reader.width(reader.rows(&value)?);
    let keeps_batch = |length: i64| length == 0 || length == -1 || reader.fixed_batch;
    let fits = match shape[..] {
        [batch, -1] => batch != -1 && keeps_batch(batch),
        [batch, columns] => keeps_batch(batch) && usize::try_from(columns) == Ok(width),
        [_] => width == 1,
        _ => false,
    };
    if fits {
        Ok(value)
    } else {
        Err(format!("it reshapes rows of width {width} to {shape:?}; expected [-1, {width}]"))
    }
}

/// The rows of an operand, also where they are the input with its many axes.
fn unfolded(reader: &Reader, node: &Node) -> Step<Value> {
    match reader.operand(node, 0) {
        Some(Value::Folded) => Ok(Value::Rows(Rows { stage: StageId(0), function: VARIABLE })),
        _ => reader.rows_of(node, 0).map(Value::Rows),
    }
}

/// Rows of width 1 as single numbers.
pub(super) fn squeeze(reader: &mut Reader, node: &Node) -> Step<Value> {
    let axes = match node.ints("axes") {
        Some(axes) => Some(axes.to_vec()),
        None => reader.integers(node, 1, "its axes")?,
    };
    let rows = reader.rows_of(node, 0)?;
    match (reader.width(rows), axes.as_deref()) {
        (1, Some([1 | -1])) => Ok(Value::Rows(rows)),
        (width, _) => {
            Err(format!("it removes an axis of rows of width {width}; expected axis 1 of rows of width 1"))
        }
    }
}

/// A constant matrix the other way round.
pub(super) fn transpose(reader: &mut Reader, node: &Node) -> Step<Value> {
    let constant = reader.constant(reader.operand(node, 0), "what it turns")?;
    let turned_axes = node.ints("perm").is_none_or(|axes| axes == [1, 0]);
    let values = constant.numbers()?;
    // Without numbers a length is only declared, and may be anything.
    let ([rows, columns], true, 1..) = (&constant.dims[..], turned_axes, values.len()) else {
        return Err(format!(
            "it turns a constant of shape {}; expected a matrix of numbers",
            constant.shape()
        ));
    };
    reader.take(values.len(), values.bytes_each())?;
    let data = Data::Numbers(super::linear::transposed(values, *columns));
    Ok(Value::Constant(Rc::new(Constant { dims: vec![*columns, *rows], data })))
}

/// `[1 - p, p]`, the only rows that can stand side by side.
pub(super) fn concat(reader: &mut Reader, node: &Node) -> Step<Value> {
    super::normal::last_axis(node, 1)?;
    if let [_, _] = node.inputs[..] {
        let (rest, p) = (reader.rows_of(node, 0)?, reader.rows_of(node, 1)?);
        if rest.stage == p.stage && is_rest(reader, rest, p) {
            return Ok(Value::BothSides(p));
        }
    }
    Err("it puts rows side by side; expected one path, in which each layer feeds the next".to_owned())
}

/// Whether the first rows are 1 less the second.
fn is_rest(reader: &Reader, rest: Rows, p: Rows) -> bool {
    match reader.functions.get(rest.function) {
        Expression::Binary(Binary::Sub, one, of) => {
            of == p.function && reader.functions.get(one) == Expression::Constant(1.0)
        }
        _ => false,
    }
}
