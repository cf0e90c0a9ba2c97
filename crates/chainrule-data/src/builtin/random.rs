//! Where generated data get their random numbers from.
//!
//! It must not know any generator: the caller brings one, and with it the seed.

/// A source of random numbers, given by the caller, so that the seed and the algorithm are the caller's.
///
/// ```
/// use chainrule_data::builtin::RandomSource;
///
/// /// Not random at all, but a source.
/// struct Middle;
/// impl RandomSource for Middle {
///     fn uniform(&mut self) -> f64 { 0.5 }
///     fn normal(&mut self) -> f64 { 0.0 }
/// }
/// assert_eq!(Middle.uniform(), 0.5);
/// ```
pub trait RandomSource {
    /// The next number, uniform in [0, 1).
    fn uniform(&mut self) -> f64;

    /// The next number from the normal distribution with mean 0 and deviation 1.
    fn normal(&mut self) -> f64;
}

/// A small generator for tests: a linear congruential one, normal by the sum of twelve.
#[cfg(test)]
pub(crate) struct TestSource(pub(crate) u64);

#[cfg(test)]
impl RandomSource for TestSource {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
