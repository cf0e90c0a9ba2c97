//! The product where many factors of A are exactly 0: only the others are multiplied.
//!
//! # Mathematics
//! A term `0 * b` adds 0 to its sum and may be left out: the sum takes `fma(a[i, p], b[p, j], sum)` for the p with
//! `a[i, p] != 0`, in order. Two things could differ from the dense sum. If `b` is infinite or NaN, so is not the sum: that is
//! what [`Zeros::Skip`](super::Zeros) permits. And a sum of -0 (from underflow, or found in C) would have become +0 by
//! adding a +0: rows in which a sum ends as -0 are computed again with every term. So, B being finite, the bits are those
//! of the dense product.
//!
//! # Blocks
//! 64 values of p and [`VECTORS`] vectors of columns: this block of B (32 KiB at AVX-512, `f32`) stays in the first-level
//! cache while all rows pass over it. It is copied to scratch memory first where its rows are not vectors at their own
//! addresses, or lie so far apart that they fall on a few sets of the cache. For each row the sums are loaded into registers, a word of 64 bits tells which p
//! matter, and each costs a broadcast and `VECTORS` multiply-adds from memory: about 4.5 cycles, where the dense tile takes
//! 4 for a factor, 0 or not. Must not know: packing, threads, where the zeros come from.

use super::bits::{self, BITS, Stored};
use super::block::{Matrices, Range, cut};
use super::copy::{Move, copy};
use super::lanes::Lanes;
use super::tile::{Beyond, Start, Tile};
use super::{Output, Product, Zeros};
use crate::Real;
use crate::dispatch::Work;

/// The most lanes of a vector.
const MOST_LANES: usize = 16;
/// The most vectors of sums of a row at a time.
const VECTORS: usize = 8;

/// The rows of C that make copying a block of B worth while.
const WORTH_COPYING: usize = 32;

/// Elements of scratch memory for a block of B.
pub(super) fn scratch_len(product: &Product) -> usize {
    if may_skip(product) { BITS * VECTORS * MOST_LANES } else { 0 }
}

/// Whether skipping zeros can pay: it is permitted, B is stored in rows, and the product is large enough to look at A.
#[inline(always)]
pub(super) fn may_skip(product: &Product) -> bool {
    let &Product { m, n, k, transpose_b, zeros, .. } = product;
    zeros == Zeros::Skip && !transpose_b && n >= 32 && m.saturating_mul(k) >= 1 << 10
}

/// The question whether so many factors are 0 that skipping them is faster, answered from a sample of A.
///
/// Whoever makes one promises that A lies as the product says and has an element.
pub(super) struct IsSparse<'p, V: Lanes> {
    pub(super) product: &'p Product,
    pub(super) matrices: Matrices<V::Element>,
}

impl<V: Lanes> Work for IsSparse<'_, V> {
    type Output = bool;

    /// Below 40 % of factors that are not 0, with sums enough to keep the multipliers busy. With fewer sums the latency
    /// of a multiply-add counts, and one vector never pays. (Measured on Zen 5 with 8 vectors: the times are equal at 65 %, or
    /// at 40 % where the vectors of B lie across cache lines; with 2 vectors at 5 to 20 %.)
    #[inline(always)]
    fn run(self) -> bool {
        let &Product { m, n, k, transpose_a, .. } = self.product;
        let (rows, columns) = if transpose_a { (k, m) } else { (m, k) };
        let Matrices { a, a_step, .. } = self.matrices;
        // SAFETY: the promise of whoever made this.
        let (nonzeros, looked_at) =
            unsafe { bits::sample::<V>(Stored { from: a, step: a_step, rows, columns }) };
        let vectors = (n / V::COUNT).min(VECTORS);
        100 * (VECTORS - 1) * nonzeros < 40 * vectors.saturating_sub(1) * looked_at
    }
}

/// The product with zeros skipped. Whoever makes one gives the promises of `block::run_at`, for a product that is not
/// transposed on the right.
pub(super) struct RunSparse<'p, V: Lanes> {
    pub(super) product: &'p Product,
    pub(super) matrices: Matrices<V::Element>,
}

