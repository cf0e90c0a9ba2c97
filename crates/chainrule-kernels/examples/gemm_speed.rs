//! Prints how fast the matrix product is on this machine: GFLOP/s, the share of the measured peak, and the rate of the
//! `gemm` crate on the same work, for the shapes that training small networks is made of.
//!
//! ```text
//! cargo run --release -p chainrule-kernels --example gemm_speed [portable|avx2|avx512|neon]
//! ```
//!
//! Every figure is the best of many runs on one thread, so that other work on the machine shows as little as possible.
//! The data of a shape stays in the caches between runs, for both sides. A second table has an input of which about a
//! fifth is not 0, as in pictures of digits, and compares skipping the zeros with multiplying them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chainrule_kernels::{Level, Product, Real, Scalar, Zeros, dispatch_at};

/// Batch, outputs and inputs of a dense layer.
const LAYERS: [(usize, usize, usize); 16] = [
    (1, 128, 784),
    (2, 50, 4),
    (2, 20, 50),
    (8, 8, 8),
    (16, 16, 16),
    (32, 32, 32),
    (64, 64, 32),
    (64, 10, 64),
    (64, 64, 64),
    (32, 128, 784),
    (128, 512, 784),
    (512, 512, 512),
    (64, 1024, 1024),
    (512, 2048, 1024),
    (512, 2048, 2048),
    (512, 1000, 2048),
];

/// Batch, outputs and inputs of a first layer whose input has many zeros.
const FIRST_LAYERS: [(usize, usize, usize); 3] = [(32, 128, 784), (64, 128, 784), (128, 512, 784)];

fn main() {
    let wanted = std::env::args().nth(1).map(|name| name.to_lowercase());
    let named = |level: &Level| wanted == Some(format!("{level:?}").to_lowercase());
    let level = Level::ALL.into_iter().find(named).unwrap_or(Level::detected()).clamped();
    report::<f32>(level);
    report_zeros::<f32>(level);
    report::<f64>(level);
    report_zeros::<f64>(level);
}

/// Prints the table of one scalar type.
fn report<T: Scalar>(level: Level) {
    let peak = measured_peak::<T>(level);
    println!("{} at {level:?}, measured peak {peak:.1} GFLOP/s", T::NAME);
    println!(
        "{:>5} {:>5} {:>5}  form              time     GFLOP/s  of peak   gemm crate   ratio",
        "m", "n", "k"
    );
    for (batch, outputs, inputs) in LAYERS {
        let forward = Product { transpose_b: true, ..Product::new(batch, outputs, inputs) };
        let backward = Product::new(batch, inputs, outputs);
        let gradient = Product { transpose_a: true, ..Product::new(outputs, inputs, batch) };
        for (form, product) in [("forward NT", forward), ("backward NN", backward), ("gradient TN", gradient)]
        {
            let (ours, peer) = (time_ours::<T>(&product, level), time_peer::<T>(&product));
            let rate = |time: f64| 2.0 * (product.m * product.n * product.k) as f64 / time / 1e9;
            println!(
                "{:>5} {:>5} {:>5}  {form:<12} {:>9.3} us {:>9.1}  {:>5.1} %  {:>11.1}  {:>6.2}",
                product.m,
                product.n,
                product.k,
                ours * 1e6,
                rate(ours),
                100.0 * rate(ours) / peak,
                rate(peer),
                peer / ours
            );
        }
    }
}

/// Prints the table of products whose A has many zeros.
fn report_zeros<T: Scalar>(level: Level) {
    println!("{} at {level:?}, four fifths of A are 0", T::NAME);
    println!("{:>5} {:>5} {:>5}  form            multiplied        skipped   ratio", "m", "n", "k");
    for (batch, outputs, inputs) in FIRST_LAYERS {
        let forward = Product::new(batch, outputs, inputs);
        let gradient = Product { transpose_a: true, ..Product::new(inputs, outputs, batch) };
        for (form, product) in [("forward NN", forward), ("gradient TN", gradient)] {
            let a = strokes::<T>(batch, inputs);
            let time = |zeros| time_with(&Product { zeros, ..product }, level, &a);
            let (multiplied, skipped) = (time(Zeros::Multiply), time(Zeros::Skip));
            println!(
                "{:>5} {:>5} {:>5}  {form:<12} {:>9.3} us   {:>9.3} us  {:>6.2}",
                product.m,
                product.n,
                product.k,
                multiplied * 1e6,
                skipped * 1e6,
                multiplied / skipped
            );
        }
    }
}

