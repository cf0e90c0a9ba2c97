//! Missing cells in columns that had none in training: what stands in for them is a guess that nothing was learned about.
//!
//! Must not know: where rows come from.

use std::collections::BTreeMap;

use chainrule_data::preparation::Rule;
use chainrule_data::{Frame, Preparation};

use crate::table::counted;

/// Counts such cells, part by part.
pub(crate) struct Gaps<'p> {
    columns: Vec<(&'p str, &'static str)>,
    counts: BTreeMap<&'p str, usize>,
}

impl<'p> Gaps<'p> {
    /// Of no rows yet.
    pub(crate) fn new(preparation: &'p Preparation) -> Self {
        let stand_in = |rule: &Rule| match rule {
            Rule::Number(number) if !number.indicator => Some("the median of the training"),
            Rule::Boolean { indicator: false, .. } => Some("the more frequent of the two"),
            Rule::Times(times) if !times.indicator => Some("the median of the training"),
            _ => None,
        };
        let columns = preparation.columns().iter();
        let columns = columns.filter_map(|prepared| Some((&prepared.column[..], stand_in(&prepared.rule)?)));
        Gaps { columns: columns.collect(), counts: BTreeMap::new() }
    }

    /// Takes in rows.
    pub(crate) fn add(&mut self, frame: &Frame) {
        for (name, _) in &self.columns {
            let missing = frame.column(name).map_or(0, |column| column.missing());
            if missing > 0 {
                *self.counts.entry(name).or_default() += missing;
            }
        }
    }

    /// A sentence for each column.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.columns.iter().filter_map(|(name, stand_in)| {
            let count = self.counts.get(name)?;
            let cells = counted(*count as u64, "missing cell");
            Some(format!("column `{name}`: {cells}, of which training had none; {stand_in} stands in"))
        })
    }
}
