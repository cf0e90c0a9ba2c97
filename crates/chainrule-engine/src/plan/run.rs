//! Running a plan: parts compute their rows, meet, and compute what belongs to the whole.
//!
//! Must not know: what a step does, who the executor is.

use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

use chainrule_kernels::reduce::all_finite;
use chainrule_kernels::{Executor, Real, Serial};

use super::memory::{Around, Deal, Place, Rows, Sources, range};
use super::share::Share;
use super::split::Phase;
use super::step::Step;
use super::workspace::{Inputs, Part, Workspace};
use super::{Plan, Slot};
use crate::feed::Moment;
use crate::{Error, Feed};

/// What all steps of a run share.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a, T> {
    /// The number of examples.
    pub batch: usize,
    /// The flat parameter buffer.
    pub parameters: &'a [T],
    /// The moment for random numbers.
    pub moment: Moment,
}

/// The most parts of a batch.
pub(super) const MOST_PARTS: usize = 64;

impl Plan {
    /// Computes the outputs for the arrays of `feed`.
    ///
    /// # Errors
    /// [`Error::FeedLength`] for an array of the wrong length, [`Error::BatchTooLarge`].
    pub fn run<T: Real>(&self, feed: &Feed<'_, T>, workspace: &mut Workspace<T>) -> Result<(), Error> {
        self.check_batch(feed.batch)?;
        let given = |number: usize| feed.inputs.get(number).copied().unwrap_or_default();
        for (number, slot) in self.inputs.iter().enumerate() {
            let Some(Slot { name, place, shape }) = slot else { continue };
            let (expected, got) = (shape.elements(feed.batch), given(number).len());
            if got != expected {
                let what = format!("input `{name}` {shape}");
                return Err(Error::FeedLength { what, expected, got });
            }
            if !shape.has_batch() {
                workspace.shared[range(*place, *shape, 0)].copy_from_slice(given(number));
            }
        }
        let run = Run { batch: feed.batch, parameters: feed.parameters, moment: feed.moment };
        self.execute_on(&mut Serial, &run, workspace, |rows, inputs| {
            for (number, slot) in self.inputs.iter().enumerate() {
                let Some(slot) = slot.as_ref().filter(|slot| slot.shape.has_batch()) else { continue };
                let first = rows.start * slot.shape.elements(1);
                let target = inputs.slot_mut(number);
                target.copy_from_slice(&given(number)[first..first + target.len()]);
            }
        })
    }

    /// Computes the outputs for the inputs that already lie in the workspace ([`Workspace::input_mut`]).
    ///
    /// # Errors
    /// [`Error::BatchTooLarge`], or [`Error::FeedLength`] if there are too few parameters.
    pub fn execute<T: Real>(
        &self,
        batch: usize,
        parameters: &[T],
        moment: Moment,
        workspace: &mut Workspace<T>,
    ) -> Result<(), Error> {
        self.execute_on(&mut Serial, &Run { batch, parameters, moment }, workspace, |_, _| ())
    }

    /// Computes the outputs, each part of the batch by whatever thread of the executor takes it; first `fill` writes the
    /// part's inputs, whose rows of the batch it is told.
    ///
    /// # Errors
    /// [`Error::BatchTooLarge`], or [`Error::FeedLength`] if there are too few parameters.
    pub fn execute_on<T: Real>(
        &self,
        executor: &mut impl Executor,
        run: &Run<'_, T>,
        workspace: &mut Workspace<T>,
        fill: impl Fn(Range<usize>, &mut Inputs<'_, T>) + Sync,
    ) -> Result<(), Error> {
        self.check_batch(run.batch)?;
        if run.parameters.len() < self.parameters {
            let (what, expected) = ("the parameter buffer".into(), self.parameters);
            return Err(Error::FeedLength { what, expected, got: run.parameters.len() });
        }
        let deal = Deal { batch: run.batch, parts: self.parts() };
        let mut running = Running { plan: self, run, deal, workspace };
        if running.workspace.batch != Some(run.batch) {
            running.phases(&self.constants.phases, &mut Serial, |_, _| ());
            running.workspace.batch = Some(run.batch);
        }
        running.phases(&self.steps.phases, executor, fill);
        running.leaves(executor, &self.steps.leaves, &self.shares);
        Ok(())
    }

    fn check_batch(&self, batch: usize) -> Result<(), Error> {
        if batch > self.capacity() {
            return Err(Error::BatchTooLarge { expected: self.capacity(), got: batch });
        }
        Ok(())
    }
}

/// A run that is going on.
struct Running<'r, T> {
    plan: &'r Plan,
    run: &'r Run<'r, T>,
    deal: Deal,
    workspace: &'r mut Workspace<T>,
}

