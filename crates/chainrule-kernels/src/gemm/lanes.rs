//! The vector register as a type: what the matrix product asks of each instruction set, and the portable answer.
//!
//! Must not know: tiles, blocks, matrices.

use crate::dispatch::Work;
use crate::{Real, Scalar};

/// The vector types of one scalar type, one for each level; a supertrait of [`Real`], so that a kernel for any `Real`
/// finds its registers without asking at run time which type it has.
pub trait Vectors: Sized {
    /// The lanes of [`Level::Portable`](crate::Level::Portable).
    type Portable: Lanes<Element = Self>;
    /// The lanes of [`Level::Avx2`](crate::Level::Avx2).
    #[cfg(target_arch = "x86_64")]
    type Avx2: Lanes<Element = Self>;
    /// The lanes of [`Level::Avx512`](crate::Level::Avx512).
    #[cfg(target_arch = "x86_64")]
    type Avx512: Lanes<Element = Self>;
    /// The lanes of [`Level::Neon`](crate::Level::Neon).
    #[cfg(target_arch = "aarch64")]
    type Neon: Lanes<Element = Self>;
}

/// A vector register of [`COUNT`](Lanes::COUNT) elements.
///
/// # Safety of the methods
/// Each is unsafe for two reasons: the processor must have the instructions of the type, and every address in the
/// range that the method names must be valid for it. No address needs more than the element's alignment.
#[allow(clippy::missing_safety_doc, reason = "one section above holds for every method")]
pub trait Lanes: Copy {
    /// The type of one lane.
    type Element: Real;
    /// Which lanes a partial load or store touches.
    type Mask: Copy;
    /// The number of lanes.
    const COUNT: usize;
    /// The rows of the largest tile that is two vectors wide, so that its sums, one row of B and one broadcast fit
    /// into the registers. A tile four vectors wide has half as many.
    const TILE_ROWS: usize;
    /// The numbers in 128 bits: the size of the square that [`transpose_small_block`](Lanes::transpose_small_block) moves.
    const SMALL_BLOCK: usize;
    /// The columns that [`columns`](Lanes::columns) reads at once.
    const COLUMNS: usize;
    /// That many vectors.
    type Columns: AsRef<[Self]>;

    /// Runs work compiled for these lanes.
    unsafe fn with_features<W: Work>(work: W) -> W::Output;
    /// Every lane holds `x`.
    unsafe fn splat(x: Self::Element) -> Self;
    /// The mask of the first `count` lanes, 1 to `COUNT`.
    unsafe fn mask(count: usize) -> Self::Mask;
    /// Reads `COUNT` elements.
    unsafe fn load(from: *const Self::Element) -> Self;
    /// Reads the masked elements and no others; the other lanes are 0.
    unsafe fn load_masked(from: *const Self::Element, mask: Self::Mask) -> Self;
    /// Writes `COUNT` elements.
    unsafe fn store(self, to: *mut Self::Element);
    /// Writes the masked elements and no others.
    unsafe fn store_masked(self, to: *mut Self::Element, mask: Self::Mask);
    /// `self * a + b` in each lane, rounded once.
    unsafe fn mul_add(self, a: Self, b: Self) -> Self;
    /// Bit i is set where lane i is not 0; NaN is not.
    unsafe fn nonzeros(self) -> u64;
    /// Whether a lane of a vector is -0.
    unsafe fn any_negative_zero(vectors: &[Self]) -> bool;
    /// Columns of a matrix: lane i of vector j is `from[i * step + j]`, for i below `COUNT` and j below `COLUMNS`.
    unsafe fn columns(from: *const Self::Element, step: usize) -> Self::Columns;
    /// `to[j * to_step + i] = from[i * from_step + j]` for i and j below `SMALL_BLOCK`.
    unsafe fn transpose_small_block(
        from: *const Self::Element,
        from_step: usize,
        to: *mut Self::Element,
        to_step: usize,
    );
}

