//! One axis: its range, its round numbers, and where a value lies on it.

use crate::number::show;

/// One axis of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether equal steps are equal factors.
    pub(crate) is_logarithmic: bool,
    pub(crate) label: String,
}

impl Axis {
    /// An axis with this range.
    pub(crate) fn new(low: f64, high: f64, label: &str) -> Self {
        Axis { low, high, is_logarithmic: false, label: label.to_owned() }
    }

    /// An axis that has room for all finite values and ends at round numbers.
    pub(crate) fn around(values: impl Iterator<Item = f64>, label: &str) -> Self {
        let (low, high) = range(values);
        let room = if low == high { low.abs().max(1.0) * 0.5 } else { 0.0 };
        let step = step(high - low + 2.0 * room, 5);
        let (low, high) = (((low - room) / step).floor() * step, ((high + room) / step).ceil() * step);
        Axis::new(low, high, label)
    }

    /// An axis for positive values, logarithmic if the largest is a hundred times the smallest or more.
    pub(crate) fn of_losses(values: impl Iterator<Item = f64> + Clone, label: &str) -> Self {
        let (low, high) = range(values.clone());
        if low > 0.0 && high >= 100.0 * low {
            let (low, high) = (10_f64.powf(low.log10().floor()), 10_f64.powf(high.log10().ceil()));
            return Axis { low, high, is_logarithmic: true, label: label.to_owned() };
        }
        Axis::around(values.chain([0.0].into_iter().filter(|_| low >= 0.0)), label)
    }

    /// Where a value lies: 0 at the low end, 1 at the high one.
    pub(crate) fn share(&self, value: f64) -> f64 {
        let (low, high, value) = match self.is_logarithmic {
            true => (self.low.log10(), self.high.log10(), value.max(f64::MIN_POSITIVE).log10()),
            false => (self.low, self.high, value),
        };
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        if share.is_nan() { 0.0 } else { share.clamp(-0.05, 1.05) }
    }

    /// Round numbers on it with their texts, about `wanted` of them.
    pub(crate) fn ticks(&self, wanted: usize) -> Vec<(f64, String)> {
        let values: Vec<f64> = if self.is_logarithmic { self.powers(wanted) } else { self.even(wanted) };
        values.into_iter().map(|value| (value, show(value))).collect()
    }

    fn even(&self, wanted: usize) -> Vec<f64> {
        let step = step(self.high - self.low, wanted);
        let first = (self.low / step - 1e-9).ceil();
        let count = ((self.high / step + 1e-9).floor() - first).clamp(0.0, 50.0) as usize;
        // A multiple of the step and not a sum of steps, so that zero is zero.
        (0..=count)
            .map(|number| (first + number as f64) * step)
            .map(|x| if x.abs() < step / 2.0 { 0.0 } else { x })
            .collect()
    }

    fn powers(&self, wanted: usize) -> Vec<f64> {
        let (low, high) = (self.low.log10().round() as i32, self.high.log10().round() as i32);
        let every = ((high - low) as usize).div_ceil(wanted.max(1)).max(1);
        (low..=high).step_by(every).map(|power| 10_f64.powi(power)).collect()
    }
}

/// The smallest and the largest finite value; 0 and 1 without any.
pub(crate) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    let wide = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if wide.0 <= wide.1 { wide } else { (0.0, 1.0) }
}

/// A round step (1, 2 or 5 times a power of ten) that divides a width into about `wanted` pieces.
fn step(width: f64, wanted: usize) -> f64 {
    let rough = width / wanted.max(1) as f64;
    if !(rough > 0.0 && rough.is_finite()) {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough * 0.999);
    round.unwrap_or(10.0) * power
}
