//! The product against the triple loop, bit for bit.

use proptest::prelude::*;

use super::{Output, Product, Zeros};
use crate::{Level, Pack, Real, Scalar};

/// Numbers with all bits of the mantissa in use, so that another order of addition would show.
fn numbers<T: Real>(len: usize, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        T::Lane::from_f64((state >> 11) as f64 / (1u64 << 53) as f64 - 0.5)
    };
    (0..len).map(|_| T::from_lanes(|_| next())).collect()
}

/// The meaning of the product: one sum for each element, in order of p, each term fused.
fn reference<T: Real>(product: &Product, a: &[T], b: &[T], c: &[T]) -> Vec<T> {
    let &Product { m, n, k, transpose_a, transpose_b, output, .. } = product;
    let at = |i, p| a[if transpose_a { p * m + i } else { i * k + p }];
    let bt = |p, j| b[if transpose_b { j * k + p } else { p * n + j }];
    let start = |i, j| if output == Output::Accumulate { c[i * n + j] } else { T::ZERO };
    let sum = |i: usize, j: usize| (0..k).fold(start(i, j), |sum, p| at(i, p).mul_add(bt(p, j), sum));
    (0..m * n).map(|index| sum(index / n, index % n)).collect()
}

/// Elements (row, column, value) of the triple loop: every seventh row and every fifth column, and the last of each.
fn sampled<T: Real>(product: &Product, a: &[T], b: &[T], c: &[T]) -> Vec<(usize, usize, T)> {
    let &Product { m, n, k, transpose_a, transpose_b, output, .. } = product;
    let row = |i: usize| (0..k).map(move |p| a[if transpose_a { p * m + i } else { i * k + p }]);
    let column = |j: usize| (0..k).map(move |p| b[if transpose_b { j * k + p } else { p * n + j }]);
    let mut elements = Vec::new();
    for i in (0..m).step_by(7).chain([m - 1]) {
        for j in (0..n).step_by(5).chain([n - 1]) {
            let start = if output == Output::Accumulate { c[i * n + j] } else { T::ZERO };
            let value = row(i).zip(column(j)).fold(start, |sum, (a, b)| a.mul_add(b, sum));
            elements.push((i, j, value));
        }
    }
    elements
}

/// The same value, the sign of zero included, or both not a number (whose sign and payload differ by processor).
fn same<T: Real>(x: T, y: T) -> bool {
    (0..T::LANES).all(|lane| {
        let (x, y) = (x.lane(lane).to_f64(), y.lane(lane).to_f64());
        x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan())
    })
}

/// What lies around each matrix, and in scratch memory, to show any element used that is not part of it.
const GUARD: usize = 70;

fn check_operands<T: Real>(product: &Product, a: &[T], b: &[T], c: &[T]) {
    let expected = reference(product, a, b, c);
    let nan = T::from_f64(f64::NAN);
    let guarded = |x: &[T]| [&[nan; GUARD][..], x, &[nan; GUARD]].concat();
    let (a, b) = (guarded(a), guarded(b));
    for level in Level::ALL.into_iter().filter(|level| level.is_available()) {
        let mut guarded_c = guarded(c);
        let mut scratch = vec![nan; product.scratch_len() + GUARD];
        let inner = |x: &[T]| GUARD..x.len() - GUARD;
        let range = inner(&guarded_c);
        let used = ..product.scratch_len();
        product.run_at(
            level,
            &a[inner(&a)],
            &b[inner(&b)],
            &mut guarded_c[range.clone()],
            &mut scratch[used],
        );
        let wrong = (0..expected.len()).find(|&i| !same(guarded_c[range.start + i], expected[i]));
        assert_eq!(wrong, None, "{} at {level:?}: {product:?}", core::any::type_name::<T>());
        let outside = guarded_c[..GUARD].iter().chain(&guarded_c[range.end..]).chain(&scratch[used.end..]);
        assert!(outside.copied().all(|x| same(x, nan)), "wrote outside at {level:?}: {product:?}");
    }
}

