//! The closed list of operations. An operation holds its attributes, never its operands.
//!
//! Everything that a feed-forward network needs is one of these or a composition of them; a function becomes an
//! operation only where composing it would lose accuracy or a factor of two. Every reader of the graph matches this
//! list without a catch-all arm, so that the compiler asks for each missing rule of a new operation.

use core::fmt;
use std::sync::Arc;

pub use chainrule_kernels::{Binary, Unary};

use crate::{Axes, Shape};

/// What a node of the graph computes from its operands `a`, `b`, ...
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The `slot`-th array that the caller feeds.
    Input {
        /// Position in the list of fed arrays.
        slot: usize,
        /// Shape of the array.
        shape: Shape,
    },
    /// A range of the flat parameter buffer, beginning at `offset`.
    Param {
        /// First element in the parameter buffer.
        offset: usize,
        /// Shape; has no batch.
        shape: Shape,
    },
    /// Numbers known when the graph is built.
    Constant(Literal),
    /// Independent uniform numbers in [0, 1): element `i` is a function of (seed, stream, step, `i`) alone.
    Random {
        /// Which of the graph's independent streams.
        stream: u64,
        /// Shape of the array.
        shape: Shape,
    },
    /// A scalar function of each element of `a`.
    Unary(Unary),
    /// A scalar function of each pair of elements of `a` and `b`, which have the same shape.
    Binary(Binary),
    /// `op(a) op(b)`, where `op` transposes the last two axes or not; leading axes are equal and go along.
    MatMul {
        /// Whether `a` is stored as its transpose.
        transpose_a: bool,
        /// Whether `b` is stored as its transpose.
        transpose_b: bool,
    },
    /// The sum over `axes`, which disappear.
    Sum(Axes),
    /// The largest element over `axes`, which disappear.
    MaxOver(Axes),
    /// Repetition along new axes: `shape` is the result, `axes` those of its axes that `a` lacks. The adjoint of `Sum`.
    Broadcast {
        /// The new axes, as positions in `shape`.
        axes: Axes,
        /// The result's shape.
        shape: Shape,
    },
    /// The same elements in row-major order under another shape.
    Reshape(Shape),
    /// Axes in another order: axis `i` of the result is axis `order[i]` of `a`.
    Transpose(Order),
    /// The operands one after another along `axis`.
    Concat {
        /// The axis along which the operands follow each other; fixed in all of them.
        axis: usize,
    },
    /// The part `start..end` of `a` along `axis`.
    Slice {
        /// The axis that is cut; fixed.
        axis: usize,
        /// First position kept.
        start: usize,
        /// First position after `start` that is not kept.
        end: usize,
    },
    /// `a - ln(sum(e^a))` along the last axis, with the maximum taken out.
    LogSoftmax,
    /// From each row of `a` the element at the position that `b` holds: `out[i] = a[i, b[i]]`; NaN if there is none.
    Pick,
    /// The adjoint of `Pick`: `out[i, j] = a[i] if j = b[i] else 0`.
    Unpick {
        /// Length of the new last axis.
        classes: usize,
    },
}

impl Op {
    /// The operation's name, as printed graphs and messages show it.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Input { .. } => "input",
            Op::Param { .. } => "param",
            Op::Constant(_) => "constant",
            Op::Random { .. } => "random",
            Op::Unary(function) => function.name(),
            Op::Binary(function) => function.name(),
            Op::MatMul { .. } => "matmul",
            Op::Sum(_) => "sum",
            Op::MaxOver(_) => "max_over",
            Op::Broadcast { .. } => "broadcast",
            Op::Reshape(_) => "reshape",
            Op::Transpose(_) => "transpose",
            Op::Concat { .. } => "concat",
            Op::Slice { .. } => "slice",
            Op::LogSoftmax => "log_softmax",
            Op::Pick => "pick",
            Op::Unpick { .. } => "unpick",
        }
    }

    /// The number of operands, or `None` where any number from one up will do.
    pub fn arity(&self) -> Option<usize> {
        match self {
            Op::Input { .. } | Op::Param { .. } | Op::Constant(_) | Op::Random { .. } => Some(0),
            Op::Unary(_)
            | Op::Sum(_)
            | Op::MaxOver(_)
            | Op::Broadcast { .. }
            | Op::Reshape(_)
            | Op::Transpose(_)
            | Op::Slice { .. }
            | Op::LogSoftmax => Some(1),
            Op::Binary(_) | Op::MatMul { .. } | Op::Pick | Op::Unpick { .. } => Some(2),
            Op::Concat { .. } => None,
        }
    }
}

