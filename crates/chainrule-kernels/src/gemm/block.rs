//! The loops around the tile: cutting a product into blocks, packing them, and walking their tiles.
//!
//! The decisions are made in `blocking.rs`. Must not know: instruction sets, layers, threads.

use super::ahead::Ahead;
use super::blocking::{Blocks, is_swapped, swapped, turned_len};
use super::copy::{Move, copy, transpose};
use super::few::{RunFew, is_few};
use super::lanes::{Lanes, Vectors};
use super::panel::Panel;
use super::sparse::{IsSparse, RunSparse, may_skip};
use super::tile::{Beyond, Start, Tile, compute, most_rows};
use super::{Output, Product};
use crate::dispatch::Work;
use crate::{Level, Real};

/// Where the matrices of a product lie; lengths are those of its shape.
#[derive(Clone, Copy)]
pub(super) struct Matrices<T> {
    pub(super) a: *const T,
    /// From row to row of A as stored: more than its columns where only some rows of C are computed and A is transposed.
    pub(super) a_step: usize,
    pub(super) b: *const T,
    pub(super) c: *mut T,
    pub(super) scratch: *mut T,
}

/// Computes a product at a level of this processor.
///
/// # Safety
/// The processor has the level; no dimension is 0; the matrices have the lengths of the shape, scratch memory that of
/// [`scratch_len`](super::blocking::scratch_len) after [`aligned`](super::blocking::aligned); C and scratch memory are used by nobody else meanwhile.
pub(super) unsafe fn run_at<T: Real>(level: Level, product: &Product, matrices: Matrices<T>) {
    // SAFETY: the caller's promises, handed on; each type of lanes belongs to its level.
    unsafe {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => run::<<T as Vectors>::Avx512>(product, matrices),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => run::<<T as Vectors>::Avx2>(product, matrices),
            #[cfg(target_arch = "aarch64")]
            Level::Neon => run::<<T as Vectors>::Neon>(product, matrices),
            _ => run::<<T as Vectors>::Portable>(product, matrices),
        }
    }
}

/// The product without its zeros, row by row, swapped, or as given.
///
/// # Safety
/// As [`run_at`], and the processor has the instructions of `V`.
unsafe fn run<V: Lanes>(product: &Product, matrices: Matrices<V::Element>) {
    // SAFETY: the caller's promises, handed on to work that needs the same.
    unsafe {
        if V::COUNT > 1 && may_skip(product) && V::with_features(IsSparse::<V> { product, matrices }) {
            V::with_features(RunSparse::<V> { product, matrices });
        } else if V::COUNT > 1 && is_few::<V>(product) {
            V::with_features(RunFew::<V> { product, matrices });
        } else if V::COUNT > 1 && is_swapped(product) {
            V::with_features(RunSwapped::<V> { product, matrices });
        } else {
            let blocks = if V::COUNT > 1 { Blocks::of(product) } else { Blocks::of_packs(product) };
            V::with_features(RunBlocks::<V> { product, blocks, matrices });
        }
    }
}

/// The product by way of `Cᵀ = B Aᵀ` in scratch memory. Whoever makes one gives the promises of [`run`].
struct RunSwapped<'p, V: Lanes> {
    product: &'p Product,
    matrices: Matrices<V::Element>,
}

impl<V: Lanes> Work for RunSwapped<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Product { m, n, k, output, .. } = *self.product;
        let Matrices { a, b, c, scratch, .. } = self.matrices;
        // SAFETY: scratch memory begins with room for C transposed; the swapped product needs the rest.
        unsafe {
            if output == Output::Accumulate {
                transpose::<V>(Move { from: c, from_step: n, to: scratch, to_step: m, rows: m, columns: n });
            }
            let free = scratch.add(turned_len(self.product));
            let matrices = Matrices { a: b, a_step: k, b: a, c: scratch, scratch: free };
            let product = &swapped(self.product);
            V::with_features(RunBlocks::<V> { product, blocks: Blocks::of(product), matrices });
            transpose::<V>(Move { from: scratch, from_step: m, to: c, to_step: n, rows: n, columns: m });
        }
    }
}

/// The product block by block. Whoever makes one gives the promises of [`run`], and the blocks of the product.
struct RunBlocks<'p, V: Lanes> {
    product: &'p Product,
    blocks: Blocks,
    matrices: Matrices<V::Element>,
}

impl<V: Lanes> Work for RunBlocks<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Product { m, n, k, output, .. } = *self.product;
        for rows in cut(m, self.blocks.rows) {
            for depths in cut(k, self.blocks.depth) {
                let resumed = depths.first > 0 || output == Output::Accumulate;
                let start = if resumed { Start::Stored } else { Start::Zero };
                // SAFETY: the ranges lie within the shape; the rest is the promise of whoever made this.
                unsafe {
                    let left = self.left(depths, rows);
                    for columns in cut(n, self.blocks.columns) {
                        let right = self.right(depths, columns);
                        let c = self.matrices.c.add(rows.first * n + columns.first);
                        let ahead = self.ahead(depths, columns);
                        let target = Target { c, c_row: n, depth: depths.len, start, ahead };
                        rectangle::<V>(&left, &right, target);
                    }
                }
            }
        }
    }
}

