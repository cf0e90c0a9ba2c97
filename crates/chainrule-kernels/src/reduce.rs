//! Reductions and copies over up to four dimensions with arbitrary strides.
//!
//! A reduction gives its output stride 0 along the axes that disappear; a broadcast gives its input stride 0 along the
//! axes that appear. Each output element has one accumulator, fed in row-major order of the input, so the result does
//! not depend on how the loops are arranged.

use crate::{Real, Scalar, dispatch};

/// Sizes and strides of the four nested loops of a reduction or copy, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Iterations of each loop; 1 where there are fewer dimensions.
    pub sizes: [usize; 4],
    /// Elements between neighbours in the array that is read.
    pub from: [usize; 4],
    /// Elements between neighbours in the array that is written.
    pub to: [usize; 4],
}

impl Walk {
    /// The walk that reads where this one writes and writes where it reads.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Walk { sizes: self.sizes, from: self.to, to: self.from }
    }
}

/// `out[to(i)] = x[from(i)]` for each index `i` of the walk.
pub fn copy<T: Real>(walk: &Walk, x: &[T], out: &mut [T]) {
    for_each_row(walk, |from, to| match (walk.from[3], walk.to[3]) {
        (1, 1) => out[to..to + walk.sizes[3]].copy_from_slice(&x[from..from + walk.sizes[3]]),
        (0, 1) => out[to..to + walk.sizes[3]].fill(x[from]),
        (step_from, step_to) => {
            for j in 0..walk.sizes[3] {
                out[to + j * step_to] = x[from + j * step_from];
            }
        }
    });
}

/// `out[to(i)] += x[from(i)]` in order of `i`, from zero.
pub fn sum<T: Real>(walk: &Walk, x: &[T], out: &mut [T]) {
    out.fill(T::ZERO);
    add_to_sum(walk, x, out);
}

/// The same onto what `out` holds: sums that were begun with other elements go on.
pub fn add_to_sum<T: Real>(walk: &Walk, x: &[T], out: &mut [T]) {
    dispatch(
        #[inline(always)]
        || {
            fold(
                walk,
                x,
                out,
                #[inline(always)]
                |total, x| total + x,
            );
        },
    );
}

/// `out[to(i)] = max(out[to(i)], x[from(i)])` in order of `i`, from minus infinity; NaN wins.
pub fn max<T: Real>(walk: &Walk, x: &[T], out: &mut [T]) {
    out.fill(T::NEG_INFINITY);
    raise_max(walk, x, out);
}

/// The same onto what `out` holds: maxima that were begun with other elements go on.
pub fn raise_max<T: Real>(walk: &Walk, x: &[T], out: &mut [T]) {
    dispatch(
        #[inline(always)]
        || {
            fold(
                walk,
                x,
                out,
                #[inline(always)]
                |largest, x| Real::max(x, largest),
            );
        },
    );
}

/// Whether no value is infinite or NaN; true for an empty slice.
///
/// `0 x` is 0 for a finite x and NaN for any other, and a sum with a NaN in it is NaN: many such sums side by side are
/// vector instructions, where a test of each element would be a branch.
pub fn all_finite<T: Real>(values: &[T]) -> bool {
    all_lanes_finite(T::as_lanes(values))
}

fn all_lanes_finite<T: Scalar>(values: &[T]) -> bool {
    dispatch(
        #[inline(always)]
        || {
            let mut sums = [T::ZERO; WIDE];
            let (blocks, rest) = values.as_chunks::<WIDE>();
            for block in blocks {
                add_zeros(&mut sums, block);
            }
            let (blocks, rest) = rest.as_chunks::<NARROW>();
            for block in blocks {
                add_zeros(&mut sums, block);
            }
            add_zeros(&mut sums, rest);
            let mut half = WIDE / 2;
            while half > 0 {
                for i in 0..half {
                    let other = sums[i + half];
                    sums[i] += other;
                }
                half /= 2;
            }
            sums[0].is_finite()
        },
    )
}

/// 0 in each lane in which all values are finite, NaN in the others; 0 for an empty slice.
///
/// As [`all_finite`], for types whose lanes are to be told apart.
pub fn zero_where_finite<T: Real>(values: &[T]) -> T {
    dispatch(
        #[inline(always)]
        || {
            let mut sums = [T::ZERO; 8];
            let (blocks, rest) = values.as_chunks::<8>();
            for block in blocks {
                for (sum, x) in sums.iter_mut().zip(block) {
                    *sum += *x * T::ZERO;
                }
            }
            for x in rest {
                sums[0] += *x * T::ZERO;
            }
            // Minus zero has become zero by the addition to zero.
            let mut total = T::ZERO;
            for sum in sums {
                total += sum;
            }
            total
        },
    )
}

