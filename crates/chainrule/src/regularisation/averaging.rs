//! Weight averaging: the exponential moving average of the parameters over the steps.
//!
//! `a_t = d_t a_{t-1} + (1 - d_t) p_t` with `d_t = min(d, (1 + t) / (10 + t))`, so that the first steps, when the
//! parameters are still far from anywhere, are soon forgotten. Sources: Polyak and Juditsky, "Acceleration of stochastic
//! approximation by averaging", 1992; the warm-up of `d` is TensorFlow's `ExponentialMovingAverage`.

use chainrule_engine::Real;

/// A running average of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Average<T> {
    decay: f64,
    steps: u64,
    values: Vec<T>,
}

impl<T: Real> Average<T> {
    /// The average before the first step: the parameters themselves. `decay` lies in [0, 1).
    pub fn new(decay: f64, parameters: &[T]) -> Self {
        Average { decay, steps: 0, values: parameters.to_vec() }
    }

    /// Takes in the parameters after a step.
    pub fn update(&mut self, parameters: &[T]) {
        self.steps += 1;
        let steps = self.steps as f64;
        let decay = self.decay.min((1.0 + steps) / (10.0 + steps));
        let share = T::from_f64(1.0 - decay);
        self.values.iter_mut().zip(parameters).for_each(|(a, p)| *a += share * (*p - *a));
    }

    /// The average that [`steps`](Self::steps) and [`values`](Self::values) of another one described, to go on with the same
    /// bits.
    pub fn from_parts(decay: f64, steps: u64, values: Vec<T>) -> Self {
        Average { decay, steps, values }
    }

    /// How many steps it has seen.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The average so far.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::Average;

    #[test]
    fn a_constant_is_its_own_average_and_a_decay_of_zero_follows() {
        let mut average = Average::new(0.999, &[1.0f64, 2.0]);
        (0..50).for_each(|_| average.update(&[1.0, 2.0]));
        assert_eq!(average.values(), [1.0, 2.0]);
        let mut average = Average::new(0.0, &[1.0f64]);
        average.update(&[5.0]);
        assert_eq!(average.values(), [5.0]);
    }
}
