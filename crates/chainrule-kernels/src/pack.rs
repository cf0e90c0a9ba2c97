//! [`Pack`]: sixteen numbers of sixteen independent computations, as one number type.
//!
//! A kernel that is generic over [`Real`] and is given packs does sixteen computations at once: lane i of every result
//! depends on lane i of the operands only, by the operations that `f32` alone would do, in the same order. So each lane
//! has the bits that it would have alone. Every operation is a loop of sixteen turns that the compiler makes one
//! instruction on 512 bits, two on 256, wherever [`crate::dispatch()`] has put it.
//!
//! Must not know: what the lanes are computed for.

use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::{MOST_LANES, Real};

/// Sixteen `f32` side by side, each of which takes part in a computation of its own.
///
/// A cache line and a full vector of AVX-512 long, and aligned to it. Comparing packs, converting one to a number or
/// branching on one has no meaning, so it is [`Real`] and not [`Scalar`](crate::Scalar).
///
/// ```
/// use chainrule_kernels::{Pack, Real};
/// let lanes = Pack::from_lanes(|i| i as f32);
/// let halves = Real::mul_add(lanes, Pack::from_f64(0.5), Pack::ONE);
/// assert_eq!((halves.lane(0), halves.lane(15)), (1.0, 8.5));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Pack([f32; MOST_LANES]);

#[expect(
    clippy::needless_range_loop,
    reason = "sixteen plain turns are what the compiler joins into one instruction"
)]
impl Pack {
    /// `f` of each lane.
    #[inline(always)]
    fn map(self, f: impl Fn(f32) -> f32) -> Self {
        barrier();
        let mut result = [0.0; Pack::LANES];
        for i in 0..Pack::LANES {
            result[i] = f(self.0[i]);
        }
        Pack(result)
    }

    /// `f` of the lanes of two packs.
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        barrier();
        let mut result = [0.0; Pack::LANES];
        for i in 0..Pack::LANES {
            result[i] = f(self.0[i], other.0[i]);
        }
        Pack(result)
    }
}

/// An empty statement that no vectoriser of loops moves across.
///
/// A loop over packs contains loops of sixteen turns. The compiler unrolls those, and would then cut the outer loop into
/// vectors: gathering lane 0 of sixteen packs, then lane 1, sixteen times slower than one vector a pack. With this
/// statement in its body it leaves the outer loop alone, and joins the sixteen turns into one vector operation.
#[inline(always)]
fn barrier() {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: no instruction at all.
    unsafe {
        core::arch::asm!("", options(nomem, nostack, preserves_flags));
    }
}

/// The operators, each with its assigning form.
macro_rules! impl_operators {
    ($($operator:ident $method:ident, $assigning:ident $assigning_method:ident;)*) => {$(
        impl $operator for Pack {
            type Output = Pack;

            #[inline(always)]
            fn $method(self, other: Pack) -> Pack {
                self.zip(other, #[inline(always)] |a, b| $operator::$method(a, b))
            }
        }

        impl $assigning for Pack {
            #[inline(always)]
            fn $assigning_method(&mut self, other: Pack) {
                *self = $operator::$method(*self, other);
            }
        }
    )*};
}

impl_operators!(
    Add add, AddAssign add_assign;
    Sub sub, SubAssign sub_assign;
    Mul mul, MulAssign mul_assign;
    Div div, DivAssign div_assign;
);

impl Neg for Pack {
    type Output = Pack;

    #[inline(always)]
    fn neg(self) -> Pack {
        self.map(
            #[inline(always)]
            |x| -x,
        )
    }
}

impl Sum for Pack {
    #[inline(always)]
    fn sum<I: Iterator<Item = Pack>>(packs: I) -> Pack {
        // As the sum of `f32`: minus zero is what leaves every number as it is.
        packs.fold(
            Pack([-0.0; Pack::LANES]),
            #[inline(always)]
            |total, x| total + x,
        )
    }
}

/// The functions of one and of two numbers, lane by lane.
macro_rules! impl_real {
    (one: $($one:ident)*; two: $($two:ident)*) => {
        impl Real for Pack {
            type Lane = f32;
            const LANES: usize = MOST_LANES;
            const ZERO: Self = Pack([0.0; Pack::LANES]);
            const ONE: Self = Pack([1.0; Pack::LANES]);
            const MIN_POSITIVE: Self = Pack([f32::MIN_POSITIVE; Pack::LANES]);
            const NEG_INFINITY: Self = Pack([f32::NEG_INFINITY; Pack::LANES]);

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                Pack([x as f32; Pack::LANES])
            }
            #[inline(always)]
            fn from_lanes(lane: impl FnMut(usize) -> f32) -> Self {
                Pack(core::array::from_fn(lane))
            }
            #[inline(always)]
            fn lane(self, index: usize) -> f32 {
                self.0[index]
            }
            #[inline(always)]
            fn as_lanes(values: &[Self]) -> &[f32] {
                // SAFETY: a pack is sixteen `f32` without padding (`repr(C)`, size and alignment 64), so `n` packs are
                // `16 n` of them; the borrow is handed on.
                unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len() * Pack::LANES) }
            }
            #[inline(always)]
            fn as_lanes_mut(values: &mut [Self]) -> &mut [f32] {
                // SAFETY: as in `as_lanes`; every bit pattern of the lanes is a pack, and the borrow is exclusive.
                unsafe {
                    core::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len() * Pack::LANES)
                }
            }
            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                barrier();
                let mut result = [0.0; Pack::LANES];
                for i in 0..Pack::LANES {
                    result[i] = f32::mul_add(self.0[i], a.0[i], b.0[i]);
                }
                Pack(result)
            }
            $(
                #[inline(always)]
                fn $one(self) -> Self {
                    self.map(#[inline(always)] |x| Real::$one(x))
                }
            )*
            $(
                #[inline(always)]
                fn $two(self, other: Self) -> Self {
                    self.zip(other, #[inline(always)] |a, b| Real::$two(a, b))
                }
            )*
        }
    };
}

