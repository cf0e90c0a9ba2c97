//! The inverse Hessian that L-BFGS knows: the last pairs of change of parameters and change of gradient.
//!
//! ```text
//! s = p' - p,  y = g' - g,  rho = 1 / (y s)
//! q = -g;   newest to oldest:  alpha = rho (s q),  q <- q - alpha y
//! q <- q (s y) / (y y) of the newest pair
//!           oldest to newest:  beta = rho (y q),   q <- q + (alpha - beta) s
//! ```
//!
//! The result q is the direction `-H g`; without pairs it is steepest descent.
//!
//! Source: Nocedal and Wright, "Numerical optimization", algorithm 7.4 (two-loop recursion) and equation 7.20 (scaling).
//! Must not know: the line search.

use chainrule_engine::Scalar;

use super::vector::{add_scaled, dot};

/// A pair is learnt from only if its curvature `y s` is above this: otherwise H could lose its positive definiteness.
const LEAST_CURVATURE: f64 = 1e-10;

/// A ring of at most as many pairs as it has slots.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct History<T> {
    pub(super) slots: Vec<Slot<T>>,
    /// The slot that the next pair takes.
    pub(super) next: usize,
    pub(super) pairs: usize,
    /// `(s y) / (y y)` of the newest pair; 1 before the first.
    pub(super) scale: f64,
}

/// One pair and what the two loops need of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot<T> {
    pub(super) step: Vec<T>,
    pub(super) gradient_change: Vec<T>,
    pub(super) rho: f64,
    alpha: f64,
}

impl<T: Scalar> History<T> {
    pub(super) fn new(slots: usize, parameters: usize) -> Self {
        let zeros = vec![T::ZERO; parameters];
        let slot = Slot { step: zeros.clone(), gradient_change: zeros, rho: 0.0, alpha: 0.0 };
        Self { slots: vec![slot; slots], next: 0, pairs: 0, scale: 1.0 }
    }

    /// Remembers the pair `s = length * direction`, `y = gradient - previous`, in place of the oldest if all slots are taken.
    pub(super) fn learn(&mut self, length: f64, direction: &[T], gradient: &[T], previous: &[T]) {
        let (slot, length) = (&mut self.slots[self.next], T::from_f64(length));
        let mut curvature = 0.0;
        let mut square = 0.0;
        let changes = gradient.iter().zip(previous).map(|(&g, &last)| g - last);
        for (y, &d) in changes.zip(direction) {
            curvature += y.to_f64() * (length * d).to_f64();
            square += y.to_f64() * y.to_f64();
        }
        if curvature > LEAST_CURVATURE {
            slot.write(length, direction, gradient, previous);
            slot.rho = 1.0 / curvature;
            self.scale = curvature / square;
            self.next = (self.next + 1) % self.slots.len();
            self.pairs = (self.pairs + 1).min(self.slots.len());
        }
    }

    /// Writes `-H gradient`.
    pub(super) fn write_direction(&mut self, gradient: &[T], direction: &mut [T]) {
        direction.iter_mut().zip(gradient).for_each(|(d, &g)| *d = -g);
        for age in 1..=self.pairs {
            let slot = self.slot(age);
            slot.alpha = slot.rho * dot(&slot.step, direction);
            add_scaled(direction, -slot.alpha, &slot.gradient_change);
        }
        let scale = T::from_f64(self.scale);
        direction.iter_mut().for_each(|d| *d *= scale);
        for age in (1..=self.pairs).rev() {
            let slot = self.slot(age);
            let beta = slot.rho * dot(&slot.gradient_change, direction);
            add_scaled(direction, slot.alpha - beta, &slot.step);
        }
    }

    /// The pair of an age from 1, the newest, to the number of pairs.
    fn slot(&mut self, age: usize) -> &mut Slot<T> {
        let count = self.slots.len();
        &mut self.slots[(self.next + count - age) % count]
    }
}

impl<T: Scalar> Slot<T> {
    fn write(&mut self, length: T, direction: &[T], gradient: &[T], previous: &[T]) {
        self.step.iter_mut().zip(direction).for_each(|(s, &d)| *s = length * d);
        for ((y, &g), &last) in self.gradient_change.iter_mut().zip(gradient).zip(previous) {
            *y = g - last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    /// With as many pairs as dimensions, along the axes, H is the inverse Hessian of a quadratic itself.
    #[test]
    fn a_quadratic_s_inverse_hessian_is_learnt() {
        let curvatures = [2.0, 8.0];
        let mut history = History::<f64>::new(2, 2);
        history.learn(3.0, &[1.0, 0.0], &[6.0, 0.0], &[0.0, 0.0]);
        history.learn(0.5, &[0.0, 1.0], &[0.0, 4.0], &[0.0, 0.0]);
        let mut direction = [0.0; 2];
        history.write_direction(&[1.0, 1.0], &mut direction);
        assert_eq!(direction, curvatures.map(|c: f64| -1.0 / c));
    }

    #[test]
    fn negative_curvature_is_not_learnt() {
        let mut history = History::<f64>::new(2, 1);
        history.learn(1.0, &[1.0], &[-1.0], &[0.0]);
        assert_eq!(history, History::new(2, 1));
    }

    #[test]
    fn the_oldest_pair_is_forgotten() {
        let mut history = History::<f64>::new(1, 1);
        let mut direction = [0.0];
        for curvature in [4.0, 2.0] {
            history.learn(1.0, &[1.0], &[curvature], &[0.0]);
            history.write_direction(&[1.0], &mut direction);
            assert_eq!(direction, [-1.0 / curvature]);
        }
    }
}
