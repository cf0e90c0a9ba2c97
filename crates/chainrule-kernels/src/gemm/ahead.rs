//! Asking for memory before it is needed, so that it has come when it is.
//!
//! A tile of C, or a panel of a matrix to be packed, lies in rows far apart, which the processor does not foresee. Where
//! matrices leave the second-level cache, waiting for them cost 10 to 15 % of the time (512 x 2048 x 2048 on Zen 5).
//! Must not know: what the memory is for.

/// Bytes that the cache fetches together.
const LINE: usize = 64;

/// Rows of memory still to be asked for, a few cache lines at a time. Addresses are hints and need not be valid.
#[derive(Clone, Copy)]
pub(super) struct Ahead<T> {
    row: *const T,
    step: usize,
    rows: usize,
    lines: usize,
    line: usize,
}

impl<T> Ahead<T> {
    /// `rows` rows of `columns` elements, row i starting at `from + i * step`.
    #[inline(always)]
    pub(super) fn new(from: *const T, step: usize, rows: usize, columns: usize) -> Self {
        Ahead { row: from, step, rows, lines: (columns * size_of::<T>()).div_ceil(LINE), line: 0 }
    }

    /// No memory at all.
    #[inline(always)]
    pub(super) fn none() -> Self {
        Ahead::new(core::ptr::null(), 0, 0, 0)
    }

    /// How many cache lines there are.
    #[inline(always)]
    pub(super) fn lines(&self) -> usize {
        self.rows * self.lines
    }

    /// Asks for the next `count` lines, or as many as are left.
    #[inline(always)]
    pub(super) fn fetch(&mut self, count: usize) {
        for _ in 0..count {
            if self.rows == 0 {
                return;
            }
            fetch(self.row.wrapping_byte_add(self.line * LINE));
            self.line += 1;
            if self.line == self.lines {
                (self.row, self.line, self.rows) = (self.row.wrapping_add(self.step), 0, self.rows - 1);
            }
        }
    }
}

/// Asks for the line of an address.
#[inline(always)]
fn fetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which reads nothing and faults at no address; SSE is part of x86-64.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

#[cfg(test)]
mod tests {
    use super::Ahead;

    #[test]
    fn every_line_of_every_row_is_asked_for_once() {
        let memory = [0.0f64; 100];
        let mut ahead = Ahead::new(memory.as_ptr(), 30, 3, 17);
        assert_eq!(ahead.lines(), 9);
        ahead.fetch(4);
        assert_eq!((ahead.rows, ahead.line), (2, 1));
        assert_eq!(ahead.row, memory[30..].as_ptr());
        ahead.fetch(100);
        assert_eq!((ahead.rows, ahead.line), (0, 0));
        Ahead::<f32>::none().fetch(1);
    }
}
