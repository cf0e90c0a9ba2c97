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

/// `to[j * to_step + i] = from[i * from_step + j]`, in square blocks that fit the registers, and one by one at the
/// right and lower edge.
///
/// # Safety
/// The promises of [`Move`], and the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn transpose<V: Lanes>(work: Move<V::Element>) {
    let Move { from, from_step, to, to_step, rows, columns } = work;
    let (block_rows, block_columns) = (rows / V::BLOCK * V::BLOCK, columns / V::BLOCK * V::BLOCK);
    // SAFETY: blocks end at or before `rows` and `columns`; the rest is the caller's promise.
    unsafe {
        for i in (0..block_rows).step_by(V::BLOCK) {
            for j in (0..block_columns).step_by(V::BLOCK) {
                V::transpose_block(from.add(i * from_step + j), from_step, to.add(j * to_step + i), to_step);
            }
        }
        for i in 0..rows {
            let first = if i < block_rows { block_columns } else { 0 };
            for j in first..columns {
                to.add(j * to_step + i).write(from.add(i * from_step + j).read());
            }
        }
    }
}
