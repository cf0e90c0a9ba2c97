//! [`State`]: what an update rule remembers between steps; [`Group`]: the range of parameters that it updates at once.
//!
//! Must not know: which rule uses them, what a parameter is for.

use core::ops::Range;

use chainrule_engine::Real;

use super::{StateRange, UpdateRule};
use crate::Error;

/// The memory of an update rule: its step count and its moments, allocated once.
///
/// The moments are one flat buffer: moment k of parameter i is number `k * parameters + i`. That buffer, the step count and
/// the momentum product are all that a checkpoint has to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct State<T> {
    pub(super) step: u64,
    pub(super) momentum_product: f64,
    parameters: usize,
    moments: Vec<T>,
}

impl<T: Real> State<T> {
    /// The state before the first step for a number of parameters: all moments 0.
    ///
    /// ```
    /// use chainrule::optimizers::{Adam, State, UpdateRule};
    /// let state = State::<f32>::new(&UpdateRule::from(Adam::default()), 10);
    /// assert_eq!((state.step(), state.moments().len()), (0, 20));
    /// ```
    pub fn new(rule: &UpdateRule, parameters: usize) -> Self {
        let moments = vec![T::ZERO; rule.moments() * parameters];
        Self { step: 0, momentum_product: 1.0, parameters, moments }
    }

    /// The state that [`step`](Self::step), [`momentum_product`](Self::momentum_product) and [`moments`](Self::moments) of
    /// another one described, to go on where it stopped.
    ///
    /// # Errors
    ///
    /// [`Error::StateLength`] if the rule has not just as many moments for that many parameters.
    pub fn from_parts(
        rule: &UpdateRule,
        parameters: usize,
        step: u64,
        momentum_product: f64,
        moments: Vec<T>,
    ) -> Result<Self, Error> {
        let expected = rule.moments().saturating_mul(parameters);
        if moments.len() != expected {
            return Err(Error::StateLength { owner: rule.name(), expected, got: moments.len() });
        }
        Ok(Self { step, momentum_product, parameters, moments })
    }

    /// How many steps were begun.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The product of all momentum factors so far, which only NAdam uses; 1 for the others.
    pub fn momentum_product(&self) -> f64 {
        self.momentum_product
    }

    /// All moments, one after the other.
    pub fn moments(&self) -> &[T] {
        &self.moments
    }

    /// The moments of all parameters, to be cut into ranges that are updated apart from each other.
    pub fn whole(&mut self) -> StateRange<'_, T> {
        StateRange::new(self.parameters, &mut self.moments)
    }
}

/// A range of the flat parameters with its gradient and its weight decay.
///
/// Weights usually decay and biases do not: give each its own group within one step.
#[derive(Debug)]
pub struct Group<'a, T> {
    /// The place of the first parameter of the group in the flat buffer.
    pub first: usize,
    /// The parameters of the group; updated in place.
    pub parameters: &'a mut [T],
    /// The loss's derivative by each of them: the same length.
    pub gradients: &'a [T],
    /// The decoupled weight decay, at least 0: each step takes away the share `learning_rate * weight_decay` of each parameter.
    pub weight_decay: f64,
}

impl<'a, T: Real> Group<'a, T> {
    /// All parameters in one group, without weight decay.
    pub fn whole(parameters: &'a mut [T], gradients: &'a [T]) -> Self {
        Self { first: 0, parameters, gradients, weight_decay: 0.0 }
    }

    /// Where the group lies in the flat buffer.
    #[inline(always)]
    pub fn range(&self) -> Range<usize> {
        self.first..self.first + self.parameters.len()
    }
}

#[cfg(test)]
mod tests {
    use super::State;
    use crate::Error;
    use crate::optimizers::{Adam, Group, NAdam, Sgd, UpdateRule};

    fn steps(rule: &UpdateRule, state: &mut State<f64>, parameters: &mut [f64], count: usize) {
        for _ in 0..count {
            let gradients: Vec<f64> = parameters.iter().map(|p| 2.0 * p - 1.0).collect();
            rule.update(state, Group::whole(parameters, &gradients), 0.1);
        }
    }

    #[test]
    fn a_saved_state_goes_on_with_the_same_bits() {
        let rule = UpdateRule::from(NAdam::default());
        let (mut whole, mut halves) = (vec![3.0, -2.0, 0.5], vec![3.0, -2.0, 0.5]);
        steps(&rule, &mut State::new(&rule, 3), &mut whole, 6);
        let mut first = State::new(&rule, 3);
        steps(&rule, &mut first, &mut halves, 3);
        let (step, product, moments) = (first.step(), first.momentum_product(), first.moments().to_vec());
        let mut second = State::from_parts(&rule, 3, step, product, moments).expect("it is the same rule");
        steps(&rule, &mut second, &mut halves, 3);
        assert_eq!(whole, halves);
    }

    #[test]
    fn a_saved_state_of_another_length_is_an_error() {
        let rule = UpdateRule::from(Adam::default());
        let error = State::from_parts(&rule, 3, 1, 1.0, vec![0f32; 5]);
        assert_eq!(error, Err(Error::StateLength { owner: "adam", expected: 6, got: 5 }));
    }

    #[test]
    fn groups_of_one_step_equal_the_whole() {
        let rule = UpdateRule::from(Adam::default());
        let gradients = [0.3, -0.7, 0.2, 0.9];
        let (mut whole, mut split) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]);
        let (mut whole_state, mut split_state) = (State::new(&rule, 4), State::new(&rule, 4));
        for _ in 0..3 {
            rule.update(&mut whole_state, Group::whole(&mut whole, &gradients), 0.1);
            let step = rule.begin_step(&mut split_state, 0.1);
            let (left, right) = split.split_at_mut(1);
            let (left_gradients, right_gradients) = gradients.split_at(1);
            step.update(&mut split_state, Group { first: 1, ..Group::whole(right, right_gradients) });
            step.update(&mut split_state, Group::whole(left, left_gradients));
        }
        assert_eq!((whole, whole_state), (split, split_state));
    }

    #[test]
    fn weight_decay_is_decoupled_and_belongs_to_the_group() {
        let rule = UpdateRule::from(Sgd::default());
        let mut state = State::new(&rule, 2);
        let step = rule.begin_step(&mut state, 0.5);
        let mut parameters = [8.0, 8.0];
        let (weight, bias) = parameters.split_at_mut(1);
        step.update(&mut state, Group { weight_decay: 0.5, ..Group::whole(weight, &[2.0]) });
        step.update(&mut state, Group { first: 1, ..Group::whole(bias, &[2.0]) });
        assert_eq!(parameters, [8.0 * 0.75 - 1.0, 7.0]);
    }

    #[test]
    fn no_parameters_are_no_problem() {
        for name in UpdateRule::NAMES {
            let rule: UpdateRule = name.parse().expect("a name of the list");
            rule.update(&mut State::<f32>::new(&rule, 0), Group::whole(&mut [], &[]), 0.1);
        }
    }
}
