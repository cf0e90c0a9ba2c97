//! Gemm and MatMul: dense layers.
//!
//! ONNX lets both factors be anything; a dense layer has the rows on the left and a constant matrix on the right.

use std::rc::Rc;

use super::attributes::Node;
use super::constant::Constant;
use super::finish::change;
use super::layer::Layer;
use super::reader::{Reader, Step};
use super::stage::{Rows, Value};
use crate::Values;

/// Which way a matrix lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Orientation {
    /// `[outputs, inputs]`, as layers have it.
    OutputsFirst,
    /// `[inputs, outputs]`.
    InputsFirst,
}

/// `y = x B`.
pub(super) fn matmul(reader: &mut Reader, node: &Node) -> Step<Value> {
    let (rows, matrix) = factors(reader, node)?;
    let dense = dense(reader, rows, &matrix, Orientation::InputsFirst)?;
    append(reader, rows, dense)
}

/// `y = alpha x B + beta C`, with `B` transposed or not.
pub(super) fn gemm(reader: &mut Reader, node: &Node) -> Step<Value> {
    if node.int("transA", 0) != 0 {
        return Err("transA turns rows into columns; expected 0".to_owned());
    }
    let (rows, matrix) = factors(reader, node)?;
    let orientation =
        if node.int("transB", 0) == 0 { Orientation::InputsFirst } else { Orientation::OutputsFirst };
    let mut dense = dense(reader, rows, &matrix, orientation)?;
    let (alpha, beta) = (node.float("alpha", 1.0), node.float("beta", 1.0));
    if alpha != 1.0 {
        change(&mut dense.weight, |_, value| value * alpha);
    }
    let bias = match reader.operand(node, 2) {
        None => None,
        value => {
            let constant = reader.constant(value, "its term C")?;
            let mut term = Values::F64(reader.columns(&constant, dense.outputs, "its term C")?);
            change(&mut term, |_, value| value * beta);
            Some(term)
        }
    };
    append(reader, rows, Dense { bias, ..dense })
}

/// A dense layer before it has a place.
struct Dense {
    weight: Values,
    bias: Option<Values>,
    outputs: usize,
}

fn append(reader: &mut Reader, rows: Rows, Dense { weight, bias, outputs }: Dense) -> Step<Value> {
    reader.layer(rows, Layer::Dense { weight, bias, outputs }, outputs)
}

/// The rows and the matrix of a product.
fn factors(reader: &Reader, node: &Node) -> Step<(Rows, Rc<Constant>)> {
    if let (Some(Value::Constant(_)), Some(Value::Rows(_))) =
        (reader.operand(node, 0), reader.operand(node, 1))
    {
        return Err("the matrix stands before the rows; expected rows times a matrix".to_owned());
    }
    let rows = reader.rows_of(node, 0)?;
    let matrix = reader.constant(reader.operand(node, 1), "its second factor")?;
    Ok((rows, matrix))
}

fn dense(reader: &mut Reader, rows: Rows, matrix: &Constant, orientation: Orientation) -> Step<Dense> {
    let inputs = reader.width(rows);
    let values = matrix.numbers().map_err(|fault| format!("its matrix: {fault}"))?;
    let outputs = match (&matrix.dims[..], orientation) {
        ([outputs, columns], Orientation::OutputsFirst) if *columns == inputs => *outputs,
        ([rows, outputs], Orientation::InputsFirst) if *rows == inputs => *outputs,
        (_, Orientation::OutputsFirst) => {
            return Err(format!(
                "its matrix does not fit the rows; expected [outputs, {inputs}], got {}",
                matrix.shape()
            ));
        }
        (_, Orientation::InputsFirst) => {
            return Err(format!(
                "its matrix does not fit the rows; expected [{inputs}, outputs], got {}",
                matrix.shape()
            ));
        }
    };
    if outputs == 0 {
        return Err(format!("its matrix is empty; expected at least one output, got {}", matrix.shape()));
    }
    reader.take(values.len(), values.bytes_each())?;
    let weight = match orientation {
        Orientation::OutputsFirst => values.clone(),
        Orientation::InputsFirst => transposed(values, outputs),
    };
    Ok(Dense { weight, bias: None, outputs })
}

/// The transpose of a matrix with that many columns.
pub(super) fn transposed(values: &Values, columns: usize) -> Values {
    fn turn<T: Copy>(values: &[T], columns: usize) -> Vec<T> {
        (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns).copied()).collect()
    }
    match values {
        Values::F32(values) => Values::F32(turn(values, columns)),
        Values::F64(values) => Values::F64(turn(values, columns)),
    }
}