impl<T: Real> Running<'_, T> {
    fn phases(
        &mut self,
        phases: &[Phase],
        executor: &mut impl Executor,
        fill: impl Fn(Range<usize>, &mut Inputs<'_, T>) + Sync,
    ) {
        for (number, phase) in phases.iter().enumerate() {
            let (plan, run, deal) = (self.plan, self.run, self.deal);
            let Workspace { shared, parts, .. } = &mut *self.workspace;
            let shared = Around::all(shared);
            executor.run(parts, |part| {
                if number == 0 {
                    let rows = deal.rows(part.number);
                    let mut inputs = Inputs { plan, rows: rows.len(), arena: &mut part.arena };
                    fill(rows, &mut inputs);
                }
                let Part { number, arena, scratch } = part;
                for step in &phase.rows {
                    let (out, around) = split(arena, step, deal.rows(*number).len());
                    let sources = Sources::new(run, deal, shared, Rows::OfPart(*number, around));
                    step.run(&sources, out, scratch);
                }
            });
            phase.whole.iter().for_each(|step| self.whole(step));
        }
    }

    /// A step that belongs to the whole batch.
    fn whole(&mut self, step: &Step) {
        let Workspace { shared, parts, scratch, .. } = &mut *self.workspace;
        let (out, shared) = split(shared, step, 0);
        let sources = Sources::new(self.run, self.deal, shared, Rows::OfAll(parts));
        step.run(&sources, out, &mut scratch[0]);
    }

    fn leaves(&mut self, executor: &mut impl Executor, leaves: &[Step], shares: &[Share]) {
        let Workspace { shared, parts, scratch, finite, .. } = &mut *self.workspace;
        let all_are_finite = AtomicBool::new(true);
        let (head, tail) = shared.split_at_mut(self.plan.head);
        let around = Around::from(head.len(), tail);
        let sources = Sources::new(self.run, self.deal, around, Rows::OfAll(parts));
        let work = |share: &Share, out: &mut [T], scratch: &mut [T]| {
            for lines in &share.lines {
                let range = lines.range.start - share.range.start..lines.range.end - share.range.start;
                leaves[lines.leaf].run_lines(lines.lines.clone(), &sources, &mut out[range], scratch);
            }
            if !all_finite(out) {
                all_are_finite.store(false, Ordering::Relaxed);
            }
        };
        if let ([share], [scratch]) = (shares, &mut scratch[..]) {
            work(share, head, scratch);
            *finite = all_are_finite.into_inner();
            return;
        }
        let mut rest = head;
        let mut jobs = [const { None }; MOST_PARTS];
        for ((job, share), scratch) in jobs.iter_mut().zip(shares).zip(scratch) {
            let (out, after) = rest.split_at_mut(share.range.len());
            (*job, rest) = (Some((share, out, scratch)), after);
        }
        executor.run(&mut jobs[..shares.len()], |job| {
            if let Some((share, out, scratch)) = job {
                work(share, out, scratch);
            }
        });
        *finite = all_are_finite.into_inner();
    }
}

/// The range of an arena that a step writes, and what lies around it.
fn split<'a, T>(arena: &'a mut [T], step: &Step, batch: usize) -> (&'a mut [T], Around<'a, T>) {
    let (Place::Shared(offset) | Place::Rows(offset) | Place::Parameters(offset)) = step.place;
    Around::split(arena, offset, step.size.elements(batch))
}
