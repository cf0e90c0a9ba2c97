//! The slow, obvious evaluation in `f64`: the meaning of every operation.
//!
//! Each element is computed on its own from its definition, with no thought of speed or memory. Fast code is right when
//! it agrees with this. Must not know: kernels, plans.

use crate::array::{Array, indices};
use crate::feed::{Feed, Moment};
use crate::op::{Binary, Op, Unary};
use crate::random::{Purpose, Stream};
use crate::{Axes, Error, Extents, Graph, NodeId};

/// The value of every node that `outputs` needs, the others `None`, in the order of the graph.
///
/// # Errors
/// [`Error::FeedLength`] if an array of the feed has the wrong length.
pub fn evaluate_all(
    graph: &Graph,
    outputs: &[NodeId],
    feed: &Feed<'_, f64>,
) -> Result<Vec<Option<Array>>, Error> {
    feed.check(graph)?;
    let needed = graph.needed_by(outputs);
    let mut values: Vec<Option<Array>> = Vec::with_capacity(graph.len());
    for (id, node) in graph.nodes() {
        let value = needed[id.index()].then(|| {
            let operands: Vec<&Array> = node
                .inputs()
                .iter()
                .map(|input| values[input.index()].as_ref().expect("the operand of a needed node is needed"))
                .collect();
            evaluate_node(node.op(), &operands, node.shape().extents(feed.batch), feed)
        });
        values.push(value);
    }
    Ok(values)
}

/// The values of `outputs`.
///
/// ```
/// use chainrule_engine::{Feed, Shape, Tape, reference};
/// let tape = Tape::new();
/// let x = tape.input("x", Shape::rows(2));
/// let y = x.tanh().sum().id();
/// let recorded = tape.finish()?;
/// let rows = [0.0, 1.0, 0.0, -1.0];
/// let value = reference::evaluate(&recorded.graph, &[y], &Feed::new(2, &[&rows], &[]))?;
/// assert_eq!(value[0].values(), [0.0]);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
///
/// # Errors
/// [`Error::FeedLength`] if an array of the feed has the wrong length.
pub fn evaluate(graph: &Graph, outputs: &[NodeId], feed: &Feed<'_, f64>) -> Result<Vec<Array>, Error> {
    let values = evaluate_all(graph, outputs, feed)?;
    Ok(outputs.iter().filter_map(|id| values[id.index()].clone()).collect())
}

fn evaluate_node(op: &Op, operands: &[&Array], extents: Extents, feed: &Feed<'_, f64>) -> Array {
    let x = operands.first().copied();
    let x = || x.expect("shape inference checked the number of operands");
    match op {
        Op::Input { slot, .. } => Array::from_parts(extents, feed.inputs[*slot].to_vec()),
        Op::Param { offset, .. } => {
            Array::from_parts(extents, feed.parameters[*offset..offset + extents.elements()].to_vec())
        }
        Op::Constant(literal) => Array::from_parts(extents, literal.values().to_vec()),
        Op::Random { stream, .. } => random(extents, *stream, feed.moment),
        Op::Unary(function) => Array::from_fn(extents, |i| unary(*function, x().at(i))),
        Op::Binary(function) => Array::from_fn(extents, |i| binary(*function, x().at(i), operands[1].at(i))),
        Op::MatMul { transpose_a, transpose_b } => {
            matmul([x(), operands[1]], [*transpose_a, *transpose_b], extents)
        }
        Op::Sum(axes) => reduce(x(), *axes, extents, 0.0, |total, x| total + x),
        Op::MaxOver(axes) => reduce(x(), *axes, extents, f64::NEG_INFINITY, largest),
        Op::Broadcast { axes, .. } => Array::from_fn(extents, |i| x().at(without(i, *axes))),
        Op::Reshape(_) => Array::from_parts(extents, x().values().to_vec()),
        Op::Transpose(order) => {
            let inverse = order.inverse().axes();
            Array::from_fn(extents, |i| x().at(places(inverse.iter().map(|axis| i[*axis]))))
        }
        Op::Concat { axis } => concat(operands, *axis, extents),
        Op::Slice { axis, start, .. } => Array::from_fn(extents, |mut i| {
            i[*axis] += start;
            x().at(i)
        }),
        Op::LogSoftmax => log_softmax(x(), extents),
        Op::Pick => Array::from_fn(extents, |i| pick(x(), operands[1].at(i), i)),
        Op::Unpick { .. } => {
            let last = extents.sizes().len() - 1;
            Array::from_fn(extents, |i| {
                let row = without(i, Axes::of(&[last]));
                if operands[1].at(row) == i[last] as f64 { x().at(row) } else { 0.0 }
            })
        }
    }
}

