//! From columns as they come to the row that goes into the first layer, in C.

use super::text::{CType, array, number, strings};
use crate::standalone::common;
use crate::{InputColumn, InputRule, Standalone};

/// The constant arrays: scalings where they are not all alike, and the levels of categories.
pub(super) fn constants(model: &Standalone, name: &str) -> String {
    let mut text = String::new();
    if let Some(scalings) = model.plain_numbers().filter(|scalings| common(scalings).is_none()) {
        let (centres, spreads): (Vec<f64>, Vec<f64>) = scalings.into_iter().unzip();
        text += &array(&format!("{name}_centre"), CType::Double, &centres, centres.len());
        text += &array(&format!("{name}_spread"), CType::Double, &spreads, spreads.len());
    }
    for (at, input) in model.inputs.iter().enumerate() {
        let levels: Vec<&str> = match &input.rule {
            InputRule::Number { .. } | InputRule::Time { .. } => continue,
            InputRule::Boolean { no, yes, .. } => vec![no, yes],
            InputRule::Category { levels, .. } => levels.iter().map(String::as_str).collect(),
        };
        if levels.is_empty() {
            continue;
        }
        text += &format!("/* The levels of x[{at}], which is the number of one of them from 0. */\n");
        text += &strings(&format!("{name}_levels{at}"), &levels);
    }
    text
}

/// What the head of the file says about the columns.
pub(super) fn describe(model: &Standalone) -> &'static str {
    let is_level =
        |input: &InputColumn| matches!(input.rule, InputRule::Boolean { .. } | InputRule::Category { .. });
    match (model.plain_numbers().is_some(), model.inputs.iter().any(is_level)) {
        (true, _) => ", as they come",
        (false, false) => ", as they come, NAN if missing",
        (false, true) => {
            ":\n *                          numbers as they come; of a column with levels the number of the level,\n \
             *                          -1 for one that is not among them; NAN if missing"
        }
    }
}

/// The statements that fill the row `a` from `x`.
pub(super) fn statements(model: &Standalone, kind: CType, name: &str) -> String {
    if let Some(scalings) = model.plain_numbers() {
        return plain(&scalings, kind, name);
    }
    let mut at = 0;
    let mut lines = String::new();
    for (column, input) in model.inputs.iter().enumerate() {
        lines += &match &input.rule {
            InputRule::Number { missing, indicator, centre, spread } => {
                let missing = number(missing.unwrap_or(f64::NAN), CType::Double);
                let [centre, spread] = [*centre, *spread].map(|value| number(value, CType::Double));
                let line =
                    format!("    a[{at}] = {name}_number(x[{column}], {missing}, {centre}, {spread});\n");
                line + &missing_flag(*indicator, column, at + 1)
            }
            // Their parts are numbers by now; see `with_parts`.
            InputRule::Time { .. } => String::new(),
            InputRule::Boolean { missing, indicator, .. } => {
                let missing = number(*missing, kind);
                let line = format!(
                    "    a[{at}] = x[{column}] == 0 || x[{column}] == 1 ? x[{column}] : {missing};\n"
                );
                line + &unknown_flag(*indicator, column, at + 1)
            }
            InputRule::Category { levels, other, missing } => {
                let place = |there: bool, after: usize| {
                    if there { (levels.len() + after).to_string() } else { "-1".to_owned() }
                };
                let (other_place, missing_place) = (place(*other, 0), place(*missing, usize::from(*other)));
                format!(
                    "    {name}_level(x[{column}], {}, {other_place}, {missing_place}, {}, a + {at});\n",
                    levels.len(),
                    input.rule.width()
                )
            }
        };
        at += input.rule.width();
    }
    lines
}

/// The functions that [`statements`] call.
pub(super) fn functions(model: &Standalone, kind: CType, name: &str) -> String {
    if model.plain_numbers().is_some() {
        return String::new();
    }
    let has = |wanted: fn(&InputRule) -> bool| model.inputs.iter().any(|input| wanted(&input.rule));
    let mut text = String::new();
    if has(|rule| matches!(rule, InputRule::Number { .. })) {
        text += NUMBER;
    }
    if has(|rule| matches!(rule, InputRule::Category { .. })) {
        let between = if text.is_empty() { "" } else { "\n" };
        text = text + between + LEVEL;
    }
    text.replace("REAL", kind.name()).replace("NAME", name)
}

/// NaN is the only number that differs from itself; `isnan` is not in every C library of a small device.
const NUMBER: &str = "\
/* A number, or what stands for it if it is missing, centred and scaled; 0 for a spread of 0. */
static inline REAL NAME_number(double x, double missing, double centre, double spread)
{
    if (x != x)
        x = missing;
    return spread > 0 ? (REAL)((x - centre) / spread) : 0;
}
";

const LEVEL: &str = "\
/* 1 at the number of a level and 0 elsewhere; a place of -1 stands for nowhere. */
static inline void NAME_level(REAL x, long levels, long other, long missing, long width, REAL *y)
{
    long i, place = missing;
    if (x == x)
        place = x >= 0 && x < (REAL)levels ? (long)x : other;
    for (i = 0; i < width; i++)
        y[i] = i == place ? 1 : 0;
}
";

fn missing_flag(indicator: bool, column: usize, at: usize) -> String {
    if indicator { format!("    a[{at}] = x[{column}] != x[{column}] ? 1 : 0;\n") } else { String::new() }
}

fn unknown_flag(indicator: bool, column: usize, at: usize) -> String {
    if indicator {
        format!("    a[{at}] = x[{column}] == 0 || x[{column}] == 1 ? 0 : 1;\n")
    } else {
        String::new()
    }
}

/// Numbers of which none is missing, in one loop.
fn plain(scalings: &[(f64, f64)], kind: CType, name: &str) -> String {
    let real = kind.name();
    let value = match common(scalings) {
        Some((0.0, 1.0)) => "x[i]".to_owned(),
        Some((_, 0.0)) => "0".to_owned(),
        Some((centre, spread)) => {
            let [centre, spread] = [centre, spread].map(|value| number(value, CType::Double));
            format!("({real})(((double)x[i] - {centre}) / {spread})")
        }
        None => {
            format!(
                "{name}_spread[i] > 0 ? ({real})(((double)x[i] - {name}_centre[i]) / {name}_spread[i]) : 0"
            )
        }
    };
    format!("    for (i = 0; i < {}; i++)\n        a[i] = {value};\n", scalings.len())
}