fn check<T: Real>(product: &Product) {
    let &Product { m, n, k, .. } = product;
    let (a, b) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2));
    // An overwritten C must not be read: NaN would stay.
    let c = match product.output {
        Output::Overwrite => vec![T::from_f64(f64::NAN); m * n],
        Output::Accumulate => numbers(m * n, 3),
    };
    check_operands(product, &a, &b, &c);
}

fn check_every_form(m: usize, n: usize, k: usize) {
    for transpose_a in [false, true] {
        for transpose_b in [false, true] {
            for output in [Output::Overwrite, Output::Accumulate] {
                let product = Product { m, n, k, transpose_a, transpose_b, output, ..Product::default() };
                check::<f32>(&product);
                check::<f64>(&product);
            }
        }
    }
}

#[test]
fn empty_and_single_dimensions_agree_with_the_triple_loop() {
    for m in [0, 1, 2] {
        for n in [0, 1, 3] {
            for k in [0, 1, 5] {
                check_every_form(m, n, k);
            }
        }
    }
}

/// Every tile of packs, panels that are copied and that are not, and sums cut into several blocks of k.
#[test]
fn packs_agree_with_the_triple_loop() {
    let small = (1..=13).flat_map(|m| [1, 2, 3, 4, 5, 8, 9].map(|n| (m, n, 3)));
    let larger = [(0, 3, 2), (2, 0, 2), (2, 3, 0), (19, 5, 64), (31, 13, 65), (25, 4, 130), (2, 6, 200)];
    for (m, n, k) in small.chain(larger) {
        for (transpose_a, transpose_b) in [(false, false), (false, true), (true, false), (true, true)] {
            let product = Product { m, n, k, transpose_a, transpose_b, ..Product::default() };
            check::<Pack>(&product);
            check::<Pack>(&Product { output: Output::Accumulate, ..product });
        }
    }
}

#[test]
fn every_tile_shape_agrees_with_the_triple_loop() {
    for m in 1..=27 {
        for n in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 49, 63, 64, 65] {
            check_every_form(m, n, 3);
        }
    }
}

#[test]
fn each_way_to_compute_agrees_at_a_small_size() {
    // In place, packed, swapped, a few rows, without zeros: small enough for miri, which sees a step outside any matrix.
    let product = |m, n, k| Product::new(m, n, k);
    for product in [
        product(3, 5, 4),
        Product { transpose_b: true, ..product(9, 5, 4) },
        Product { transpose_b: true, ..product(16, 50, 50) },
        Product { transpose_b: true, ..product(2, 9, 5) },
        Product { zeros: Zeros::Skip, ..product(15, 33, 70) },
        Product { zeros: Zeros::Skip, transpose_a: true, ..product(70, 33, 15) },
    ] {
        let Product { m, n, k, .. } = product;
        check_operands(&product, &mostly_zeros::<f32>(m * k, 20), &numbers(k * n, 2), &vec![-0.0; m * n]);
    }
}

#[test]
fn few_rows_agree_with_the_triple_loop() {
    // Around every number of rows, of outputs (one vector, two, and a rest) and of columns transposed at once; 256 and
    // 512 numbers are rows of B a multiple of 2048 bytes apart.
    for m in 1..=9 {
        for n in [3, 4, 7, 8, 15, 16, 17, 31, 33, 50] {
            for k in [1, 2, 3, 4, 7, 8, 9, 20, 256, 512] {
                check_every_form(m, n, k);
            }
        }
    }
}

#[test]
fn skinny_shapes_agree_with_the_triple_loop() {
    for (m, n, k) in [
        (1, 10, 300),
        (300, 1, 10),
        (1, 1, 600),
        (1, 200, 1),
        (200, 1, 1),
        (64, 10, 64),
        (2, 50, 4),
        (10, 64, 130),
    ] {
        check_every_form(m, n, k);
    }
}

#[test]
fn sizes_around_every_block_agree_with_the_triple_loop() {
    for (m, n, k) in [
        (13, 33, 255),
        (13, 33, 256),
        (13, 33, 257),
        (5, 65, 513),
        (95, 129, 190),
        (97, 128, 257),
        (193, 130, 100),
        (7, 511, 40),
        (30, 513, 40),
        (30, 1025, 9),
        (16, 200, 300),
        (128, 300, 520),
        (129, 300, 270),
    ] {
        check_every_form(m, n, k);
    }
}

