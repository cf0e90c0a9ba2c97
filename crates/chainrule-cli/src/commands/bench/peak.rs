//! The most that one core of this machine does: multiplications and additions a second, nothing loaded or stored.
//!
//! Many sums `s = s f + t` run side by side in registers. Too few leave the latency of an instruction open, too many do
//! not fit, and which number is right depends on the processor; so several are tried and the highest rate counts.

use std::hint::black_box;
use std::time::Duration;

use chainrule::engine::{Real, dispatch};

use super::measure::least;

/// Steps of each sum in one call.
const STEPS: usize = 2000;

/// Flops a second of one thread, in `f32`.
pub(super) fn measured() -> f64 {
    let rates = [rate::<32>(), rate::<64>(), rate::<128>(), rate::<256>()];
    rates.into_iter().fold(0.0, f64::max)
}

/// Flops a second with this many sums.
fn rate<const SUMS: usize>() -> f64 {
    let mut sums = [0.0_f32; SUMS];
    let (factor, term) = (black_box(0.5), black_box(1.0));
    let seconds = least(Duration::from_millis(40), || {
        dispatch(
            #[inline(always)]
            || chain(black_box(&mut sums), factor, term),
        );
    });
    (2 * SUMS * STEPS) as f64 / seconds
}

/// `sum = sum * factor + term`, for all sums at once.
#[inline(always)]
fn chain<const SUMS: usize>(sums: &mut [f32; SUMS], factor: f32, term: f32) {
    let mut held = *sums;
    for _ in 0..STEPS {
        for sum in &mut held {
            *sum = Real::mul_add(*sum, factor, term);
        }
    }
    *sums = held;
}
