//! The fast execution of one node on slices, in `f32` or `f64`.
//!
//! The eager tape calls it for every node; a plan calls it for the nodes that it does not fuse. It translates an
//! operation and its operands' sizes into calls of kernels and must not know the graph around the node.

use chainrule_kernels::reduce::{self, Walk};
use chainrule_kernels::{Product, Real, Zeros, map, rows};

use crate::feed::Moment;
use crate::op::Op;
use crate::random::{Purpose, Stream};
use crate::reference::stream_index;
use crate::{Axes, Extents, MAX_RANK};

/// An array in somebody else's memory: sizes and row-major values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<V> {
    pub(crate) extents: Extents,
    pub(crate) values: V,
}

/// An operand.
type Operand<'a, T> = View<&'a [T]>;

/// The scratch memory that [`execute`] needs, in elements.
pub(crate) fn scratch_len(op: &Op, operands: &[Extents], out: Extents) -> usize {
    match op {
        Op::MatMul { .. } => {
            let skipping = Stack::new(op, operands, out).map(|stack| stack.skipping(Zeros::Skip));
            skipping.map_or(0, |stack| stack.product.scratch_len())
        }
        _ => 0,
    }
}

/// Computes `op` of `operands` into `out`, all of whose elements are written.
///
/// Inputs and parameters are the caller's own arrays; there is nothing to compute for them.
pub(crate) fn execute<T: Real>(
    op: &Op,
    operands: &[Operand<'_, T>],
    out: View<&mut [T]>,
    moment: Moment,
    scratch: &mut [T],
) {
    let View { extents, values: result } = out;
    match op {
        Op::Input { .. } | Op::Param { .. } => {}
        Op::Constant(literal) => {
            result.iter_mut().zip(literal.values()).for_each(|(out, value)| *out = T::from_f64(*value));
        }
        Op::Random { stream, .. } => random(*stream, moment, 0, result),
        Op::Unary(function) => map::unary(*function, operands[0].values, result),
        Op::Binary(function) => map::binary(*function, operands[0].values, operands[1].values, result),
        Op::MatMul { .. } => {
            if let Some(stack) = Stack::new(op, &[operands[0].extents, operands[1].extents], extents) {
                stack.run(operands[0].values, operands[1].values, result, scratch);
            }
        }
        Op::Sum(axes) => reduce::sum(&repetition(operands[0].extents, *axes), operands[0].values, result),
        Op::MaxOver(axes) => reduce::max(&repetition(operands[0].extents, *axes), operands[0].values, result),
        Op::Broadcast { axes, .. } => {
            reduce::copy(&repetition(extents, *axes).reversed(), operands[0].values, result);
        }
        Op::Reshape(_) => result.copy_from_slice(operands[0].values),
        Op::Transpose(order) => transpose(operands[0], &order.axes(), extents, result),
        Op::Concat { .. } => concat(op, operands.iter().copied(), View { extents, values: result }),
        Op::Slice { axis, start, .. } => slice(operands[0], [*axis, *start], extents, result),
        Op::LogSoftmax => rows::log_softmax(last(extents), operands[0].values, result),
        Op::Pick => {
            rows::pick(last(operands[0].extents), operands[0].values, operands[1].values, result);
        }
        Op::Unpick { classes } => {
            rows::unpick(*classes, operands[0].values, operands[1].values, result);
        }
    }
}

/// A matrix product repeated over the leading axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack {
    pub(crate) product: Product,
    pub(crate) copies: usize,
}

impl Stack {
    /// The product that a matrix multiplication of these sizes needs; `None` for any other operation.
    pub(crate) fn new(op: &Op, operands: &[Extents], out: Extents) -> Option<Self> {
        let Op::MatMul { transpose_a, transpose_b } = *op else { return None };
        // From the operands and not from `out`, whose two sizes the compiler would read as one vector, just after they were
        // written one by one: the processor waits 20 ns for that (Zen 5).
        let matrix = |operand: usize, transposed: bool| {
            let sizes = operands[operand].sizes();
            let [rows, columns] = [sizes[sizes.len() - 2], sizes[sizes.len() - 1]];
            if transposed { [columns, rows] } else { [rows, columns] }
        };
        let ([m, k], [_, n]) = (matrix(0, transpose_a), matrix(1, transpose_b));
        let product = Product { transpose_a, transpose_b, ..Product::new(m, n, k) };
        let (leading, _) = out.sizes().split_at(out.sizes().len() - 2);
        Some(Stack { product, copies: leading.iter().product() })
    }

    /// The same product, which may leave out terms with zeros of its first operand.
    pub(crate) fn skipping(mut self, zeros: Zeros) -> Self {
        self.product.zeros = zeros;
        self
    }

    /// `out = op(a) op(b)` for each pair of matrices.
    pub(crate) fn run<T: Real>(&self, a: &[T], b: &[T], out: &mut [T], scratch: &mut [T]) {
        let Product { m, n, k, .. } = self.product;
        for copy in 0..self.copies {
            let [a, b] = [&a[copy * m * k..][..m * k], &b[copy * k * n..][..k * n]];
            self.product.run(a, b, &mut out[copy * m * n..][..m * n], scratch);
        }
    }
}