/// `len` consecutive indices.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) first: usize,
    pub(super) len: usize,
}

/// Cuts 0..total into ranges of at most `most`. Not `step_by`, whose division is felt in a product of 8 x 8.
#[inline(always)]
pub(super) fn cut(total: usize, most: usize) -> impl Iterator<Item = Range> {
    let mut first = 0;
    core::iter::from_fn(
        #[inline(always)]
        move || {
            let range = Range { first, len: most.min(total - first) };
            first += range.len;
            (range.len > 0).then_some(range)
        },
    )
}

/// Rows of A, cut into tiles of equal height (the last one may be lower).
struct Left<T> {
    start: *const T,
    rows: usize,
    tile_rows: usize,
    tile_step: usize,
    /// The steps from row to row and from p to p; `None` when packed: 1, and the rows of the tile.
    steps: Option<(usize, usize)>,
}

/// Columns of B, cut into panels of equal width (the last one may be narrower).
struct Right<T> {
    start: *const T,
    columns: usize,
    panel_columns: usize,
    panel_step: usize,
    depth_step: usize,
    column_step: usize,
    beyond: Beyond,
}

/// The rectangle of C that rows of A and columns of B make.
struct Target<T> {
    c: *mut T,
    c_row: usize,
    depth: usize,
    start: Start,
    /// What is fetched meanwhile, and with it the next tile; `None` where the caches hold all.
    ahead: Option<Ahead<T>>,
}

/// Computes a rectangle of C, panel by panel, and within a panel tile by tile.
///
/// # Safety
/// The operands and the target are valid for their sizes, and nobody else uses the target meanwhile.
#[inline(always)]
unsafe fn rectangle<V: Lanes>(
    left: &Left<V::Element>,
    right: &Right<V::Element>,
    target: Target<V::Element>,
) {
    let copies = V::COUNT == 1 && right.column_step == 1 && left.rows > 3 * left.tile_rows;
    let mut copied = Panel::new();
    let Target { c, c_row, depth, start, mut ahead } = target;
    let mut share = 0;
    if let Some(ahead) = &ahead {
        let tiles = left.rows.div_ceil(left.tile_rows) * right.columns.div_ceil(right.panel_columns);
        share = ahead.lines().div_ceil(tiles);
    }
    for (panel, columns) in cut(right.columns, right.panel_columns).enumerate() {
        // SAFETY: the steps lead to existing panels.
        let (b, b_depth) = unsafe {
            let b = right.start.add(panel * right.panel_step);
            if copies {
                (copied.copy(b, right.depth_step, depth, columns.len), columns.len)
            } else {
                (b, right.depth_step)
            }
        };
        for (tile, rows) in cut(left.rows, left.tile_rows).enumerate() {
            let (a_row, a_depth) = left.steps.unwrap_or((1, rows.len));
            if let Some(ahead) = &mut ahead {
                ahead.fetch(share);
                next_tile(left, &target, rows, columns).fetch(usize::MAX);
            }
            // SAFETY: the steps lead to existing tiles and panels; a tile is no larger than the tables of `compute`.
            unsafe {
                let a = left.start.add(tile * left.tile_step);
                let c = c.add(rows.first * c_row + columns.first);
                let (b_column, b_beyond, columns) = (right.column_step, right.beyond, columns.len);
                let tile = Tile {
                    a,
                    a_row,
                    a_depth,
                    b,
                    b_depth,
                    b_column,
                    b_beyond,
                    c,
                    c_row,
                    depth,
                    columns,
                    start,
                };
                compute::<V>(tile, rows.len);
            }
        }
    }
}

/// The tile of C below one, or the first of the next panel, which may lie beyond the rectangle.
#[inline(always)]
fn next_tile<T>(left: &Left<T>, target: &Target<T>, rows: Range, columns: Range) -> Ahead<T> {
    let (below, beside) = (rows.first + rows.len, columns.first + columns.len);
    let (first, column) = if below < left.rows { (below, columns.first) } else { (0, beside) };
    let from = target.c.wrapping_add(first * target.c_row + column);
    Ahead::new(from, target.c_row, rows.len, columns.len)
}