#[test]
fn packed_operands_larger_than_every_block_agree_where_sampled() {
    // Large enough that both operands are packed whichever way they are stored, in several blocks of rows, of columns and
    // of p: checked in every seventh row and fifth column, the last ones included, because the triple loop would take
    // minutes. Two parts, one of which is packed too, give the same bits.
    let (m, n, k) = (530, 801, 2051);
    let (a, b) = (numbers::<f32>(m * k, 8), numbers::<f32>(k * n, 9));
    let start = numbers::<f32>(m * n, 10);
    for form in 0..8 {
        let product = Product {
            transpose_a: form & 1 != 0,
            transpose_b: form & 2 != 0,
            output: if form & 4 != 0 { Output::Accumulate } else { Output::Overwrite },
            ..Product::new(m, n, k)
        };
        assert!(product.scratch_len() > 300_000, "A is packed: {product:?}");
        let expected = sampled(&product, &a, &b, &start);
        for level in Level::ALL.into_iter().filter(|&l| l.is_available() && l != Level::Portable) {
            let (mut c, mut scratch) = (start.clone(), vec![f32::NAN; product.scratch_len()]);
            product.run_at(level, &a, &b, &mut c, &mut scratch);
            let wrong = expected.iter().find(|&&(i, j, x)| c[i * n + j].to_bits() != x.to_bits());
            assert_eq!(wrong, None, "{level:?}: {product:?}");
            let mut parts = start.clone();
            let (upper, lower) = parts.split_at_mut(30 * n);
            product.run_rows_at(level, 0..30, [&a, &b], upper, &mut scratch);
            product.run_rows_at(level, 30..m, [&a, &b], lower, &mut scratch);
            assert!(parts.iter().zip(&c).all(|(x, y)| x.to_bits() == y.to_bits()), "{level:?}: {product:?}");
        }
    }
}

#[test]
fn no_term_is_skipped_so_faults_spread() {
    for (m, n, k) in [(3, 5, 7), (40, 70, 130), (17, 60, 90)] {
        for transpose_b in [false, true] {
            let product = Product { transpose_b, ..Product::new(m, n, k) };
            let (mut a, mut b) = (numbers::<f32>(m * k, 4), numbers::<f32>(k * n, 5));
            a[..k].fill(0.0);
            a[2 * k] = f32::NAN;
            b[0] = f32::INFINITY;
            check_operands(&product, &a, &b, &vec![1.0; m * n]);
            let mut c = vec![0.0; m * n];
            product.run(&a, &b, &mut c, &mut vec![0.0; product.scratch_len()]);
            assert!(c[0].is_nan(), "0 times infinity is not a number");
            assert!(c[2 * n..3 * n].iter().all(|x| x.is_nan()), "a row of A with NaN spoils its row of C");
            assert!(c[1].abs() == 0.0, "a row of zeros meets no infinity in the second column");
        }
    }
}

#[test]
fn the_sign_of_a_zero_sum_is_that_of_the_triple_loop() {
    let product = Product { output: Output::Accumulate, ..Product::new(2, 3, 1) };
    check_operands(&product, &[-1.0f64, 1.0], &[0.0; 3], &[-0.0; 6]);
}

#[test]
fn rows_and_columns_may_be_computed_apart() {
    let (m, n, k) = (70, 90, 300);
    let (a, b) = (numbers::<f32>(m * k, 6), numbers::<f32>(n * k, 7));
    let product = |m, n| Product { transpose_b: true, ..Product::new(m, n, k) };
    let run = |product: Product, a: &[f32], b: &[f32]| {
        let mut c = vec![0.0; product.m * product.n];
        product.run(a, b, &mut c, &mut vec![0.0; product.scratch_len()]);
        c
    };
    let whole = run(product(m, n), &a, &b);
    let (upper, lower) = (run(product(23, n), &a[..23 * k], &b), run(product(m - 23, n), &a[23 * k..], &b));
    assert_eq!([upper, lower].concat(), whole);
    let right = run(product(m, n - 41), &a, &b[41 * k..]);
    for i in 0..m {
        assert_eq!(right[i * (n - 41)..][..n - 41], whole[i * n + 41..][..n - 41]);
    }
}

