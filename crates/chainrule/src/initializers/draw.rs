//! [`Draw`]: where initial values take their random numbers from.

use chainrule_engine::random::{NumpyRandom, Stream};

/// A source of random numbers, drawn one after another.
pub trait Draw {
    /// A number uniform in `[low, high)`: `low + (high - low) u`.
    fn uniform(&mut self, low: f64, high: f64) -> f64;

    /// A normal number: `mean + deviation n`. Not truncated.
    fn normal(&mut self, mean: f64, deviation: f64) -> f64;
}

impl Draw for Stream {
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next_uniform()
    }

    fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * self.next_normal()
    }
}

/// The numbers that numpy's `RandomState` of the same seed gives for the same calls.
impl Draw for NumpyRandom {
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        NumpyRandom::uniform(self, low, high)
    }

    fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        NumpyRandom::normal(self, mean, deviation)
    }
}
