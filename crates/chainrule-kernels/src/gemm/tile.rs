//! The innermost kernel: a tile of C that stays in registers while k passes by.
//!
//! For each p in order, one row of B (a few vectors) is loaded, each element of a column of A is broadcast, and each
//! sum of the tile takes one fused multiply-add: `c[i, j] = fma(a[i, p], b[p, j], c[i, j])`. The order over p is the
//! same for every tile shape, so the shape never shows in the bits. Must not know: packing, blocks, transposition.

use super::lanes::Lanes;
use crate::Real;
use crate::dispatch::Work;

/// What the sums of a tile start from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// From 0: the first block of k of a product that overwrites C.
    Zero,
    /// From what C holds: a later block of k, or a product that is added to C.
    Stored,
}

/// What may be read beyond the columns of a row of B.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// Nothing: the row is part of a matrix, and may be the last.
    Nothing,
    /// Up to a whole vector: the row is packed, and what follows is memory of ours whose values do not matter.
    Padding,
}

/// One tile: where its operands lie.
///
/// Element (i, p) of A is at `a + i * a_row + p * a_depth`, (p, j) of B at `b + p * b_depth + j` (vectors of one element:
/// `j * b_column`), (i, j) of C at `c + i * c_row + j`. Whoever makes one promises that all of them are valid, for i below the number of rows, j below
/// `columns` and p below `depth`, that no other part of the program uses C meanwhile, and that `columns` needs exactly
/// the number of vectors that the tile is given.
#[derive(Clone, Copy)]
pub(super) struct Tile<T> {
    pub(super) a: *const T,
    pub(super) a_row: usize,
    pub(super) a_depth: usize,
    pub(super) b: *const T,
    pub(super) b_depth: usize,
    pub(super) b_column: usize,
    pub(super) b_beyond: Beyond,
    pub(super) c: *mut T,
    pub(super) c_row: usize,
    pub(super) depth: usize,
    pub(super) columns: usize,
    pub(super) start: Start,
}

/// A tile with its shape: `ROWS` rows, `VECTORS` vectors wide, the last one perhaps in part.
struct Shaped<V: Lanes, const ROWS: usize, const VECTORS: usize>(Tile<V::Element>);

impl<V: Lanes, const ROWS: usize, const VECTORS: usize> Shaped<V, ROWS, VECTORS> {
    /// The address of a vector of C.
    #[inline(always)]
    fn target(&self, i: usize, v: usize) -> *mut V::Element {
        self.0.c.wrapping_add(i * self.0.c_row + v * V::COUNT)
    }

    /// The loop over p; `load(from, v)` loads vector `v` of a row of B.
    ///
    /// # Safety
    /// As [`Lanes`]; the tile keeps the promises of [`Tile`].
    #[inline(always)]
    unsafe fn add_products(
        &self,
        sums: &mut [[V; VECTORS]; ROWS],
        load: impl Fn(*const V::Element, usize) -> V,
    ) {
        let Tile { mut a, a_row, a_depth, mut b, b_depth, b_column, depth, .. } = self.0;
        let step = if V::COUNT == 1 { b_column } else { V::COUNT };
        for _ in 0..depth {
            // SAFETY: the caller's promise; p is below `depth`, i below `ROWS`.
            unsafe {
                let mut row = [V::splat(V::Element::ZERO); VECTORS];
                for (v, vector) in row.iter_mut().enumerate() {
                    *vector = load(b.add(v * step), v);
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let factor = V::splat(a.add(i * a_row).read());
                    for (sum, vector) in sums.iter_mut().zip(row) {
                        *sum = factor.mul_add(vector, *sum);
                    }
                }
            }
            (a, b) = (a.wrapping_add(a_depth), b.wrapping_add(b_depth));
        }
    }

    /// Loads vector `v` of a row; the last one in part.
    ///
    /// # Safety
    /// As [`Lanes`]; `from` is the address of vector `v` of a row as long as the tile is wide.
    #[inline(always)]
    unsafe fn load(from: *const V::Element, v: usize, mask: V::Mask) -> V {
        // SAFETY: the caller's promise.
        unsafe { if v + 1 == VECTORS { V::load_masked(from, mask) } else { V::load(from) } }
    }
}

impl<V: Lanes, const ROWS: usize, const VECTORS: usize> Work for Shaped<V, ROWS, VECTORS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Tile { b_beyond, columns, start, .. } = self.0;
        // SAFETY: the maker of the tile promised the addresses (see `Tile`); the last vector of each row is masked to
        // the columns that exist; this runs inside `V::with_features`, so the instructions exist.
        unsafe {
            let mask = V::mask(columns - (VECTORS - 1) * V::COUNT);
            let mut sums = [[V::splat(V::Element::ZERO); VECTORS]; ROWS];
            if start == Start::Stored {
                for (i, sums) in sums.iter_mut().enumerate() {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = Self::load(self.target(i, v), v, mask);
                    }
                }
            }
            if b_beyond == Beyond::Padding || columns == VECTORS * V::COUNT {
                self.add_products(
                    &mut sums,
                    #[inline(always)]
                    |from, _| V::load(from),
                );
            } else {
                self.add_products(
                    &mut sums,
                    #[inline(always)]
                    |from, v| Self::load(from, v, mask),
                );
            }
            for (i, sums) in sums.into_iter().enumerate() {
                for (v, sum) in sums.into_iter().enumerate() {
                    let target = self.target(i, v);
                    if v + 1 == VECTORS { sum.store_masked(target, mask) } else { sum.store(target) }
                }
            }
        }
    }
}

/// Computes a tile of `rows` rows: at most `V::TILE_ROWS` where it is up to two vectors wide, half of that where it is
/// three or four wide.
///
/// # Safety
/// The processor has the instructions of `V`, and the tile keeps the promises of [`Tile`] for `rows` rows.
#[inline(always)]
pub(super) unsafe fn compute<V: Lanes>(tile: Tile<V::Element>, rows: usize) {
    // SAFETY: the caller's promise; the width is chosen to match `columns`.
    unsafe {
        match tile.columns.div_ceil(V::COUNT) {
            1 => with_rows::<V, 1>(tile, rows),
            2 => with_rows::<V, 2>(tile, rows),
            3 => with_rows::<V, 3>(tile, rows),
            4 => with_rows::<V, 4>(tile, rows),
            width => unreachable!("a tile is at most 4 vectors wide, not {width}"),
        }
    }
}

/// The table from the number of rows to the compiled tile. Rows that the width does not allow are never compiled.
///
/// # Safety
/// As [`compute`], and `VECTORS` vectors hold exactly the columns of the tile.
#[inline(always)]
unsafe fn with_rows<V: Lanes, const VECTORS: usize>(tile: Tile<V::Element>, rows: usize) {
    macro_rules! table {
        ($($rows:literal)*) => {
            match rows {
                $($rows if const { $rows <= most_rows::<V>(VECTORS) } => {
                    // SAFETY: the caller's promise.
                    unsafe { V::with_features(Shaped::<V, $rows, VECTORS>(tile)) }
                })*
                _ => unreachable!("a tile {VECTORS} vectors wide cannot have {rows} rows"),
            }
        };
    }
    table!(1 2 3 4 5 6 7 8 9 10 11 12)
}

/// The most rows of a tile that is `vectors` vectors wide.
pub(super) const fn most_rows<V: Lanes>(vectors: usize) -> usize {
    if vectors <= 2 { V::TILE_ROWS } else { V::TILE_ROWS / 2 }
}