/// Computes `product` in parts that end at `ends`, each at `level`, and compares with the whole.
fn check_split<T: Scalar>(product: &Product, ends: &[usize]) {
    let &Product { m, n, k, .. } = product;
    let (a, b, start) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2), numbers::<T>(m * n, 3));
    let len = product.scratch_len();
    for level in Level::ALL.into_iter().filter(|level| level.is_available()) {
        let (mut whole, mut parts) = (start.clone(), start.clone());
        product.run_at(level, &a, &b, &mut whole, &mut vec![T::ZERO; len]);
        let mut first = 0;
        for &end in ends.iter().chain([&m]) {
            let c = &mut parts[first * n..end * n];
            product.run_rows_at(level, first..end, [&a, &b], c, &mut vec![T::ZERO; len]);
            first = end;
        }
        let wrong = whole.iter().zip(&parts).position(|(&x, &y)| !same(x, y));
        assert_eq!(wrong, None, "{} at {level:?}, cut at {ends:?}: {product:?}", T::NAME);
    }
}

#[test]
fn any_split_into_rows_gives_the_bits_of_the_whole() {
    for (m, n, k) in [(1, 3, 2), (7, 0, 3), (32, 128, 100), (65, 40, 0), (130, 300, 520), (270, 260, 513)] {
        for form in 0..8 {
            let product = Product {
                transpose_a: form & 1 != 0,
                transpose_b: form & 2 != 0,
                output: if form & 4 != 0 { Output::Accumulate } else { Output::Overwrite },
                ..Product::new(m, n, k)
            };
            check_split::<f32>(&product, &[m / 2]);
            check_split::<f64>(&product, &[0, m / 7, m / 7, m - m / 3]);
        }
    }
}

/// Numbers of which about one in `every` is not 0, in runs, as in a picture.
fn mostly_zeros<T: Real>(len: usize, every: usize) -> Vec<T> {
    let zeroed = |(i, x): (usize, T)| if (i / 5 * 7 + i / 61) % every == 0 { x } else { T::ZERO };
    numbers::<T>(len, 11).into_iter().enumerate().map(zeroed).collect()
}

/// Every form of a product whose zeros may be skipped.
fn skipping(m: usize, n: usize, k: usize) -> impl Iterator<Item = Product> {
    (0..8).map(move |form| Product {
        transpose_a: form & 1 != 0,
        transpose_b: form & 2 != 0,
        output: if form & 4 != 0 { Output::Accumulate } else { Output::Overwrite },
        zeros: Zeros::Skip,
        ..Product::new(m, n, k)
    })
}

#[test]
fn skipped_zeros_change_no_bit() {
    for (m, n, k) in
        [(20, 128, 63), (17, 64, 64), (65, 129, 65), (40, 300, 130), (130, 39, 40), (1, 70, 1100)]
    {
        for product in skipping(m, n, k) {
            let (a, b) = (mostly_zeros::<f32>(m * k, 20), numbers(k * n, 2));
            check_operands(&product, &a, &b, &numbers(m * n, 3));
            let (a, b) = (mostly_zeros::<f64>(m * k, 20), numbers(k * n, 2));
            check_operands(&product, &a, &b, &numbers(m * n, 3));
        }
    }
}

#[test]
fn skipped_zeros_keep_the_sign_of_a_sum_that_is_zero() {
    // Terms that underflow to -0, before and after terms with a factor 0, and sums that start from -0.
    let (m, n, k) = (20, 130, 70);
    let tiny = f32::from_bits(1);
    let mut a = vec![0.0; m * k];
    a.iter_mut().step_by(33).for_each(|x| *x = -tiny);
    let b: Vec<f32> = (0..k * n).map(|i| [tiny, -tiny, 0.0, -0.0, 1.0][i % 5]).collect();
    for product in skipping(m, n, k) {
        check_operands(&product, &a, &b, &vec![-0.0; m * n]);
    }
}

