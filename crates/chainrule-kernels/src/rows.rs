//! Functions of whole rows: the logarithm of the softmax, and picking one element of each row.

use crate::{Real, Scalar, dispatch};

/// The most rows that are taken together.
const ROWS: usize = 16;
/// The numbers that rows taken together have, at most, where they are more than one.
const BLOCK: usize = 256;

/// `out[i, j] = x[i, j] - ln(sum over k of e^x[i, k])`, with the row's maximum taken out so that nothing overflows.
///
/// `x, out: [rows, width]`. A row with an infinite maximum gives NaN, as the formula does. A row's sum is one accumulator
/// that takes its terms in order. Short rows are taken several at a time, so that exponential and logarithm fill vectors: 64
/// rows of ten columns took 14 us one element at a time, and take 1 us (Zen 5).
///
/// # Panics
/// If the lengths differ.
pub fn log_softmax<T: Real>(width: usize, x: &[T], out: &mut [T]) {
    assert_eq!(x.len(), out.len(), "log_softmax: the output is as long as the input");
    let width = width.max(1);
    let block = (BLOCK / width).clamp(1, ROWS) * width;
    dispatch(
        #[inline(always)]
        || {
            if T::LANES > 1 {
                for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
                    log_softmax_row(x, out);
                }
                return;
            }
            for (x, out) in x.chunks(block).zip(out.chunks_mut(block)) {
                log_softmax_block(width, x, out);
            }
        },
    );
}

/// The same for one row of packs, which are vectors already.
#[inline(always)]
fn log_softmax_row<T: Real>(x: &[T], out: &mut [T]) {
    let (mut largest, mut total) = (T::NEG_INFINITY, T::ZERO);
    for x in x {
        largest = Real::max(*x, largest);
    }
    for (out, x) in out.iter_mut().zip(x) {
        *out = *x - largest;
        total += out.exp();
    }
    let log_total = total.ln();
    for out in out {
        *out -= log_total;
    }
}

/// The same for at most [`ROWS`] rows.
#[inline(always)]
fn log_softmax_block<T: Real>(width: usize, x: &[T], out: &mut [T]) {
    let (mut largest, mut log_totals) = ([T::ZERO; ROWS], [T::ZERO; ROWS]);
    for ((x, out), largest) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)).zip(&mut largest) {
        *largest = T::NEG_INFINITY;
        x.iter().for_each(
            #[inline(always)]
            |x| *largest = Real::max(*x, *largest),
        );
        out.iter_mut().zip(x).for_each(
            #[inline(always)]
            |(out, x)| *out = *x - *largest,
        );
    }
    out.iter_mut().for_each(
        #[inline(always)]
        |out| *out = out.exp(),
    );
    for (out, total) in out.chunks_exact(width).zip(&mut log_totals) {
        out.iter().for_each(
            #[inline(always)]
            |x| *total += *x,
        );
    }
    // All of them, whether there are that many rows or not: one vector.
    log_totals.iter_mut().for_each(
        #[inline(always)]
        |total| *total = total.ln(),
    );
    let rows = x.chunks_exact(width).zip(out.chunks_exact_mut(width));
    for ((x, out), (largest, log_total)) in rows.zip(largest.iter().zip(&log_totals)) {
        // Not `x - (largest + log_total)`: beside a large maximum the sum would lose the logarithm's digits.
        out.iter_mut().zip(x).for_each(
            #[inline(always)]
            |(out, x)| *out = *x - *largest - *log_total,
        );
    }
}

/// `out[i] = x[i, index[i]]`; NaN where the index is not a whole number below `width`, so that a fault is seen.
///
/// `x: [rows, width]`, `index, out: [rows]`.
pub fn pick<T: Real>(width: usize, x: &[T], index: &[T], out: &mut [T]) {
    assert_eq!(index.len(), out.len(), "pick: one index for each row");
    for ((row, index), out) in x.chunks_exact(width.max(1)).zip(index).zip(out) {
        *out = T::from_lanes(|lane| {
            position(index.lane(lane), width).map_or(T::Lane::from_f64(f64::NAN), |at| row[at].lane(lane))
        });
    }
}