impl fmt::Display for Op {
    /// The name with the attributes that the result's shape does not already tell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Op::Input { slot, .. } => write!(f, "#{slot}"),
            Op::Param { offset, .. } => write!(f, "@{offset}"),
            Op::Constant(literal) => write!(f, " {literal}"),
            Op::Random { stream, .. } => write!(f, "#{stream}"),
            Op::MatMul { transpose_a, transpose_b } => {
                f.write_str(if *transpose_a { "ᵀ" } else { "" })?;
                f.write_str(if *transpose_b { "·ᵀ" } else { "" })
            }
            Op::Sum(axes) | Op::MaxOver(axes) | Op::Broadcast { axes, .. } => write!(f, "{axes}"),
            Op::Transpose(order) => write!(f, "{:?}", order.axes()),
            Op::Concat { axis } => write!(f, "[{axis}]"),
            Op::Slice { axis, start, end } => write!(f, "[{axis}: {start}..{end}]"),
            Op::Unary(_) | Op::Binary(_) | Op::Reshape(_) | Op::LogSoftmax | Op::Pick | Op::Unpick { .. } => {
                Ok(())
            }
        }
    }
}

/// The values of a constant: fixed shape, row-major, compared bit by bit.
#[derive(Clone, Debug)]
pub struct Literal {
    shape: Shape,
    values: Arc<[f64]>,
}

impl Literal {
    /// One number.
    pub fn scalar(value: f64) -> Self {
        Literal { shape: Shape::SCALAR, values: Arc::new([value]) }
    }

    /// An array; `None` if `values` does not have exactly as many elements as `shape`, or `shape` has a batch.
    pub fn new(shape: Shape, values: &[f64]) -> Option<Self> {
        let fits = !shape.has_batch() && shape.elements(1) == values.len();
        fits.then(|| Literal { shape, values: values.into() })
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The numbers, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    fn bits(&self) -> impl Iterator<Item = u64> {
        self.values.iter().map(|value| value.to_bits())
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.bits().eq(other.bits())
    }
}

impl Eq for Literal {}

impl core::hash::Hash for Literal {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.shape.hash(state);
        self.bits().for_each(|bits| bits.hash(state));
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values() {
            [single] => write!(f, "{single}"),
            many => write!(f, "({} values)", many.len()),
        }
    }
}

/// A permutation of the axes of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    rank: u8,
    axes: [u8; crate::MAX_RANK],
}

impl Order {
    /// The permutation that puts axis `axes[i]` at position `i`; `None` unless each of 0..n occurs exactly once.
    pub fn new(axes: &[usize]) -> Option<Self> {
        let complete = axes.len() <= crate::MAX_RANK && (0..axes.len()).all(|axis| axes.contains(&axis));
        complete.then(|| {
            let mut order = Order { rank: axes.len() as u8, axes: [0; crate::MAX_RANK] };
            order.axes.iter_mut().zip(axes).for_each(|(to, from)| *to = *from as u8);
            order
        })
    }

    /// The axes in their new order.
    pub fn axes(&self) -> Vec<usize> {
        self.axes[..usize::from(self.rank)].iter().map(|axis| usize::from(*axis)).collect()
    }

    /// The permutation that undoes this one.
    pub fn inverse(&self) -> Self {
        let mut inverse = *self;
        for (to, from) in self.axes().into_iter().enumerate() {
            inverse.axes[from] = to as u8;
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::{Literal, Order};

    #[test]
    fn an_order_followed_by_its_inverse_changes_nothing() {
        let order = Order::new(&[2, 0, 3, 1]).unwrap();
        assert_eq!(order.inverse().axes(), [1, 3, 0, 2]);
        assert!(Order::new(&[0, 0]).is_none());
    }

    #[test]
    fn literals_compare_by_bits() {
        assert_ne!(Literal::scalar(0.0), Literal::scalar(-0.0));
        assert_eq!(Literal::scalar(f64::NAN), Literal::scalar(f64::NAN));
        assert!(Literal::new([2].into(), &[1.0]).is_none());
    }
}
