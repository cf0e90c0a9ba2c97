//! Missing cells in columns that had none in training, and texts that a rule can make nothing of: what stands in for them is a
//! guess that nothing was learned about.
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
    booleans: Vec<Boolean<'p>>,
}

/// A column of no and yes, and how many cells are neither.
struct Boolean<'p> {
    column: &'p str,
    rule: &'p Rule,
    texts: [&'p str; 2],
    unread: usize,
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
        let booleans = preparation.columns().iter().filter_map(|prepared| match &prepared.rule {
            rule @ Rule::Boolean { no, yes, .. } => {
                Some(Boolean { column: &prepared.column, rule, texts: [no, yes], unread: 0 })
            }
            _ => None,
        });
        Gaps { columns: columns.collect(), counts: BTreeMap::new(), booleans: booleans.collect() }
    }

    /// Takes in rows.
    pub(crate) fn add(&mut self, frame: &Frame) {
        for (name, _) in &self.columns {
            let missing = frame.column(name).map_or(0, |column| column.missing());
            if missing > 0 {
                *self.counts.entry(name).or_default() += missing;
            }
        }
        for boolean in &mut self.booleans {
            let cells = frame.column(boolean.column).map(|column| column.cells());
            boolean.unread += cells.map_or(0, |cells| boolean.rule.unread(cells));
        }
    }

    /// A sentence for each column.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        let missing = self.columns.iter().filter_map(|(name, stand_in)| {
            let count = self.counts.get(name)?;
            let cells = counted(*count as u64, "missing cell");
            Some(format!("column `{name}`: {cells}, of which training had none; {stand_in} stands in"))
        });
        missing.chain(self.booleans.iter().filter(|boolean| boolean.unread > 0).map(Boolean::note))
    }
}

impl Boolean<'_> {
    fn note(&self) -> String {
        let Self { column, texts: [no, yes], unread, .. } = self;
        let cells = counted(*unread as u64, "cell");
        format!("column `{column}`: {cells} neither `{no}` nor `{yes}`; taken as missing")
    }
}

#[cfg(test)]
mod tests {
    use chainrule_data::Wanted;
    use chainrule_data::csv::{Dialect, read_frame};
    use chainrule_data::preparation::Prepared;

    use super::*;

    #[test]
    fn what_is_neither_no_nor_yes_is_said() {
        let rule = Rule::Boolean { no: "false".into(), yes: "true".into(), fill: 1.0, indicator: true };
        let preparation = Preparation::new(vec![Prepared { column: "b".into(), rule }]).unwrap();
        let mut gaps = Gaps::new(&preparation);
        for text in ["b,c\n1,1\nNo,1\nperhaps,1\n,1\n", "b,c\nTRUE,1\n2,2\n"] {
            gaps.add(&read_frame(text.as_bytes(), &Dialect::default(), &|_| Wanted::Text).unwrap().0);
        }
        let notes: Vec<String> = gaps.notes().collect();
        assert_eq!(notes, ["column `b`: 2 cells neither `false` nor `true`; taken as missing"]);
    }
}
