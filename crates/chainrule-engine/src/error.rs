//! Everything that can go wrong while a graph is built or read.

use core::fmt;
use core::panic::Location;

use crate::Shape;

/// An operand as messages show it: its name or number, and its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The node's name, or `%7` for node 7.
    pub name: String,
    /// The node's shape.
    pub shape: Shape,
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.name, self.shape)
    }
}

/// What kept a graph from being built, differentiated, compiled or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Operands whose shapes do not go together.
    #[error("{location}: `{operation}` does not fit {}; expected {expected}", list(.operands))]
    Shape {
        /// The operation's name.
        operation: &'static str,
        /// The operands with names and shapes.
        operands: Vec<Operand>,
        /// What the operation needs, with the numbers that differ.
        expected: String,
        /// The line of the caller's source that asked for it.
        location: &'static Location<'static>,
    },
    /// More dimensions than a tensor may have.
    #[error("shape: too many dimensions; expected at most 4, got {got}")]
    Rank {
        /// The number of dimensions asked for.
        got: usize,
    },
    /// Two tensors of different tapes in one expression.
    #[error("{location}: `{operation}` mixes tensors of two tapes; expected all operands from one tape")]
    ForeignTensor {
        /// The operation's name.
        operation: &'static str,
        /// The line of the caller's source that asked for it.
        location: &'static Location<'static>,
    },
    /// A gradient of something that is not one number.
    #[error("gradient: `{}` cannot be differentiated; expected a scalar [], got {}\nhelp: reduce it with `sum()` or `mean()` first", .loss.name, .loss.shape)]
    NotScalar {
        /// The node that was to be differentiated.
        loss: Operand,
    },
    /// A value asked of a tape that only records.
    #[error(
        "tape: `{name}` has no value, since this tape only records; expected a tape made with `Tape::eager`"
    )]
    NoValue {
        /// The tensor's name.
        name: String,
    },
    /// An array of the wrong length was fed.
    #[error("feed: {what} has the wrong length; expected {expected}, got {got}")]
    FeedLength {
        /// Which array, with its name and shape.
        what: String,
        /// Elements needed.
        expected: usize,
        /// Elements given.
        got: usize,
    },
    /// More examples than the plan was compiled for.
    #[error("plan: the batch is too large; expected at most {expected} examples, got {got}")]
    BatchTooLarge {
        /// The capacity of the plan.
        expected: usize,
        /// Examples given.
        got: usize,
    },
    /// Two parameters with one name and different shapes.
    #[error("parameter `{name}`: the name is taken by another shape; expected {expected}, got {got}")]
    ParameterShape {
        /// The parameter's name.
        name: String,
        /// The shape that the table holds.
        expected: Shape,
        /// The shape that was asked for.
        got: Shape,
    },
    /// No parameter of this name.
    #[error("parameter `{name}`: no such parameter; expected one of {known}")]
    UnknownParameter {
        /// The name asked for.
        name: String,
        /// The names in the table.
        known: String,
    },
}

fn list(operands: &[Operand]) -> String {
    let shown: Vec<String> = operands.iter().map(ToString::to_string).collect();
    if shown.is_empty() { "no operands".into() } else { shown.join(" and ") }
}
