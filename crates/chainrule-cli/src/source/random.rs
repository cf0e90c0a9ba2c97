//! Random numbers for generated data: the library's counted stream, so that a seed fixes every point.

use chainrule::engine::random::{Purpose, Stream};
use chainrule_data::builtin::RandomSource;

/// The stream of one seed.
#[derive(Clone, Debug)]
pub(crate) struct Randoms(Stream);

impl Randoms {
    /// The stream of random numbers for data.
    pub(crate) fn new(seed: u64) -> Self {
        Randoms(Stream::new(seed, Purpose::Data, 0))
    }
}

impl RandomSource for Randoms {
    fn uniform(&mut self) -> f64 {
        self.0.next_uniform()
    }

    fn normal(&mut self) -> f64 {
        self.0.next_normal()
    }
}
