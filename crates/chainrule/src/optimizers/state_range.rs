//! [`StateRange`]: the moments of some neighbouring parameters, so that several workers update the parameters of one step.
//!
//! A rule looks at one parameter at a time, so parameters may be updated in any order and by anyone: however the flat buffer
//! is cut, every bit is the same. The scalars of the step (bias corrections and the like) are computed once, by
//! [`UpdateRule::begin_step`](super::UpdateRule::begin_step), and shared as a [`Step`](super::Step).
//!
//! Must not know: which rule uses it, threads.

use core::array;
use core::ops::Range;

use chainrule_engine::Real;

/// The most moments that a rule keeps.
pub(super) const MOST_MOMENTS: usize = 3;

/// The moments of a range of the flat parameters, borrowed from a [`State`](super::State).
///
/// [`State::whole`](super::State::whole) gives the range of all parameters; [`split_at`](Self::split_at) cuts it. Nothing is
/// allocated.
///
/// ```
/// use chainrule::optimizers::{Adam, Group, State, UpdateRule};
/// let rule = UpdateRule::from(Adam::default());
/// let mut state = State::new(&rule, 3);
/// let (mut parameters, gradients) = ([1.0, 2.0, 3.0], [0.5, -0.5, 0.25]);
///
/// let step = rule.begin_step(&mut state, 0.1);
/// let (mut left, mut right) = state.whole().split_at(1);
/// let (first, others) = parameters.split_at_mut(1);
/// // Each of these lines may run on a thread of its own.
/// step.update_range(&mut left, Group::whole(first, &gradients[..1]));
/// step.update_range(&mut right, Group { first: 1, ..Group::whole(others, &gradients[1..]) });
///
/// let mut alone = [1.0, 2.0, 3.0];
/// rule.update(&mut State::new(&rule, 3), Group::whole(&mut alone, &gradients), 0.1);
/// assert_eq!(parameters, alone);
/// ```
#[derive(Debug)]
pub struct StateRange<'a, T> {
    range: Range<usize>,
    /// By moment; empty where the rule keeps fewer.
    moments: [&'a mut [T]; MOST_MOMENTS],
}

impl<'a, T: Real> StateRange<'a, T> {
    /// All of a buffer that holds `count` moments of as many parameters each.
    pub(super) fn new(parameters: usize, buffer: &'a mut [T]) -> Self {
        let mut moments = buffer.chunks_exact_mut(parameters.max(1));
        StateRange { range: 0..parameters, moments: array::from_fn(|_| moments.next().unwrap_or_default()) }
    }

    /// Which parameters these are, by their places in the flat buffer.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The parameters before `place` in the flat buffer, and those from there on.
    ///
    /// # Panics
    /// If `place` lies outside of the range, its end excepted: a bug of the caller.
    #[must_use = "the range is used up, and its halves are all there is"]
    pub fn split_at(self, place: usize) -> (Self, Self) {
        let Range { start, end } = self.range;
        assert!(start <= place && place <= end, "a range of parameters is cut inside");
        // A moment that the rule does not keep is empty on both sides.
        let cut = |moment: &'a mut [T]| moment.split_at_mut(moment.len().min(place - start));
        let [first, second, third] = self.moments.map(cut);
        (
            StateRange { range: start..place, moments: [first.0, second.0, third.0] },
            StateRange { range: place..end, moments: [first.1, second.1, third.1] },
        )
    }

    /// Some parameters' part of the first `N` moments.
    ///
    /// # Panics
    /// If a parameter lies outside of the range.
    #[inline(always)]
    pub(super) fn ranges<const N: usize>(&mut self, parameters: Range<usize>) -> [&mut [T]; N] {
        assert!(
            self.range.start <= parameters.start && parameters.end <= self.range.end,
            "a group of parameters lies in the range of the state that it is updated with"
        );
        let inside = parameters.start - self.range.start..parameters.end - self.range.start;
        let mut moments = self.moments.iter_mut();
        array::from_fn(|_| moments.next().map_or(&mut [][..], |moment| &mut moment[inside.clone()]))
    }
}

#[cfg(test)]
mod tests {
    use crate::optimizers::{Group, State, UpdateRule};

    /// Three steps of `rule`, each over the ranges that `cuts` leave, the last first.
    fn trained(rule: &UpdateRule, cuts: &[usize]) -> (Vec<f32>, State<f32>) {
        const LEN: usize = 61;
        let mut state = State::new(rule, LEN);
        let mut parameters: Vec<f32> = (0..LEN).map(|i| (i as f32 * 0.7).sin()).collect();
        for step in 0..3 {
            let gradients: Vec<f32> = (0..LEN).map(|i| ((i * 7 + step * 5) as f32).cos() * 0.1).collect();
            let step = rule.begin_step(&mut state, 0.01);
            let mut rest = state.whole();
            for &cut in cuts.iter().rev() {
                let (left, mut right) = rest.split_at(cut);
                let range = right.range();
                let (parameters, gradients) = (&mut parameters[range.clone()], &gradients[range.clone()]);
                let group =
                    Group { first: range.start, weight_decay: 0.1, ..Group::whole(parameters, gradients) };
                step.update_range(&mut right, group);
                rest = left;
            }
            let len = rest.range().len();
            let group =
                Group { weight_decay: 0.1, ..Group::whole(&mut parameters[..len], &gradients[..len]) };
            step.update_range(&mut rest, group);
        }
        (parameters, state)
    }

    #[test]
    fn however_the_parameters_are_cut_every_bit_is_the_same() {
        for name in UpdateRule::NAMES {
            let rule: UpdateRule = name.parse().expect("a name of the list");
            let whole = trained(&rule, &[]);
            for cuts in [&[0][..], &[61], &[1], &[16, 48], &[7, 7, 8, 60]] {
                assert_eq!(trained(&rule, cuts), whole, "{name} cut at {cuts:?}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "a range of parameters is cut inside")]
    fn a_cut_outside_is_a_bug_of_the_caller() {
        let rule: UpdateRule = "sgd".parse().expect("a name of the list");
        let mut state = State::<f32>::new(&rule, 4);
        let (_, right) = state.whole().split_at(2);
        let _ = right.split_at(1);
    }

    #[test]
    #[should_panic(expected = "lies in the range of the state")]
    fn a_group_of_other_parameters_is_a_bug_of_the_caller() {
        let rule: UpdateRule = "adam".parse().expect("a name of the list");
        let mut state = State::<f32>::new(&rule, 4);
        let step = rule.begin_step(&mut state, 0.1);
        let (mut left, _) = state.whole().split_at(2);
        step.update_range(&mut left, Group { first: 1, ..Group::whole(&mut [0.0; 2], &[1.0; 2]) });
    }
}
