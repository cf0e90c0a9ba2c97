//! Where arrays lie, and how a step finds them while it writes its own.
//!
//! There is one shared arena for what belongs to the batch as a whole, and for each part of the batch an arena for
//! what has rows. Parameters are the caller's. Must not know: what the arrays mean, who runs a step.

use core::fmt;
use core::ops::Range;

use chainrule_kernels::Real;

use super::Run;
use super::step::Operand;
use super::workspace::Part;
use crate::Shape;
use crate::feed::Moment;

/// Where an array lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At this offset of the shared arena.
    Shared(usize),
    /// At this offset of each part's arena, with the rows of the part.
    Rows(usize),
    /// At this offset of the parameter buffer.
    Parameters(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Shared(offset) => write!(f, "@{offset}"),
            Place::Rows(offset) => write!(f, "@rows+{offset}"),
            Place::Parameters(offset) => write!(f, "@parameters+{offset}"),
        }
    }
}

/// How the rows of a batch are dealt out to parts: evenly, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deal {
    pub(super) batch: usize,
    pub(super) parts: usize,
}

impl Deal {
    /// The rows of a part.
    #[inline]
    pub(super) fn rows(&self, part: usize) -> Range<usize> {
        // Two divisions take 10 ns, which shows in a network of microseconds.
        if self.parts == 1 {
            return 0..self.batch;
        }
        self.batch * part / self.parts..self.batch * (part + 1) / self.parts
    }
}

/// An arena without the range that is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a, T> {
    before: &'a [T],
    after: &'a [T],
    /// Offset of `after` in the arena.
    gap: usize,
}

impl<'a, T> Around<'a, T> {
    /// An arena of which nothing is written.
    pub(super) fn all(arena: &'a [T]) -> Self {
        Around { before: arena, after: &[], gap: arena.len() }
    }

    /// An arena of which what lies before `start` is written by several.
    pub(super) fn from(start: usize, after: &'a [T]) -> Self {
        Around { before: &[], after, gap: start }
    }

    /// The range from `offset` on, and what lies around it.
    pub(super) fn split(arena: &'a mut [T], offset: usize, len: usize) -> (&'a mut [T], Self) {
        let (before, rest) = arena.split_at_mut(offset);
        let (out, after) = rest.split_at_mut(len);
        (out, Around { before, after, gap: offset + len })
    }

    #[inline]
    fn slice(&self, offset: usize, len: usize) -> &'a [T] {
        match self.before.get(offset..offset + len) {
            Some(slice) => slice,
            None => &self.after[offset - self.gap..][..len],
        }
    }
}

/// What has rows, as a step sees it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows<'a, T> {
    /// Those of one part, which the step belongs to.
    OfPart(usize, Around<'a, T>),
    /// Those of all parts.
    OfAll(&'a [Part<T>]),
}

/// The arrays that a step may read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sources<'a, T> {
    pub(super) run: &'a Run<'a, T>,
    pub(super) deal: Deal,
    pub(super) shared: Around<'a, T>,
    pub(super) rows: Rows<'a, T>,
    /// The examples that the step is about.
    examples: usize,
}

impl<'a, T: Real> Sources<'a, T> {
    pub(super) fn new(run: &'a Run<'a, T>, deal: Deal, shared: Around<'a, T>, rows: Rows<'a, T>) -> Self {
        let examples = match rows {
            Rows::OfPart(part, _) => deal.rows(part).len(),
            Rows::OfAll(_) => deal.batch,
        };
        Sources { run, deal, shared, rows, examples }
    }

    /// The number of examples that the step is about.
    #[inline]
    pub(super) fn batch(&self) -> usize {
        self.examples
    }

    /// The place in the batch of the first of them.
    pub(super) fn first_row(&self) -> usize {
        match self.rows {
            Rows::OfPart(part, _) => self.deal.rows(part).start,
            Rows::OfAll(_) => 0,
        }
    }

    pub(super) fn moment(&self) -> Moment {
        self.run.moment
    }

    /// The number of parts.
    pub(super) fn parts(&self) -> usize {
        self.deal.parts
    }

    /// The number of rows of a part.
    pub(super) fn rows_of(&self, part: usize) -> usize {
        self.deal.rows(part).len()
    }

    /// An operand that lies in one place.
    #[inline]
    pub(super) fn array(&self, operand: &Operand) -> &'a [T] {
        let len = operand.size.elements(self.examples);
        match (operand.place, self.rows) {
            (Place::Parameters(offset), _) => &self.run.parameters[offset..offset + len],
            (Place::Shared(offset), _) => self.shared.slice(offset, len),
            (Place::Rows(offset), Rows::OfPart(_, arena)) => arena.slice(offset, len),
            (Place::Rows(offset), Rows::OfAll(parts)) => {
                debug_assert_eq!(parts.len(), 1, "an undivided plan has one part");
                &parts[0].arena[offset..offset + len]
            }
        }
    }

    /// The rows of an operand that a part has.
    pub(super) fn segment(&self, operand: &Operand, part: usize) -> &'a [T] {
        let range = range(operand.place, operand.shape, self.rows_of(part));
        match self.rows {
            Rows::OfAll(parts) => &parts[part].arena[range],
            Rows::OfPart(..) => unreachable!("what adds up over rows belongs to the whole batch"),
        }
    }
}

/// The number of elements of a shape, prepared so that it is quickly known for any batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// The product of the fixed dimensions.
    fixed: usize,
    /// How many dimensions are the batch.
    batches: usize,
}

impl From<Shape> for Size {
    fn from(shape: Shape) -> Self {
        let (fixed, batches) = shape.volume();
        Size { fixed, batches }
    }
}

impl Size {
    #[inline]
    pub(super) fn elements(self, batch: usize) -> usize {
        match self.batches {
            0 => self.fixed,
            1 => self.fixed * batch,
            _ => (0..self.batches).fold(self.fixed, |elements, _| elements * batch),
        }
    }
}

/// The elements of an array in its arena.
pub(super) fn range(place: Place, shape: Shape, batch: usize) -> Range<usize> {
    let (Place::Shared(offset) | Place::Rows(offset) | Place::Parameters(offset)) = place;
    offset..offset + shape.elements(batch)
}
