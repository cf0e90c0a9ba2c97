//! [`Each`]: one step's scalars for every lane of the parameters' type.
//!
//! The lanes of a type of several numbers are networks of their own. They make the same step by the same rule and settings,
//! which decide the loop that runs, but each with its own learning rate. Must not know: formulas.

use chainrule_engine::Real;

use super::Group;
use super::rule;

/// The scalars of one rule's step.
pub(super) trait Scalars: Copy {
    /// Finds them in a step.
    fn of(prepared: &rule::Prepared) -> &Self;
    /// The learning rate of the step.
    fn learning_rate(&self) -> f64;
}

/// The scalars of a step: one for all lanes, or one for each.
#[derive(Clone, Copy)]
pub(super) struct Each<'a, P> {
    prepared: &'a [rule::Prepared],
    shared: &'a P,
}

impl<'a, P: Scalars> Each<'a, P> {
    /// From steps of the same rule with the same settings; at least one.
    #[inline(always)]
    pub(super) fn new(prepared: &'a [rule::Prepared]) -> Self {
        Each { prepared, shared: P::of(&prepared[0]) }
    }

    /// What is the same in every lane: settings, and what follows from them and from the number of the step.
    #[inline(always)]
    pub(super) fn shared(&self) -> P {
        *self.shared
    }

    /// A scalar that depends on the learning rate, rounded to the parameters' type in each lane.
    #[inline(always)]
    pub(super) fn number<T: Real>(&self, scalar: impl Fn(&P) -> f64) -> T {
        match self.prepared {
            [_] => T::from_f64(scalar(self.shared)),
            each => T::from_lanes(
                #[inline(always)]
                |lane| T::Lane::from_f64(scalar(P::of(&each[lane]))),
            ),
        }
    }

    /// The share of a parameter that weight decay leaves: 1, exactly, without decay.
    #[inline(always)]
    pub(super) fn kept<T: Real>(&self, group: &Group<'_, T>) -> T {
        self.number(
            #[inline(always)]
            |scalars| 1.0 - scalars.learning_rate() * group.weight_decay,
        )
    }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::{MOST_LANES, Pack, Real};

    use crate::optimizers::{Group, RmsProp, State, UpdateRule};

    /// A gradient that turns, vanishes and differs from lane to lane.
    fn gradient(lane: usize, step: usize, place: usize) -> f32 {
        ((lane * 31 + step * 17 + place * 7) % 13) as f32 * 0.25 - 1.5
    }

    /// Parameters after 30 steps of one lane alone, with weight decay.
    fn alone(rule: &UpdateRule, lane: usize, learning_rate: f64) -> [f32; 5] {
        let (mut state, mut parameters) = (State::new(rule, 5), [1.0, -0.5, 0.25, 3.0, 0.0]);
        for step in 0..30 {
            let gradients = core::array::from_fn::<f32, 5, _>(|place| gradient(lane, step, place));
            let group = Group { weight_decay: 0.02, ..Group::whole(&mut parameters, &gradients) };
            rule.update(&mut state, group, learning_rate);
        }
        parameters
    }

    fn together(rule: &UpdateRule, rates: &[f64; MOST_LANES]) -> [Pack; 5] {
        let mut state = State::new(rule, 5);
        let mut parameters = [1.0, -0.5, 0.25, 3.0, 0.0].map(Pack::from_f64);
        for step in 0..30 {
            let gradients: [Pack; 5] =
                core::array::from_fn(|place| Pack::from_lanes(|lane| gradient(lane, step, place)));
            let group = Group { weight_decay: 0.02, ..Group::whole(&mut parameters, &gradients) };
            rule.begin_lanes(&mut state, rates).update(&mut state, group);
        }
        parameters
    }

    #[test]
    fn every_rule_gives_each_lane_the_bits_that_it_has_alone() {
        let named = UpdateRule::NAMES.iter().map(|name| name.parse().expect("a name of the list"));
        let rmsprop = RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() };
        for rule in named.chain([rmsprop.into()]) {
            let rising = core::array::from_fn(|lane| 1e-3 * (lane + 1) as f64);
            for rates in [[0.01; MOST_LANES], rising] {
                let packs = together(&rule, &rates);
                for (lane, rate) in rates.into_iter().enumerate() {
                    let bits = |x: f32| x.to_bits();
                    let found = packs.map(|pack| bits(pack.lane(lane)));
                    assert_eq!(found, alone(&rule, lane, rate).map(bits), "{rule}, lane {lane}");
                }
            }
        }
    }
}
