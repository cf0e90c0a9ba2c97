//! The matrix product `C = op(A) op(B)` or `C = C + op(A) op(B)` of dense row-major matrices, the same bits everywhere.
//!
//! # Bits
//! Every element of C is one sum that takes `fma(a[i, p], b[p, j], sum)` for p = 0, 1, 2, ... in order. Where k is cut
//! into blocks, the stored partial sum is taken up again, which is exact. So the instruction set, the tile, the
//! packing and any split of rows and columns over threads change the time and never a bit, and the obvious triple
//! loop with a fused multiply-add is an exact reference.
//!
//! # Blocking, in words and numbers
//! - **Tile** (`tile.rs`): R x (2 vectors) sums stay in registers while p runs. AVX-512 has 32 registers: R = 12 gives
//!   24 sums, 2 vectors of B and a broadcast of A. AVX2 has 16: R = 6, 12 sums. Two multipliers with a latency of 4
//!   cycles need 8 sums in flight. With at most R/2 rows the tile is 4 vectors wide instead, for the same reason.
//!   The rows of C are shared out evenly: 64 rows make tiles of 11, not five of 12 and one of 4. The last vector of a
//!   row is masked, so ten columns (an output layer of ten classes) need no separate code.
//! - **Depth block**: 512 values of p. A packed panel of B is then 512 x 32 `f32`, 64 KiB with AVX-512 and half of that
//!   with AVX2, read in order while the tiles of a column pass over it; a tile of A is 24 KiB and stays in the
//!   first-level cache. 256 was 8 % slower at 512 x 1024 x 2048: C is read and written once for each block.
//! - **Column block**: 256 columns. Packed B is at most 512 KiB of `f32` and stays in a second-level cache of 1 MiB.
//! - **Packing** (`blocking.rs` decides, `block.rs` does it): an operand that leaves the second-level cache and is used
//!   often is packed; below that it is read in place, which was up to a fifth faster (32 x 784 x 128). B given transposed
//!   (forward pass, `x Wᵀ`) is always transposed while packing, in registers, because its sums cannot be split over p.
//! - **Large products** (`ahead.rs`): where all three matrices leave the caches, up to 512 rows of A are packed once for
//!   1024 values of p, B follows in blocks of 64 columns, and the next tile of C and the next block of B are fetched while
//!   a tile is computed. Waiting for C was 10 to 15 % of the time, for B 5 to 13 %.
//! - **Swapping**: for `x Wᵀ` with a batch smaller than the layer, x is the cheaper one to transpose. Then
//!   `Cᵀ = W xᵀ` is computed into scratch memory and turned at the end; `fma(a, b, c) = fma(b, a, c)` keeps the bits.
//! - **Few rows** (`few.rs`): for `x Wᵀ` of at most 8 rows, columns of Wᵀ are made in registers and multiplied at once.
//! - **Zeros** (`sparse.rs`): where most factors of A are exactly 0 and the caller permits it, only the others are multiplied.
//!
//! Measured on one core of an AMD EPYC of family 26 (Zen 5) with `examples/gemm_speed.rs`, `f32`, best of many: peak
//! 262 to 285 GFLOP/s at AVX-512; 512 x 512 x 512 reaches 88 to 97 % of it, 64 x 64 x 64 86 to 98 %, 32 x 128 x 784
//! (forward) 90 to 94 %, 512 x 2048 x 2048 85 to 92 %; at AVX2 the first three reach 91 to 98 % of 124 GFLOP/s. A forward
//! pass of one row is bound by transposing the weights (1 x 128 x 784: 3 us), the price of keeping one order of addition.
//! Vectors that lie across cache lines cost 2 to 4 %, and half of the speed where zeros are skipped: matrices should begin
//! at a multiple of 64 bytes. `docs/notes/0004` has the figures, and what was tried and failed.
//!
//! Sources: K. Goto, R. van de Geijn, *Anatomy of high-performance matrix multiplication*, ACM TOMS 34 (2008); F. Van Zee,
//! R. van de Geijn, *BLIS*, ACM TOMS 41 (2015); for tiles without packing, the `nano-gemm` crate (S. El Kazdadi).
//! Must not know: layers, graphs, threads, allocation: scratch memory is an argument.