#[inline(always)]
fn add_zeros<T: Scalar>(sums: &mut [T; WIDE], values: &[T]) {
    sums.iter_mut().zip(values).for_each(
        #[inline(always)]
        |(sum, x)| *sum += *x * T::ZERO,
    );
}

/// Accumulators that stay in registers: four vectors of AVX-512 in `f32`, so that four additions are under way at once.
const WIDE: usize = 64;
/// One vector of AVX-512 in `f32`.
const NARROW: usize = 16;
/// As many accumulators of a type of several lanes.
const FEW: usize = 8;

#[inline(always)]
fn fold<T: Real>(walk: &Walk, x: &[T], out: &mut [T], f: impl Fn(T, T) -> T) {
    if (walk.from[3], walk.to[2], walk.to[3]) == (1, 0, 1) {
        return fold_columns(walk, x, out, f);
    }
    let width = walk.sizes[3];
    // Loops and no adapters: the compiler would not inline those for packs, and what is not inlined is not compiled for
    // the processor's best instructions.
    for_each_row(
        walk,
        #[inline(always)]
        |from: usize, to: usize| match (walk.from[3], walk.to[3]) {
            (1, 0) => {
                let mut total = out[to];
                for x in &x[from..from + width] {
                    total = f(total, *x);
                }
                out[to] = total;
            }
            (1, 1) => {
                for (out, x) in out[to..to + width].iter_mut().zip(&x[from..from + width]) {
                    *out = f(*out, *x);
                }
            }
            (step_from, step_to) => {
                for j in 0..width {
                    out[to + j * step_to] = f(out[to + j * step_to], x[from + j * step_from]);
                }
            }
        },
    );
}

/// [`fold`] where the third loop goes down the rows of a matrix: each column has one accumulator, in a register.
#[inline(always)]
fn fold_columns<T: Real>(walk: &Walk, x: &[T], out: &mut [T], f: impl Fn(T, T) -> T) {
    let [outer, middle, rows, width] = walk.sizes;
    if rows == 0 {
        return;
    }
    for (i, j) in (0..outer).flat_map(|i| (0..middle).map(move |j| (i, j))) {
        let at = |strides: &[usize; 4]| i * strides[0] + j * strides[1];
        let matrix = Rows { x: &x[at(&walk.from)..], step: walk.from[2], rows };
        let out = &mut out[at(&walk.to)..][..width];
        let mut column = 0;
        if T::LANES > 1 {
            // Each value is a vector already.
            while column + FEW <= width {
                matrix.fold_block::<FEW>(column, &mut out[column..column + FEW], &f);
                column += FEW;
            }
            while column < width {
                matrix.fold_block::<1>(column, &mut out[column..=column], &f);
                column += 1;
            }
        }
        while column + WIDE <= width {
            matrix.fold_block::<WIDE>(column, &mut out[column..column + WIDE], &f);
            column += WIDE;
        }
        while column < width {
            let end = width.min(column + NARROW);
            matrix.fold_block::<NARROW>(column, &mut out[column..end], &f);
            column = end;
        }
    }
}

/// The rows of a matrix, `step` elements apart.
struct Rows<'a, T> {
    x: &'a [T],
    step: usize,
    rows: usize,
}

impl<T: Real> Rows<'_, T> {
    /// Folds the columns from `column` on into `out`, at most `N` of them.
    ///
    /// Whole vectors are read even where fewer columns are asked for: what follows in memory is computed with and forgotten.
    /// Only where nothing follows, in the last rows, the columns are taken one by one.
    #[inline(always)]
    fn fold_block<const N: usize>(&self, column: usize, out: &mut [T], f: &impl Fn(T, T) -> T) {
        let mut totals = [T::ZERO; N];
        for (total, out) in totals.iter_mut().zip(&*out) {
            *total = *out;
        }
        for row in 0..self.rows {
            let rest = &self.x[row * self.step + column..];
            match rest.first_chunk::<N>() {
                Some(block) => fold_into(&mut totals, block, f),
                None => fold_into(&mut totals, &rest[..out.len()], f),
            }
        }
        for (out, total) in out.iter_mut().zip(&totals) {
            *out = *total;
        }
    }
}

#[inline(always)]
fn fold_into<T: Real>(totals: &mut [T], values: &[T], f: &impl Fn(T, T) -> T) {
    for (total, x) in totals.iter_mut().zip(values) {
        *total = f(*total, *x);
    }
}

