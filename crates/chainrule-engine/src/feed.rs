//! What a reader of a graph needs besides the graph: the arrays of one batch.

use crate::{Error, Graph, Op};

/// The arrays that a graph is read with.
///
/// `inputs[slot]` is the row-major array for `Op::Input { slot, .. }`; `parameters` is the flat buffer that
/// `Op::Param { offset, .. }` points into; `seed` and `step` fix the values of `Op::Random`.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a, T> {
    /// The number of examples that `Dim::Batch` stands for.
    pub batch: usize,
    /// One row-major array per input slot.
    pub inputs: &'a [&'a [T]],
    /// The flat parameter buffer.
    pub parameters: &'a [T],
    /// The moment for random numbers.
    pub moment: Moment,
}

/// The point in a run that random numbers belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The seed of the run.
    pub seed: u64,
    /// The number of the step.
    pub step: u64,
}

impl<'a, T> Feed<'a, T> {
    /// A feed at seed 0 and step 0.
    pub fn new(batch: usize, inputs: &'a [&'a [T]], parameters: &'a [T]) -> Self {
        Feed { batch, inputs, parameters, moment: Moment::default() }
    }

    /// The same feed at another moment of the run.
    pub fn at(self, moment: Moment) -> Self {
        Feed { moment, ..self }
    }

    /// Whether every array has the length that the graph's inputs and parameters need.
    ///
    /// # Errors
    /// [`Error::FeedLength`] for the first array that has not.
    pub(crate) fn check(&self, graph: &Graph) -> Result<(), Error> {
        for (id, node) in graph.nodes() {
            let elements = node.shape().elements(self.batch);
            let (what, expected, got) = match node.op() {
                Op::Input { slot, .. } => {
                    ("input", elements, self.inputs.get(*slot).map_or(0, |array| array.len()))
                }
                Op::Param { offset, .. } => {
                    let end = offset.saturating_add(elements);
                    ("parameter", elements, if self.parameters.len() < end { 0 } else { elements })
                }
                _ => continue,
            };
            if expected != got {
                let what = format!("{what} `{}` {}", graph.label(id), node.shape());
                return Err(Error::FeedLength { what, expected, got });
            }
        }
        Ok(())
    }
}