mod ahead;
mod bits;
mod block;
mod blocking;
mod copy;
mod few;
pub(crate) mod lanes;
#[cfg(target_arch = "aarch64")]
mod lanes_neon;
mod lanes_pack;
#[cfg(target_arch = "x86_64")]
mod lanes_pack_x86;
#[cfg(target_arch = "x86_64")]
mod lanes_x86;
mod panel;
mod sparse;
mod tile;

use core::ops::Range;

use crate::{Level, Real};

/// What happens to the values that C holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Output {
    /// They are overwritten, without being read: C may hold anything, NaN included.
    #[default]
    Overwrite,
    /// The product is added to them: each is the first value of its sum.
    Accumulate,
}

/// What happens to terms whose factor of A is exactly 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zeros {
    /// They are multiplied and added as all others.
    #[default]
    Multiply,
    /// They may be left out, where that is faster: a sum then need not become NaN because B is infinite or NaN
    /// where A is 0. With finite B the bits are the same. For input data with many zeros: images, one-hot columns.
    Skip,
}

/// The shape of a matrix product `C = op(A) op(B)`, all matrices row-major and dense.
///
/// `c: [m, n]`; `a: [m, k]`, or `[k, m]` when transposed; `b: [k, n]`, or `[n, k]` when transposed.
/// With m or n = 0 nothing happens; with k = 0 C is filled with zeros, or left alone when accumulating. Infinities and
/// NaN follow IEEE 754: no term is skipped, so 0 times infinity is NaN, unless [`Zeros::Skip`] is asked for.
///
/// ```
/// use chainrule_kernels::Product;
///
/// // A dense layer, y = x Wᵀ: x is [2, 3], W is [2, 3].
/// let product = Product { transpose_b: true, ..Product::new(2, 2, 3) };
/// let x = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let w = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
/// let mut y = [0.0; 4];
/// let mut scratch = vec![0.0; product.scratch_len()];
/// product.run(&x, &w, &mut y, &mut scratch);
/// assert_eq!(y, [4.0, 2.0, 10.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Product {
    /// The rows of C.
    pub m: usize,
    /// The columns of C.
    pub n: usize,
    /// The terms of each sum.
    pub k: usize,
    /// Whether A is stored as `[k, m]`.
    pub transpose_a: bool,
    /// Whether B is stored as `[n, k]`.
    pub transpose_b: bool,
    /// What happens to the values that C holds.
    pub output: Output,
    /// What happens to terms whose factor of A is exactly 0.
    pub zeros: Zeros,
}

impl Product {
    /// The product of `a: [m, k]` and `b: [k, n]`, nothing transposed, C overwritten.
    pub fn new(m: usize, n: usize, k: usize) -> Self {
        Product { m, n, k, ..Product::default() }
    }

    /// How many elements of scratch memory [`run`](Self::run) needs, whatever the scalar type and the level, and
    /// [`run_rows`](Self::run_rows) for any rows. 0 where nothing is packed; at most about 590,000, or the size of up to
    /// 128 rows of C and 66,000 more.
    pub fn scratch_len(&self) -> usize {
        blocking::scratch_len(self)
    }

    /// Computes the product with the best instructions of this processor.
    ///
    /// What `scratch` holds before does not matter, and after is unspecified. Nothing is allocated.
    ///
    /// # Panics
    /// If a matrix does not have exactly the elements of its shape, or `scratch` has fewer than
    /// [`scratch_len`](Self::scratch_len).
    #[inline]
    pub fn run<T: Real>(&self, a: &[T], b: &[T], c: &mut [T], scratch: &mut [T]) {
        self.run_at(Level::detected(), a, b, c, scratch);
    }