impl<V: Lanes> Work for RunSparse<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Product { m, n, k, output, .. } = *self.product;
        for columns in cut(n, VECTORS * V::COUNT) {
            for depths in cut(k, BITS) {
                let resumed = depths.first > 0 || output == Output::Accumulate;
                let start = if resumed { Start::Stored } else { Start::Zero };
                // SAFETY: the ranges lie within B.
                let right = unsafe { self.right(depths, columns) };
                for rows in cut(m, BITS) {
                    // SAFETY: the ranges lie within the shape; the rest is the promise of whoever made this.
                    unsafe { self.block(rows, depths, Target { columns, start, right }) }
                }
            }
        }
    }
}

/// Columns of C, what their sums start from, and their block of B.
struct Target<T> {
    columns: Range,
    start: Start,
    right: Right<T>,
}

/// A block of B: its first element, and the step from row to row.
#[derive(Clone, Copy)]
struct Right<T> {
    b: *const T,
    b_depth: usize,
}

impl<V: Lanes> RunSparse<'_, V> {
    /// A block of B, in place or copied.
    ///
    /// # Safety
    /// The ranges lie within the shape, and there are at most `VECTORS` vectors of columns.
    #[inline(always)]
    unsafe fn right(&self, depths: Range, columns: Range) -> Right<V::Element> {
        let Product { m, n, .. } = *self.product;
        let Matrices { b, scratch, .. } = self.matrices;
        let to_step = VECTORS * V::COUNT;
        // SAFETY: within B by the caller's promise; scratch memory has room for the largest block.
        unsafe {
            let from = b.add(depths.first * n + columns.first);
            let is_straight = from.align_offset(64) == 0 && n <= to_step && n % V::COUNT == 0;
            if is_straight || m < WORTH_COPYING {
                return Right { b: from, b_depth: n };
            }
            copy::<V>(Move {
                from,
                from_step: n,
                to: scratch,
                to_step,
                rows: depths.len,
                columns: columns.len,
            });
            Right { b: scratch, b_depth: to_step }
        }
    }

    /// At most 64 rows, for at most 64 values of p.
    ///
    /// # Safety
    /// The ranges lie within the shape.
    #[inline(always)]
    unsafe fn block(&self, rows: Range, depths: Range, Target { columns, start, right }: Target<V::Element>) {
        let Matrices { a, a_step, c, .. } = self.matrices;
        let Right { b, b_depth } = right;
        let Product { n, transpose_a, .. } = *self.product;
        let (a_row, a_depth) = if transpose_a { (1, a_step) } else { (a_step, 1) };
        // SAFETY: within the matrices, by the caller's promise; `columns` are at most `VECTORS` vectors.
        unsafe {
            let tile = Tile {
                a: a.add(rows.first * a_row + depths.first * a_depth),
                a_row,
                a_depth,
                b,
                b_depth,
                b_column: 1,
                b_beyond: Beyond::Nothing,
                c: c.add(rows.first * n + columns.first),
                c_row: n,
                depth: depths.len,
                columns: columns.len,
                start,
            };
            let words = self.words(tile.a, rows.len, depths.len);
            with_vectors::<V>(tile, &words[..rows.len]);
        }
    }

    /// For each row of a block of A its word: bit p is set where the factor is not 0.
    ///
    /// # Safety
    /// The block lies within A.
    #[inline(always)]
    unsafe fn words(&self, from: *const V::Element, rows: usize, depth: usize) -> [u64; BITS] {
        let step = self.matrices.a_step;
        // SAFETY: the caller's promise.
        unsafe {
            if self.product.transpose_a {
                let mut words = bits::square::<V>(Stored { from, step, rows: depth, columns: rows });
                bits::transpose(&mut words);
                words
            } else {
                bits::square::<V>(Stored { from, step, rows, columns: depth })
            }
        }
    }
}

/// Rows of a block with their words: a tile of any number of rows that is `VECTORS` vectors wide, the last one perhaps in
/// part.
struct Rows<'w, V: Lanes, const VECTORS: usize> {
    tile: Tile<V::Element>,
    words: &'w [u64],
}

