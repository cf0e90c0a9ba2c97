//! What a pack costs: the matrix product and plain loops of packs beside the same work of single numbers.
//!
//! ```text
//! cargo run --release -p chainrule-kernels --example pack_speed
//! ```
//!
//! A loop of packs should take the time of a loop of sixteen times as many numbers: then an operation of a pack is one
//! vector operation. The product's rate is that of sixteen products at once, to be held against the processor's peak.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chainrule_kernels::{Pack, Product, Real, dispatch};

/// The layers of 4-50-20-10-3 at a batch of 2 and of 32-64-64-10 at a batch of 64: batch, outputs, inputs.
const LAYERS: [(usize, usize, usize); 7] =
    [(2, 50, 4), (2, 20, 50), (2, 10, 20), (2, 3, 10), (64, 64, 32), (64, 64, 64), (64, 10, 64)];

fn main() {
    for (batch, outputs, inputs) in LAYERS {
        let forward = Product { transpose_b: true, ..Product::new(batch, outputs, inputs) };
        let backward = Product::new(batch, inputs, outputs);
        let gradient = Product { transpose_a: true, ..Product::new(outputs, inputs, batch) };
        for (form, product) in [("forward NT", forward), ("backward NN", backward), ("gradient TN", gradient)]
        {
            let (alone, together) = (time_product::<f32>(&product), time_product::<Pack>(&product));
            let work = 2.0 * (product.m * product.n * product.k) as f64;
            println!(
                "{batch:>3} x {outputs:>2} x {inputs:>2}  {form:<12} one {:>7.1} ns, {:>6.1} GFLOP/s   sixteen {:>9.1} ns, {:>6.1} GFLOP/s   gain {:>5.2}",
                alone * 1e9,
                work / alone / 1e9,
                together * 1e9,
                16.0 * work / together / 1e9,
                16.0 * alone / together
            );
        }
    }
    for (name, packs, numbers) in [
        ("a + b c", time_loop::<Pack, Fused>(256), time_loop::<f32, Fused>(256 * 16)),
        ("Adam's update", time_loop::<Pack, Update>(256), time_loop::<f32, Update>(256 * 16)),
        ("exp", time_loop::<Pack, Exponential>(256), time_loop::<f32, Exponential>(256 * 16)),
        ("sigmoid", time_loop::<Pack, Sigmoid>(256), time_loop::<f32, Sigmoid>(256 * 16)),
    ] {
        println!(
            "{name:<14} a pack {:>6.2} ns, sixteen numbers {:>6.2} ns",
            packs * 1e9 / 256.0,
            numbers * 1e9 / 256.0
        );
    }
}

/// What a loop does to each pair of numbers; a trait and not a closure, so that it is inlined where the loop is compiled.
trait Body {
    fn run<T: Real>(x: &mut T, y: &mut T);
}

struct Fused;
struct Update;
struct Exponential;
struct Sigmoid;

impl Body for Fused {
    #[inline(always)]
    fn run<T: Real>(x: &mut T, y: &mut T) {
        *x = Real::mul_add(*x, *y, *x);
    }
}

impl Body for Update {
    #[inline(always)]
    fn run<T: Real>(m: &mut T, v: &mut T) {
        let (g, half) = (*m + *v, T::from_f64(0.5));
        *m += (g - *m) * half;
        *v = half * *v + half * (g * g);
        *m = *m * half - half * *m / (v.sqrt() * half + half);
    }
}

impl Body for Exponential {
    #[inline(always)]
    fn run<T: Real>(x: &mut T, y: &mut T) {
        *y = x.exp();
    }
}

impl Body for Sigmoid {
    #[inline(always)]
    fn run<T: Real>(x: &mut T, y: &mut T) {
        *y = x.sigmoid();
    }
}

fn time_product<T: Real>(product: &Product) -> f64 {
    let &Product { m, n, k, .. } = product;
    let numbers = |len| vec![T::from_f64(0.25); len];
    let (a, b, mut c) = (numbers(m * k), numbers(k * n), numbers(m * n));
    let mut scratch = numbers(product.scratch_len());
    best_time(|| black_box(product).run(black_box(&a), black_box(&b), black_box(&mut c), &mut scratch))
}

/// Seconds of a loop over pairs of numbers.
fn time_loop<T: Real, B: Body>(len: usize) -> f64 {
    let (mut x, mut y) = (vec![T::from_f64(0.25); len], vec![T::from_f64(0.5); len]);
    best_time(|| {
        let (x, y) = (black_box(&mut x), black_box(&mut y));
        dispatch(
            #[inline(always)]
            || {
                for (x, y) in x.iter_mut().zip(y.iter_mut()) {
                    B::run(x, y);
                }
            },
        );
    })
}

/// Seconds of one call: the best of many batches of calls.
fn best_time(mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    call();
    let calls = (20e-6 / started.elapsed().as_secs_f64()).clamp(1.0, 1000.0) as u32;
    let (mut best, deadline) = (Duration::MAX, Instant::now() + Duration::from_millis(60));
    while Instant::now() < deadline {
        let started = Instant::now();
        for _ in 0..calls {
            call();
        }
        best = best.min(started.elapsed());
    }
    best.as_secs_f64() / f64::from(calls)
}
