//! Names of the command line whose values are not the library's own.
//!
//! Must not know: commands.

use clap::ValueEnum;

/// The kind of prediction, or to find it out from the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskChoice {
    /// By the target: two classes, more classes, several columns of 0 and 1, or numbers
    #[default]
    Auto,
    /// One of two classes
    Binary,
    /// One of several classes
    Multiclass,
    /// Several columns of 0 and 1
    Multilabel,
    /// Numbers
    Regression,
}

/// The type of numbers that a network computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// 32 bits: fast
    #[default]
    F32,
    /// 64 bits: exact
    F64,
}

/// How much each class counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClassWeightChoice {
    /// Every row counts the same
    #[default]
    Uniform,
    /// Every class counts the same in all
    Balanced,
}

/// How the levels of a category become inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CategoryChoice {
    /// One input for each level, from 10 levels on an embedding in 8 numbers
    #[default]
    Auto,
    /// One input for each level
    OneHot,
    /// An embedding for every category
    Embedding,
}

/// One of two parts of data that come with a test part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The rows to train on
    Train,
    /// The rows to test on
    Test,
}
