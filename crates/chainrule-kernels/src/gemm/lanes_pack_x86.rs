//! A pack in the registers of x86-64: one of 512 bits (AVX-512), or two of 256 (AVX2).
//!
//! Must not know: tiles, blocks, matrices.

use core::arch::x86_64::*;

use super::lanes::{Lanes, transpose_rectangle};
use crate::Pack;
use crate::dispatch::{Work, with_avx2, with_avx512};

/// A pack in one register.
#[derive(Clone, Copy)]
pub struct Whole(__m512);

/// A pack in two registers.
#[derive(Clone, Copy)]
pub struct Halves([__m256; 2]);

impl Whole {
    /// # Safety
    /// As [`Lanes::load`].
    #[inline(always)]
    unsafe fn read(from: *const Pack) -> Self {
        // SAFETY: the caller's promise; a pack is 64 bytes, aligned to them.
        Whole(unsafe { _mm512_load_ps(from.cast()) })
    }

    /// # Safety
    /// As [`Lanes::store`].
    #[inline(always)]
    unsafe fn write(self, to: *mut Pack) {
        // SAFETY: the caller's promise; a pack is 64 bytes, aligned to them.
        unsafe { _mm512_store_ps(to.cast(), self.0) }
    }

    /// # Safety
    /// As [`Lanes::mul_add`].
    #[inline(always)]
    unsafe fn fma(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller has AVX-512.
        Whole(unsafe { _mm512_fmadd_ps(self.0, a.0, b.0) })
    }
}

impl Halves {
    /// # Safety
    /// As [`Lanes::load`].
    #[inline(always)]
    unsafe fn read(from: *const Pack) -> Self {
        let from: *const f32 = from.cast();
        // SAFETY: the caller's promise; a pack is 64 bytes, aligned to them.
        Halves(unsafe { [_mm256_load_ps(from), _mm256_load_ps(from.add(8))] })
    }

    /// # Safety
    /// As [`Lanes::store`].
    #[inline(always)]
    unsafe fn write(self, to: *mut Pack) {
        let to: *mut f32 = to.cast();
        // SAFETY: the caller's promise; a pack is 64 bytes, aligned to them.
        unsafe {
            _mm256_store_ps(to, self.0[0]);
            _mm256_store_ps(to.add(8), self.0[1]);
        }
    }

    /// # Safety
    /// As [`Lanes::mul_add`].
    #[inline(always)]
    unsafe fn fma(self, a: Self, b: Self) -> Self {
        let ([x0, x1], [a0, a1], [b0, b1]) = (self.0, a.0, b.0);
        // SAFETY: the caller has AVX2 with FMA.
        Halves(unsafe { [_mm256_fmadd_ps(x0, a0, b0), _mm256_fmadd_ps(x1, a1, b1)] })
    }
}

macro_rules! impl_lanes {
    ($vector:ident, tile rows $rows:literal, features $features:ident) => {
        // SAFETY (every block below): the caller keeps the contract of `Lanes`: the processor has the instructions,
        // and the addresses that the method names are valid; the functions used touch those and no others.
        #[allow(clippy::undocumented_unsafe_blocks, reason = "the comment above holds for each")]
        impl Lanes for $vector {
            type Element = Pack;
            type Mask = ();
            const COUNT: usize = 1;
            const TILE_ROWS: usize = $rows;
            const SMALL_BLOCK: usize = 1;
            const COLUMNS: usize = 1;
            type Columns = [Self; 1];

            #[inline(always)]
            unsafe fn with_features<W: Work>(work: W) -> W::Output {
                unsafe { $features(work) }
            }
            #[inline(always)]
            unsafe fn splat(x: Pack) -> Self {
                unsafe { $vector::read(&raw const x) }
            }
            #[inline(always)]
            unsafe fn mask(_: usize) {}
            #[inline(always)]
            unsafe fn load(from: *const Pack) -> Self {
                unsafe { $vector::read(from) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const Pack, (): ()) -> Self {
                unsafe { $vector::read(from) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut Pack) {
                unsafe { self.write(to) }
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut Pack, (): ()) {
                unsafe { self.write(to) }
            }
            #[inline(always)]
            unsafe fn mul_add(self, a: Self, b: Self) -> Self {
                unsafe { self.fma(a, b) }
            }
            #[inline(always)]
            unsafe fn nonzeros(self) -> u64 {
                // Sixteen numbers are hardly ever 0 at once, so packs are never skipped.
                1
            }
            #[inline(always)]
            unsafe fn any_negative_zero(_: &[Self]) -> bool {
                true
            }
            #[inline(always)]
            unsafe fn columns(from: *const Pack, _: usize) -> [Self; 1] {
                [unsafe { $vector::read(from) }]
            }
            #[inline(always)]
            unsafe fn transpose_small_block(
                from: *const Pack,
                from_step: usize,
                to: *mut Pack,
                to_step: usize,
            ) {
                unsafe { transpose_rectangle::<1, 1, Pack>(from, from_step, to, to_step) }
            }
        }
    };
}

// AVX-512 as for single numbers: 12 x 2 or 6 x 4 sums of 32 registers. AVX2: 3 x 2 packs are 12 of its 16 registers,
// the row of B takes four more and A comes from memory.
impl_lanes!(Whole, tile rows 12, features with_avx512);
impl_lanes!(Halves, tile rows 3, features with_avx2);
