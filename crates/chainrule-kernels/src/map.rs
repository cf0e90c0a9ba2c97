//! Elementwise loops: one scalar function over whole slices, and the passes that end a matrix product.
//!
//! The loops are plain: cut by hand into chunks of one vector, with an overlapping last one, they were no faster at 20
//! elements and 20 times slower at 4096, where the compiler made gathers of them (rustc 1.95).
//! To such a loop a slice of packs is a longer slice of their lanes, so both take the same compiled loop.
//! Must not know: layers, what a slice is for.

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

/// The activations that are computed in one pass with the bias before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `z` itself.
    Identity,
    /// `max(z, 0)`.
    Relu,
    /// `1 / (1 + e^-z)`.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
}

/// `out[i] = f(out[i] + row[i mod n])` for a row of n elements: the bias and the activation of a layer, in one pass.
///
/// An empty row leaves `out` as it is.
///
/// ```
/// use chainrule_kernels::map::{self, Activation};
/// let mut out = [1.0, -5.0, 3.0, 4.0];
/// map::add_row(Activation::Relu, &[0.5, 2.0], &mut out);
/// assert_eq!(out, [1.5, 0.0, 3.5, 6.0]);
/// ```
pub fn add_row<T: Real>(activation: Activation, row: &[T], out: &mut [T]) {
    match activation {
        Activation::Identity => update(
            row,
            out,
            #[inline(always)]
            |out, row| out + row,
        ),
        Activation::Relu => update(
            row,
            out,
            #[inline(always)]
            |out, row| (out + row).relu(),
        ),
        Activation::Sigmoid => update(
            row,
            out,
            #[inline(always)]
            |out, row| (out + row).sigmoid(),
        ),
        Activation::Tanh => update(
            row,
            out,
            #[inline(always)]
            |out, row| (out + row).tanh(),
        ),
    }
}

/// The derivative of an activation, from the activation's value `a`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slope<T> {
    /// `step(a)`, of the rectifier.
    Step,
    /// `a (one - a)`, of the logistic function where `one` is 1.
    Sigmoid {
        /// The largest value of the function.
        one: T,
    },
    /// `one - a a`, of the hyperbolic tangent where `one` is 1.
    Tanh {
        /// The largest value of the function.
        one: T,
    },
}

/// `out[i] = out[i] slope(a[i])`: a layer's adjoint taken back through its activation, in one pass.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use chainrule_kernels::map::{self, Slope};
/// let mut out = [3.0, 4.0];
/// map::scale_by_slope(Slope::Step, &[-1.0, 2.0], &mut out);
/// assert_eq!(out, [0.0, 4.0]);
/// map::scale_by_slope(Slope::Sigmoid { one: 1.0 }, &[0.5, 0.25], &mut out);
/// assert_eq!(out, [0.0, 0.75]);
/// ```
pub fn scale_by_slope<T: Real>(slope: Slope<T>, a: &[T], out: &mut [T]) {
    assert_eq!(a.len(), out.len(), "scale_by_slope: one value for each element");
    match slope {
        Slope::Step => update(
            a,
            out,
            #[inline(always)]
            |out, a| out * a.step(),
        ),
        Slope::Sigmoid { one } => update(
            a,
            out,
            #[inline(always)]
            |out, a| out * (a * (one - a)),
        ),
        Slope::Tanh { one } => update(
            a,
            out,
            #[inline(always)]
            |out, a| out * (one - a * a),
        ),
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

/// `out[i] = f(out[i], row[i mod n])`.
#[inline(always)]
fn update<T: Real>(row: &[T], out: &mut [T], f: impl Fn(T, T) -> T) {
    dispatch(
        #[inline(always)]
        || {
            // A loop and no adapter, which would not be inlined for packs.
            for out in out.chunks_mut(row.len().max(1)) {
                for (out, row) in out.iter_mut().zip(row) {
                    *out = f(*out, *row);
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::{Activation, Slope, add_row, binary, scale_by_slope, unary};
    use crate::{Binary, Real, Unary};

    type Function = fn(f32) -> f32;

    fn wave(len: usize, step: f32) -> Vec<f32> {
        (0..len).map(|i| (i as f32 * step).sin() * 3.0).collect()
    }

    #[test]
    fn bias_and_activation_have_the_bits_of_two_passes() {
        let functions: [(Activation, Function); 4] = [
            (Activation::Identity, |z| z),
            (Activation::Relu, Real::relu),
            (Activation::Sigmoid, Real::sigmoid),
            (Activation::Tanh, Real::tanh),
        ];
        for (activation, function) in functions {
            for width in [1, 2, 3, 10, 15, 16, 17, 50, 64, 257] {
                for len in [0, 1, width - 1, width, width + 1, 3 * width, 500] {
                    let (row, before) = (wave(width, 0.9), wave(len, 0.37));
                    let mut out = before.clone();
                    add_row(activation, &row, &mut out);
                    let mut rows = before.iter().zip(row.iter().cycle()).zip(&out);
                    let same =
                        |((z, row), out): ((&f32, &f32), &f32)| function(z + row).to_bits() == out.to_bits();
                    assert!(rows.all(same), "{activation:?}, {len} elements in rows of {width}");
                }
            }
        }
    }

    #[test]
    fn an_empty_row_adds_nothing() {
        let mut out = [1.0, 2.0];
        add_row(Activation::Tanh, &[], &mut out);
        assert_eq!(out, [1.0, 2.0]);
    }

    #[test]
    fn slopes_have_the_bits_of_their_formulas() {
        for len in [0, 1, 15, 16, 17, 100, 257] {
            let (a, before) = (wave(len, 1.1), wave(len, 0.37));
            let cases: [(Slope<f32>, Function); 3] = [
                (Slope::Step, Real::step),
                (Slope::Sigmoid { one: 1.0 }, |a| a * (1.0 - a)),
                (Slope::Tanh { one: 1.0 }, |a| 1.0 - a * a),
            ];
            for (slope, formula) in cases {
                let mut out = before.clone();
                scale_by_slope(slope, &a, &mut out);
                let same = |((g, a), out): ((&f32, &f32), &f32)| (g * formula(*a)).to_bits() == out.to_bits();
                assert!(before.iter().zip(&a).zip(&out).all(same), "{slope:?}, {len} elements");
            }
        }
    }

    #[test]
    fn a_fault_goes_through_bias_and_slope() {
        let mut out = [f32::NAN, f32::INFINITY];
        add_row(Activation::Relu, &[1.0, f32::NEG_INFINITY], &mut out);
        assert!(out.iter().all(|out| out.is_nan()));
        let mut out = [f32::INFINITY];
        scale_by_slope(Slope::Step, &[0.0], &mut out);
        assert!(out[0].is_nan());
    }

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
