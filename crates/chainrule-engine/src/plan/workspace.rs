//! The memory of a plan, and what a caller reads and writes there.

use core::ops::Range;

use chainrule_kernels::{Aligned, Real};

use super::memory::{Deal, Place, range};
use super::{Plan, Slot};

/// The memory of a plan: its arenas, scratch memory, and the batch that was run last.
#[derive(Clone, Debug)]
pub struct Workspace<T> {
    /// What belongs to the batch as a whole; outputs first.
    pub(super) shared: Aligned<T>,
    /// What has rows.
    pub(super) parts: Vec<Part<T>>,
    /// Scratch memory for what belongs to the whole, one for each part.
    pub(super) scratch: Vec<Aligned<T>>,
    pub(super) batch: Option<usize>,
    /// Whether the outputs of fixed shape of the last run are finite.
    pub(super) finite: bool,
}

/// The memory for the rows of a part of the batch.
#[derive(Clone, Debug)]
pub(super) struct Part<T> {
    pub(super) number: usize,
    pub(super) arena: Aligned<T>,
    pub(super) scratch: Aligned<T>,
}

/// The input arrays of one part of a batch, to be filled.
#[derive(Debug)]
pub struct Inputs<'a, T> {
    pub(super) plan: &'a Plan,
    pub(super) arena: &'a mut [T],
    pub(super) rows: usize,
}

impl<T> Inputs<'_, T> {
    /// The rows of input `slot` that this part has: empty if no output needs the input.
    pub fn slot_mut(&mut self, slot: usize) -> &mut [T] {
        match self.plan.input(slot) {
            Some(Slot { place: place @ Place::Rows(_), shape, .. }) => {
                &mut self.arena[range(*place, *shape, self.rows)]
            }
            _ => &mut [],
        }
    }
}

impl Plan {
    pub(super) fn input(&self, slot: usize) -> Option<&Slot> {
        self.inputs.get(slot).and_then(Option::as_ref)
    }

    /// The range of the shared arena that several outputs of fixed shape form.
    fn joined(&self, outputs: Range<usize>) -> Range<usize> {
        let slots = &self.outputs[outputs];
        debug_assert!(slots.iter().all(|slot| !slot.shape.has_batch()), "fixed shapes follow without a gap");
        let range = |slot: &Slot| range(slot.place, slot.shape, 0);
        match slots {
            [] => 0..0,
            [first, .., last] => range(first).start..range(last).end,
            [only] => range(only),
        }
    }
}

impl<T: Real> Workspace<T> {
    pub(super) fn new(plan: &Plan) -> Self {
        let part =
            |number| Part { number, arena: Aligned::zeros(plan.rows), scratch: Aligned::zeros(plan.scratch) };
        Workspace {
            shared: Aligned::zeros(plan.shared),
            parts: (0..plan.parts()).map(part).collect(),
            scratch: (0..plan.parts()).map(|_| Aligned::zeros(plan.scratch)).collect(),
            batch: None,
            finite: true,
        }
    }

    /// The array of input `slot` for a batch of `batch` examples, to be filled before [`Plan::execute`].
    ///
    /// It is empty if no output needs the input.
    ///
    /// # Panics
    /// If `batch` is above its capacity, or the workspace is another plan's or has several parts.
    pub fn input_mut(&mut self, plan: &Plan, slot: usize, batch: usize) -> &mut [T] {
        assert!(self.parts.len() == 1, "the inputs of several parts are filled part by part");
        match plan.input(slot) {
            Some(slot) => {
                let range = range(slot.place, slot.shape, batch);
                if slot.shape.has_batch() { &mut self.parts[0].arena[range] } else { &mut self.shared[range] }
            }
            None => &mut [],
        }
    }

    /// Output number `index` of the last run.
    ///
    /// # Panics
    /// If `plan` has no such output, the output has rows in several parts ([`Workspace::output_parts`]), or the
    /// workspace is another plan's.
    pub fn output(&self, plan: &Plan, index: usize) -> &[T] {
        let is_one = self.parts.len() == 1 || !plan.outputs[index].shape.has_batch();
        assert!(is_one, "an output with rows in several parts is read part by part");
        self.output_parts(plan, index).next().unwrap_or_default()
    }

    /// The rows of output number `index` of the last run, part after part; an output without rows is one part.
    ///
    /// # Panics
    /// If `plan` has no such output, or the workspace is another plan's.
    pub fn output_parts(&self, plan: &Plan, index: usize) -> impl Iterator<Item = &[T]> {
        let Slot { place, shape, .. } = plan.outputs[index];
        let has_rows = shape.has_batch();
        let deal = Deal { batch: self.batch.unwrap_or(0), parts: self.parts.len() };
        let of_part = move |part: &'_ Part<T>| range(place, shape, deal.rows(part.number).len());
        let rows = self.parts.iter().filter(move |_| has_rows).map(move |part| &part.arena[of_part(part)]);
        let fixed = (!has_rows).then(|| &self.shared[range(place, shape, 0)]);
        rows.chain(fixed)
    }

    /// Whether all outputs of fixed shape of the last run are finite: looked at while they were in the nearest cache.
    pub fn is_finite(&self) -> bool {
        self.finite
    }

    /// The outputs of `range` of the last run as one slice; they must all be of fixed shape.
    ///
    /// # Panics
    /// If `plan` has no such outputs, or the workspace is another plan's.
    pub fn outputs(&self, plan: &Plan, range: Range<usize>) -> &[T] {
        &self.shared[plan.joined(range)]
    }

    /// The same slice, to be changed: the next run writes it anew.
    ///
    /// # Panics
    /// As [`Workspace::outputs`].
    pub fn outputs_mut(&mut self, plan: &Plan, range: Range<usize>) -> &mut [T] {
        &mut self.shared[plan.joined(range)]
    }
}
