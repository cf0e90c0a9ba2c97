//! A small pool of workers that wait by spinning, and sleep when the wait is long.
//!
//! A training step of fifty microseconds is cut into a few phases, and after each all threads meet. Waking a sleeping
//! thread takes longer than such a phase, so a worker spins for a while on a counter that only the owner of the pool
//! writes; only a worker that has waited in vain goes to sleep, and then it has to be woken.
//!
//! # How a task is passed
//! The owner writes the address of the task, then raises `round`; a worker that sees the new round runs the task for
//! the items of its number and stores the round in its own `done`; the owner returns when all have. Every counter has
//! a cache line of its own. A meeting of two threads takes 0.16 microseconds where
//! their cores share a cache and 1 where they do not (AMD EPYC of family 26, `docs/notes/0010`).
//!
//! Workers are not pinned to processors: two programs that pin would fight for the same one, and on two cores the
//! system keeps a spinning worker where it is.
//!
//! Must not know: what a task computes.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::{self, JoinHandle, Thread};

use super::Executor;

/// Looks at a counter before a worker goes to sleep: about 100 microseconds.
const LOOKS: u32 = 20_000;
/// Looks of the owner before it lets another thread of the machine run meanwhile: about 20 microseconds.
const LOOKS_BEFORE_YIELDING: u32 = 4_000;

/// The caller's thread and some workers.
///
/// ```
/// use chainrule_kernels::{Executor, Pool};
/// let mut pool = Pool::new(2);
/// let mut numbers = [1, 2, 3];
/// pool.run(&mut numbers, |x| *x *= 10);
/// assert_eq!(numbers, [10, 20, 30]);
/// ```
#[derive(Debug)]
pub struct Pool {
    workers: Vec<Worker>,
    board: Arc<Board>,
}

#[derive(Debug)]
struct Worker {
    handle: Option<JoinHandle<()>>,
    thread: Thread,
    state: Arc<State>,
}

/// A value on cache lines of its own, so that writing it disturbs no neighbour (some processors fetch lines in pairs).
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// What the owner writes and the workers read.
#[derive(Debug)]
struct Board {
    /// The number of the task; 0 before the first.
    round: Apart<AtomicUsize>,
    task: Apart<UnsafeCell<Task>>,
    stop: AtomicBool,
}

// SAFETY: `task` is written by the owner only while every worker has finished the round before (the owner holds
// `&mut Pool`, and `run` returns only then), and read by workers only after they have seen the round that follows the
// writing; the other fields are atomic.
unsafe impl Sync for Board {}
// SAFETY: the addresses in `task` are used within a call of `run` alone, whose bounds make the items `Send` and the
// task `Sync`.
unsafe impl Send for Board {}

/// What a worker writes and the owner reads.
#[derive(Debug, Default)]
struct State {
    /// The last round that the worker has finished.
    done: Apart<AtomicUsize>,
    asleep: Apart<AtomicBool>,
    panicked: AtomicBool,
}

/// A task without its types: `call(data, first, step)` runs it for the items `first`, `first + step`, ...
#[derive(Clone, Copy, Debug)]
struct Task {
    data: *const (),
    call: unsafe fn(*const (), usize, usize),
    step: usize,
}

/// A task with its types.
struct Typed<'t, P, F> {
    items: *mut P,
    len: usize,
    task: &'t F,
}

impl<P, F: Fn(&mut P)> Typed<'_, P, F> {
    /// Runs the task for every `step`th item from `first` on.
    ///
    /// # Safety
    /// Nobody else uses the same items meanwhile.
    unsafe fn run(&self, first: usize, step: usize) {
        for index in (first..self.len).step_by(step) {
            // SAFETY: `index` is below `len`; that nobody else uses the item is the caller's promise.
            (self.task)(unsafe { &mut *self.items.add(index) });
        }
    }

    /// The same for a task whose types were forgotten.
    ///
    /// # Safety
    /// As [`run`](Self::run), and `data` is the address of a task of these types.
    unsafe fn call(data: *const (), first: usize, step: usize) {
        // SAFETY: the caller's promise.
        unsafe { (*data.cast::<Self>()).run(first, step) }
    }
}

impl Pool {
    /// A pool of this many threads, the caller's included; fewer where the system gives no more, never below 1.
    pub fn new(threads: usize) -> Self {
        let idle = Task { data: core::ptr::null(), call: |_, _, _| (), step: 1 };
        let (round, task) = (Apart::default(), Apart(UnsafeCell::new(idle)));
        let board = Arc::new(Board { round, task, stop: AtomicBool::new(false) });
        let workers = (1..threads).map_while(|number| Worker::start(number, &board)).collect();
        Pool { workers, board }
    }

    /// As many threads as the system says that this process may use at once.
    pub fn available_threads() -> usize {
        thread::available_parallelism().map_or(1, usize::from)
    }
}

impl Executor for Pool {
    fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    fn run<P: Send>(&mut self, items: &mut [P], task: impl Fn(&mut P) + Sync) {
        if items.len() <= 1 || self.workers.is_empty() {
            return items.iter_mut().for_each(task);
        }
        let typed = Typed { items: items.as_mut_ptr(), len: items.len(), task: &task };
        let step = self.threads();
        let meeting = Meeting { round: self.publish(&typed, step), pool: self };
        // SAFETY: the workers take the items of the other remainders.
        unsafe { typed.run(0, step) };
        drop(meeting);
        let panicked = |worker: &Worker| worker.state.panicked.swap(false, Ordering::Relaxed);
        assert!(!self.workers.iter().any(panicked), "a worker panicked; its message stands above");
    }
}

