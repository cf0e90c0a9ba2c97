//! Operations on each number: they extend the function between two layers, or scale columns.

use std::rc::Rc;

use super::attributes::Node;
use super::constant::Constant;
use super::function::{Binary, Expression, Unary, VARIABLE};
use super::reader::{Reader, Step};
use super::stage::{Affine, Rows, StageId, Value};
use crate::Values;

/// `y = f(x)`.
pub(super) fn unary(reader: &mut Reader, node: &Node, operation: Unary) -> Step<Value> {
    match reader.operand(node, 0) {
        Some(Value::Constant(constant)) => {
            let number = single(constant).ok_or("it computes with a constant array; expected rows")?;
            Ok(Value::Constant(Rc::new(Constant::number(operation.apply(number)))))
        }
        _ => {
            let rows = reader.rows_of(node, 0)?;
            Ok(reader.function(rows.stage, Expression::Unary(operation, rows.function)))
        }
    }
}

/// `y = f(x)` with settings.
pub(super) fn set(reader: &mut Reader, node: &Node, operation: Unary) -> Step<Value> {
    let finite = match operation {
        Unary::LeakyRelu { slope: setting } | Unary::Elu { alpha: setting } => setting.is_finite(),
        Unary::Celu { alpha } => alpha.is_finite() && alpha != 0.0,
        Unary::Selu { alpha, gamma } => alpha.is_finite() && gamma.is_finite(),
        _ => true,
    };
    if finite {
        unary(reader, node, operation)
    } else {
        Err("its setting has no meaning; expected a finite number".to_owned())
    }
}

/// `y = min(max(x, low), high)`; the limits are inputs since version 11, and settings before.
pub(super) fn clip(reader: &mut Reader, node: &Node) -> Step<Value> {
    let limit = |place: usize, name: &str, default: f64| match reader.operand(node, place) {
        None => Ok(node.float(name, default)),
        value => {
            let constant = reader.constant(value, &format!("its limit `{name}`"))?;
            single(&constant).ok_or_else(|| format!("its limit `{name}` is not one number"))
        }
    };
    let low = limit(1, "min", f64::NEG_INFINITY)?;
    let high = limit(2, "max", f64::INFINITY)?;
    unary(reader, node, Unary::Clip { low, high })
}

/// An operand of an operation on several numbers.
enum Operand {
    /// One number for all.
    Scalar(f64),
    /// One for each column.
    Columns(Rc<Constant>),
    /// A row for each example.
    Rows(Rows),
}

/// `y = a ∘ b`.
pub(super) fn binary(reader: &mut Reader, node: &Node, operation: Binary) -> Step<Value> {
    match node.inputs.len() {
        0..=2 => fold_to(reader, node, operation, 2),
        count => Err(format!("it has {count} inputs; expected 2")),
    }
}

/// `y = a ∘ b ∘ c ...`, of one number or more.
pub(super) fn fold(reader: &mut Reader, node: &Node, operation: Binary) -> Step<Value> {
    fold_to(reader, node, operation, node.inputs.len())
}

fn fold_to(reader: &mut Reader, node: &Node, operation: Binary, count: usize) -> Step<Value> {
    let (missing, width) = ("its input is missing", width_of_rows(reader, node));
    let mut value = reader.operand(node, 0).ok_or(missing)?.clone();
    for place in 1..count {
        let next = reader.operand(node, place).ok_or(missing)?;
        let (a, b) = (operand(reader, &value, width)?, operand(reader, next, width)?);
        value = combined(reader, operation, a, b)?;
    }
    Ok(value)
}

fn combined(reader: &mut Reader, operation: Binary, a: Operand, b: Operand) -> Step<Value> {
    match (a, b) {
        (Operand::Scalar(a), Operand::Scalar(b)) => {
            Ok(Value::Constant(Rc::new(Constant::number(operation.apply(a, b)))))
        }
        (Operand::Rows(rows), Operand::Columns(constant)) => {
            columns(reader, rows, operation, (&constant, Side::Right))
        }
        (Operand::Columns(constant), Operand::Rows(rows)) => {
            columns(reader, rows, operation, (&constant, Side::Left))
        }
        (Operand::Rows(a), Operand::Rows(b)) => {
            let stage = same_stage(reader, &[a, b])?;
            Ok(reader.function(stage, Expression::Binary(operation, a.function, b.function)))
        }
        (Operand::Rows(rows), Operand::Scalar(number)) => {
            let number = reader.functions.push(Expression::Constant(number));
            Ok(reader.function(rows.stage, Expression::Binary(operation, rows.function, number)))
        }
        (Operand::Scalar(number), Operand::Rows(rows)) => {
            let number = reader.functions.push(Expression::Constant(number));
            Ok(reader.function(rows.stage, Expression::Binary(operation, number, rows.function)))
        }
        (Operand::Columns(_), Operand::Columns(_) | Operand::Scalar(_))
        | (Operand::Scalar(_), Operand::Columns(_)) => {
            Err("it computes with constant arrays; expected rows among its inputs".to_owned())
        }
    }
}

