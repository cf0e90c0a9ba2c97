//! The classes that predictions of several networks stand for.

use chainrule_engine::{MOST_LANES, Pack, Real, dispatch};

use crate::metrics::Decision;

/// The class of each lane for each row of `predictions: [rows, outputs]`; nothing where the answer is no class.
///
/// As [`Decision::class`] in every lane. `classes` has room for a class of each row and lane.
pub(super) fn classes(
    decision: Decision,
    outputs: usize,
    predictions: &[Pack],
    classes: &mut [[u32; MOST_LANES]],
) {
    match decision {
        Decision::Largest => dispatch(
            #[inline(always)]
            || {
                for (row, classes) in predictions.chunks_exact(outputs).zip(classes.iter_mut()) {
                    *classes = argmax(row);
                }
            },
        ),
        Decision::Above(threshold) => {
            let threshold = f32::from_f64(threshold);
            for (row, classes) in predictions.chunks_exact(outputs).zip(classes) {
                *classes = core::array::from_fn(|lane| u32::from(row[0].lane(lane) > threshold));
            }
        }
        Decision::Labels | Decision::Numbers => {}
    }
}

/// The place of the largest number of each lane; the first of several. NaN is never the largest.
#[inline(always)]
fn argmax(row: &[Pack]) -> [u32; MOST_LANES] {
    let (rows, _) = Pack::as_lanes(row).as_chunks::<MOST_LANES>();
    let (mut best, mut places) = (rows[0], [0; MOST_LANES]);
    for (at, numbers) in rows.iter().enumerate().skip(1) {
        for lane in 0..MOST_LANES {
            let larger = numbers[lane] > best[lane] || best[lane].is_nan();
            best[lane] = if larger { numbers[lane] } else { best[lane] };
            places[lane] = if larger { at as u32 } else { places[lane] };
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{MOST_LANES, Pack, Real};

    use super::classes;
    use crate::metrics::Decision;

    #[test]
    fn every_lane_decides_as_a_row_alone() {
        let number = |row: usize, lane: usize, at: usize| match (row * 5 + lane * 3 + at * 7) % 6 {
            0 => f32::NAN,
            other => (other / 2) as f32 - 0.5,
        };
        let at = |row, at| Pack::from_lanes(|lane| number(row, lane, at));
        for (decision, outputs) in [(Decision::Largest, 3), (Decision::Above(0.25), 1)] {
            let predictions: Vec<Pack> =
                (0..4).flat_map(|row| (0..outputs).map(move |place| at(row, place))).collect();
            let mut found = [[9; MOST_LANES]; 4];
            classes(decision, outputs, &predictions, &mut found);
            for (row, found) in found.iter().enumerate() {
                for (lane, found) in found.iter().enumerate() {
                    let alone: Vec<f32> = (0..outputs).map(|at| number(row, lane, at)).collect();
                    assert_eq!(Some(*found as usize), decision.class(&alone), "{alone:?}");
                }
            }
        }
    }
}
