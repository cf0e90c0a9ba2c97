//! The columns of a model's preparation, for a program of its own.

use super::{InputColumn, InputRule};
use crate::{CategoryEncoding, ColumnRule, DateOrder, Error, Preparation, PreparedColumn, TimePart};

impl InputColumn {
    /// The columns of a preparation with their rules, in its order.
    ///
    /// # Errors
    /// [`Error::Standalone`] for a category that goes into the network as the number of its level.
    pub fn of_preparation(preparation: &Preparation) -> Result<Vec<Self>, Error> {
        preparation.columns.iter().map(column).collect()
    }
}

fn column(prepared: &PreparedColumn) -> Result<InputColumn, Error> {
    let rule = match &prepared.rule {
        ColumnRule::Number { fill, indicator, centre, spread } => InputRule::Number {
            missing: Some(*fill),
            indicator: *indicator,
            centre: *centre,
            spread: *spread,
        },
        ColumnRule::Boolean { no, yes, fill, indicator } => {
            InputRule::Boolean { no: no.clone(), yes: yes.clone(), missing: *fill, indicator: *indicator }
        }
        ColumnRule::Category { levels, other, missing, encoding: CategoryEncoding::OneHot } => {
            InputRule::Category { levels: levels.clone(), other: *other, missing: *missing }
        }
        ColumnRule::Category { .. } => {
            let part = prepared.name.chars().take(40).collect::<String>().escape_debug().to_string();
            let fault = "its levels go into the network as numbers; expected an input for each".to_owned();
            return Err(Error::Standalone { part, fault });
        }
        ColumnRule::DateTime { order, origin, fill, indicator, parts } => InputRule::Time {
            order: order.unwrap_or(DateOrder::YearMonthDay),
            origin: *origin,
            missing: *fill,
            indicator: *indicator,
            parts: parts.clone(),
        },
    };
    Ok(InputColumn { name: prepared.name.clone(), rule })
}

/// The columns of a language that knows no dates: each part of a point in time is a number of its own, called
/// `when: year`, whose missing ones are those of the training's median; then `when: missing`, 1 or 0, if there is an
/// indicator.
pub(crate) fn with_parts(columns: &[InputColumn]) -> Vec<InputColumn> {
    columns.iter().flat_map(parts).collect()
}

fn parts(column: &InputColumn) -> Vec<InputColumn> {
    let InputRule::Time { origin, missing, indicator, parts, .. } = &column.rule else {
        return vec![column.clone()];
    };
    let number = |name: &str, missing, centre, spread| InputColumn {
        name: format!("{}: {name}", column.name),
        rule: InputRule::Number { missing, indicator: false, centre, spread },
    };
    let part = |part: &TimePart| {
        let name = super::time::name(part.part).replace('_', " ");
        let missing = super::time::part_of(part.part, *missing, *origin);
        number(&name, Some(missing), part.centre, part.spread)
    };
    let flag = indicator.then(|| number("missing", Some(0.0), 0.0, 1.0));
    parts.iter().map(part).chain(flag).collect()
}
