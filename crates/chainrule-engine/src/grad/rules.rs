//! The derivative of every operation, readable against a calculus book. A table.
//!
//! In each arm `x` (or `a`, `b`) are the operands, `y` the result, `g` the adjoint `dL/dy`; the value is the adjoint
//! that reaches the operand at `position`, or `None` where the derivative is zero everywhere.

use core::f64::consts::PI;

use crate::op::{Binary, Op, Unary};
use crate::{Axes, Dim, Shape, Tensor};

/// Where a rule is applied: the result, its adjoint, and the operand that is asked for.
pub(super) struct At<'t> {
    pub(super) y: Tensor<'t>,
    pub(super) g: Tensor<'t>,
    pub(super) position: usize,
}

pub(super) fn adjoint<'t>(op: &Op, operands: &[Tensor<'t>], at: At<'t>) -> Option<Tensor<'t>> {
    let At { y, g, position } = at;
    match op {
        Op::Input { .. } | Op::Param { .. } | Op::Constant(_) | Op::Random { .. } => None,
        Op::Unary(function) => unary(*function, operands[0], y, g),
        Op::Binary(function) => Some(binary(*function, [operands[0], operands[1]], y, g, position)),
        Op::MatMul { transpose_a, transpose_b } => {
            Some(matmul([operands[0], operands[1]], [*transpose_a, *transpose_b], g, position))
        }
        Op::Sum(axes) => Some(g.broadcast(*axes, operands[0].shape())),
        Op::MaxOver(axes) => Some(max_over(operands[0], *axes, y, g)),
        Op::Broadcast { axes, .. } => Some(g.sum_over(*axes)),
        Op::Reshape(_) => Some(g.reshape(operands[0].shape())),
        Op::Transpose(order) => Some(g.transpose(&order.inverse().axes())),
        Op::Concat { axis } => Some(part(operands, *axis, g, position)),
        Op::Slice { axis, start, end } => Some(padded(operands[0], *axis, [*start, *end], g)),
        Op::LogSoftmax => Some(log_softmax(y, g)),
        Op::Pick => (position == 0).then(|| {
            let classes = last_size(operands[0].shape());
            g.unpick(operands[1], classes)
        }),
        Op::Unpick { .. } => (position == 0).then(|| g.pick(operands[1])),
    }
}

fn unary<'t>(function: Unary, x: Tensor<'t>, y: Tensor<'t>, g: Tensor<'t>) -> Option<Tensor<'t>> {
    Some(match function {
        Unary::Neg => -g,
        Unary::Abs => g * (x.step() - (-x).step()),
        Unary::Exp => g * y,
        Unary::Log => g / x,
        Unary::Sqrt => g * 0.5 / y,
        Unary::Sin => g * x.cos(),
        Unary::Cos => -(g * x.sin()),
        Unary::Erf => g * (-(x * x)).exp() * (2.0 / PI.sqrt()),
        Unary::Relu => g * y.step(),
        Unary::Sigmoid => g * (y * (1.0 - y)),
        Unary::Tanh => g * (1.0 - y * y),
        Unary::Softplus => g * x.sigmoid(),
        Unary::Step => return None,
    })
}

fn binary<'t>(
    function: Binary,
    [a, b]: [Tensor<'t>; 2],
    y: Tensor<'t>,
    g: Tensor<'t>,
    position: usize,
) -> Tensor<'t> {
    let first = position == 0;
    match function {
        Binary::Add => g,
        Binary::Sub => {
            if first {
                g
            } else {
                -g
            }
        }
        Binary::Mul => g * if first { b } else { a },
        Binary::Div => {
            if first {
                g / b
            } else {
                -(g * y / b)
            }
        }
        Binary::Pow => {
            if first {
                g * (b * a.pow(b - 1.0))
            } else {
                g * (y * a.ln())
            }
        }
        // Half a unit from each strict comparison: 1 for the larger, 0 for the smaller, one half each at a tie.
        Binary::Max => {
            let larger = if first { a - b } else { b - a };
            g * ((larger.step() - (-larger).step()) * 0.5 + 0.5)
        }
    }
}

/// `y = op(a) op(b)`: the adjoint of a factor is `g` times the other factor's transpose, on the side it stands on.
fn matmul<'t>(
    [a, b]: [Tensor<'t>; 2],
    [transpose_a, transpose_b]: [bool; 2],
    g: Tensor<'t>,
    position: usize,
) -> Tensor<'t> {
    let product = |left: Tensor<'t>, transpose_a, right: Tensor<'t>, transpose_b| {
        left.tape().push(Op::MatMul { transpose_a, transpose_b }, &[left, right])
    };
    match (position == 0, transpose_a, transpose_b) {
        (true, false, _) => product(g, false, b, !transpose_b),
        (true, true, _) => product(b, transpose_b, g, true),
        (false, _, false) => product(a, !transpose_a, g, false),
        (false, _, true) => product(g, true, a, transpose_a),
    }
}

/// The largest elements share `g` equally.
fn max_over<'t>(x: Tensor<'t>, axes: Axes, y: Tensor<'t>, g: Tensor<'t>) -> Tensor<'t> {
    let largest = 1.0 - (y.broadcast(axes, x.shape()) - x).step();
    let share = g / largest.sum_over(axes);
    largest * share.broadcast(axes, x.shape())
}

/// The part of `g` that belongs to one of the operands of a concatenation.
fn part<'t>(operands: &[Tensor<'t>], axis: usize, g: Tensor<'t>, position: usize) -> Tensor<'t> {
    let size = |operand: &Tensor<'t>| fixed(operand.shape(), axis);
    let start: usize = operands[..position].iter().map(size).sum();
    g.slice(axis, start..start + size(&operands[position]))
}

/// `g` with zeros where the slice left elements out.
fn padded<'t>(x: Tensor<'t>, axis: usize, [start, end]: [usize; 2], g: Tensor<'t>) -> Tensor<'t> {
    let zeros = |size: usize| g.tape().scalar(0.0).broadcast_to(x.shape().with(axis, size.into()));
    zeros(start).concat(&[g, zeros(fixed(x.shape(), axis) - end)], axis)
}

/// `g - softmax(x) sum(g)`, with `softmax(x) = e^y`.
fn log_softmax<'t>(y: Tensor<'t>, g: Tensor<'t>) -> Tensor<'t> {
    let last = Axes::of(&[y.shape().rank() - 1]);
    g - y.exp() * g.sum_over(last).broadcast(last, y.shape())
}

fn fixed(shape: Shape, axis: usize) -> usize {
    match shape.dims()[axis] {
        Dim::Fixed(size) => size,
        Dim::Batch => unreachable!("shape inference lets only fixed axes be cut and joined"),
    }
}

fn last_size(shape: Shape) -> usize {
    fixed(shape, shape.rank() - 1)
}
