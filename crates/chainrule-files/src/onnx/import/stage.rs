//! What a graph has computed so far: rows, as a path of stages from the input.
//!
//! A stage is a layer with its numbers, or an affine map of columns that a later pass merges into its neighbours. Must not
//! know: nodes, names in the file.

use std::rc::Rc;

use super::constant::Constant;
use super::function::FunctionId;
use super::layer::Layer;

/// A place in the list of stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StageId(pub(super) usize);

/// One step of the path.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// The stage before; `None` for the input.
    pub(super) parent: Option<StageId>,
    /// What it does.
    pub(super) work: Work,
    /// The width of the rows that come out.
    pub(super) width: usize,
}

/// What a stage does.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// It is the input.
    Input,
    /// A layer.
    Layer(Layer),
    /// `y = factor x + term`, column by column.
    Affine(Affine),
}

/// `y = factor x + term`, one of each for each column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Affine {
    /// The factors.
    pub(super) factor: Vec<f64>,
    /// The terms.
    pub(super) term: Vec<f64>,
}

/// Rows: a function of each number of a stage's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rows {
    /// The stage.
    pub(super) stage: StageId,
    /// The function.
    pub(super) function: FunctionId,
}

/// What a name in the graph stands for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// The same for every example.
    Constant(Rc<Constant>),
    /// A row for each example.
    Rows(Rows),
    /// `[1 - p, p]` of rows `p`: how scikit-learn's converter writes the two sides of a sigmoid. Nothing computes with it.
    BothSides(Rows),
    /// The input before it is flattened, of more axes than two.
    Folded,
    /// An answer that follows from the rows: a class, a label, a table of probabilities by name.
    Answer,
}
