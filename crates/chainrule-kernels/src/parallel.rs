//! Work shared out among threads: who runs it is an argument, never a global.
//!
//! An [`Executor`] runs a task once for each item of a slice, at once where it has threads, and returns when all are
//! done. [`Serial`] is the caller's own thread; a [`Pool`] adds workers. Which item a thread gets never shows in a
//! result, because every item is computed as it would be alone.
//!
//! Must not know: what the items are, graphs, clocks.

mod pool;

pub use pool::Pool;

/// Whoever runs the same task for several items.
pub trait Executor {
    /// How many items are worked on at once, at least 1.
    fn threads(&self) -> usize;

    /// Calls `task` once for each item, in any order, and returns when all calls have returned.
    ///
    /// # Panics
    /// If a call panics; the others are finished first.
    fn run<P: Send>(&mut self, items: &mut [P], task: impl Fn(&mut P) + Sync);
}

/// The caller's own thread, one item after the other.
///
/// ```
/// use chainrule_kernels::{Executor, Serial};
/// let mut numbers = [1, 2, 3];
/// Serial.run(&mut numbers, |x| *x *= 10);
/// assert_eq!(numbers, [10, 20, 30]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Serial;

impl Executor for Serial {
    fn threads(&self) -> usize {
        1
    }

    #[inline]
    fn run<P: Send>(&mut self, items: &mut [P], task: impl Fn(&mut P) + Sync) {
        items.iter_mut().for_each(task);
    }
}
