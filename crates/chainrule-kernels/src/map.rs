//! Elementwise loops: one scalar function over whole slices.
//!
//! To such a loop a slice of packs is a longer slice of their lanes, so both take the same compiled loop.

use crate::{Binary, Real, Scalar, Unary, dispatch};

/// `out[i] = f(x[i])`.
///
/// # Panics
/// If the lengths differ.
pub fn unary<T: Real>(function: Unary, x: &[T], out: &mut [T]) {
    assert_eq!(x.len(), out.len(), "unary: the output is as long as the input");
    unary_of_lanes(function, T::as_lanes(x), T::as_lanes_mut(out));
}

fn unary_of_lanes<T: Scalar>(function: Unary, x: &[T], out: &mut [T]) {
    match function {
        Unary::Neg => map(x, out, |x| -x),
        Unary::Abs => map(x, out, T::abs),
        Unary::Exp => map(x, out, T::exp),
        Unary::Log => map(x, out, T::ln),
        Unary::Sqrt => map(x, out, T::sqrt),
        Unary::Sin => map(x, out, T::sin),
        Unary::Cos => map(x, out, T::cos),
        Unary::Erf => map(x, out, T::erf),
        Unary::Relu => map(x, out, T::relu),
        Unary::Sigmoid => map(x, out, T::sigmoid),
        Unary::Tanh => map(x, out, T::tanh),
        Unary::Softplus => map(x, out, T::softplus),
        Unary::Step => map(x, out, T::step),
    }
}

/// `out[i] = f(a[i], b[i])`.
///
/// # Panics
/// If the lengths differ.
pub fn binary<T: Real>(function: Binary, a: &[T], b: &[T], out: &mut [T]) {
    assert!(a.len() == out.len() && b.len() == out.len(), "binary: all three slices are equally long");
    binary_of_lanes(function, T::as_lanes(a), T::as_lanes(b), T::as_lanes_mut(out));
}

fn binary_of_lanes<T: Scalar>(function: Binary, a: &[T], b: &[T], out: &mut [T]) {
    match function {
        Binary::Add => zip(a, b, out, |a, b| a + b),
        Binary::Sub => zip(a, b, out, |a, b| a - b),
        Binary::Mul => zip(a, b, out, |a, b| a * b),
        Binary::Div => zip(a, b, out, |a, b| a / b),
        Binary::Pow => zip(a, b, out, T::pow),
        Binary::Max => zip(a, b, out, T::max),
    }
}

#[inline(always)]
fn map<T: Scalar>(x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    dispatch(
        #[inline(always)]
        || out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*x)),
    );
}

#[inline(always)]
fn zip<T: Scalar>(a: &[T], b: &[T], out: &mut [T], f: impl Fn(T, T) -> T) {
    dispatch(
        #[inline(always)]
        || out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (a, b))| *out = f(*a, *b)),
    );
}

#[cfg(test)]
mod tests {
    use super::{binary, unary};
    use crate::{Binary, Unary};

    #[test]
    fn empty_slices_are_fine() {
        Unary::ALL.iter().for_each(|function| unary::<f32>(*function, &[], &mut []));
        Binary::ALL.iter().for_each(|function| binary::<f64>(*function, &[], &[], &mut []));
    }

    #[test]
    fn exact_values() {
        let mut out = [0.0; 3];
        unary(Unary::Relu, &[-1.0, 0.0, 2.0], &mut out);
        assert_eq!(out, [0.0, 0.0, 2.0]);
        binary(Binary::Pow, &[2.0, 0.0, 9.0], &[10.0, 0.0, 0.5], &mut out);
        assert_eq!(out, [1024.0, 1.0, 3.0]);
    }
}