impl<V: Lanes> RunBlocks<'_, V> {
    /// The width of the panels: four vectors where half a tile holds all rows, else two.
    #[inline(always)]
    fn panel_vectors(&self) -> usize {
        let wide = V::COUNT == 1 && V::TILE_ROWS >= 8;
        if wide || self.product.m <= most_rows::<V>(4) { 4 } else { 2 }
    }

    /// The height of the tiles that share `rows` out evenly.
    #[inline(always)]
    fn tile_rows(&self, rows: usize) -> usize {
        let most = if self.panel_vectors() == 4 { most_rows::<V>(4) } else { most_rows::<V>(2) };
        if rows <= most { rows } else { rows.div_ceil(rows.div_ceil(most)) }
    }

    /// The rows of A for a block, packed or in place.
    ///
    /// # Safety
    /// The ranges lie within the shape.
    #[inline(always)]
    unsafe fn left(&self, depths: Range, rows: Range) -> Left<V::Element> {
        let a_step = self.matrices.a_step;
        let (row_step, depth_step) = if self.product.transpose_a { (1, a_step) } else { (a_step, 1) };
        let tile_rows = self.tile_rows(rows.len);
        // SAFETY: within A, by the caller's promise.
        let in_place = unsafe { self.matrices.a.add(rows.first * row_step + depths.first * depth_step) };
        let (rows, tile_step, steps) = (rows.len, tile_rows * row_step, Some((row_step, depth_step)));
        let left = Left { start: in_place, rows, tile_rows, tile_step, steps };
        if !self.blocks.packs_a {
            return left;
        }
        // SAFETY: the room for A follows that for B in scratch memory and holds the largest block.
        unsafe { self.pack_left(left, depths.len, self.matrices.scratch.add(self.blocks.b_len())) }
    }

    /// Copies each tile of A to where its columns lie one after the other.
    ///
    /// # Safety
    /// `left` lies within A; `to` has room for its rows times `depth`.
    #[inline(always)]
    unsafe fn pack_left(
        &self,
        left: Left<V::Element>,
        depth: usize,
        to: *mut V::Element,
    ) -> Left<V::Element> {
        let from_step = self.matrices.a_step;
        for (tile, Range { first, len }) in cut(left.rows, left.tile_rows).enumerate() {
            // SAFETY: the tile lies within A; the packed tiles before it hold `first * depth` elements.
            unsafe {
                let (from, to) = (left.start.add(tile * left.tile_step), to.add(first * depth));
                if self.product.transpose_a {
                    copy::<V>(Move { from, from_step, to, to_step: len, rows: depth, columns: len });
                } else {
                    transpose::<V>(Move { from, from_step, to, to_step: len, rows: len, columns: depth });
                }
            }
        }
        Left { start: to, tile_step: left.tile_rows * depth, steps: None, ..left }
    }

    /// What to fetch while a block is computed: the columns of B after it, if they will be packed from rows far apart.
    /// `None` where A is not packed: there asking costs more than it saves (up to a sixth, 128 x 784 x 32).
    #[inline(always)]
    fn ahead(&self, depths: Range, columns: Range) -> Option<Ahead<V::Element>> {
        let &Product { n, transpose_b, .. } = self.product;
        if !self.blocks.packs_a {
            return None;
        }
        let next = columns.first + columns.len;
        let len = self.blocks.columns.min(n - next);
        if len == 0 || transpose_b || !self.blocks.packs_b {
            return Some(Ahead::none());
        }
        Some(Ahead::new(self.matrices.b.wrapping_add(depths.first * n + next), n, depths.len, len))
    }

    /// The columns of B for a block, packed or in place.
    ///
    /// # Safety
    /// The ranges lie within the shape.
    #[inline(always)]
    unsafe fn right(&self, depths: Range, columns: Range) -> Right<V::Element> {
        let Product { n, k, transpose_b, .. } = *self.product;
        let (depth_step, column_step) = if transpose_b { (1, k) } else { (n, 1) };
        // SAFETY: within B, by the caller's promise.
        let start = unsafe { self.matrices.b.add(depths.first * depth_step + columns.first * column_step) };
        let panel_columns = self.panel_vectors() * V::COUNT;
        let columns = columns.len;
        let right = Right {
            start,
            columns,
            panel_columns,
            panel_step: panel_columns * column_step,
            depth_step,
            column_step,
            beyond: Beyond::Nothing,
        };
        if !self.blocks.packs_b {
            return right;
        }
        // SAFETY: scratch memory begins with room for the largest block of B.
        unsafe { self.pack_right(right, depths.len, self.matrices.scratch) }
    }

    /// Copies each panel of B to where its rows lie one after the other.
    ///
    /// # Safety
    /// `right` lies within B; `to` has room for its columns, rounded up to whole panels, times `depth`.
    #[inline(always)]
    unsafe fn pack_right(
        &self,
        right: Right<V::Element>,
        depth: usize,
        to: *mut V::Element,
    ) -> Right<V::Element> {
        let Product { n, k, transpose_b, .. } = *self.product;
        let to_step = right.panel_columns;
        for Range { first, len } in cut(right.columns, to_step) {
            // SAFETY: the panel lies within B; the packed panels before it hold `first * depth` elements.
            unsafe {
                let to = to.add(first * depth);
                if transpose_b {
                    let from = right.start.add(first * k);
                    transpose::<V>(Move { from, from_step: k, to, to_step, rows: len, columns: depth });
                } else {
                    let from = right.start.add(first);
                    copy::<V>(Move { from, from_step: n, to, to_step, rows: depth, columns: len });
                }
            }
        }
        Right {
            start: to,
            panel_step: to_step * depth,
            depth_step: to_step,
            column_step: 1,
            beyond: Beyond::Padding,
            ..right
        }
    }
}