    /// Computes some rows of C, with the bits that the whole product gives them: the share of one worker.
    ///
    /// `a` and `b` are the whole operands; `c: [rows.len(), n]` holds only the rows asked for. With no rows nothing
    /// happens. `scratch` is as for [`run`](Self::run), each worker with its own.
    ///
    /// ```
    /// use chainrule_kernels::Product;
    ///
    /// let product = Product::new(3, 2, 1);
    /// let (a, b) = ([1.0f32, 2.0, 3.0], [10.0, 100.0]);
    /// let mut lower = [0.0; 4];
    /// product.run_rows(1..3, &a, &b, &mut lower, &mut []);
    /// assert_eq!(lower, [20.0, 200.0, 30.0, 300.0]);
    /// ```
    ///
    /// # Panics
    /// As [`run`](Self::run), `c` having the size above, and if `rows` is not within `0..m`.
    #[inline]
    #[expect(clippy::too_many_arguments, reason = "the arguments of `run` and the rows")]
    pub fn run_rows<T: Real>(&self, rows: Range<usize>, a: &[T], b: &[T], c: &mut [T], scratch: &mut [T]) {
        self.run_rows_at(Level::detected(), rows, [a, b], c, scratch);
    }

    /// Computes the product at `level`, or the nearest lower one that this processor has; the bits are the same.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    #[expect(clippy::too_many_arguments, reason = "the arguments of `run` and the level")]
    pub fn run_at<T: Real>(&self, level: Level, a: &[T], b: &[T], c: &mut [T], scratch: &mut [T]) {
        self.run_rows_at(level, 0..self.m, [a, b], c, scratch);
    }

    /// Computes some rows at a level; the operands are A and B.
    #[expect(clippy::too_many_arguments, reason = "the arguments of `run_rows` and the level")]
    fn run_rows_at<T: Real>(
        &self,
        level: Level,
        rows: Range<usize>,
        [a, b]: [&[T]; 2],
        c: &mut [T],
        scratch: &mut [T],
    ) {
        self.check(&rows, [a.len(), b.len(), c.len(), scratch.len()]);
        if rows.is_empty() || self.n == 0 {
            return;
        }
        if self.k == 0 {
            if self.output == Output::Overwrite {
                c.fill(T::ZERO);
            }
            return;
        }
        let (first, a_step) =
            if self.transpose_a { (rows.start, self.m) } else { (rows.start * self.k, self.k) };
        let matrices = block::Matrices {
            a: a[first..].as_ptr(),
            a_step,
            b: b.as_ptr(),
            c: c.as_mut_ptr(),
            scratch: blocking::aligned(scratch).as_mut_ptr(),
        };
        let part = Product { m: rows.len(), ..*self };
        // SAFETY: the lengths were checked against the shape, no dimension is 0, and `c` and `scratch` are borrowed
        // mutably, so nothing else uses them; the level is one that this processor has.
        unsafe { block::run_at(level.clamped(), &part, matrices) }
    }

    /// Panics unless the rows exist, and A, B, C and scratch memory have their lengths.
    #[inline]
    fn check(&self, rows: &Range<usize>, [a, b, c, scratch]: [usize; 4]) {
        let &Product { m, n, k, .. } = self;
        assert!(
            rows.start <= rows.end && rows.end <= m,
            "matrix product: the rows do not exist; expected a range within 0..{m}, got {rows:?}"
        );
        check("a", a, m, k);
        check("b", b, k, n);
        check("c", c, rows.len(), n);
        let needed = self.scratch_len();
        assert!(
            scratch >= needed,
            "matrix product: `scratch` is too short; expected at least {needed} elements, got {scratch}"
        );
    }
}

/// Panics unless a matrix has the elements of its shape.
#[inline]
fn check(name: &str, len: usize, rows: usize, columns: usize) {
    assert!(
        rows.checked_mul(columns) == Some(len),
        "matrix product: `{name}` has the wrong size; expected {rows} x {columns} elements, got {len}"
    );
}

#[cfg(test)]
mod tests;
