//! The number type of every kernel: `f32` for speed, `f64` for checking, a [`Pack`](crate::Pack) for many networks at once.
//!
//! [`Real`] is what can be computed with, [`Scalar`] what is one number and can also be compared and converted. A kernel
//! asks for `Real` unless a branch of its own depends on a value, so the compiler shows each place where a value decides.
//!
//! The transcendental functions are our own (`elementary.rs`, for those of `f32` that training spends its time in) or the
//! `libm` crate's, and never the platform's C library's, so that the same input gives the same bits on every operating
//! system. Must not know: slices, graphs, threads.

use core::fmt::{Debug, Display};
use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::elementary;
use crate::gemm::lanes::Vectors;

/// What kernels compute with: [`f32`], [`f64`], or a [`Pack`](crate::Pack) of several of them side by side.
///
/// Every method is a pure function of its arguments and gives the same bits on every target. A type of several lanes
/// does in each lane exactly what the lane's own type does alone, and nothing passes from lane to lane.
pub trait Real:
    Copy
    + Debug
    + Default
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Sum
    + Vectors
{
    /// The one number that a lane holds; the type itself where it is one number.
    type Lane: Scalar;
    /// The numbers side by side in a value: 1 to [`MOST_LANES`].
    const LANES: usize;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The smallest positive normal number; guards a division whose numerator is 0 whenever the denominator is.
    const MIN_POSITIVE: Self;
    /// Minus infinity: the neutral element of the maximum.
    const NEG_INFINITY: Self;

    /// The nearest value to `x`, in every lane; beyond the range it becomes infinite.
    fn from_f64(x: f64) -> Self;
    /// The value whose lane `i` is `lane(i)`.
    fn from_lanes(lane: impl FnMut(usize) -> Self::Lane) -> Self;
    /// Lane number `index`, below [`LANES`](Self::LANES).
    ///
    /// # Panics
    /// If a type of several lanes has no such lane.
    fn lane(self, index: usize) -> Self::Lane;
    /// The lanes of all values one after another: `LANES` times as many numbers.
    fn as_lanes(values: &[Self]) -> &[Self::Lane];
    /// The same, to be changed.
    fn as_lanes_mut(values: &mut [Self]) -> &mut [Self::Lane];
    /// `self * a + b`, rounded once.
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// The absolute value.
    fn abs(self) -> Self;
    /// `e^x`.
    fn exp(self) -> Self;
    /// The natural logarithm; minus infinity at 0, NaN below.
    fn ln(self) -> Self;
    /// `ln(1 + x)`, accurate near 0.
    fn ln_1p(self) -> Self;
    /// `e^x - 1`, accurate near 0.
    fn exp_m1(self) -> Self;
    /// The square root, rounded correctly; NaN below 0.
    fn sqrt(self) -> Self;
    /// The sine of an angle in radians.
    fn sin(self) -> Self;
    /// The cosine of an angle in radians.
    fn cos(self) -> Self;
    /// The error function, `2/sqrt(pi) * integral of e^(-t^2) from 0 to x`, in \[-1, 1\].
    fn erf(self) -> Self;
    /// The hyperbolic tangent, in \[-1, 1\].
    fn tanh(self) -> Self;
    /// `self^exponent`, with IEEE 754's special cases (`pow(x, 0) = 1`).
    fn pow(self, exponent: Self) -> Self;
    /// The larger of the two; NaN if either is NaN, so that a fault is never hidden.
    fn max(self, other: Self) -> Self;
    /// Heaviside's step: 1 above 0, else 0 (0 at 0; NaN gives 0).
    fn step(self) -> Self;
    /// The rectifier `max(x, 0)`; NaN stays NaN.
    fn relu(self) -> Self;
    /// The logistic function `1 / (1 + e^-x)`, in \[0, 1\], without overflow for any x.
    fn sigmoid(self) -> Self;
    /// `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`, without overflow for any x.
    fn softplus(self) -> Self;
}

