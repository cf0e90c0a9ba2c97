//! One step of an optimizer over all parameters, each range of them by the thread that computed its gradient.
//!
//! Parameters are updated one by one, so it never shows in the bits how they are dealt out. Nothing is allocated.
//! Must not know: rules, networks, batches.

use core::ops::Range;

use chainrule_engine::{Executor, Real};

use super::trainer::MOST_THREADS;
use crate::optimizers::{Group, State, StateRange, Step};

/// Parameters and their gradient, flat, in ranges that are dealt out.
pub(super) struct Flat<'f, T> {
    pub(super) parameters: &'f mut [T],
    pub(super) gradient: &'f [T],
    /// Where the ranges are cut, in order.
    pub(super) cuts: &'f mut dyn Iterator<Item = usize>,
}

/// A range of neighbouring parameters with what belongs to it.
struct Piece<'p, T> {
    parameters: &'p mut [T],
    gradient: &'p [T],
    state: StateRange<'p, T>,
}

/// Updates the parameters of `groups`, each a range with its weight decay.
pub(super) fn update<T: Real>(
    executor: &mut impl Executor,
    step: &Step,
    state: &mut State<T>,
    flat: Flat<'_, T>,
    groups: &[(Range<usize>, f64)],
) {
    let Flat { parameters, gradient, cuts } = flat;
    let mut rest = Piece { parameters, gradient, state: state.whole() };
    let mut cuts = cuts.take(MOST_THREADS - 1).peekable();
    if cuts.peek().is_none() {
        return rest.update(step, groups);
    }
    let mut pieces = [const { None }; MOST_THREADS];
    let mut count = 0;
    for cut in cuts {
        let (piece, others) = rest.split_at(cut);
        (pieces[count], rest) = (Some(piece), others);
        count += 1;
    }
    pieces[count] = Some(rest);
    executor.run(&mut pieces[..=count], |piece| {
        if let Some(piece) = piece {
            piece.update(step, groups);
        }
    });
}

impl<'p, T: Real> Piece<'p, T> {
    /// The parameters before `end` in the flat buffer, and the others.
    fn split_at(self, end: usize) -> (Self, Self) {
        let Range { start, end: last } = self.state.range();
        let end = end.clamp(start, last);
        let (state, states) = self.state.split_at(end);
        let (parameters, others) = self.parameters.split_at_mut(end - start);
        let (gradient, gradients) = self.gradient.split_at(end - start);
        (
            Piece { parameters, gradient, state },
            Piece { parameters: others, gradient: gradients, state: states },
        )
    }

    fn update(&mut self, step: &Step, groups: &[(Range<usize>, f64)]) {
        let mine = self.state.range();
        for (range, weight_decay) in groups {
            let (first, end) = (range.start.max(mine.start), range.end.min(mine.end));
            if first < end {
                let inside = first - mine.start..end - mine.start;
                let group = Group {
                    first,
                    parameters: &mut self.parameters[inside.clone()],
                    gradients: &self.gradient[inside],
                    weight_decay: *weight_decay,
                };
                step.update_range(&mut self.state, group);
            }
        }
    }
}
