//! Where the factors of A are not 0, as bits: 64 of them to a word.
//!
//! Must not know: what the bits are used for, tiles, blocks.

use super::lanes::Lanes;

/// The numbers that one word tells of, and the words of a square.
pub(super) const BITS: usize = u64::BITS as usize;

/// A rectangle of stored numbers, row i starting at `from + i * step`.
///
/// Whoever makes one promises that all of them are valid to read.
#[derive(Clone, Copy)]
pub(super) struct Stored<T> {
    pub(super) from: *const T,
    pub(super) step: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// Bit j of the result is set where `from[j]` is not 0 (which NaN is not), for j below `len`, which is 1 to 64.
///
/// # Safety
/// The numbers are valid to read, and the processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn word<V: Lanes>(from: *const V::Element, len: usize) -> u64 {
    debug_assert!((1..=BITS).contains(&len));
    let whole = (len - 1) / V::COUNT * V::COUNT;
    let mut word = 0;
    // SAFETY: whole vectors end before `len`, the mask ends at `len`.
    unsafe {
        for j in (0..whole).step_by(V::COUNT) {
            word |= V::load(from.add(j)).nonzeros() << j;
        }
        word | V::load_masked(from.add(whole), V::mask(len - whole)).nonzeros() << whole
    }
}

/// The words of at most 64 rows of at most 64 numbers; the bits beyond are 0.
///
/// # Safety
/// The promise of [`Stored`], and the processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn square<V: Lanes>(stored: Stored<V::Element>) -> [u64; BITS] {
    let mut words = [0; BITS];
    for (i, word_of_row) in words.iter_mut().enumerate().take(stored.rows) {
        // SAFETY: the row is one of those that are stored.
        *word_of_row = unsafe { word::<V>(stored.from.add(i * stored.step), stored.columns) };
    }
    words
}

/// Bit j of word i becomes bit i of word j.
///
/// Swaps the off-diagonal quarters, then those of each quarter, and so on (H. Warren, *Hacker's Delight*, 2nd edition, 7-3).
#[inline(always)]
pub(super) fn transpose(words: &mut [u64; BITS]) {
    swap_quarters::<32>(words, 0x0000_0000_FFFF_FFFF);
    swap_quarters::<16>(words, 0x0000_FFFF_0000_FFFF);
    swap_quarters::<8>(words, 0x00FF_00FF_00FF_00FF);
    swap_quarters::<4>(words, 0x0F0F_0F0F_0F0F_0F0F);
    swap_quarters::<2>(words, 0x3333_3333_3333_3333);
    swap_quarters::<1>(words, 0x5555_5555_5555_5555);
}

/// In every square of 2 `HALF` bits: the upper half of the first rows changes place with the lower half of the others.
#[inline(always)]
fn swap_quarters<const HALF: usize>(words: &mut [u64; BITS], lower: u64) {
    for rows in words.chunks_exact_mut(2 * HALF) {
        let (first, second) = rows.split_at_mut(HALF);
        for (first, second) in first.iter_mut().zip(second) {
            let changed = ((*first >> HALF) ^ *second) & lower;
            *first ^= changed << HALF;
            *second ^= changed;
        }
    }
}

/// The numbers that are not 0 among some of those stored, and how many were looked at: 32 pieces of rows, each up to
/// 64 long, spread over the rows and, in another order, over the columns.
///
/// # Safety
/// The promise of [`Stored`], at least one number being stored, and the processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn sample<V: Lanes>(stored: Stored<V::Element>) -> (usize, usize) {
    const PIECES: usize = 32;
    let Stored { from, step, rows, columns } = stored;
    let len = columns.min(BITS);
    let mut nonzeros = 0;
    for piece in 0..PIECES {
        let row = piece * rows / PIECES;
        let column = piece * 13 % PIECES * (columns - len) / (PIECES - 1);
        // SAFETY: the row is below `rows`, and the piece ends at `columns` at the latest.
        nonzeros += unsafe { word::<V>(from.add(row * step + column), len) }.count_ones();
    }
    (nonzeros as usize, PIECES * len)
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Quad;
    use super::{BITS, Stored, sample, square, transpose, word};

    /// Words with no pattern.
    fn words() -> [u64; BITS] {
        let mut state = 1u64;
        [0; BITS].map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            state ^ state >> 29
        })
    }

    #[test]
    fn a_transposed_square_has_each_bit_in_its_place() {
        let (before, mut after) = (words(), words());
        transpose(&mut after);
        for (i, row) in before.iter().enumerate() {
            for (j, column) in after.iter().enumerate() {
                assert_eq!(row >> j & 1, column >> i & 1, "bit {j} of word {i}");
            }
        }
    }

    #[test]
    fn a_word_tells_of_every_number_that_is_not_zero() {
        let bits = words();
        for len in [1, 3, 4, 5, 31, 63, 64] {
            let numbers: Vec<f32> =
                (0..len).map(|j| if bits[0] >> j & 1 == 1 { -2.0 } else { -0.0 }).collect();
            // SAFETY: `len` numbers are there, and the portable lanes need no instructions.
            let found = unsafe { word::<Quad<f32>>(numbers.as_ptr(), len) };
            assert_eq!(found, bits[0] & u64::MAX >> (64 - len));
        }
        let odd = [f32::NAN, f32::INFINITY, f32::from_bits(1), 0.0];
        // SAFETY: as above.
        assert_eq!(unsafe { word::<Quad<f32>>(odd.as_ptr(), 4) }, 0b0111);
    }

    #[test]
    fn the_sample_counts_every_number_of_small_matrices_as_often() {
        let numbers: Vec<f32> = (0..32 * 50).map(|i| (i % 5) as f32).collect();
        let stored = Stored { from: numbers.as_ptr(), step: 50, rows: 32, columns: 50 };
        // SAFETY: 32 rows of 50 numbers are there.
        let (sampled, square) = unsafe { (sample::<Quad<f32>>(stored), square::<Quad<f32>>(stored)) };
        assert_eq!(sampled, (32 * 40, 32 * 50));
        assert_eq!(square.map(u64::count_ones).iter().sum::<u32>(), 32 * 40);
    }
}
