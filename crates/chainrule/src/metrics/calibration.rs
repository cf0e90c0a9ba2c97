//! Calibration: whether what is said to be 80 % sure comes true in 80 % of the cases.

/// The predictions whose probability lies in one range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// The range is above this ...
    pub lower: f64,
    /// ... up to and with this; 0 belongs to the first range.
    pub upper: f64,
    /// How many predictions lie in it.
    pub count: usize,
    /// Their mean probability; NaN where there are none.
    pub mean_probability: f64,
    /// The share of them that came true; NaN where there are none.
    pub share: f64,
}

/// Sorts predictions into `bins` equal ranges of probability and compares what was said with what came true.
///
/// Shapes: one probability in \[0, 1\] for each prediction, and whether it came true. For two classes, the probability of
/// class 1 and whether the example is of it; for many, the largest probability and whether the answer was right. `bins` is
/// at least 1, 10 is usual. All bins are returned, the empty ones too; a probability that is no number is left out. Source:
/// Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, section 2.
///
/// ```
/// use chainrule::metrics::{calibration, expected_calibration_error};
/// let bins = calibration(&[0.25, 0.25, 0.75, 0.75], &[false, true, true, true], 2);
/// assert_eq!((bins[0].mean_probability, bins[0].share), (0.25, 0.5));
/// assert_eq!((bins[1].mean_probability, bins[1].share), (0.75, 1.0));
/// assert_eq!(expected_calibration_error(&bins), 0.25);
/// ```
pub fn calibration(probabilities: &[f64], came_true: &[bool], bins: usize) -> Vec<CalibrationBin> {
    let bins = bins.max(1);
    let edge = |bin: usize| bin as f64 / bins as f64;
    let mut sums = vec![(0_usize, 0.0_f64, 0_usize); bins];
    let numbers = probabilities.iter().zip(came_true).filter(|(probability, _)| !probability.is_nan());
    for (probability, came_true) in numbers {
        let below = (1..bins).rev().find(|bin| *probability > edge(*bin)).unwrap_or(0);
        let (count, sum, hits) = &mut sums[below];
        *count += 1;
        *sum += probability;
        *hits += usize::from(*came_true);
    }
    let bin = |(at, (count, sum, hits)): (usize, (usize, f64, usize))| CalibrationBin {
        lower: edge(at),
        upper: edge(at + 1),
        count,
        mean_probability: sum / count as f64,
        share: hits as f64 / count as f64,
    };
    sums.into_iter().enumerate().map(bin).collect()
}

/// `Σ n_b/n |share_b - mean probability_b|`: by how much probabilities are off on average, in \[0, 1\]; 0 is perfect.
///
/// NaN without predictions. It depends on the number of bins and cannot tell too sure from too unsure. Source: Naeini,
/// Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
pub fn expected_calibration_error(bins: &[CalibrationBin]) -> f64 {
    let all = bins.iter().map(|bin| bin.count).sum::<usize>() as f64;
    let filled = bins.iter().filter(|bin| bin.count > 0);
    filled.map(|bin| bin.count as f64 * (bin.share - bin.mean_probability).abs()).sum::<f64>() / all
}

#[cfg(test)]
mod tests {
    use super::{calibration, expected_calibration_error};

    #[test]
    fn an_edge_belongs_to_the_range_below_and_the_ends_are_inside() {
        let bins = calibration(&[0.0, 0.5, 1.0, f64::NAN], &[true; 4], 2);
        assert_eq!((bins[0].count, bins[1].count), (2, 1));
    }

    #[test]
    fn an_empty_range_does_not_count() {
        let bins = calibration(&[1.0, 1.0], &[true, true], 10);
        assert!(bins[0].share.is_nan());
        assert_eq!(expected_calibration_error(&bins), 0.0);
        assert!(expected_calibration_error(&[]).is_nan());
    }
}
