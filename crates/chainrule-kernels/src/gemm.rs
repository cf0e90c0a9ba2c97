//! Placeholder until the blocked product is merged.
use crate::Real;
/// A product.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// rows
    pub m: usize,
    /// columns
    pub n: usize,
    /// inner
    pub k: usize,
    /// a
    pub transpose_a: bool,
    /// b
    pub transpose_b: bool,
}
impl Product {
    /// scratch
    pub fn scratch_len(&self) -> usize {
        0
    }
    /// run
    pub fn run<T: Real>(&self, a: &[T], b: &[T], c: &mut [T], _scratch: &mut [T]) {
        for i in 0..self.m {
            for j in 0..self.n {
                let mut t = T::ZERO;
                for p in 0..self.k {
                    let x = if self.transpose_a { a[p * self.m + i] } else { a[i * self.k + p] };
                    let y = if self.transpose_b { b[j * self.k + p] } else { b[p * self.n + j] };
                    t = x.mul_add(y, t);
                }
                c[i * self.n + j] = t;
            }
        }
    }
}
