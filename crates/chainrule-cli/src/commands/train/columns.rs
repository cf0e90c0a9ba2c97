//! What was understood of the columns of a table, told in lines.
//!
//! Must not know: how it was decided.

use chainrule_data::infer::{Decision, Kind};
use serde_json::{Value, json};

use crate::table::counted;

/// The most columns that are told one by one.
const LISTED: usize = 12;
/// The most names of one kind that are told.
const NAMED: usize = 8;

/// One line for each column, or one for each kind where there are many.
pub(super) fn describe(columns: &[Decision]) -> String {
    if columns.len() > LISTED {
        return by_kind(columns);
    }
    let width = |text: fn(&Decision) -> usize| columns.iter().map(text).max().unwrap_or(0);
    let (name, kind) = (width(|column| length(&column.column)), width(|column| column.kind.name().len()));
    let line = |column: &Decision| {
        let space = " ".repeat(name - length(&column.column));
        format!("{}{space}  {:kind$}  {}", column.column, column.kind.name(), column.reason)
    };
    columns.iter().map(|column| line(column).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Numbers are only counted; of the others the names, and why a column is set aside.
fn by_kind(columns: &[Decision]) -> String {
    let mut kinds: Vec<&'static str> = Vec::new();
    columns.iter().map(|column| column.kind.name()).for_each(|kind| {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    });
    let width = kinds.iter().map(|kind| kind.len()).max().unwrap_or(0);
    let line = |kind: &&'static str| {
        let of_kind: Vec<&Decision> = columns.iter().filter(|column| column.kind.name() == *kind).collect();
        let names =
            if *kind == Kind::Number.name() { String::new() } else { format!(": {}", names(&of_kind)) };
        format!("{kind:width$}  {}{names}", counted(of_kind.len() as u64, "column"))
    };
    kinds.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn names(columns: &[&Decision]) -> String {
    let shown = columns.iter().take(NAMED).map(|column| match column.kind {
        Kind::SetAside => format!("`{}` ({})", column.column, column.reason),
        _ => format!("`{}`", column.column),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    match columns.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The same as a list of objects.
pub(super) fn json(columns: &[Decision]) -> Value {
    let column = |decision: &Decision| json!({ "name": decision.column, "kind": decision.kind.name(), "reason": decision.reason });
    columns.iter().map(column).collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use chainrule_data::infer::{Decision, Kind};

    use super::describe;

    fn columns(count: usize) -> Vec<Decision> {
        let kind = |at: usize| match at % 3 {
            0 => (Kind::Number, "0 to 9"),
            1 => (Kind::Category, "5 distinct texts"),
            _ => (Kind::SetAside, "counts the rows"),
        };
        let column = |at: usize| {
            let (kind, reason) = kind(at);
            Decision { column: format!("c{at}"), kind, reason: reason.into() }
        };
        (0..count).map(column).collect()
    }

    #[test]
    fn few_columns_have_a_line_each() {
        insta::assert_snapshot!(describe(&columns(3)), @"
        c0  number     0 to 9
        c1  category   5 distinct texts
        c2  set aside  counts the rows
        ");
    }

    #[test]
    fn many_columns_are_counted_by_kind() {
        insta::assert_snapshot!(describe(&columns(30)), @"
        number     10 columns
        category   10 columns: `c1`, `c4`, `c7`, `c10`, `c13`, `c16`, `c19`, `c22` and 2 more
        set aside  10 columns: `c2` (counts the rows), `c5` (counts the rows), `c8` (counts the rows), `c11` (counts the rows), `c14` (counts the rows), `c17` (counts the rows), `c20` (counts the rows), `c23` (counts the rows) and 2 more
        ");
    }
}
