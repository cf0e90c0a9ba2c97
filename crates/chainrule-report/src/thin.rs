//! Fewer points for a curve of the same look: a page with a million points is of no use to anybody.

/// The most points that a curve has in a page.
pub(crate) const MOST_POINTS: usize = 200;

/// At most [`MOST_POINTS`] points, the ends among them, spread evenly over the length of the way along the axes.
///
/// Points between which nothing happens are the first to go; a step of a staircase keeps its corner where there is room.
pub(crate) fn along(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let corners = corners(points);
    if corners.len() <= MOST_POINTS {
        return corners;
    }
    let way = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0).abs() + (pair[1].1 - pair[0].1).abs();
    let total: f64 = corners.windows(2).map(way).sum();
    let (mut kept, mut done, mut next) = (vec![corners[0]], 0.0, 1.0);
    let pieces = (MOST_POINTS - 1) as f64;
    for pair in corners.windows(2) {
        done += way(pair);
        if done >= total * next / pieces && kept.len() < MOST_POINTS - 1 {
            kept.push(pair[1]);
            next = (done / total * pieces).floor() + 1.0;
        }
    }
    let last = corners[corners.len() - 1];
    if kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}

/// The points without those on the straight line between their neighbours, for lines along an axis.
pub(crate) fn corners(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for point in points {
        if let [.., before, last] = kept[..] {
            let level = before.1 == last.1 && last.1 == point.1;
            let upright = before.0 == last.0 && last.0 == point.0;
            if level || upright {
                kept.pop();
            }
        }
        kept.push(*point);
    }
    kept
}

/// At most `most` of `count` places, spread evenly, first and last among them, and `important` ones in any case.
pub(crate) fn places(count: usize, most: usize, important: &[usize]) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count).collect();
    }
    let even = (0..most).map(|at| at * (count - 1) / (most - 1));
    let mut places: Vec<usize> =
        even.chain(important.iter().copied().filter(|place| *place < count)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::{MOST_POINTS, along, places};

    #[test]
    fn a_million_points_become_few_and_keep_their_ends() {
        let many: Vec<(f64, f64)> = (0..1_000_000).map(|i| (f64::from(i), f64::from(i).sqrt())).collect();
        let few = along(&many);
        assert!(few.len() <= MOST_POINTS && few.len() > MOST_POINTS / 2, "{}", few.len());
        assert_eq!((few[0], few[few.len() - 1]), (many[0], many[999_999]));
        assert!(few.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_staircase_keeps_its_corners() {
        let steps = [(0.0, 0.0), (0.0, 0.3), (0.0, 0.7), (0.5, 0.7), (1.0, 0.7), (1.0, 1.0)];
        assert_eq!(along(&steps), [(0.0, 0.0), (0.0, 0.7), (1.0, 0.7), (1.0, 1.0)]);
        assert!(along(&[]).is_empty());
    }

    #[test]
    fn important_places_stay() {
        assert_eq!(places(3, 5, &[]), [0, 1, 2]);
        assert_eq!(places(101, 5, &[33, 999]), [0, 25, 33, 50, 75, 100]);
    }
}
