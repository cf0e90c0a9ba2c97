//! Names of inputs, for messages, reports and exports.
//!
//! It must not know cells.

use super::{Category, Encoding, Prepared, Rule, TimePart};

/// A name for each input of a column.
pub(super) fn input_names(prepared: &Prepared) -> Vec<String> {
    let column = &prepared.column;
    let with_indicator = |mut names: Vec<String>, indicator: bool| {
        if indicator {
            names.push(format!("{column} (missing)"));
        }
        names
    };
    match &prepared.rule {
        Rule::Number(number) => with_indicator(vec![column.clone()], number.indicator),
        Rule::Boolean { yes, indicator, .. } => with_indicator(vec![format!("{column}={yes}")], *indicator),
        Rule::Category(category) => category_names(column, category),
        Rule::Times(times) => {
            let name = |part: TimePart| format!("{column} ({})", part.name());
            with_indicator(times.parts.iter().map(|(part, _)| name(*part)).collect(), times.indicator)
        }
    }
}

fn category_names(column: &str, category: &Category) -> Vec<String> {
    if category.encoding == Encoding::Code {
        return vec![column.to_owned()];
    }
    let mut names: Vec<String> = category.levels.iter().map(|level| format!("{column}={level}")).collect();
    names.extend(category.other.then(|| format!("{column} (other)")));
    names.extend(category.missing.then(|| format!("{column} (missing)")));
    names
}

impl TimePart {
    /// All parts, in the order of their inputs.
    pub const ALL: [Self; 6] =
        [Self::Year, Self::Month, Self::DayOfWeek, Self::DayOfYear, Self::Hour, Self::ElapsedDays];

    /// The part in words, such as `day of week`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
            Self::DayOfYear => "day of year",
            Self::Hour => "hour",
            Self::ElapsedDays => "elapsed days",
        }
    }
}