#[test]
fn rows_of_a_product_that_skips_zeros_may_be_computed_apart() {
    for product in skipping(150, 128, 40) {
        let (a, b) = (mostly_zeros::<f32>(150 * 40, 20), numbers::<f32>(40 * 128, 2));
        let start = numbers::<f32>(150 * 128, 3);
        let (mut whole, mut parts) = (start.clone(), start);
        let mut scratch = vec![0.0; product.scratch_len()];
        product.run(&a, &b, &mut whole, &mut scratch);
        for (first, end) in [(0, 70), (70, 71), (71, 150)] {
            product.run_rows(first..end, &a, &b, &mut parts[first * 128..end * 128], &mut scratch);
        }
        assert_eq!(whole, parts, "{product:?}");
    }
}

#[test]
fn zeros_are_skipped_where_there_are_many_and_hide_infinities_there() {
    for transpose_a in [false, true] {
        let product = Product { zeros: Zeros::Skip, transpose_a, ..Product::new(40, 128, 40) };
        let result = |every| {
            let (mut a, mut c) = (mostly_zeros::<f32>(40 * 40, every), vec![0.0; 40 * 128]);
            a.iter_mut().for_each(|x| *x = x.abs());
            let b = vec![f32::INFINITY; 40 * 128];
            product.run_at(Level::detected(), &a, &b, &mut c, &mut vec![0.0; product.scratch_len()]);
            c.into_iter().any(f32::is_nan)
        };
        assert!(result(2), "half of them are multiplied");
        assert!(!result(2000), "where nearly all are zero, none is");
    }
}

#[test]
fn scratch_memory_of_the_whole_suffices_for_any_rows() {
    for n in [1, 40, 300, 2048] {
        for k in [1, 100, 784, 1025, 9000] {
            for transpose_b in [false, true] {
                let needed = |m| Product { transpose_b, ..Product::new(m, n, k) }.scratch_len();
                for whole in [1, 17, 128, 129, 300, 513, 1030] {
                    let most = (1..=whole).map(needed).max();
                    assert_eq!(
                        most,
                        Some(needed(whole)),
                        "of {whole} x {n} x {k}, transpose_b: {transpose_b}"
                    );
                }
            }
        }
    }
}

#[test]
#[should_panic = "matrix product: the rows do not exist; expected a range within 0..2, got 1..3"]
fn rows_beyond_the_last_are_refused() {
    Product::new(2, 1, 1).run_rows(1..3, &[0.0f32; 2], &[0.0], &mut [0.0; 2], &mut []);
}

#[test]
#[should_panic = "matrix product: `b` has the wrong size; expected 3 x 4 elements, got 11"]
fn a_wrong_length_is_named() {
    Product::new(2, 4, 3).run(&[0.0f32; 6], &[0.0; 11], &mut [0.0; 8], &mut []);
}

#[test]
#[should_panic = "matrix product: `scratch` is too short"]
fn short_scratch_memory_is_refused() {
    let product = Product { transpose_b: true, ..Product::new(2, 4, 3) };
    product.run(&[0.0f32; 6], &[0.0; 12], &mut [0.0; 8], &mut []);
}

#[test]
#[should_panic = "`a` has the wrong size"]
fn a_shape_that_overflows_is_refused() {
    Product::new(usize::MAX, 0, 2).run::<f32>(&[], &[], &mut [], &mut []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_shape_agrees_with_the_triple_loop(
        (m, n, k) in (0usize..80, 0usize..150, 0usize..300),
        (transpose_a, transpose_b, accumulate) in any::<(bool, bool, bool)>(),
    ) {
        let output = if accumulate { Output::Accumulate } else { Output::Overwrite };
        let product = Product { m, n, k, transpose_a, transpose_b, output, ..Product::default() };
        check::<f32>(&product);
        check::<f64>(&product);
    }
}
