//! The product of a few rows with a transposed B: one prediction, `x Wᵀ`.
//!
//! A vector of sums is a vector of outputs, so B must be transposed to be used; with few rows that is most of the work, and
//! packing would only write and read again what it transposed. Here columns of B are transposed into registers and
//! multiplied at once. Each sum is a chain of multiply-adds that wait for one another (4 cycles each), so up to four rows
//! are computed with two vectors of outputs at a time. Must not know: packing, blocks, threads.

use super::block::Matrices;
use super::lanes::Lanes;
use super::{Output, Product};
use crate::Real;
use crate::dispatch::Work;

/// The rows that are few: above, packing pays.
const MOST_ROWS: usize = 8;
/// The rows that leave registers for two vectors of outputs.
const ROWS_OF_PAIRS: usize = 4;
/// The most lanes of a vector.
const MOST_LANES: usize = 16;

/// Whether the product is computed here: a few rows, and at least one block to be transposed.
#[inline(always)]
pub(super) fn is_few<V: Lanes>(product: &Product) -> bool {
    let &Product { m, n, k, transpose_b, .. } = product;
    transpose_b && m <= MOST_ROWS && n >= V::COUNT && k >= V::COLUMNS
}

/// The product of a few rows. Whoever makes one gives the promises of `block::run_at`, for a product that [`is_few`].
pub(super) struct RunFew<'p, V: Lanes> {
    pub(super) product: &'p Product,
    pub(super) matrices: Matrices<V::Element>,
}

impl<V: Lanes> Work for RunFew<'_, V> {
    type Output = ();

    /// The table from the number of rows to the compiled product.
    #[inline(always)]
    fn run(self) {
        // SAFETY: the maker's promise; this runs inside `V::with_features`.
        unsafe {
            match self.product.m {
                1 => V::with_features(FewRows::<V, 1>(self)),
                2 => V::with_features(FewRows::<V, 2>(self)),
                3 => V::with_features(FewRows::<V, 3>(self)),
                4 => V::with_features(FewRows::<V, 4>(self)),
                5 => V::with_features(FewRows::<V, 5>(self)),
                6 => V::with_features(FewRows::<V, 6>(self)),
                7 => V::with_features(FewRows::<V, 7>(self)),
                8 => V::with_features(FewRows::<V, 8>(self)),
                rows => unreachable!("at most {MOST_ROWS} rows are few, not {rows}"),
            }
        }
    }
}

/// The product of exactly `ROWS` rows.
struct FewRows<'p, V: Lanes, const ROWS: usize>(RunFew<'p, V>);

impl<V: Lanes, const ROWS: usize> Work for FewRows<'_, V, ROWS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Product { n, k, .. } = *self.0.product;
        // Rows of B that lie a multiple of 2048 bytes apart fall on the same few sets of the first-level cache, which
        // hold the lines of one vector of outputs, but not of two (1 x 128 x 1024: 7 us instead of 10).
        let pairs = ROWS <= ROWS_OF_PAIRS && k * size_of::<V::Element>() % 2048 != 0;
        let mut first = 0;
        // SAFETY: all outputs lie below n, which is at least one vector; the rest is the maker's promise.
        unsafe {
            while pairs && first + 2 * V::COUNT <= n {
                self.outputs::<2>(first, 0);
                first += 2 * V::COUNT;
            }
            while first + V::COUNT <= n {
                self.outputs::<1>(first, 0);
                first += V::COUNT;
            }
            if first < n {
                let last = n - V::COUNT;
                self.outputs::<1>(last, first - last);
            }
        }
    }
}

impl<V: Lanes, const ROWS: usize> FewRows<'_, V, ROWS> {
    /// `GROUPS` vectors of outputs from column `first` of C on, the first `known` of which have been stored before.
    ///
    /// # Safety
    /// The outputs are columns of C; with `known` above 0 there is one group.
    #[inline(always)]
    unsafe fn outputs<const GROUPS: usize>(&self, first: usize, known: usize) {
        let Product { n, k, output, .. } = *self.0.product;
        let Matrices { b, c, .. } = self.0.matrices;
        let whole = k / V::COLUMNS * V::COLUMNS;
        // SAFETY: the caller's promise; blocks of columns end at k at the latest.
        unsafe {
            let mut sums = [[V::splat(V::Element::ZERO); GROUPS]; ROWS];
            if output == Output::Accumulate {
                for (i, sums) in sums.iter_mut().enumerate() {
                    for (group, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(c.add(i * n + first + group * V::COUNT));
                    }
                }
            }
            for p in (0..whole / V::COLUMNS).map(|block| block * V::COLUMNS) {
                for group in 0..GROUPS {
                    let columns = V::columns(b.add((first + group * V::COUNT) * k + p), k);
                    self.add(&mut sums, group, columns.as_ref(), p);
                }
            }
            if whole < k {
                let p = k - V::COLUMNS;
                for group in 0..GROUPS {
                    let columns = V::columns(b.add((first + group * V::COUNT) * k + p), k);
                    self.add(&mut sums, group, &columns.as_ref()[whole - p..], whole);
                }
            }
            for (i, sums) in sums.into_iter().enumerate() {
                for (group, sum) in sums.into_iter().enumerate() {
                    store(sum, c.add(i * n + first + group * V::COUNT), known);
                }
            }
        }
    }

    /// Adds to the sums of one group the products with columns p, p + 1, ... of B.
    ///
    /// # Safety
    /// The columns exist in A too.
    #[inline(always)]
    unsafe fn add<const GROUPS: usize>(
        &self,
        sums: &mut [[V; GROUPS]; ROWS],
        group: usize,
        columns: &[V],
        p: usize,
    ) {
        let Matrices { a, a_step, .. } = self.0.matrices;
        let (a_row, a_depth) = if self.0.product.transpose_a { (1, a_step) } else { (a_step, 1) };
        for (j, &column) in columns.iter().enumerate() {
            for (i, sums) in sums.iter_mut().enumerate() {
                // SAFETY: row i and column p + j of A exist, by the caller's promise.
                let factor = unsafe { V::splat(a.add(i * a_row + (p + j) * a_depth).read()) };
                // SAFETY: the lanes' instructions exist, by the promise of whoever made the product.
                sums[group] = unsafe { factor.mul_add(column, sums[group]) };
            }
        }
    }
}

/// Stores all lanes but the first `known`.
///
/// # Safety
/// The lanes have their places at `to`.
#[inline(always)]
unsafe fn store<V: Lanes>(sums: V, to: *mut V::Element, known: usize) {
    // SAFETY: the caller's promise; no vector has more lanes than the array.
    unsafe {
        if known == 0 {
            return sums.store(to);
        }
        let mut lanes = [V::Element::ZERO; MOST_LANES];
        sums.store(lanes.as_mut_ptr());
        for (i, lane) in lanes.into_iter().enumerate().take(V::COUNT).skip(known) {
            to.add(i).write(lane);
        }
    }
}