/// The walk over an array of `extents` whose partner lacks `axes`: it is read in full and its partner is written.
fn repetition(extents: Extents, axes: Axes) -> Walk {
    if axes == Axes::all(axes.len()) {
        return leading(extents, axes.len());
    }
    let sizes: Vec4 = right(extents.sizes());
    let mut partner = [0; MAX_RANK];
    let mut stride = 1;
    for axis in (0..extents.sizes().len()).rev().filter(|axis| !axes.contains(*axis)) {
        partner[axis] = stride;
        stride *= extents.sizes()[axis];
    }
    let rank = extents.sizes().len();
    Walk { sizes, from: strides(&extents.strides()[..rank]), to: strides(&partner[..rank]) }
}

/// The same where the partner lacks the first axes, which is what batches ask for: the rows of a matrix, one after another.
fn leading(extents: Extents, axes: usize) -> Walk {
    let (rows, columns) = extents.sizes().split_at(axes);
    let (rows, columns): (usize, usize) = (rows.iter().product(), columns.iter().product());
    if columns == 1 {
        return Walk { sizes: [1, 1, 1, rows], from: [0, 0, 0, 1], to: [0; 4] };
    }
    Walk { sizes: [1, 1, rows, columns], from: [0, 0, columns, 1], to: [0, 0, 0, 1] }
}

type Vec4 = [usize; MAX_RANK];

/// Sizes moved to the innermost loops, ones before them.
fn right(sizes: &[usize]) -> Vec4 {
    let mut padded = [1; MAX_RANK];
    padded[MAX_RANK - sizes.len()..].copy_from_slice(sizes);
    padded
}

/// Strides moved to the innermost loops, zeros before them.
fn strides(strides: &[usize]) -> Vec4 {
    let mut padded = [0; MAX_RANK];
    padded[MAX_RANK - strides.len()..].copy_from_slice(strides);
    padded
}

fn transpose<T: Real>(x: Operand<'_, T>, order: &[usize], extents: Extents, out: &mut [T]) {
    let from = x.extents.strides();
    let mut moved = [0; MAX_RANK];
    moved.iter_mut().zip(order).for_each(|(to, axis)| *to = from[*axis]);
    let rank = order.len();
    let to = strides(&extents.strides()[..rank]);
    let walk = Walk { sizes: right(extents.sizes()), from: strides(&moved[..rank]), to };
    reduce::copy(&walk, x.values, out);
}

/// The operands of a concatenation one after another; `op` is nothing else.
pub(crate) fn concat<'a, T: Real>(
    op: &Op,
    operands: impl Iterator<Item = Operand<'a, T>>,
    out: View<&mut [T]>,
) {
    let Op::Concat { axis } = *op else { unreachable!("only a concatenation has many operands") };
    let to = out.extents.strides();
    let mut start = 0;
    for operand in operands {
        let rank = operand.extents.sizes().len();
        let walk = Walk {
            sizes: right(operand.extents.sizes()),
            from: strides(&operand.extents.strides()[..rank]),
            to: strides(&to[..rank]),
        };
        let begin = (start * to[axis]).min(out.values.len());
        reduce::copy(&walk, operand.values, &mut out.values[begin..]);
        start += operand.extents.sizes()[axis];
    }
}

fn slice<T: Real>(x: Operand<'_, T>, [axis, start]: [usize; 2], extents: Extents, out: &mut [T]) {
    let from = x.extents.strides();
    let rank = extents.sizes().len();
    let walk = Walk {
        sizes: right(extents.sizes()),
        from: strides(&from[..rank]),
        to: strides(&extents.strides()[..rank]),
    };
    let begin = (start * from[axis]).min(x.values.len());
    reduce::copy(&walk, &x.values[begin..], out);
}

/// Uniform numbers with 24 bits in either precision, so that `f32` and `f64` see the same masks; from number `first` on.
pub(crate) fn random<T: Real>(stream: u64, moment: Moment, first: u64, out: &mut [T]) {
    let stream = Stream::new(moment.seed, Purpose::Dropout, stream_index(stream, moment.step));
    let mut block = [0.0f32; 64];
    for (number, chunk) in out.chunks_mut(block.len()).enumerate() {
        let filled = &mut block[..chunk.len()];
        stream.fill_uniform_f32(first + number as u64 * 64, filled);
        chunk.iter_mut().zip(filled).for_each(|(out, value)| *out = T::from_f64(f64::from(*value)));
    }
}

/// What a sum or maximum over no rows is; `op` is nothing else.
pub(crate) fn begin_reduction<T: Real>(op: &Op, out: &mut [T]) {
    out.fill(if matches!(op, Op::MaxOver(_)) { T::NEG_INFINITY } else { T::ZERO });
}

/// Takes more rows into a sum or maximum, after those that it has; `op` is nothing else.
pub(crate) fn continue_reduction<T: Real>(op: &Op, x: Operand<'_, T>, out: &mut [T]) {
    match op {
        Op::Sum(axes) => reduce::add_to_sum(&repetition(x.extents, *axes), x.values, out),
        Op::MaxOver(axes) => reduce::raise_max(&repetition(x.extents, *axes), x.values, out),
        _ => unreachable!("only a sum or a maximum goes on from part to part"),
    }
}

/// The size of the last axis.
fn last(extents: Extents) -> usize {
    extents.sizes().last().copied().unwrap_or(1)
}