fn unary(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Neg => -x,
        Unary::Abs => x.abs(),
        Unary::Exp => x.exp(),
        Unary::Log => x.ln(),
        Unary::Sqrt => x.sqrt(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Erf => libm::erf(x),
        Unary::Relu => largest(x, 0.0),
        Unary::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Unary::Tanh => x.tanh(),
        Unary::Softplus => largest(x, 0.0) + (-x.abs()).exp().ln_1p(),
        Unary::Step => f64::from(u8::from(x > 0.0)),
    }
}

fn binary(function: Binary, a: f64, b: f64) -> f64 {
    match function {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Pow => a.powf(b),
        Binary::Max => largest(a, b),
    }
}

/// The larger of the two; NaN if either is NaN.
fn largest(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

fn random(extents: Extents, stream: u64, moment: Moment) -> Array {
    let stream = Stream::new(moment.seed, Purpose::Dropout, stream_index(stream, moment.step));
    let values = (0..extents.elements() as u64).map(|i| f64::from(stream.uniform_f32_at(i))).collect();
    Array::from_parts(extents, values)
}

/// The index that keeps the streams of a graph apart at every step: 16 bits of stream, 48 bits of step.
pub(crate) fn stream_index(stream: u64, step: u64) -> u64 {
    stream << 48 | step & ((1 << 48) - 1)
}

fn matmul([a, b]: [&Array; 2], [transpose_a, transpose_b]: [bool; 2], extents: Extents) -> Array {
    let (row, column) = (extents.sizes().len() - 2, extents.sizes().len() - 1);
    let inner = a.sizes()[if transpose_a { row } else { column }];
    let at = |array: &Array, mut index: [usize; 4], [i, j]: [usize; 2], transposed: bool| {
        (index[row], index[column]) = if transposed { (j, i) } else { (i, j) };
        array.at(index)
    };
    Array::from_fn(extents, |index| {
        let term =
            |k| at(a, index, [index[row], k], transpose_a) * at(b, index, [k, index[column]], transpose_b);
        (0..inner).map(term).sum()
    })
}

fn reduce(x: &Array, axes: Axes, extents: Extents, start: f64, f: impl Fn(f64, f64) -> f64) -> Array {
    let mut result = Array::from_fn(extents, |_| start);
    for index in indices(x.extents()) {
        let total = result.at_mut(without(index, axes));
        *total = f(*total, x.at(index));
    }
    result
}

fn concat(operands: &[&Array], axis: usize, extents: Extents) -> Array {
    Array::from_fn(extents, |mut index| {
        let mut operands = operands.iter();
        loop {
            let operand = operands.next().expect("the operands cover the result");
            match index[axis].checked_sub(operand.sizes()[axis]) {
                None => return operand.at(index),
                Some(rest) => index[axis] = rest,
            }
        }
    })
}

fn log_softmax(x: &Array, extents: Extents) -> Array {
    let last = extents.sizes().len() - 1;
    Array::from_fn(extents, |index| {
        let row = |j: usize| {
            let mut index = index;
            index[last] = j;
            x.at(index)
        };
        let greatest = (0..extents.sizes()[last]).map(row).fold(f64::NEG_INFINITY, largest);
        let total: f64 = (0..extents.sizes()[last]).map(|j| (row(j) - greatest).exp()).sum();
        x.at(index) - greatest - total.ln()
    })
}

fn pick(x: &Array, position: f64, mut index: [usize; 4]) -> f64 {
    let last = x.sizes().len() - 1;
    let found = (0..x.sizes()[last]).find(|j| *j as f64 == position);
    found.map_or(f64::NAN, |j| {
        index[last] = j;
        x.at(index)
    })
}

/// The index with the places of `axes` taken out.
fn without(index: [usize; 4], axes: Axes) -> [usize; 4] {
    places(index.into_iter().enumerate().filter(|(axis, _)| !axes.contains(*axis)).map(|(_, place)| place))
}

fn places(values: impl Iterator<Item = usize>) -> [usize; 4] {
    let mut index = [0; 4];
    index.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    index
}
