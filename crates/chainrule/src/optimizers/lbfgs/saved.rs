//! What a checkpoint keeps of L-BFGS: two flat lists, scalars and vectors.
//!
//! ```text
//! scalars: iterations, step length, next slot, pairs, scale, rho of each slot
//! vectors: previous gradient, direction, then step and gradient change of each slot
//! ```
//!
//! The other buffers are written before they are read in each step. Must not know: files.

use chainrule_engine::Scalar;

use super::{Lbfgs, LbfgsState};
use crate::Error;
use crate::optimizers::saved::{LARGEST_COUNT, count};

/// Scalars that do not belong to a slot.
const SHARED_SCALARS: usize = 5;
/// Vectors that do not belong to a slot.
const SHARED_VECTORS: usize = 2;

impl<T: Scalar> LbfgsState<T> {
    /// The state's numbers that are no vectors; `5 + history` of them.
    pub fn scalars(&self) -> Vec<f64> {
        let history = &self.history;
        let shared = [
            self.iterations as f64,
            self.step_length,
            history.next as f64,
            history.pairs as f64,
            history.scale,
        ];
        shared.into_iter().chain(history.slots.iter().map(|slot| slot.rho)).collect()
    }

    /// The state's vectors, one after the other; `2 + 2 * history` of the parameters' length.
    pub fn vectors(&self) -> Vec<T> {
        let slots = self.history.slots.iter().flat_map(|slot| [&slot.step, &slot.gradient_change]);
        [&self.previous_gradient, &self.direction].into_iter().chain(slots).flatten().copied().collect()
    }

    /// The state that [`scalars`](Self::scalars) and [`vectors`](Self::vectors) of another one described, to go on where it
    /// stopped with the same bits.
    ///
    /// # Errors
    ///
    /// [`Error::StateLength`] if either list has another length than this configuration needs, and
    /// [`Error::InvalidSetting`] if a count among the scalars is none.
    pub fn from_parts(
        lbfgs: &Lbfgs,
        parameters: usize,
        scalars: &[f64],
        vectors: &[T],
    ) -> Result<Self, Error> {
        let slots = lbfgs.history.max(1);
        check_length(slots.saturating_add(SHARED_SCALARS), scalars.len())?;
        let buffers = slots.saturating_mul(2).saturating_add(SHARED_VECTORS);
        check_length(buffers.saturating_mul(parameters), vectors.len())?;
        let mut state = Self::new(lbfgs, parameters);
        state.read_scalars(scalars)?;
        state.read_vectors(vectors);
        Ok(state)
    }

    fn read_scalars(&mut self, scalars: &[f64]) -> Result<(), Error> {
        let slots = self.history.slots.len();
        let count = |setting, got, largest| count((Lbfgs::NAME, setting), got, largest);
        self.iterations = count("iterations", scalars[0], LARGEST_COUNT)?;
        self.step_length = scalars[1];
        self.history.next = count("next slot", scalars[2], (slots - 1) as f64)? as usize;
        self.history.pairs = count("pairs", scalars[3], slots as f64)? as usize;
        self.history.scale = scalars[4];
        for (slot, &rho) in self.history.slots.iter_mut().zip(&scalars[SHARED_SCALARS..]) {
            slot.rho = rho;
        }
        Ok(())
    }

    fn read_vectors(&mut self, vectors: &[T]) {
        let slots =
            self.history.slots.iter_mut().flat_map(|slot| [&mut slot.step, &mut slot.gradient_change]);
        let targets = [&mut self.previous_gradient, &mut self.direction].into_iter().chain(slots);
        for (target, &value) in targets.flatten().zip(vectors) {
            *target = value;
        }
    }
}

fn check_length(expected: usize, got: usize) -> Result<(), Error> {
    if expected == got { Ok(()) } else { Err(Error::StateLength { owner: Lbfgs::NAME, expected, got }) }
}

#[cfg(test)]
mod tests {
    use crate::Error;
    use crate::optimizers::{Lbfgs, LbfgsState};

    const LBFGS: Lbfgs = Lbfgs {
        history: 3,
        max_iterations: 2,
        max_evaluations: 10,
        gradient_tolerance: 0.0,
        change_tolerance: 0.0,
    };

    fn quartic(p: &[f64], g: &mut [f64]) -> f64 {
        for (g, p) in g.iter_mut().zip(p) {
            *g = 4.0 * (p - 1.0) * (p - 1.0) * (p - 1.0) + p;
        }
        p.iter().map(|p| (p - 1.0).powi(4) + 0.5 * p * p).sum()
    }

    fn steps(state: &mut LbfgsState<f64>, parameters: &mut [f64], count: usize) {
        for _ in 0..count {
            LBFGS.step(state, parameters, &mut quartic, 1.0);
        }
    }

    #[test]
    fn a_saved_state_goes_on_with_the_same_bits() {
        let (mut whole, mut halves) = ([3.0, -2.0, 0.1], [3.0, -2.0, 0.1]);
        steps(&mut LbfgsState::new(&LBFGS, 3), &mut whole, 6);
        let mut first = LbfgsState::new(&LBFGS, 3);
        steps(&mut first, &mut halves, 3);
        let mut second = LbfgsState::from_parts(&LBFGS, 3, &first.scalars(), &first.vectors())
            .expect("the configuration is the same");
        steps(&mut second, &mut halves, 3);
        assert_eq!(whole, halves);
    }

    #[test]
    fn damaged_states_are_errors() {
        let state = LbfgsState::<f64>::new(&LBFGS, 2);
        let (mut scalars, vectors) = (state.scalars(), state.vectors());
        let short = LbfgsState::from_parts(&LBFGS, 2, &scalars, &vectors[1..]);
        assert_eq!(short, Err(Error::StateLength { owner: "lbfgs", expected: 16, got: 15 }));
        assert!(LbfgsState::from_parts(&LBFGS, 2, &scalars[1..], &vectors).is_err());
        for (place, value) in [(0, -1.0), (2, 3.0), (3, 4.0), (2, 0.5), (3, f64::NAN)] {
            let kept = core::mem::replace(&mut scalars[place], value);
            assert!(LbfgsState::from_parts(&LBFGS, 2, &scalars, &vectors).is_err(), "{place}: {value}");
            scalars[place] = kept;
        }
    }
}