/// Pictures, one to a row, 28 numbers wide: a stroke that wanders from line to line, and 0 around it.
fn strokes<T: Real>(pictures: usize, len: usize) -> Vec<T> {
    let is_stroke = |i: usize| {
        let (picture, line, column) = (i / len, i % len / 28, i % len % 28);
        let left = 6 + (picture * 5 + line * line / 9) % 12;
        (4..24).contains(&line) && (left..left + 5 + (line + picture) % 5).contains(&column)
    };
    let dense = numbers::<T>(pictures * len);
    dense.into_iter().enumerate().map(|(i, x)| if is_stroke(i) { x } else { T::ZERO }).collect()
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

/// Numbers of mixed sign, none of them tiny.
fn numbers<T: Real>(len: usize) -> Vec<T> {
    (0..len).map(|i| T::from_f64((i % 17) as f64 / 8.0 - 1.0)).collect()
}

fn time_ours<T: Real>(product: &Product, level: Level) -> f64 {
    let &Product { m, k, .. } = product;
    time_with(product, level, &numbers::<T>(m * k))
}

/// With this A; all matrices begin at a cache line.
fn time_with<T: Real>(product: &Product, level: Level, a: &[T]) -> f64 {
    let &Product { m, n, k, .. } = product;
    let (mut a_room, mut b_room, mut c_room) = (room(m * k), room(k * n), room(m * n));
    let (left, b, c) = (aligned(&mut a_room), aligned(&mut b_room), aligned(&mut c_room));
    left[..m * k].copy_from_slice(a);
    b[..k * n].copy_from_slice(&numbers(k * n));
    let (a, b, c) = (&left[..m * k], &b[..k * n], &mut c[..m * n]);
    let mut scratch = vec![T::ZERO; product.scratch_len()];
    best_time(|| {
        black_box(product).run_at(level, black_box(a), black_box(b), black_box(&mut *c), &mut scratch);
    })
}

/// Zeros for a matrix and to reach a cache line.
fn room<T: Real>(len: usize) -> Vec<T> {
    vec![T::ZERO; len + 16]
}

/// The memory from the first cache line on.
fn aligned<T>(memory: &mut [T]) -> &mut [T] {
    let skipped = memory.as_ptr().align_offset(64);
    &mut memory[skipped..]
}

/// The same work by the `gemm` crate, which takes a stride for each dimension.
fn time_peer<T: Real>(product: &Product) -> f64 {
    let &Product { m, n, k, transpose_a, transpose_b, .. } = black_box(product);
    let (mut a_room, mut b_room, mut c_room) = (room(m * k), room(k * n), room(m * n));
    let (a, b, c) = (aligned(&mut a_room), aligned(&mut b_room), aligned(&mut c_room));
    a[..m * k].copy_from_slice(&numbers::<T>(m * k));
    b[..k * n].copy_from_slice(&numbers::<T>(k * n));
    let (a_row, a_depth) = if transpose_a { (1, m as isize) } else { (k as isize, 1) };
    let (b_depth, b_column) = if transpose_b { (1, k as isize) } else { (n as isize, 1) };
    best_time(|| {
        let (a, b, c) = (black_box(&*a).as_ptr(), black_box(&*b).as_ptr(), black_box(&mut *c).as_mut_ptr());
        let (zero, one) = (T::ZERO, T::ONE);
        let parallelism = gemm::Parallelism::None;
        // SAFETY: the strides are those of the matrices just made, with the lengths of the shape.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c,
                1,
                n as isize,
                false,
                a,
                a_depth,
                a_row,
                b,
                b_column,
                b_depth,
                zero,
                one,
                false,
                false,
                false,
                parallelism,
            );
        }
    })
}

/// The most that one thread does, in GFLOP/s: sums enough to hide the latency, nothing loaded. Half of the registers
/// hold sums: 1024 bytes at AVX-512, 256 below.
fn measured_peak<T: Real>(level: Level) -> f64 {
    let bytes = if level == Level::Avx512 { 1024 } else { 256 };
    match bytes / size_of::<T>() {
        256 => chain_rate::<T, 256>(level),
        128 => chain_rate::<T, 128>(level),
        64 => chain_rate::<T, 64>(level),
        _ => chain_rate::<T, 32>(level),
    }
}

/// GFLOP/s of [`chain`] with this many lanes.
fn chain_rate<T: Real, const LANES: usize>(level: Level) -> f64 {
    const STEPS: usize = 2000;
    let mut sums = [T::ZERO; LANES];
    let (factor, term) = (black_box(T::from_f64(0.5)), black_box(T::ONE));
    let time = best_time(|| {
        dispatch_at(
            level,
            #[inline(always)]
            || chain(black_box(&mut sums), factor, term, STEPS),
        );
    });
    (2 * LANES * STEPS) as f64 / time / 1e9
}

/// `sum = sum * factor + term` in many lanes at once.
#[inline(always)]
fn chain<T: Real, const LANES: usize>(sums: &mut [T; LANES], factor: T, term: T, steps: usize) {
    let mut held = *sums;
    for _ in 0..steps {
        for sum in &mut held {
            *sum = sum.mul_add(factor, term);
        }
    }
    *sums = held;
}
