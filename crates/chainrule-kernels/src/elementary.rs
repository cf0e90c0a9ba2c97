//! Exponential, logarithm and hyperbolic tangent of `f32` as straight lines of arithmetic, so that loops vectorise.
//!
//! A function of the C library is a call for each element. These have no branch and no table: both sides of a case are
//! computed and one is selected, so a loop over them becomes vector instructions at every level of [`crate::dispatch`],
//! and since every operation in them is rounded exactly once by IEEE 754, the bits are the same at every level and on
//! every processor. The measured errors, in units in the last place (ulp) of the result against `f64`, over every 509th
//! `f32`, are asserted by the tests below.
//!
//! | function | method | largest error |
//! |---|---|---|
//! | [`exp`] | `2^n e^r` with `n` the nearest whole number to `x / ln 2`, a polynomial of degree 7 for `e^r` | 1 ulp |
//! | [`ln`] | `k ln 2 + ln m` with `m` in [√½, √2), FreeBSD's polynomial in `s = (m - 1) / (m + 1)` | 1 ulp |
//! | [`ln_1p`] | `ln w + (x - (w - 1)) / w` with `w = 1 + x` rounded | 1.5 ulp |
//! | [`tanh`] | below 0.625 Cephes' odd polynomial, above `1 - 2 / (e^2x + 1)` | 2 ulp |
//!
//! Sources: W. Cody and W. Waite, "Software manual for the elementary functions", 1980 (range reduction); S. Moshier,
//! Cephes (`tanhf`); FreeBSD msun `e_logf.c` (logarithm); W. Kahan's correction for `ln_1p` (HP-15C handbook).
//! Must not know: slices, dispatch.

use core::f32::consts::LOG2_E;

/// Adding this to a number below 2^22 leaves the nearest whole number in the low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 with its low bits zero, so that a product with a small whole number is exact; and the rest.
const LN_2_HIGH: f32 = 0.693_145_75;
const LN_2_LOW: f32 = 1.428_606_8e-6;
/// The largest x below which e^x is not infinite, rounded up; and the smallest above which it is not 0, rounded down.
const OVERFLOW: f32 = 89.0;
const UNDERFLOW: f32 = -104.0;

/// `e^x`: infinity above 88.73, 0 below -103.98, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // The comparisons are false for NaN, which thus goes through.
    let x = if x > OVERFLOW { OVERFLOW } else { x };
    let x = if x < UNDERFLOW { UNDERFLOW } else { x };
    let shifted = x.mul_add(LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let r = whole.mul_add(-LN_2_LOW, whole.mul_add(-LN_2_HIGH, x));
    // Two factors, since 2^n itself may be beyond the range where the result is not.
    let half = n >> 1;
    exp_polynomial(r) * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// `e^r` for `|r| <= ln 2 / 2`: the Taylor polynomial of degree 7, whose rest is below 2^-29.
#[inline(always)]
fn exp_polynomial(r: f32) -> f32 {
    const C: [f32; 6] = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5];
    let p = C[1..].iter().fold(C[0], |p, c| p.mul_add(r, *c));
    (r * r).mul_add(p, r) + 1.0
}

/// `2^n` for `-126 <= n <= 127`.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// The natural logarithm: minus infinity at 0, NaN below, infinity at infinity.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    // A subnormal number is scaled into the normal range first.
    let is_tiny = x < f32::MIN_POSITIVE;
    let (scaled, bias) = if is_tiny { (x * 33_554_432.0, -25) } else { (x, 0) };
    // Moves the exponent's step from 1 to √½.
    let bits = scaled.to_bits().wrapping_add(0x3f80_0000 - 0x3f35_04f3);
    let k = ((bits >> 23) as i32).wrapping_sub(127).wrapping_add(bias) as f32;
    let f = f32::from_bits((bits & 0x007f_ffff).wrapping_add(0x3f35_04f3)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let r = w.mul_add(w.mul_add(0.242_790_79, 0.400_009_72), z * w.mul_add(0.284_987_87, 0.666_666_63));
    let half_square = 0.5 * f * f;
    let low = s.mul_add(half_square + r, k * 9.058_000_6e-6);
    let result = k.mul_add(0.693_138_1, low - half_square + f);
    let result = if x == f32::INFINITY { x } else { result };
    let result = if x == 0.0 { f32::NEG_INFINITY } else { result };
    // Below 0, and NaN itself.
    if x >= 0.0 { result } else { f32::NAN }
}

/// `ln(1 + x)`, accurate for small x.
#[inline(always)]
pub(crate) fn ln_1p(x: f32) -> f32 {
    let w = 1.0 + x;
    let lost = x - (w - 1.0);
    let corrected = ln(w) + lost / w;
    if x == f32::INFINITY || w == 0.0 { ln(w) } else { corrected }
}

/// The hyperbolic tangent, in \[-1, 1\].
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    const C: [f32; 5] = [-5.704_988_7e-3, 2.063_908_9e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328_2e-1];
    let z = x * x;
    let near = (C[1..].iter().fold(C[0], |p, c| p.mul_add(z, *c)) * z).mul_add(x, x);
    let far = 1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0);
    if x.abs() < 0.625 { near } else { far.copysign(x) }
}

#[cfg(test)]
mod tests {
    /// How far `found` is from `exact` in units in the last place of an `f32` of that size.
    fn ulps(found: f32, exact: f64) -> f64 {
        let nearest = exact as f32;
        if f64::from(found) == exact || found == nearest || found.is_nan() && nearest.is_nan() {
            return 0.0;
        }
        let size = nearest.abs().max(f32::MIN_POSITIVE);
        let unit = f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size);
        (f64::from(found) - exact).abs() / unit
    }

    /// The largest error over every 509th `f32`, NaN and both infinities included.
    fn worst(function: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> (f64, f32) {
        let special = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45];
        let all = (0..=u32::MAX).step_by(509).map(f32::from_bits).chain(special);
        let errors = all.map(|x| (ulps(function(x), exact(f64::from(x))), x));
        errors.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
    }

    #[test]
    fn errors_are_within_what_the_table_says() {
        let cases: [(&str, (f64, f32), f64); 4] = [
            ("exp", worst(super::exp, libm::exp), 1.0),
            ("ln", worst(super::ln, libm::log), 1.0),
            ("ln_1p", worst(super::ln_1p, libm::log1p), 1.5),
            ("tanh", worst(super::tanh, libm::tanh), 2.0),
        ];
        for (name, (error, x), bound) in cases {
            assert!(error <= bound, "{name}({x:e}) is off by {error} ulp");
        }
    }

    #[test]
    fn tanh_stays_in_its_range_and_is_odd() {
        for x in (0..=0x7f80_0000u32).step_by(1009).map(f32::from_bits) {
            let y = super::tanh(x);
            assert!((0.0..=1.0).contains(&y), "tanh({x}) = {y}");
            assert_eq!(super::tanh(-x), -y);
        }
    }

    #[test]
    fn exp_reaches_both_ends() {
        assert_eq!(super::exp(89.5), f32::INFINITY);
        assert_eq!(super::exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(super::exp(-200.0), 0.0);
        assert_eq!(super::exp(f32::NEG_INFINITY), 0.0);
        assert_eq!((super::exp(0.0), super::ln(1.0), super::tanh(0.0)), (1.0, 0.0, 0.0));
    }
}