impl_real!(
    one: abs exp ln ln_1p exp_m1 sqrt sin cos erf tanh step relu sigmoid softplus;
    two: pow max
);

#[cfg(test)]
mod tests {
    use super::Pack;
    use crate::{Binary, Real, Unary, map};

    /// Lanes that differ in sign, size and kind.
    fn numbers(seed: usize) -> Pack {
        let special = [0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-42];
        Pack::from_lanes(|i| match (i * 7 + seed) % 9 {
            place if place < special.len() => special[place],
            place => (i as f32 - 7.3) * 0.31 * place as f32,
        })
    }

    fn assert_lanes(what: &str, pack: Pack, expected: impl Fn(usize) -> f32) {
        for i in 0..Pack::LANES {
            let (found, expected) = (pack.lane(i), expected(i));
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            assert!(same, "{what}, lane {i}: expected {expected}, got {found}");
        }
    }

    #[test]
    fn each_lane_has_the_bits_that_it_has_alone() {
        for seed in 0..9 {
            let (a, b, c) = (numbers(seed), numbers(seed + 2), numbers(seed + 5));
            assert_lanes("add", a + b, |i| a.lane(i) + b.lane(i));
            assert_lanes("sub", a - b, |i| a.lane(i) - b.lane(i));
            assert_lanes("mul", a * b, |i| a.lane(i) * b.lane(i));
            assert_lanes("div", a / b, |i| a.lane(i) / b.lane(i));
            assert_lanes("neg", -a, |i| -a.lane(i));
            assert_lanes("fma", a.mul_add(b, c), |i| a.lane(i).mul_add(b.lane(i), c.lane(i)));
            assert_lanes("sum", [a, b, c].into_iter().sum(), |i| [a, b, c].iter().map(|x| x.lane(i)).sum());
        }
    }

    #[test]
    fn functions_of_packs_are_functions_of_their_lanes() {
        for seed in 0..9 {
            let (a, b) = (numbers(seed), numbers(seed + 3));
            for function in Unary::ALL {
                let mut out = [Pack::ZERO];
                map::unary(function, &[a], &mut out);
                let alone = |i: usize| {
                    let mut out = [0.0];
                    map::unary(function, &[a.lane(i)], &mut out);
                    out[0]
                };
                assert_lanes(function.name(), out[0], alone);
            }
            for function in Binary::ALL {
                let mut out = [Pack::ZERO];
                map::binary(function, &[a], &[b], &mut out);
                let alone = |i: usize| {
                    let mut out = [0.0];
                    map::binary(function, &[a.lane(i)], &[b.lane(i)], &mut out);
                    out[0]
                };
                assert_lanes(function.name(), out[0], alone);
            }
            assert_lanes("softplus", Real::softplus(a), |i| Real::softplus(a.lane(i)));
            assert_lanes("max", Real::max(a, b), |i| Real::max(a.lane(i), b.lane(i)));
        }
    }

    #[test]
    fn packs_are_their_lanes_in_memory() {
        let mut packs = [numbers(0), numbers(1)];
        assert_eq!(Pack::as_lanes(&packs).len(), 32);
        Pack::as_lanes_mut(&mut packs)[17] = 42.0;
        assert_eq!((packs[1].lane(1), Pack::as_lanes(&packs)[17]), (42.0, 42.0));
        assert!(Pack::as_lanes(&[]).is_empty());
    }
}
