//! Functions of whole rows: the logarithm of the softmax, and picking one element of each row.

use crate::{Real, Scalar};

/// `out[i, j] = x[i, j] - ln(sum over k of e^x[i, k])`, with the row's maximum taken out so that nothing overflows.
///
/// `x, out: [rows, width]`. A row with an infinite maximum gives NaN, as the formula does.
pub fn log_softmax<T: Real>(width: usize, x: &[T], out: &mut [T]) {
    assert_eq!(x.len(), out.len(), "log_softmax: the output is as long as the input");
    for (x, out) in x.chunks_exact(width.max(1)).zip(out.chunks_exact_mut(width.max(1))) {
        let largest = x.iter().fold(T::NEG_INFINITY, |largest, x| Real::max(*x, largest));
        let total = x.iter().fold(T::ZERO, |total, x| total + (*x - largest).exp());
        let log_total = total.ln();
        // Not `x - (largest + log_total)`: beside a large maximum the sum would lose the logarithm's digits.
        out.iter_mut().zip(x).for_each(|(out, x)| *out = *x - largest - log_total);
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
