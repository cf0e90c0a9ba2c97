//! Shape inference: one rule per operation. A table.

use crate::{Axes, Dim, Op, Shape};

/// The shape that `op` gives for operands of these shapes, or a sentence that says what was expected.
pub(crate) fn infer(op: &Op, operands: &[Shape]) -> Result<Shape, String> {
    match op.arity() {
        Some(arity) if arity != operands.len() => {
            return Err(format!("{arity} operands, got {}", operands.len()));
        }
        None if operands.is_empty() => return Err("at least one operand, got none".into()),
        _ => {}
    }
    match op {
        Op::Input { shape, .. } | Op::Random { shape, .. } => Ok(*shape),
        Op::Param { shape, .. } => no_batch(*shape),
        Op::Constant(literal) => Ok(literal.shape()),
        Op::Unary(_) => Ok(operands[0]),
        Op::Binary(_) => equal(operands[0], operands[1]),
        Op::MatMul { transpose_a, transpose_b } => {
            matmul(flip(operands[0], *transpose_a)?, flip(operands[1], *transpose_b)?)
        }
        Op::Sum(axes) | Op::MaxOver(axes) => reduce(operands[0], *axes),
        Op::Broadcast { axes, shape } => broadcast(operands[0], *axes, *shape),
        Op::Reshape(shape) => reshape(operands[0], *shape),
        Op::Transpose(order) => transpose(operands[0], &order.axes()),
        Op::Concat { axis } => concat(operands, *axis),
        Op::Slice { axis, start, end } => slice(operands[0], *axis, *start..*end),
        Op::LogSoftmax => last_axis(operands[0]).map(|_| operands[0]),
        Op::Pick => pick(operands[0], operands[1]),
        Op::Unpick { classes } => unpick(operands[0], operands[1], *classes),
    }
}

fn no_batch(shape: Shape) -> Result<Shape, String> {
    if shape.has_batch() { Err(format!("a parameter of fixed size, got {shape}")) } else { Ok(shape) }
}

fn equal(a: Shape, b: Shape) -> Result<Shape, String> {
    if a == b { Ok(a) } else { Err(format!("equal shapes, got {a} and {b}")) }
}

/// The shape with its last two axes exchanged, if asked for.
fn flip(shape: Shape, transposed: bool) -> Result<Shape, String> {
    let rank = shape.rank();
    if rank < 2 {
        return Err(format!("matrices of at least two dimensions, got {shape}"));
    }
    let [rows, columns] = [shape.dims()[rank - 2], shape.dims()[rank - 1]];
    Ok(if transposed { shape.with(rank - 2, columns).with(rank - 1, rows) } else { shape })
}

fn matmul(a: Shape, b: Shape) -> Result<Shape, String> {
    let rank = a.rank();
    if rank != b.rank() || a.dims()[..rank - 2] != b.dims()[..rank - 2] {
        return Err(format!("matrices with the same leading dimensions, got {a} and {b}"));
    }
    let [inner_a, inner_b] = [a.dims()[rank - 1], b.dims()[rank - 2]];
    if inner_a != inner_b {
        return Err(format!("inner dimensions to be equal, got {inner_a} and {inner_b}"));
    }
    Ok(a.with(rank - 1, b.dims()[rank - 1]))
}

fn inside(shape: Shape, axes: Axes) -> Result<(), String> {
    match axes.iter().find(|axis| *axis >= shape.rank()) {
        Some(axis) => Err(format!("axes below {}, got {axis}", shape.rank())),
        None => Ok(()),
    }
}

fn reduce(shape: Shape, axes: Axes) -> Result<Shape, String> {
    inside(shape, axes).map(|()| shape.without(axes))
}

fn broadcast(operand: Shape, axes: Axes, shape: Shape) -> Result<Shape, String> {
    inside(shape, axes)?;
    let kept = shape.without(axes);
    if kept == operand {
        Ok(shape)
    } else {
        Err(format!("operand {kept} to repeat into {shape}, got {operand}"))
    }
}

fn reshape(from: Shape, to: Shape) -> Result<Shape, String> {
    if from.volume() == to.volume() {
        Ok(to)
    } else {
        Err(format!("as many elements as {from} for every batch, got {to}"))
    }
}

fn transpose(shape: Shape, order: &[usize]) -> Result<Shape, String> {
    if order.len() != shape.rank() {
        return Err(format!("an order of {} axes, got {}", shape.rank(), order.len()));
    }
    let dims: Vec<Dim> = order.iter().map(|axis| shape.dims()[*axis]).collect();
    Shape::new(&dims).map_err(|error| error.to_string())
}

fn fixed(shape: Shape, axis: usize) -> Result<usize, String> {
    match shape.dims().get(axis) {
        Some(Dim::Fixed(size)) => Ok(*size),
        Some(Dim::Batch) => Err(format!("a fixed axis, got the batch axis of {shape}")),
        None => Err(format!("an axis below {}, got {axis}", shape.rank())),
    }
}

fn concat(operands: &[Shape], axis: usize) -> Result<Shape, String> {
    let first = operands[0];
    let mut total = 0;
    for operand in operands {
        let size = fixed(*operand, axis)?;
        if operand.rank() != first.rank() || operand.with(axis, first.dims()[axis]) != first {
            return Err(format!("shapes equal but for axis {axis}, got {first} and {operand}"));
        }
        total += size;
    }
    Ok(first.with(axis, total.into()))
}

fn slice(shape: Shape, axis: usize, range: core::ops::Range<usize>) -> Result<Shape, String> {
    let size = fixed(shape, axis)?;
    if range.start > range.end || range.end > size {
        return Err(format!("a range inside 0..{size}, got {}..{}", range.start, range.end));
    }
    Ok(shape.with(axis, range.len().into()))
}

fn last_axis(shape: Shape) -> Result<usize, String> {
    fixed(shape, shape.rank().max(1) - 1)
}

fn pick(rows: Shape, index: Shape) -> Result<Shape, String> {
    last_axis(rows)?;
    let kept = rows.without(Axes::of(&[rows.rank() - 1]));
    if kept == index { Ok(kept) } else { Err(format!("one index for each row {kept}, got {index}")) }
}

fn unpick(values: Shape, index: Shape, classes: usize) -> Result<Shape, String> {
    equal(values, index)?;
    let mut dims = values.dims().to_vec();
    dims.push(classes.into());
    Shape::new(&dims).map_err(|_| format!("at most 3 dimensions, got {values}"))
}
