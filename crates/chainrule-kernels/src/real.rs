//! The scalar type of every kernel: `f32` for speed, `f64` for checking.
//!
//! The transcendental functions are our own (`elementary.rs`, for those of `f32` that training spends its time in) or the
//! `libm` crate's, and never the platform's C library's, so that the same input gives the same bits on every operating
//! system. Must not know: slices, graphs, threads.

use core::fmt::{Debug, Display};
use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::elementary;
use crate::gemm::lanes::Vectors;

/// A floating-point number that kernels compute with: [`f32`] or [`f64`].
///
/// Every method is a pure function of its arguments and gives the same bits on every target.
pub trait Real:
    Copy
    + Debug
    + Display
    + Default
    + PartialOrd
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
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The smallest positive normal number; guards a division whose numerator is 0 whenever the denominator is.
    const MIN_POSITIVE: Self;
    /// Minus infinity: the neutral element of the maximum.
    const NEG_INFINITY: Self;
    /// The name of the type as model files and messages print it: `f32` or `f64`.
    const NAME: &'static str;

    /// The nearest value to `x`; beyond the range it becomes infinite.
    fn from_f64(x: f64) -> Self;
    /// The same value as `f64`, exactly.
    fn to_f64(self) -> f64;
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
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;

    /// The larger of the two; NaN if either is NaN, so that a fault is never hidden.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        let is_nan = self.partial_cmp(&self).is_none();
        if self > other || is_nan { self } else { other }
    }

    /// Heaviside's step: 1 above 0, else 0 (0 at 0; NaN gives 0).
    #[inline(always)]
    fn step(self) -> Self {
        if self > Self::ZERO { Self::ONE } else { Self::ZERO }
    }

    /// The rectifier `max(x, 0)`; NaN stays NaN.
    #[inline(always)]
    fn relu(self) -> Self {
        if self <= Self::ZERO { Self::ZERO } else { self }
    }

    /// The logistic function `1 / (1 + e^-x)`, in \[0, 1\], without overflow for any x.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let decayed = (-self.abs()).exp();
        let numerator = if self >= Self::ZERO { Self::ONE } else { decayed };
        numerator / (Self::ONE + decayed)
    }

    /// `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`, without overflow for any x.
    #[inline(always)]
    fn softplus(self) -> Self {
        self.relu() + (-self.abs()).exp().ln_1p()
    }
}

macro_rules! impl_real {
    ($type:ident, [$($method:ident = $function:path),*]) => {
        impl Real for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const MIN_POSITIVE: Self = $type::MIN_POSITIVE;
            const NEG_INFINITY: Self = $type::NEG_INFINITY;
            const NAME: &'static str = stringify!($type);

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $type
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
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
            fn is_finite(self) -> bool {
                $type::is_finite(self)
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
