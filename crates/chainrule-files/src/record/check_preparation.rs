//! Whether the rules of a preparation can be followed.

use super::check::{finite, refuse, unique};
use super::{ColumnRule, Preparation, PreparedColumn};
use crate::Error;

/// Checks every rule; see the fields for what holds.
pub(super) fn preparation(preparation: &Preparation) -> Result<(), Error> {
    let field = "preparation.columns";
    if preparation.columns.is_empty() {
        return refuse(field, "are none; expected at least one");
    }
    unique(field, preparation.columns.iter().map(|column| column.name.as_str()))?;
    preparation.columns.iter().try_for_each(column)?;
    preparation.width().map_or_else(|| refuse(field, "make more inputs than fit in memory"), |_| Ok(()))
}

fn column(column: &PreparedColumn) -> Result<(), Error> {
    let field = |name: &str| format!("preparation.{}.{name}", column.name.escape_debug());
    match &column.rule {
        ColumnRule::Number { fill, centre, spread, .. } => {
            finite(&field("fill"), &[*fill])?;
            scale(&field, *centre, *spread)?;
        }
        ColumnRule::Boolean { no, yes, fill, .. } => {
            unique(&field("yes"), [no.as_str(), yes.as_str()].into_iter())?;
            if *fill != 0.0 && *fill != 1.0 {
                return refuse(&field("fill"), &format!("is {fill}; expected 0 or 1"));
            }
        }
        ColumnRule::Category { levels, .. } => unique(&field("levels"), levels.iter().map(String::as_str))?,
        ColumnRule::DateTime { origin, fill, parts, .. } => {
            finite(&field("origin"), &[*origin])?;
            finite(&field("fill"), &[*fill])?;
            parts.iter().try_for_each(|part| scale(&field, part.centre, part.spread))?;
            let twice = (1..parts.len()).any(|at| parts[..at].iter().any(|part| part.part == parts[at].part));
            if twice {
                return refuse(&field("parts"), "hold a part twice");
            }
        }
    }
    if column.rule.width() == Some(0) {
        return refuse(&field("rule"), "makes no input; expected at least one");
    }
    Ok(())
}

fn scale(field: &impl Fn(&str) -> String, centre: f64, spread: f64) -> Result<(), Error> {
    finite(&field("centre"), &[centre])?;
    finite(&field("spread"), &[spread])?;
    if spread < 0.0 {
        return refuse(&field("spread"), &format!("is {spread}; expected at least 0"));
    }
    Ok(())
}