/// `out[i, j] = x[i] if j = index[i] else 0`: the adjoint of [`pick`].
///
/// `x, index: [rows]`, `out: [rows, width]`.
pub fn unpick<T: Real>(width: usize, x: &[T], index: &[T], out: &mut [T]) {
    assert_eq!(x.len() * width, out.len(), "unpick: one row for each element");
    out.fill(T::ZERO);
    for ((row, index), x) in out.chunks_exact_mut(width.max(1)).zip(index).zip(x) {
        put(*x, *index, width, 0, row);
    }
}

/// `out[at - first] = x` where `at` is what `index` stands for, if it is a whole number below `width` and its place lies
/// in `out`; lane by lane.
#[inline]
pub fn put<T: Real>(x: T, index: T, width: usize, first: usize, out: &mut [T]) {
    let out = T::as_lanes_mut(out);
    for lane in 0..T::LANES {
        let at = position(index.lane(lane), width).and_then(|at| at.checked_sub(first));
        if let Some(element) = at.and_then(|at| out.get_mut(at * T::LANES + lane)) {
            *element = x.lane(lane);
        }
    }
}

/// The index that a number stands for, if it is a whole number in `0..width`.
#[inline]
pub fn position<T: Scalar>(index: T, width: usize) -> Option<usize> {
    let index = index.to_f64();
    let at = index as usize;
    (at as f64 == index && at < width).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{log_softmax, pick, unpick};
    use crate::Real;

    #[test]
    fn log_softmax_survives_large_logits() {
        let mut out = [0.0f32; 4];
        log_softmax(2, &[1e4, -1e4, 0.0, 0.0], &mut out);
        assert_eq!(out[..2], [0.0, -2e4]);
        assert!((out[2] + core::f32::consts::LN_2).abs() < 1e-6 && out[2] == out[3]);
    }

    #[test]
    fn log_softmax_keeps_its_digits_beside_a_large_maximum() {
        let mut out = [0.0f32; 2];
        log_softmax(2, &[1e4, 1e4], &mut out);
        assert_eq!(out, [-core::f32::consts::LN_2; 2]);
    }

    /// One row at a time, one element at a time.
    fn plain<T: Real>(width: usize, x: &[T]) -> Vec<T> {
        let row = |row: &[T]| {
            let largest = row.iter().fold(T::NEG_INFINITY, |largest, x| Real::max(*x, largest));
            let total = row.iter().fold(T::ZERO, |total, x| total + (*x - largest).exp());
            row.iter().map(|x| *x - largest - total.ln()).collect::<Vec<T>>()
        };
        x.chunks_exact(width).flat_map(row).collect()
    }

    #[test]
    fn log_softmax_has_the_bits_of_the_plain_loop_at_every_size() {
        for width in [1, 2, 3, 10, 16, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000] {
            for rows in [0, 1, 2, 3, 64, 257] {
                let x: Vec<f32> = (0..rows * width).map(|i| (i as f32 * 1.7).sin() * 9.0).collect();
                let mut out = vec![f32::NAN; x.len()];
                log_softmax(width, &x, &mut out);
                let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
                assert_eq!(bits(&out), bits(&plain(width, &x)), "{rows} x {width}");
            }
        }
    }

    #[test]
    fn log_softmax_shows_a_fault_in_its_own_row_alone() {
        let mut out = [0.0f64; 6];
        log_softmax(2, &[0.0, f64::NAN, f64::INFINITY, 0.0, 1.0, 1.0], &mut out);
        assert!(out[..4].iter().all(|out| out.is_nan()));
        assert_eq!(out[4..], [-core::f64::consts::LN_2; 2]);
    }

    #[test]
    fn picking_outside_the_row_shows() {
        let mut out = [0.0; 3];
        pick(2, &[1.0f64, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, 2.0, -1.0], &mut out);
        assert_eq!(out[0], 2.0);
        assert!(out[1].is_nan() && out[2].is_nan());
    }

    #[test]
    fn unpick_is_the_adjoint_of_pick() {
        let mut out = [9.0; 4];
        unpick(2, &[5.0, 7.0], &[1.0, 0.0], &mut out);
        assert_eq!(out, [0.0, 5.0, 7.0, 0.0]);
    }

    #[test]
    fn rows_of_no_width_are_fine() {
        log_softmax::<f32>(0, &[], &mut []);
        pick::<f32>(0, &[], &[], &mut []);
        unpick::<f32>(0, &[1.0], &[0.0], &mut []);
    }
}
