//! The decisions about a product: whether it is swapped, how it is cut into blocks, what is packed; and the scratch memory
//! that follows from them.
//!
//! They depend on the shape only, never on the level or the scalar type, so that the scratch memory needed is known
//! without either. Must not know: instruction sets, addresses, layers, threads.

use core::ops::RangeInclusive;

use super::{Product, Zeros, sparse};

/// Values of p in a block where A is read in place.
const DEPTH: usize = 512;
/// Values of p in a block where an element fills a vector: a tile of 6 rows of A is then 24 KiB, as it is above.
const DEPTH_OF_PACKS: usize = 64;
/// Values of p in a block where both operands are packed: fewer and longer visits to C.
const DEEP: usize = 1024;
/// Rows and columns that use a packed operand often enough.
const MANY: usize = 256;
/// Columns of B in a packed block: a multiple of every panel width.
const COLUMNS: usize = 256;
/// Columns of B in a packed block beside a packed A, which is used by all rows before the next is packed.
const FEW_COLUMNS: usize = 64;
/// Rows of A in a packed block.
const ROWS: usize = 512;
/// The widest panel: four vectors of sixteen elements.
const WIDEST_PANEL: usize = 64;
/// Rows of C that may be computed as columns of its transpose: enough to fill vectors, few enough to turn cheaply.
const SWAPPED_ROWS: RangeInclusive<usize> = 16..=128;
/// Elements skipped at most to begin the scratch memory at a multiple of 64 bytes, a cache line and a full vector.
const ALIGNMENT: usize = 16;

/// Elements of scratch memory that suffice for `product` and for any of its rows alone.
#[inline]
pub(super) fn scratch_len(product: &Product) -> usize {
    let needs_none = product.m < MANY && !product.transpose_b && product.zeros == Zeros::Multiply;
    if needs_none { 0 } else { scratch_of_any_way(product) }
}

/// The most that any way to compute the product, or some rows of it, needs.
fn scratch_of_any_way(product: &Product) -> usize {
    let small = Blocks::small(product).scratch_len(product);
    let large = if Blocks::is_large(product) { Blocks::of(product).scratch_len(product) } else { 0 };
    let swapped = most_swapped(product).map_or(0, |part| swapped_len(&part));
    match small.max(large).max(swapped).max(sparse::scratch_len(product)) {
        0 => 0,
        len => len + ALIGNMENT,
    }
}

/// The part of scratch memory that begins at a cache line, where enough is given for packing at all.
#[inline(always)]
pub(super) fn aligned<T>(scratch: &mut [T]) -> &mut [T] {
    let skipped = scratch.as_ptr().align_offset(64).min(ALIGNMENT);
    scratch.get_mut(skipped..).unwrap_or_default()
}

/// Whether transposing A and C costs less than transposing B, and the batch is long enough to fill vectors.
#[inline(always)]
pub(super) fn is_swapped(product: &Product) -> bool {
    let &Product { m, n, k, transpose_a, transpose_b, .. } = product;
    transpose_b
        && !transpose_a
        && SWAPPED_ROWS.contains(&m)
        && m.saturating_mul(k + 2 * n) < n.saturating_mul(k)
}

/// `Cᵀ = B Aᵀ`: stored B is already `[n, k]`, stored A is `[m, k]`, the transposed right operand.
pub(super) fn swapped(product: &Product) -> Product {
    Product { m: product.n, n: product.m, transpose_a: false, transpose_b: true, ..*product }
}

/// Elements for C transposed, rounded up so that what follows stays aligned.
pub(super) fn turned_len(product: &Product) -> usize {
    (product.m * product.n).next_multiple_of(ALIGNMENT)
}

/// The most rows of `product` that are computed swapped, if any are. What each way needs grows with the rows.
#[inline(always)]
fn most_swapped(product: &Product) -> Option<Product> {
    let part = |m| Product { m, ..*product };
    let most = product.m.min(*SWAPPED_ROWS.end());
    if most < *SWAPPED_ROWS.start() || is_swapped(&part(most)) {
        return Some(part(most)).filter(is_swapped);
    }
    // `is_swapped` asks for m (k + 2n) < nk.
    let &Product { n, k, .. } = product;
    let least = n.saturating_mul(k).saturating_sub(1) / (k + 2 * n).max(1);
    Some(part(most.min(least))).filter(is_swapped)
}

/// Scratch memory of a swapped product: C transposed, then what the swapped product packs.
fn swapped_len(product: &Product) -> usize {
    let swapped = swapped(product);
    turned_len(product) + Blocks::of(&swapped).scratch_len(&swapped)
}

/// The blocks that a product is cut into, and what is packed.
#[derive(Clone, Copy)]
pub(super) struct Blocks {
    /// Rows of A in a block.
    pub(super) rows: usize,
    /// Columns of B in a block.
    pub(super) columns: usize,
    /// Values of p in a block.
    pub(super) depth: usize,
    /// Whether blocks of A are packed.
    pub(super) packs_a: bool,
    /// Whether blocks of B are packed.
    pub(super) packs_b: bool,
}

impl Blocks {
    /// A is packed when the product is large.
    #[inline(always)]
    pub(super) fn of(product: &Product) -> Blocks {
        let small = Self::small(product);
        if !Self::is_large(product) {
            return small;
        }
        let &Product { m, n, k, .. } = product;
        let columns = if small.packs_b { n.min(FEW_COLUMNS) } else { n };
        Blocks { rows: shared(m, ROWS), columns, depth: shared(k, DEEP), packs_a: true, ..small }
    }

    /// All three matrices together leave the second-level cache many times over, and A is used by enough columns. For
    /// smaller ones packing A costs more than it saves (1024 x 1024 x 256: 6 %).
    #[inline(always)]
    fn is_large(product: &Product) -> bool {
        let &Product { m, n, k, .. } = product;
        m.min(n) >= MANY && m * k >= 1 << 18 && m * k + k * n + m * n >= 3 << 20
    }

    /// A in place. B is packed when it is stored transposed, or when it leaves the second-level cache and enough rows
    /// use it.
    #[inline(always)]
    fn small(product: &Product) -> Blocks {
        let &Product { m, n, k, transpose_b, .. } = product;
        let packs_b = transpose_b || (m >= MANY && n * k > 1 << 17);
        let columns = if packs_b { n.min(COLUMNS) } else { n };
        Blocks { rows: m, columns, depth: k.min(DEPTH), packs_a: false, packs_b }
    }

    /// Where an element fills a vector: both operands are read in place.
    #[inline(always)]
    pub(super) fn of_packs(product: &Product) -> Blocks {
        let &Product { m, n, k, .. } = product;
        Blocks { rows: m, columns: n, depth: k.min(DEPTH_OF_PACKS), packs_a: false, packs_b: false }
    }

    /// Elements for a packed block of B, in whole panels.
    #[inline(always)]
    pub(super) fn b_len(&self) -> usize {
        if self.packs_b { self.depth * self.columns.next_multiple_of(WIDEST_PANEL) } else { 0 }
    }

    /// Elements for packed blocks of B and A, and of A with fewer rows.
    #[inline(always)]
    fn scratch_len(&self, product: &Product) -> usize {
        self.b_len() + if self.packs_a { self.depth * product.m.min(ROWS) } else { 0 }
    }
}

/// The length of a part where `total` is shared out evenly to parts of at most `most`.
fn shared(total: usize, most: usize) -> usize {
    if total <= most { total } else { total.div_ceil(total.div_ceil(most)) }
}
