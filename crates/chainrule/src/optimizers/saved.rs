//! [`SavedOptimizer`]: what any optimizer remembers, in one form that can be kept in a file.
//!
//! ```text
//! rules    scalars: step, momentum product                    vectors: the moments, one after the other
//! L-BFGS   scalars and vectors as `LbfgsState` describes them
//! ```
//!
//! Must not know: files, the training loop.

use chainrule_engine::Scalar;

use super::{Lbfgs, LbfgsState, State, UpdateRule};
use crate::Error;

/// A whole number up to here is exact in `f64`.
pub(super) const LARGEST_COUNT: f64 = 9_007_199_254_740_992.0;

/// The memory of an optimizer between two steps, as two flat lists.
///
/// ```
/// use chainrule::optimizers::{Adam, SavedOptimizer, State, UpdateRule};
/// let rule = UpdateRule::from(Adam::default());
/// let state = State::<f32>::new(&rule, 3);
/// let saved = SavedOptimizer::of_rule(&rule, &state);
/// assert_eq!((saved.name.as_str(), saved.vectors.len()), ("adam", 6));
/// assert_eq!(saved.to_state(&rule, 3)?, state);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SavedOptimizer<T> {
    /// The optimizer's name, such as `adam`.
    pub name: String,
    /// The numbers that belong to no parameter.
    pub scalars: Vec<f64>,
    /// Vectors of the parameters' length in their declared order, one after the other; any numbers.
    pub vectors: Vec<T>,
}

impl<T: Scalar> SavedOptimizer<T> {
    /// The memory of a rule.
    pub fn of_rule(rule: &UpdateRule, state: &State<T>) -> Self {
        SavedOptimizer {
            name: rule.name().into(),
            scalars: vec![state.step() as f64, state.momentum_product()],
            vectors: state.moments().to_vec(),
        }
    }

    /// The memory of L-BFGS.
    pub fn of_lbfgs(state: &LbfgsState<T>) -> Self {
        SavedOptimizer { name: Lbfgs::NAME.into(), scalars: state.scalars(), vectors: state.vectors() }
    }

    /// The state of a rule for a number of parameters, to go on with the same bits.
    ///
    /// # Errors
    /// [`Error::OtherOptimizer`] if another optimizer was saved; [`Error::StateLength`] and [`Error::InvalidSetting`] if
    /// the lists are not those of this rule.
    pub fn to_state(&self, rule: &UpdateRule, parameters: usize) -> Result<State<T>, Error> {
        self.expect(rule.name())?;
        let [step, momentum_product] = self.scalars[..] else {
            return Err(Error::StateLength { owner: rule.name(), expected: 2, got: self.scalars.len() });
        };
        let step = count((rule.name(), "step"), step, LARGEST_COUNT)?;
        State::from_parts(rule, parameters, step, momentum_product, self.vectors.clone())
    }

    /// The state of L-BFGS for a number of parameters, to go on with the same bits.
    ///
    /// # Errors
    /// As [`SavedOptimizer::to_state`].
    pub fn to_lbfgs(&self, lbfgs: &Lbfgs, parameters: usize) -> Result<LbfgsState<T>, Error> {
        self.expect(Lbfgs::NAME)?;
        LbfgsState::from_parts(lbfgs, parameters, &self.scalars, &self.vectors)
    }

    fn expect(&self, expected: &'static str) -> Result<(), Error> {
        let got = &self.name;
        if got == expected { Ok(()) } else { Err(Error::OtherOptimizer { expected, got: got.clone() }) }
    }
}

/// A whole number between 0 and the largest, among the numbers that an optimizer has saved.
pub(super) fn count(
    (owner, setting): (&'static str, &'static str),
    got: f64,
    largest: f64,
) -> Result<u64, Error> {
    let holds = (0.0..=largest).contains(&got) && got.trunc() == got;
    let expected = "a whole number in the saved state's range";
    if holds { Ok(got as u64) } else { Err(Error::InvalidSetting { owner, setting, expected, got }) }
}

#[cfg(test)]
mod tests {
    use super::SavedOptimizer;
    use crate::optimizers::{Adam, Lbfgs, LbfgsState, Sgd, State, UpdateRule};

    #[test]
    fn another_optimizer_s_memory_is_refused() {
        let adam = UpdateRule::from(Adam::default());
        let saved = SavedOptimizer::of_rule(&adam, &State::<f32>::new(&adam, 2));
        let error = saved.to_state(&Sgd::default().into(), 2).unwrap_err();
        insta::assert_snapshot!(error, @r"
        sgd: the saved state is of another optimizer; expected `sgd`, got `adam`
        help: start again from the saved weights alone
        ");
        assert!(saved.to_lbfgs(&Lbfgs::default(), 2).is_err());
        let lbfgs = Lbfgs::default();
        let state = LbfgsState::<f32>::new(&lbfgs, 2);
        assert_eq!(SavedOptimizer::of_lbfgs(&state).to_lbfgs(&lbfgs, 2), Ok(state));
    }

    #[test]
    fn damaged_lists_are_errors() {
        let adam = UpdateRule::from(Adam::default());
        let saved = SavedOptimizer::of_rule(&adam, &State::<f32>::new(&adam, 2));
        for scalars in [vec![], vec![1.0], vec![-1.0, 1.0], vec![0.5, 1.0], vec![f64::NAN, 1.0]] {
            assert!(SavedOptimizer { scalars, ..saved.clone() }.to_state(&adam, 2).is_err());
        }
        assert!(SavedOptimizer { vectors: vec![0.0; 3], ..saved.clone() }.to_state(&adam, 2).is_err());
    }
}