/// `y = a if condition else b`.
pub(super) fn choice(reader: &mut Reader, node: &Node) -> Step<Value> {
    if let Some(rows) = filled(reader, node) {
        reader.note("the graph fills missing numbers, the model does not: its rows have to be whole");
        return Ok(Value::Rows(rows));
    }
    let width = width_of_rows(reader, node);
    let at = |place: usize| match reader.operand(node, place) {
        Some(value) => operand(reader, value, width),
        None => Err("its input is missing".to_owned()),
    };
    let operands = [at(0)?, at(1)?, at(2)?];
    let rows: Vec<Rows> = operands
        .iter()
        .filter_map(|operand| match operand {
            Operand::Rows(rows) => Some(*rows),
            _ => None,
        })
        .collect();
    let stage = same_stage(reader, &rows)?;
    let mut functions = Vec::with_capacity(operands.len());
    for operand in operands {
        functions.push(match operand {
            Operand::Rows(rows) => rows.function,
            Operand::Scalar(number) => reader.functions.push(Expression::Constant(number)),
            Operand::Columns(_) => {
                return Err("it chooses from a constant array; expected rows or one number".to_owned());
            }
        });
    }
    Ok(reader.function(stage, Expression::Choice(functions[0], functions[1], functions[2])))
}

/// The rows whose missing numbers are filled by constants, if that is what a choice does.
fn filled(reader: &Reader, node: &Node) -> Option<Rows> {
    match [0, 1, 2].map(|place| reader.operand(node, place)) {
        [Some(Value::Rows(missing)), Some(Value::Constant(_)), Some(Value::Rows(rows))] => {
            let is_of_rows =
                reader.functions.get(missing.function) == Expression::Unary(Unary::IsNan, rows.function);
            (is_of_rows && missing.stage == rows.stage).then_some(*rows)
        }
        _ => None,
    }
}

/// The width of the rows among the inputs of a node, if there are any.
fn width_of_rows(reader: &Reader, node: &Node) -> Option<usize> {
    node.inputs.iter().filter_map(|name| reader.value(name)).find_map(|value| match value {
        Value::Rows(rows) => Some(reader.width(*rows)),
        _ => None,
    })
}

/// A value as the operand of a node among whose inputs are rows of this width.
fn operand(reader: &Reader, value: &Value, width: Option<usize>) -> Step<Operand> {
    match value {
        Value::Constant(constant) => {
            // A column of width 1 has a bias of one number too, which exporters write with an axis, and single numbers without.
            let is_column = width == Some(1) && !constant.dims.is_empty();
            match single(constant) {
                Some(number) if !is_column => Ok(Operand::Scalar(number)),
                _ => Ok(Operand::Columns(Rc::clone(constant))),
            }
        }
        value => reader.rows(value).map(Operand::Rows),
    }
}

/// The number of a constant that has only one.
pub(super) fn single(constant: &Constant) -> Option<f64> {
    match constant.numbers().ok()? {
        Values::F32(values) => <[f32; 1]>::try_from(&values[..]).ok().map(|[number]| f64::from(number)),
        Values::F64(values) => <[f64; 1]>::try_from(&values[..]).ok().map(|[number]| number),
    }
}

/// The stage that all rows are functions of.
fn same_stage(reader: &Reader, rows: &[Rows]) -> Step<StageId> {
    let first = rows.first().ok_or("it computes with constants; expected rows among its inputs")?;
    if rows.iter().all(|rows| rows.stage == first.stage) {
        return Ok(first.stage);
    }
    let widths: Vec<String> = rows.iter().map(|rows| reader.width(*rows).to_string()).collect();
    Err(format!(
        "it joins two branches of the network, of widths {}; expected one path, in which each layer feeds the next",
        widths.join(" and ")
    ))
}

/// On which side of an operation a constant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Scales or shifts columns.
fn columns(
    reader: &mut Reader,
    rows: Rows,
    operation: Binary,
    (constant, side): (&Constant, Side),
) -> Step<Value> {
    let width = reader.width(rows);
    let numbers = reader.columns(constant, width, "its constant")?;
    reader.take(width, size_of::<f64>())?;
    let (ones, zeros) = (vec![1.0; width], vec![0.0; width]);
    let affine = match (operation, side) {
        (Binary::Add, _) => Affine { factor: ones, term: numbers },
        (Binary::Sub, Side::Right) => {
            Affine { factor: ones, term: numbers.iter().map(|number| -number).collect() }
        }
        (Binary::Sub, Side::Left) => Affine { factor: vec![-1.0; width], term: numbers },
        (Binary::Mul, _) => Affine { factor: numbers, term: zeros },
        (Binary::Div, Side::Right) => {
            Affine { factor: numbers.iter().map(|number| 1.0 / number).collect(), term: zeros }
        }
        _ => {
            return Err(
                "it combines each column with a number of its own; expected one number for all".to_owned()
            );
        }
    };
    reader.affine(rows, affine)
}

/// Whether these rows say yes or no.
pub(super) fn is_comparison(reader: &Reader, rows: Rows) -> bool {
    rows.function != VARIABLE
        && matches!(reader.functions.get(rows.function), Expression::Binary(operation, ..) if operation.is_comparison())
}
