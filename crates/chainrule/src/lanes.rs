//! Choices that depend on a number, made in each lane of a type of several lanes on its own.
//!
//! For a type of one number they are the plain `if`. Must not know: what is chosen for.

use chainrule_engine::{MOST_LANES, Real, Scalar};

/// `choices[0]` where x is below 0, `choices[2]` where it is above, `choices[1]` where it is 0 or not a number.
#[inline(always)]
pub(crate) fn by_sign<T: Real>(x: T, choices: [T; 3]) -> T {
    T::from_lanes(
        #[inline(always)]
        |lane| {
            let (x, [below, equal, above]) = (x.lane(lane), choices.map(|choice| choice.lane(lane)));
            if x < T::Lane::ZERO {
                below
            } else if x > T::Lane::ZERO {
                above
            } else {
                equal
            }
        },
    )
}

/// -1, 0 or 1; not a number stays so, that no fault is hidden.
#[inline(always)]
pub(crate) fn sign<T: Real>(x: T) -> T {
    by_sign(x, [-T::ONE, x, T::ONE])
}

/// The nearest to `x` in `low..=high`; not a number stays so.
#[inline(always)]
pub(crate) fn clamped<T: Real>(x: T, low: T, high: T) -> T {
    T::from_lanes(
        #[inline(always)]
        |lane| {
            let (x, low, high) = (x.lane(lane), low.lane(lane), high.lane(lane));
            if x < low {
                low
            } else if x > high {
                high
            } else {
                x
            }
        },
    )
}

/// The same number, or 0 where it is nearer to 0 than any normal one; not a number stays so.
#[inline(always)]
pub(crate) fn normal<T: Real>(x: T) -> T {
    let smallest = T::Lane::MIN_POSITIVE;
    T::from_lanes(
        #[inline(always)]
        |lane| {
            let x = x.lane(lane);
            if x.abs() < smallest { T::Lane::ZERO } else { x }
        },
    )
}

/// Shortens the vector of each lane whose Euclidean norm is above `bound` to that norm; sums in `f64`, in order.
pub(crate) fn limit_norm<T: Real>(values: &mut [T], bound: f64) {
    let mut squares = [0.0; MOST_LANES];
    for values in T::as_lanes(values).chunks_exact(T::LANES) {
        for (square, x) in squares.iter_mut().zip(values) {
            *square += x.to_f64() * x.to_f64();
        }
    }
    let norms = squares.map(f64::sqrt);
    if norms[..T::LANES].iter().any(|norm| *norm > bound) {
        let factor = T::from_lanes(|lane| {
            if norms[lane] > bound { T::Lane::from_f64(bound / norms[lane]) } else { T::Lane::ONE }
        });
        values.iter_mut().for_each(|x| *x *= factor);
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{Pack, Real};

    use super::{clamped, limit_norm, normal, sign};

    #[test]
    fn each_lane_chooses_for_itself() {
        let x = Pack::from_lanes(|lane| [-2.5, -0.0, 0.5, f32::NAN][lane % 4]);
        let (signs, clamps) = (sign(x), clamped(x, -Pack::ONE, Pack::ONE));
        for lane in 0..Pack::LANES {
            let bits = |x: f32| x.to_bits();
            assert_eq!(bits(signs.lane(lane)), bits([-1.0, -0.0, 1.0, f32::NAN][lane % 4]));
            assert_eq!(bits(clamps.lane(lane)), bits([-1.0, -0.0, 0.5, f32::NAN][lane % 4]));
        }
    }

    #[test]
    fn what_is_no_normal_number_becomes_zero_in_its_lane_alone() {
        let x = [1e-40, f32::MIN_POSITIVE, -1e-38, -2.0];
        let kept = normal(Pack::from_lanes(|lane| x[lane % 4]));
        for lane in 0..Pack::LANES {
            assert_eq!(kept.lane(lane), [0.0, f32::MIN_POSITIVE, 0.0, -2.0][lane % 4]);
        }
        assert!(normal(f64::NAN).is_nan());
    }

    #[test]
    fn only_the_lanes_whose_norm_is_too_long_are_shortened() {
        let lane = |scale: f32| [3.0 * scale, -4.0 * scale];
        let scale = |i: usize| [1e-3, 0.1, 0.2, 7.0][i % 4];
        let mut packs = [0, 1].map(|at| Pack::from_lanes(|i| lane(scale(i))[at]));
        limit_norm(&mut packs, 1.0);
        for i in 0..Pack::LANES {
            let mut alone = lane(scale(i));
            limit_norm(&mut alone, 1.0);
            assert_eq!([packs[0].lane(i), packs[1].lane(i)], alone);
            assert_eq!(alone == lane(scale(i)), scale(i) < 0.2 + 1e-6, "{i}: {alone:?}");
        }
    }
}