impl Pool {
    /// Hands a task to all workers; the number of its round.
    fn publish<P: Send, F: Fn(&mut P) + Sync>(&self, typed: &Typed<'_, P, F>, step: usize) -> usize {
        let data = core::ptr::from_ref(typed).cast();
        // SAFETY: all workers have finished the round before and look at nothing but `round` now.
        unsafe { *self.board.task.0.get() = Task { data, call: Typed::<'_, P, F>::call, step } };
        // Sequentially consistent with `asleep`: either the worker sees the round, or we see that it sleeps.
        let round = self.board.round.0.fetch_add(1, Ordering::SeqCst) + 1;
        for worker in &self.workers {
            if worker.state.asleep.0.load(Ordering::SeqCst) {
                worker.thread.unpark();
            }
        }
        round
    }
}

/// Waits for all workers when it goes out of scope, so that a panic of the caller's own part leaves nobody behind with
/// addresses of a frame that is gone.
struct Meeting<'p> {
    pool: &'p Pool,
    round: usize,
}

impl Drop for Meeting<'_> {
    fn drop(&mut self) {
        for worker in &self.pool.workers {
            let mut looks = 0;
            while worker.state.done.0.load(Ordering::Acquire) != self.round {
                looks += 1;
                if looks < LOOKS_BEFORE_YIELDING { core::hint::spin_loop() } else { thread::yield_now() }
            }
        }
    }
}

impl Worker {
    /// Starts worker `number`; `None` where the system has no thread for us.
    fn start(number: usize, board: &Arc<Board>) -> Option<Self> {
        let state = Arc::new(State::default());
        let (of_worker, board) = (Arc::clone(&state), Arc::clone(board));
        let body = move || of_worker.work(number, &board);
        let handle = thread::Builder::new().name(format!("chainrule-{number}")).spawn(body).ok()?;
        Some(Worker { thread: handle.thread().clone(), handle: Some(handle), state })
    }
}

impl State {
    /// What a worker does all its life.
    fn work(&self, number: usize, board: &Board) {
        let mut round = 0;
        loop {
            round = self.next_round(round, board);
            if board.stop.load(Ordering::Relaxed) {
                return;
            }
            // SAFETY: the round was seen, so the task was written before; it stays until we say that we are done.
            let Task { data, call, step } = unsafe { *board.task.0.get() };
            // SAFETY: `run` keeps the task alive until all workers are done, and our items are ours alone.
            let run = || unsafe { call(data, number, step) };
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err() {
                self.panicked.store(true, Ordering::Relaxed);
            }
            self.done.0.store(round, Ordering::Release);
        }
    }

    /// Waits until the round is no longer `last`; the new one.
    fn next_round(&self, last: usize, board: &Board) -> usize {
        loop {
            for _ in 0..LOOKS {
                let round = board.round.0.load(Ordering::Acquire);
                if round != last {
                    return round;
                }
                core::hint::spin_loop();
            }
            self.asleep.0.store(true, Ordering::SeqCst);
            if board.round.0.load(Ordering::SeqCst) == last {
                thread::park();
            }
            self.asleep.0.store(false, Ordering::SeqCst);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.board.stop.store(true, Ordering::Relaxed);
        self.board.round.0.fetch_add(1, Ordering::SeqCst);
        for worker in &mut self.workers {
            worker.thread.unpark();
            if let Some(handle) = worker.handle.take() {
                // A worker catches the panics of its tasks, so there is nothing to learn here.
                let _ = handle.join();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Pool;
    use crate::{Executor, Serial};

    #[test]
    fn every_item_is_worked_on_once() {
        for threads in 0..=4 {
            let mut pool = Pool::new(threads);
            assert_eq!(pool.threads(), threads.max(1));
            for len in [0, 1, 2, 3, 4, 5, 17] {
                let mut items: Vec<usize> = (0..len).collect();
                pool.run(&mut items, |item| *item = *item * 2 + 1);
                assert!(items.iter().copied().eq((0..len).map(|item| item * 2 + 1)), "{threads} {len}");
            }
        }
    }

    #[test]
    fn a_task_may_borrow_and_many_rounds_follow_each_other() {
        let mut pool = Pool::new(3);
        let calls = AtomicUsize::new(0);
        let rounds = if cfg!(miri) { 20 } else { 2000 };
        for _ in 0..rounds {
            pool.run(&mut [1usize, 2, 3, 4], |item| {
                calls.fetch_add(*item, Ordering::Relaxed);
            });
        }
        assert_eq!(calls.into_inner(), rounds * 10);
    }

    #[test]
    fn a_sleeping_worker_is_woken() {
        let mut pool = Pool::new(2);
        for _ in 0..3 {
            while !pool.workers.iter().all(|worker| worker.state.asleep.0.load(Ordering::SeqCst)) {
                std::thread::yield_now();
            }
            let mut items = [1, 2];
            pool.run(&mut items, |item| *item += 1);
            assert_eq!(items, [2, 3]);
        }
    }

    #[test]
    fn a_panic_on_any_thread_reaches_the_caller_and_the_pool_lives_on() {
        let mut pool = Pool::new(2);
        for bad in 0..2 {
            let mut items = [0, 1];
            let run = || pool.run(&mut items, |item| assert_ne!(*item, bad, "meant to fail"));
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
        }
        let mut items = [5, 6];
        pool.run(&mut items, |item| *item += 1);
        assert_eq!(items, [6, 7]);
    }

    #[test]
    fn the_serial_executor_goes_in_order() {
        let order = std::sync::Mutex::new(Vec::new());
        Serial.run(&mut [3, 1, 2], |item| order.lock().unwrap().push(*item));
        assert_eq!(*order.lock().unwrap(), [3, 1, 2]);
    }
}