#[inline(always)]
fn for_each_row(walk: &Walk, mut row: impl FnMut(usize, usize)) {
    if walk.sizes[3] == 0 {
        return;
    }
    let [outer, middle, inner, _] = walk.sizes;
    for i in 0..outer {
        for j in 0..middle {
            for k in 0..inner {
                let at = |strides: &[usize; 4]| i * strides[0] + j * strides[1] + k * strides[2];
                row(at(&walk.from), at(&walk.to));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Walk, all_finite, copy, max, sum, zero_where_finite};
    use crate::{Pack, Real};

    const ROWS: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    fn walk(from: [usize; 2], to: [usize; 2]) -> Walk {
        Walk { sizes: [1, 1, 2, 3], from: [0, 0, from[0], from[1]], to: [0, 0, to[0], to[1]] }
    }

    #[test]
    fn sums_over_rows_columns_and_everything() {
        let mut columns = [0.0; 3];
        sum(&walk([3, 1], [0, 1]), &ROWS, &mut columns);
        assert_eq!(columns, [5.0, 7.0, 9.0]);
        let mut rows = [0.0; 2];
        sum(&walk([3, 1], [1, 0]), &ROWS, &mut rows);
        assert_eq!(rows, [6.0, 15.0]);
        let mut all = [0.0];
        sum(&walk([3, 1], [0, 0]), &ROWS, &mut all);
        assert_eq!(all, [21.0]);
    }

    #[test]
    fn columns_have_the_bits_of_one_accumulator_in_order_of_the_rows() {
        for (rows, width) in
            [(0, 5), (1, 1), (2, 3), (2, 50), (64, 10), (5, 16), (3, 17), (64, 64), (7, 65), (3, 200)]
        {
            // Two matrices one after another, each row one element longer than what is summed.
            let (step, len) = (width + 1, rows * (width + 1));
            let x: Vec<f32> = (0..2 * len).map(|i| (i as f32 * 0.7).sin()).collect();
            let walk = Walk { sizes: [1, 2, rows, width], from: [0, len, step, 1], to: [0, width, 0, 1] };
            let mut out = vec![f32::NAN; 2 * width];
            sum(&walk, &x[..(2 * len).saturating_sub(1)], &mut out);
            let plain = |matrix: usize, column: usize| {
                (0..rows).fold(0.0f32, |total, row| total + x[matrix * len + row * step + column])
            };
            let expected: Vec<f32> = (0..2).flat_map(|i| (0..width).map(move |j| plain(i, j))).collect();
            assert_eq!(out, expected, "{rows} x {width}");
        }
    }

    #[test]
    fn the_maximum_keeps_nan() {
        let mut all = [0.0];
        max(&walk([3, 1], [0, 0]), &[1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0], &mut all);
        assert!(all[0].is_nan());
    }

    #[test]
    fn copies_transpose_and_repeat() {
        let mut transposed = [0.0; 6];
        copy(&walk([3, 1], [1, 2]), &ROWS, &mut transposed);
        assert_eq!(transposed, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        let mut repeated = [0.0; 6];
        copy(&walk([1, 0], [3, 1]), &[7.0, 8.0], &mut repeated);
        assert_eq!(repeated, [7.0, 7.0, 7.0, 8.0, 8.0, 8.0]);
    }

    #[test]
    fn one_bad_value_anywhere_is_found() {
        for len in [0, 1, 15, 16, 17, 50, 63, 64, 65, 80, 145] {
            let mut values = vec![f32::MAX; len];
            assert!(all_finite(&values));
            for at in 0..len {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let before = core::mem::replace(&mut values[at], bad);
                    assert!(!all_finite(&values), "{bad} at {at} of {len}");
                    values[at] = before;
                }
            }
        }
    }

    #[test]
    fn a_bad_value_is_found_in_its_lane_alone() {
        for len in [1, 4, 5, 23] {
            for at in 0..len {
                let mut values = vec![Pack::from_f64(-3.0); len];
                Pack::as_lanes_mut(&mut values)[at * Pack::LANES + 7] = f32::NEG_INFINITY;
                let found = zero_where_finite(&values);
                assert!((0..Pack::LANES).all(|lane| (found.lane(lane) == 0.0) == (lane != 7)));
            }
        }
        assert_eq!(zero_where_finite::<f64>(&[]), 0.0);
    }

    #[test]
    fn empty_walks_touch_nothing() {
        let mut out = [1.0f32; 0];
        copy(&Walk { sizes: [1, 1, 0, 3], from: [0, 0, 3, 1], to: [0, 0, 3, 1] }, &[], &mut out);
        copy(&Walk { sizes: [1, 1, 2, 0], from: [0, 0, 0, 1], to: [0, 0, 0, 1] }, &[], &mut out);
    }
}
