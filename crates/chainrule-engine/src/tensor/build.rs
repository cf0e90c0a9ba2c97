//! The functions of a tensor, each appending the node or nodes that compute it.

use super::Tensor;
use crate::op::{Binary, Op, Order, Unary};
use crate::{Axes, Dim, Error, Shape, Tape};

/// A tensor, or a number that becomes one.
pub trait IntoTensor<'t> {
    /// The tensor on `tape`.
    fn into_tensor(self, tape: &'t Tape) -> Tensor<'t>;
}

impl<'t> IntoTensor<'t> for Tensor<'t> {
    fn into_tensor(self, _: &'t Tape) -> Tensor<'t> {
        self
    }
}

impl<'t> IntoTensor<'t> for f64 {
    #[track_caller]
    fn into_tensor(self, tape: &'t Tape) -> Tensor<'t> {
        tape.scalar(self)
    }
}

macro_rules! unary {
    ($($(#[$doc:meta])* $method:ident => $function:ident;)*) => {
        /// Functions of each element.
        impl<'t> Tensor<'t> {
            $($(#[$doc])* #[track_caller] #[must_use] pub fn $method(self) -> Self {
                self.tape.push(Op::Unary(Unary::$function), &[self])
            })*
        }
    };
}

unary! {
    /// `|x|`; its slope at 0 is 0.
    abs => Abs;
    /// `e^x`.
    exp => Exp;
    /// The natural logarithm.
    ln => Log;
    /// The square root.
    sqrt => Sqrt;
    /// The sine of radians.
    sin => Sin;
    /// The cosine of radians.
    cos => Cos;
    /// The error function.
    erf => Erf;
    /// `max(x, 0)`; its slope at 0 is 0.
    relu => Relu;
    /// `1 / (1 + e^-x)`.
    sigmoid => Sigmoid;
    /// The hyperbolic tangent.
    tanh => Tanh;
    /// `ln(1 + e^x)`.
    softplus => Softplus;
    /// 1 above 0, else 0; its slope is 0.
    step => Step;
}

/// Functions of each pair of elements, and products.
impl<'t> Tensor<'t> {
    #[track_caller]
    pub(super) fn binary(self, function: Binary, other: impl IntoTensor<'t>) -> Self {
        let other = other.into_tensor(self.tape);
        let [a, b] = [self, other].map(Tensor::shape);
        match (a.dims().ends_with(b.dims()), b.dims().ends_with(a.dims())) {
            (true, false) => self.tape.push(Op::Binary(function), &[self, other.broadcast_to(a)]),
            (false, true) => self.tape.push(Op::Binary(function), &[self.broadcast_to(b), other]),
            _ => self.tape.push(Op::Binary(function), &[self, other]),
        }
    }

    /// `self^exponent`.
    #[track_caller]
    #[must_use]
    pub fn pow(self, exponent: impl IntoTensor<'t>) -> Self {
        self.binary(Binary::Pow, exponent)
    }

    /// The larger of the two; where they are equal each gets half of the slope.
    #[track_caller]
    #[must_use]
    pub fn max(self, other: impl IntoTensor<'t>) -> Self {
        self.binary(Binary::Max, other)
    }

    /// The smaller of the two, `-max(-a, -b)`; where they are equal each gets half of the slope.
    #[track_caller]
    #[must_use]
    pub fn min(self, other: impl IntoTensor<'t>) -> Self {
        let other = other.into_tensor(self.tape);
        -(-self).max(-other)
    }

    /// `x x`.
    #[track_caller]
    #[must_use]
    pub fn square(self) -> Self {
        self * self
    }

    /// The matrix product: `[.., m, k]` with `[.., k, n]` gives `[.., m, n]`.
    #[track_caller]
    #[must_use]
    pub fn matmul(self, other: Tensor<'t>) -> Self {
        self.tape.push(Op::MatMul { transpose_a: false, transpose_b: false }, &[self, other])
    }

    /// The product with the transpose, `self otherᵀ`: `[.., m, k]` with `[.., n, k]` gives `[.., m, n]`.
    #[track_caller]
    #[must_use]
    pub fn matmul_transposed(self, other: Tensor<'t>) -> Self {
        self.tape.push(Op::MatMul { transpose_a: false, transpose_b: true }, &[self, other])
    }
}

/// Reductions and changes of shape.
impl<'t> Tensor<'t> {
    /// The sum of all elements: shape `[]`.
    #[track_caller]
    #[must_use]
    pub fn sum(self) -> Self {
        self.sum_over(Axes::all(self.shape().rank()))
    }

    /// The sum over `axes`, which disappear.
    #[track_caller]
    #[must_use]
    pub fn sum_over(self, axes: Axes) -> Self {
        self.tape.push(Op::Sum(axes), &[self])
    }

    /// The mean of all elements: shape `[]`.
    #[track_caller]
    #[must_use]
    pub fn mean(self) -> Self {
        self.mean_over(Axes::all(self.shape().rank()))
    }

    /// The mean over `axes`, which disappear; NaN if there is no element.
    #[track_caller]
    #[must_use]
    pub fn mean_over(self, axes: Axes) -> Self {
        let shape = self.shape();
        let reduced = shape.dims().iter().enumerate().filter(|(axis, _)| axes.contains(*axis));
        let (mut fixed, mut batches) = (1.0, 0);
        for (_, dim) in reduced {
            match dim {
                Dim::Fixed(size) => fixed *= *size as f64,
                Dim::Batch => batches += 1,
            }
        }
        let total = self.sum_over(axes);
        (0..batches).fold(total / fixed, |mean, _| mean / self.tape.batch_size())
    }

    /// The largest element over `axes`, which disappear; where several are largest they share the slope equally.
    #[track_caller]
    #[must_use]
    pub fn max_over(self, axes: Axes) -> Self {
        self.tape.push(Op::MaxOver(axes), &[self])
    }

    /// Repetition along new leading axes: the shape must be the end of `shape`.
    #[track_caller]
    #[must_use]
    pub fn broadcast_to(self, shape: Shape) -> Self {
        let added = shape.rank().saturating_sub(self.shape().rank());
        if added == 0 && shape == self.shape() {
            return self;
        }
        self.broadcast(Axes::all(added), shape)
    }

    /// Repetition along `axes`, the axes of `shape` that this tensor lacks.
    #[track_caller]
    #[must_use]
    pub fn broadcast(self, axes: Axes, shape: Shape) -> Self {
        self.tape.push(Op::Broadcast { axes, shape }, &[self])
    }

    /// Repetition along a new last axis of `width`: `[batch]` gives `[batch, width]`.
    #[track_caller]
    #[must_use]
    pub fn columns(self, width: usize) -> Self {
        let mut dims = self.shape().dims().to_vec();
        dims.push(width.into());
        match Shape::new(&dims) {
            Ok(shape) => self.broadcast(Axes::of(&[dims.len() - 1]), shape),
            Err(error) => self.tape.fail(error),
        }
    }

    /// The same elements in row-major order under another shape.
    #[track_caller]
    #[must_use]
    pub fn reshape(self, shape: Shape) -> Self {
        self.tape.push(Op::Reshape(shape), &[self])
    }

    /// The axes in another order: axis `i` of the result is axis `order[i]` of this tensor.
    #[track_caller]
    #[must_use]
    pub fn transpose(self, order: &[usize]) -> Self {
        match Order::new(order) {
            Some(order) => self.tape.push(Op::Transpose(order), &[self]),
            None => self.tape.fail(Error::Shape {
                operation: "transpose",
                operands: self.tape.read(|graph| vec![graph.operand(self.id)]),
                expected: format!("each of 0..{} once, got {order:?}", order.len()),
                location: core::panic::Location::caller(),
            }),
        }
    }

    /// This tensor followed by `others` along `axis`.
    #[track_caller]
    #[must_use]
    pub fn concat(self, others: &[Tensor<'t>], axis: usize) -> Self {
        let all: Vec<Tensor<'t>> = [&[self], others].concat();
        self.tape.push(Op::Concat { axis }, &all)
    }

    /// The positions `range` along `axis`.
    #[track_caller]
    #[must_use]
    pub fn slice(self, axis: usize, range: core::ops::Range<usize>) -> Self {
        self.tape.push(Op::Slice { axis, start: range.start, end: range.end }, &[self])
    }

    /// `x - ln(sum(e^x))` along the last axis.
    #[track_caller]
    #[must_use]
    pub fn log_softmax(self) -> Self {
        self.tape.push(Op::LogSoftmax, &[self])
    }

    /// From each row the element at the position that `index` holds: `[batch, n]` and `[batch]` give `[batch]`.
    #[track_caller]
    #[must_use]
    pub fn pick(self, index: Tensor<'t>) -> Self {
        self.tape.push(Op::Pick, &[self, index])
    }

    /// Rows of zeros with each element at the position that `index` holds: `[batch]` gives `[batch, classes]`.
    #[track_caller]
    #[must_use]
    pub fn unpick(self, index: Tensor<'t>, classes: usize) -> Self {
        self.tape.push(Op::Unpick { classes }, &[self, index])
    }

    /// Zeros of the same shape.
    #[track_caller]
    #[must_use]
    pub fn zeros_like(self) -> Self {
        self.tape.scalar(0.0).broadcast_to(self.shape())
    }

    /// Ones of the same shape.
    #[track_caller]
    #[must_use]
    pub fn ones_like(self) -> Self {
        self.tape.scalar(1.0).broadcast_to(self.shape())
    }
}
