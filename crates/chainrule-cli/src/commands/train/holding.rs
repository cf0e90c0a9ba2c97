//! Which rows are held out to judge by: at random, whole groups, or the latest.
//!
//! Must not know: tables.

use chainrule::{
    Error, Examples, Split, folds, folds_by_time, folds_grouped, split, split_by_time, split_grouped,
};

/// How rows belong together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Holding {
    /// Not at all: rows are drawn, classes keep their shares.
    Random,
    /// By the number of their group.
    Groups(Vec<u64>),
    /// By their time.
    Times(Vec<f64>),
}

impl Holding {
    /// A share of the rows held out.
    ///
    /// # Errors
    /// If the groups or times cannot be used.
    pub(super) fn split(&self, examples: &Examples<'_>, share: f64, seed: u64) -> Result<Split, Error> {
        match self {
            Self::Random => Ok(split(examples, share, seed)),
            Self::Groups(groups) => split_grouped(examples, groups, share, seed),
            Self::Times(times) => split_by_time(times, share),
        }
    }

    /// So many parts, each held out once.
    ///
    /// # Errors
    /// If the groups or times cannot be used, or are too few.
    pub(super) fn folds(
        &self,
        examples: &Examples<'_>,
        count: usize,
        seed: u64,
    ) -> Result<Vec<Split>, Error> {
        match self {
            Self::Random => Ok(folds(examples, count, seed)),
            Self::Groups(groups) => folds_grouped(examples, groups, count, seed),
            Self::Times(times) => folds_by_time(times, count),
        }
    }

    /// Why a share above 0 holds out none of so many rows.
    pub(super) fn why_none(&self, rows: usize, share: f64) -> String {
        match self {
            Self::Random => format!("{rows} rows are too few to hold out a share of {share}"),
            Self::Groups(_) => "all rows are of one group, so none are held out".to_owned(),
            Self::Times(_) => "all rows have the same time, so none are held out".to_owned(),
        }
    }

    /// How rows are held out, in words.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Random => "",
            Self::Groups(_) => ", whole groups",
            Self::Times(_) => ", the latest",
        }
    }
}