/// The most lanes that a type has.
pub const MOST_LANES: usize = 16;

/// One floating-point number: [`f32`] or [`f64`]. What several side by side cannot do: decide a branch, become an `f64`.
pub trait Scalar: Real<Lane = Self> + Display + PartialOrd {
    /// The name of the type as model files and messages print it: `f32` or `f64`.
    const NAME: &'static str;

    /// The same value as `f64`, exactly.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
}

macro_rules! impl_real {
    ($type:ident, [$($method:ident = $function:path),*]) => {
        impl Scalar for $type {
            const NAME: &'static str = stringify!($type);

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $type::is_finite(self)
            }
        }

        impl Real for $type {
            type Lane = Self;
            const LANES: usize = 1;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const MIN_POSITIVE: Self = $type::MIN_POSITIVE;
            const NEG_INFINITY: Self = $type::NEG_INFINITY;

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $type
            }
            #[inline(always)]
            fn from_lanes(mut lane: impl FnMut(usize) -> Self) -> Self {
                lane(0)
            }
            #[inline(always)]
            fn lane(self, _: usize) -> Self {
                self
            }
            #[inline(always)]
            fn as_lanes(values: &[Self]) -> &[Self] {
                values
            }
            #[inline(always)]
            fn as_lanes_mut(values: &mut [Self]) -> &mut [Self] {
                values
            }
            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                $type::mul_add(self, a, b)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $type::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $type::sqrt(self)
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn step(self) -> Self {
                if self > 0.0 { 1.0 } else { 0.0 }
            }
            #[inline(always)]
            fn relu(self) -> Self {
                if self <= 0.0 { 0.0 } else { self }
            }
            #[inline(always)]
            fn sigmoid(self) -> Self {
                let decayed = Real::exp(-Real::abs(self));
                let numerator = if self >= 0.0 { 1.0 } else { decayed };
                numerator / (1.0 + decayed)
            }
            #[inline(always)]
            fn softplus(self) -> Self {
                Real::relu(self) + Real::ln_1p(Real::exp(-Real::abs(self)))
            }
            #[inline(always)]
            fn pow(self, exponent: Self) -> Self {
                libm::Libm::<$type>::pow(self, exponent)
            }
            $(
                #[inline(always)]
                fn $method(self) -> Self {
                    $function(self)
                }
            )*
        }
    };
}

impl_real!(
    f32,
    [
        exp = elementary::exp,
        ln = elementary::ln,
        ln_1p = elementary::ln_1p,
        exp_m1 = libm::expm1f,
        sin = libm::sinf,
        cos = libm::cosf,
        erf = libm::erff,
        tanh = elementary::tanh
    ]
);
impl_real!(
    f64,
    [
        exp = libm::exp,
        ln = libm::log,
        ln_1p = libm::log1p,
        exp_m1 = libm::expm1,
        sin = libm::sin,
        cos = libm::cos,
        erf = libm::erf,
        tanh = libm::tanh
    ]
);

#[cfg(test)]
mod tests {
    use super::Real;

    #[test]
    fn sigmoid_and_softplus_survive_large_arguments() {
        for x in [1e4f32, -1e4, f32::MAX, f32::MIN] {
            assert!((0.0..=1.0).contains(&Real::sigmoid(x)));
            assert_eq!(x.softplus(), Real::max(x, 0.0));
        }
    }

    #[test]
    fn maximum_and_relu_keep_nan() {
        assert!(Real::max(f64::NAN, 1.0).is_nan() && Real::max(1.0, f64::NAN).is_nan());
        assert!(Real::relu(f64::NAN).is_nan());
    }

    #[test]
    fn step_is_zero_at_zero() {
        assert_eq!((Real::step(0.0f64), Real::step(-0.0f64), Real::step(f64::MIN_POSITIVE)), (0.0, 0.0, 1.0));
    }
}
