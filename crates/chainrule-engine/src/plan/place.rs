//! Stage 4: offsets in one arena, by lifetime.
//!
//! Buffers whose lifetimes overlap must not overlap in memory. Greedy by size: the largest buffer first, each at the
//! lowest offset that is free during its life. Source: Pisarchyk and Lee, "Efficient memory management for deep neural
//! net inference", 2020, section 5.1.

use core::ops::RangeInclusive;

/// Buffers begin at multiples of this many elements: 64 bytes of `f32`.
const ALIGNMENT: usize = 16;

/// A buffer before it has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Buffer {
    /// Length in elements.
    pub(super) len: usize,
    /// First and last step at which it holds something.
    pub(super) life: RangeInclusive<usize>,
}

/// The first offset from `offset` on where a buffer may begin.
pub(super) fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(ALIGNMENT)
}

/// An offset for each buffer at or after `start`, and the end of the arena.
pub(super) fn place(buffers: &[Buffer], start: usize) -> (Vec<usize>, usize) {
    let start = aligned(start);
    let mut order: Vec<usize> = (0..buffers.len()).collect();
    order.sort_by_key(|index| core::cmp::Reverse(buffers[*index].len));
    let mut offsets = vec![start; buffers.len()];
    let mut placed: Vec<usize> = Vec::new();
    let mut end = start;
    for index in order {
        let mut busy: Vec<(usize, usize)> = placed
            .iter()
            .filter(|other| overlap(&buffers[**other].life, &buffers[index].life))
            .map(|other| (offsets[*other], offsets[*other] + buffers[*other].len))
            .collect();
        busy.sort_unstable();
        offsets[index] = lowest_gap(&busy, buffers[index].len, start);
        end = end.max(offsets[index] + buffers[index].len);
        placed.push(index);
    }
    (offsets, end)
}

fn overlap(a: &RangeInclusive<usize>, b: &RangeInclusive<usize>) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

/// The lowest aligned offset from `start` on where `len` elements fit between the busy ranges, sorted by offset.
fn lowest_gap(busy: &[(usize, usize)], len: usize, start: usize) -> usize {
    let mut offset = start;
    for (begin, end) in busy {
        if offset + len <= *begin {
            break;
        }
        offset = offset.max(aligned(*end));
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::{ALIGNMENT, Buffer, overlap, place};

    #[test]
    fn buffers_that_live_one_after_another_share_memory() {
        let buffers = [(100, 0..=1), (100, 2..=3), (50, 1..=2)].map(|(len, life)| Buffer { len, life });
        let (offsets, end) = place(&buffers, 0);
        assert_eq!((offsets, end), (vec![0, 0, 112], 162));
    }

    #[test]
    fn no_two_living_buffers_overlap() {
        let buffers: Vec<Buffer> =
            (0..60usize).map(|i| Buffer { len: i * 37 % 91, life: i..=i + i * 13 % 7 }).collect();
        let (offsets, end) = place(&buffers, 5);
        for (i, a) in buffers.iter().enumerate() {
            assert!(offsets[i] % ALIGNMENT == 0 && offsets[i] >= 5 && offsets[i] + a.len <= end);
            for (j, b) in buffers.iter().enumerate().skip(i + 1).filter(|(_, b)| overlap(&a.life, &b.life)) {
                let apart = offsets[i] + a.len <= offsets[j] || offsets[j] + b.len <= offsets[i];
                assert!(apart, "{i} and {j} overlap");
            }
        }
    }
}
