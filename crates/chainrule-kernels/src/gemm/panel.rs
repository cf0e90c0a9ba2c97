//! A panel of B on the stack, where an element fills a vector.
//!
//! Such a B needs no packing to be read in vectors, but its rows are a power of two of cache lines apart more often than
//! not, and then a panel of 64 rows falls on a few sets of the first-level cache and drives itself out: 64 x 64 x 64
//! packs ran at 160 GFLOP/s from their place and run at 250 from a copy (Zen 5). Must not know: tiles, instruction sets.

use core::mem::MaybeUninit;

/// Elements of a panel: 64 rows of four columns, 16 KiB of packs.
const LEN: usize = 256;

/// Room for one panel; not initialised.
pub(super) struct Panel<T>([MaybeUninit<T>; LEN]);

impl<T: Copy> Panel<T> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Panel([MaybeUninit::uninit(); LEN])
    }

    /// Copies `rows` x `columns` elements, row i of which starts at `from + i * step`; the copies lie row by row.
    ///
    /// # Safety
    /// The elements are valid to read.
    ///
    /// # Panics
    /// If there are more than fit.
    #[inline(always)]
    pub(super) unsafe fn copy(
        &mut self,
        from: *const T,
        step: usize,
        rows: usize,
        columns: usize,
    ) -> *const T {
        assert!(rows * columns <= LEN, "a panel is at most {LEN} elements");
        for row in 0..rows {
            for column in 0..columns {
                // SAFETY: the caller's promise.
                self.0[row * columns + column].write(unsafe { from.add(row * step + column).read() });
            }
        }
        self.0.as_ptr().cast()
    }
}
