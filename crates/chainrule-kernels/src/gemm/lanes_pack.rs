//! A pack as a vector of one element: the matrix product of sixteen pairs of matrices, side by side in memory.
//!
//! Broadcasting an element is loading it, and a partial vector does not exist. Must not know: tiles, blocks, matrices.

use super::lanes::{Lanes, Vectors, transpose_rectangle};
use crate::dispatch::Work;
use crate::{Pack, Real};

/// A pack as an array, for any target; on aarch64 the compiler makes four NEON registers of it.
#[derive(Clone, Copy)]
pub struct One(Pack);

// SAFETY (every block below): the caller keeps the contract of `Lanes`; these lanes need no special instruction, and
// the addresses used are those that the method names.
#[allow(clippy::undocumented_unsafe_blocks, reason = "the comment above holds for each")]
impl Lanes for One {
    type Element = Pack;
    type Mask = ();
    const COUNT: usize = 1;
    // aarch64: 2 x 2 packs are 16 of its 32 registers.
    const TILE_ROWS: usize = 2;
    const SMALL_BLOCK: usize = 1;
    const COLUMNS: usize = 1;
    type Columns = [Self; 1];

    #[inline(always)]
    unsafe fn with_features<W: Work>(work: W) -> W::Output {
        work.run()
    }
    #[inline(always)]
    unsafe fn splat(x: Pack) -> Self {
        One(x)
    }
    #[inline(always)]
    unsafe fn mask(_: usize) {}
    #[inline(always)]
    unsafe fn load(from: *const Pack) -> Self {
        One(unsafe { from.read() })
    }
    #[inline(always)]
    unsafe fn load_masked(from: *const Pack, (): ()) -> Self {
        One(unsafe { from.read() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut Pack) {
        unsafe { to.write(self.0) }
    }
    #[inline(always)]
    unsafe fn store_masked(self, to: *mut Pack, (): ()) {
        unsafe { to.write(self.0) }
    }
    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        One(self.0.mul_add(a.0, b.0))
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
        [One(unsafe { from.read() })]
    }
    #[inline(always)]
    unsafe fn transpose_small_block(from: *const Pack, from_step: usize, to: *mut Pack, to_step: usize) {
        unsafe { transpose_rectangle::<1, 1, Pack>(from, from_step, to, to_step) }
    }
}

impl Vectors for Pack {
    type Portable = One;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = super::lanes_pack_x86::Halves;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = super::lanes_pack_x86::Whole;
    #[cfg(target_arch = "aarch64")]
    type Neon = One;
}