impl<V: Lanes, const VECTORS: usize> Work for Rows<'_, V, VECTORS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: the maker promised the addresses of the tile, for as many rows as there are words; this runs inside
        // `V::with_features`.
        unsafe {
            let mask = V::mask(self.tile.columns - (VECTORS - 1) * V::COUNT);
            for (i, &word) in self.words.iter().enumerate() {
                self.row(i, word, mask);
            }
        }
    }
}

impl<V: Lanes, const VECTORS: usize> Rows<'_, V, VECTORS> {
    /// One row of C.
    ///
    /// # Safety
    /// The row is one of the tile, its word has no bit beyond the depth, and the mask is that of the last vector.
    #[inline(always)]
    unsafe fn row(&self, i: usize, mut word: u64, mask: V::Mask) {
        let Tile { a, a_row, a_depth, b, b_depth, c, c_row, start, .. } = self.tile;
        // SAFETY: the caller's promise.
        unsafe {
            let (a, c) = (a.add(i * a_row), c.add(i * c_row));
            let mut sums = [V::splat(V::Element::ZERO); VECTORS];
            if start == Start::Stored {
                sums = Self::load(c, mask);
            }
            while word != 0 {
                let p = word.trailing_zeros() as usize;
                word &= word - 1;
                let factor = V::splat(a.add(p * a_depth).read());
                for (sum, vector) in sums.iter_mut().zip(Self::load(b.add(p * b_depth), mask)) {
                    *sum = factor.mul_add(vector, *sum);
                }
            }
            if V::any_negative_zero(&sums) {
                return self.dense_row(i);
            }
            for (v, sum) in sums.into_iter().enumerate() {
                let to = c.add(v * V::COUNT);
                if v + 1 == VECTORS { sum.store_masked(to, mask) } else { sum.store(to) }
            }
        }
    }

    /// A row of B or C.
    ///
    /// # Safety
    /// The row lies at `from`, the mask is that of its last vector.
    #[inline(always)]
    unsafe fn load(from: *const V::Element, mask: V::Mask) -> [V; VECTORS] {
        // SAFETY: the caller's promise.
        unsafe {
            let mut row = [V::splat(V::Element::ZERO); VECTORS];
            for (v, vector) in row.iter_mut().enumerate() {
                let from = from.add(v * V::COUNT);
                *vector = if v + 1 == VECTORS { V::load_masked(from, mask) } else { V::load(from) };
            }
            row
        }
    }

    /// One row of C with every term, for the sign of a sum that is 0. Number by number, because it is rare.
    ///
    /// # Safety
    /// The row is one of the tile.
    #[cold]
    #[inline(never)]
    unsafe fn dense_row(&self, i: usize) {
        let Tile { a, a_row, a_depth, b, b_depth, c, c_row, depth, columns, start, .. } = self.tile;
        // SAFETY: the row and the columns of the tile.
        unsafe {
            let (a, c) = (a.add(i * a_row), c.add(i * c_row));
            for j in 0..columns {
                let mut sum = if start == Start::Stored { c.add(j).read() } else { V::Element::ZERO };
                for p in 0..depth {
                    sum = a.add(p * a_depth).read().mul_add(b.add(p * b_depth + j).read(), sum);
                }
                c.add(j).write(sum);
            }
        }
    }
}

/// The table from the width to the compiled rows.
///
/// # Safety
/// The processor has the instructions of `V`; the tile keeps its promises for as many rows as there are words.
#[inline(always)]
unsafe fn with_vectors<V: Lanes>(tile: Tile<V::Element>, words: &[u64]) {
    // SAFETY: the caller's promise; the width is chosen to match `columns`.
    unsafe {
        match tile.columns.div_ceil(V::COUNT) {
            1 => V::with_features(Rows::<V, 1> { tile, words }),
            2 => V::with_features(Rows::<V, 2> { tile, words }),
            3 => V::with_features(Rows::<V, 3> { tile, words }),
            4 => V::with_features(Rows::<V, 4> { tile, words }),
            5 => V::with_features(Rows::<V, 5> { tile, words }),
            6 => V::with_features(Rows::<V, 6> { tile, words }),
            7 => V::with_features(Rows::<V, 7> { tile, words }),
            8 => V::with_features(Rows::<V, 8> { tile, words }),
            width => unreachable!("a row is at most {VECTORS} vectors wide, not {width}"),
        }
    }
}
