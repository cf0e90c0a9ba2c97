//! Moving rectangles of numbers: as they are, or transposed. Packing is made of these two.
//!
//! Must not know: what the numbers are for.

use super::lanes::Lanes;

/// A rectangle to move: `rows` x `columns` numbers, row i starting at `from + i * from_step`.
///
/// Whoever makes one promises that the source is valid to read, the target valid to write (for [`copy`] rows of
/// `columns` numbers every `to_step`; for [`transpose`] columns of `rows` numbers), and that they do not overlap.
#[derive(Clone, Copy)]
pub(super) struct Move<T> {
    pub(super) from: *const T,
    pub(super) from_step: usize,
    pub(super) to: *mut T,
    pub(super) to_step: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// `to[i * to_step + j] = from[i * from_step + j]`.
///
/// # Safety
/// The promises of [`Move`], and the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn copy<V: Lanes>(work: Move<V::Element>) {
    let Move { from, from_step, to, to_step, rows, columns } = work;
    if columns == 0 {
        return;
    }
    let whole = (columns - 1) / V::COUNT * V::COUNT;
    // SAFETY: whole vectors end before `columns`, the mask ends at `columns`; the rest is the caller's promise.
    unsafe {
        let mask = V::mask(columns - whole);
        for i in 0..rows {
            let (from, to) = (from.add(i * from_step), to.add(i * to_step));
            for j in (0..whole).step_by(V::COUNT) {
                V::load(from.add(j)).store(to.add(j));
            }
            V::load_masked(from.add(whole), mask).store_masked(to.add(whole), mask);
        }
    }
}

/// `to[j * to_step + i] = from[i * from_step + j]`, in blocks that fit the registers.
///
/// The last block of a row or column of blocks ends at the edge and overlaps its neighbour, which writes a few numbers
/// twice and needs no other code; only rectangles thinner than the smallest block go one by one.
///
/// # Safety
/// The promises of [`Move`], and the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn transpose<V: Lanes>(work: Move<V::Element>) {
    let Move { from_step, to_step, rows, columns, .. } = work;
    let small = V::SMALL_BLOCK;
    // SAFETY: the caller's promise; a block is used only where it fits into the rectangle.
    unsafe {
        if rows >= V::COUNT && columns >= V::COLUMNS {
            let block = Block { rows: V::COUNT, columns: V::COLUMNS };
            transpose_by(
                work,
                block,
                #[inline(always)]
                |from, to| {
                    for (j, column) in V::columns(from, from_step).as_ref().iter().enumerate() {
                        column.store(to.add(j * to_step));
                    }
                },
            );
        } else if rows >= small && columns >= small {
            let block = Block { rows: small, columns: small };
            transpose_by(
                work,
                block,
                #[inline(always)]
                |from, to| V::transpose_small_block(from, from_step, to, to_step),
            );
        } else {
            transpose_by(
                work,
                Block { rows: 1, columns: 1 },
                #[inline(always)]
                |from, to| to.write(from.read()),
            );
        }
    }
}

/// The size of the block that is moved at once.
struct Block {
    rows: usize,
    columns: usize,
}

/// Transposes block by block; `each(from, to)` moves one.
///
/// # Safety
/// The promises of [`Move`]; the block is no larger than the rectangle, or the rectangle is empty.
#[inline(always)]
unsafe fn transpose_by<T>(work: Move<T>, block: Block, each: impl Fn(*const T, *mut T)) {
    let Move { from, from_step, to, to_step, rows, columns } = work;
    for i in (0..rows).step_by(block.rows).map(|i| i.min(rows - block.rows)) {
        for j in (0..columns).step_by(block.columns).map(|j| j.min(columns - block.columns)) {
            // SAFETY: the block ends at or before the edges; the rest is the caller's promise.
            unsafe { each(from.add(i * from_step + j), to.add(j * to_step + i)) }
        }
    }
}
