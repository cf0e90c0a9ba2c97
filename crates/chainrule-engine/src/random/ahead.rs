//! [`Ahead`]: the numbers of a stream in sequence, computed many at a time.
//!
//! A number alone costs a block of Philox, of which it uses one half; 32 blocks side by side are vector instructions. Must
//! not know: what the numbers are used for.

use chainrule_kernels::dispatch;

use super::Stream;

/// Numbers that are computed at once.
const LEN: usize = 64;

/// The numbers of a stream from its cursor on, the same as one by one.
pub(super) struct Ahead<'s> {
    stream: &'s Stream,
    /// The numbers from position `first` on, which is even.
    bits: [u64; LEN],
    first: u64,
    /// The place of the next number.
    next: usize,
}

impl<'s> Ahead<'s> {
    pub(super) fn new(stream: &'s Stream) -> Self {
        let first = stream.position() & !1;
        let next = (stream.position() - first) as usize;
        let mut ahead = Ahead { stream, bits: [0; LEN], first, next };
        ahead.fill();
        ahead
    }

    /// The position of the next number.
    pub(super) fn position(&self) -> u64 {
        self.first.wrapping_add(self.next as u64)
    }

    /// As [`Stream::next_bits`].
    #[inline]
    pub(super) fn next_bits(&mut self) -> u64 {
        if self.next == LEN {
            self.first = self.first.wrapping_add(LEN as u64);
            self.next = 0;
            self.fill();
        }
        self.next += 1;
        self.bits[self.next - 1]
    }

    fn fill(&mut self) {
        let (stream, first, bits) = (self.stream, self.first, &mut self.bits);
        dispatch(
            #[inline(always)]
            || {
                let (pairs, _) = bits.as_chunks_mut::<2>();
                for (number, pair) in pairs.iter_mut().enumerate() {
                    *pair = stream.pair_at(first.wrapping_add(2 * number as u64));
                }
            },
        );
    }
}