/// Transposes `ROWS` rows of `COLUMNS` numbers one by one.
///
/// # Safety
/// The addresses of [`Lanes::transpose_small_block`] with these sizes.
#[inline(always)]
pub(super) unsafe fn transpose_rectangle<const ROWS: usize, const COLUMNS: usize, T: Copy>(
    from: *const T,
    from_step: usize,
    to: *mut T,
    to_step: usize,
) {
    for i in 0..ROWS {
        for j in 0..COLUMNS {
            // SAFETY: the caller's promise.
            unsafe { to.add(j * to_step + i).write(from.add(i * from_step + j).read()) }
        }
    }
}

/// Whether a number is 0 with the sign of a negative one, which only its reciprocal tells.
#[inline(always)]
pub(super) fn is_negative_zero<T: Scalar>(x: T) -> bool {
    x == T::ZERO && T::ONE / x < T::ZERO
}

/// Four lanes in an array, for any target.
#[derive(Clone, Copy)]
pub struct Quad<T>([T; 4]);

// SAFETY (every block below): the caller keeps the contract of `Lanes`; these lanes need no special instruction, and
// the addresses used are those that the method names.
#[allow(clippy::undocumented_unsafe_blocks, reason = "the comment above holds for each")]
impl<T: Scalar> Lanes for Quad<T> {
    type Element = T;
    type Mask = usize;
    const COUNT: usize = 4;
    const TILE_ROWS: usize = 4;
    const SMALL_BLOCK: usize = 2;
    const COLUMNS: usize = 2;
    type Columns = [Self; 2];

    #[inline(always)]
    unsafe fn with_features<W: Work>(work: W) -> W::Output {
        work.run()
    }
    #[inline(always)]
    unsafe fn splat(x: T) -> Self {
        Quad([x; 4])
    }
    #[inline(always)]
    unsafe fn mask(count: usize) -> usize {
        count
    }
    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        Quad(unsafe { from.cast::<[T; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn load_masked(from: *const T, mask: usize) -> Self {
        let read = |i| if i < mask { unsafe { from.add(i).read() } } else { T::ZERO };
        Quad([read(0), read(1), read(2), read(3)])
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        unsafe { to.cast::<[T; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut T, mask: usize) {
        for (i, x) in self.0.into_iter().enumerate().take(mask) {
            unsafe { to.add(i).write(x) }
        }
    }
    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        Quad(core::array::from_fn(|i| self.0[i].mul_add(a.0[i], b.0[i])))
    }
    #[inline(always)]
    unsafe fn nonzeros(self) -> u64 {
        (0..4).filter(|&i| self.0[i] != T::ZERO).fold(0, |bits, i| bits | 1 << i)
    }
    #[inline(always)]
    unsafe fn any_negative_zero(vectors: &[Self]) -> bool {
        vectors.iter().flat_map(|vector| vector.0).any(is_negative_zero)
    }
    #[inline(always)]
    unsafe fn columns(from: *const T, step: usize) -> [Self; 2] {
        let read = |i, j| unsafe { from.add(i * step + j).read() };
        [0, 1].map(|j| Quad([read(0, j), read(1, j), read(2, j), read(3, j)]))
    }
    #[inline(always)]
    unsafe fn transpose_small_block(from: *const T, from_step: usize, to: *mut T, to_step: usize) {
        unsafe { transpose_rectangle::<2, 2, T>(from, from_step, to, to_step) }
    }
}

macro_rules! impl_vectors {
    ($($scalar:ident: $avx2:ident, $avx512:ident, $neon:ident;)*) => {$(
        impl Vectors for $scalar {
            type Portable = Quad<$scalar>;
            #[cfg(target_arch = "x86_64")]
            type Avx2 = core::arch::x86_64::$avx2;
            #[cfg(target_arch = "x86_64")]
            type Avx512 = core::arch::x86_64::$avx512;
            #[cfg(target_arch = "aarch64")]
            type Neon = core::arch::aarch64::$neon;
        }
    )*};
}

impl_vectors!(
    f32: __m256, __m512, float32x4_t;
    f64: __m256d, __m512d, float64x2_t;
);
