//! What a program of its own needs to do what `predict` does: the network, the scaling of its columns, names.

use std::path::Path;

use anyhow::bail;
use chainrule::Task;
use chainrule_data::preparation::{Category, Encoding, Prepared, Rule, Scale, TimePart, Times};
use chainrule_files::{Answers, DateOrder, InputColumn, InputPart, InputRule, MissingCells, Standalone};

use crate::model::Model;
use crate::prepare::Inputs;
use crate::{record, rules, stack};

/// The model as a program that is called after its file.
///
/// # Errors
/// If a layer has no form outside of chainrule.
pub(super) fn of_model(model: &Model, path: &Path) -> anyhow::Result<Standalone> {
    Ok(Standalone {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        network: model.network.spec(),
        stack: stack::of_model(model)?,
        inputs: inputs(model)?,
        missing: missing_cells(record::missing_markers(&model.record)),
        answers: answers(model),
    })
}

fn inputs(model: &Model) -> anyhow::Result<Vec<InputColumn>> {
    if let Inputs::Prepared(preparation) = &model.inputs {
        return preparation.columns().iter().map(prepared).collect();
    }
    let scaling = |column: usize| match &model.inputs {
        Inputs::AsGiven | Inputs::Prepared(_) => (0.0, 1.0),
        Inputs::Divided(divisor) => (0.0, *divisor),
        Inputs::Standardised(scaling) => (scaling.centre[column], scaling.spread[column]),
    };
    let column = |(at, name): (usize, String)| {
        let (centre, spread) = scaling(at);
        let rule = InputRule::Number { missing: None, indicator: false, centre, spread };
        InputColumn { name, rule }
    };
    Ok(model.layout().features.into_iter().enumerate().map(column).collect())
}

/// A column by its rule.
fn prepared(prepared: &Prepared) -> anyhow::Result<InputColumn> {
    let rule = match &prepared.rule {
        Rule::Number(number) => InputRule::Number {
            missing: Some(number.fill),
            indicator: number.indicator,
            centre: number.scale.centre,
            spread: number.scale.spread,
        },
        Rule::Boolean { no, yes, fill, indicator } => {
            InputRule::Boolean { no: no.clone(), yes: yes.clone(), missing: *fill, indicator: *indicator }
        }
        Rule::Category(Category { levels, other, missing, encoding: Encoding::OneHot }) => {
            InputRule::Category { levels: levels.clone(), other: *other, missing: *missing }
        }
        Rule::Category(_) => bail!(
            "column `{}`: its levels go into the network as numbers; expected an input for each",
            prepared.column.escape_debug()
        ),
        Rule::Times(times) => of_times(times),
        // The enum may grow in its own crate, and then this table with it.
        _ => unreachable!("a rule that this program does not know comes from no version of its own"),
    };
    Ok(InputColumn { name: prepared.column.clone(), rule })
}

fn of_times(times: &Times) -> InputRule {
    let part = |(part, scale): &(TimePart, Scale)| InputPart {
        part: rules::part_to_record(*part),
        missing: part.of(times.fill, times.origin),
        centre: scale.centre,
        spread: scale.spread,
    };
    InputRule::Time {
        order: times.order.map_or(DateOrder::YearMonthDay, rules::order_to_record),
        origin: times.origin,
        indicator: times.indicator,
        parts: times.parts.iter().map(part).collect(),
    }
}

/// The cells that are missing, from the markers beside the usual ones and instead of them.
fn missing_cells((beside, only): (Vec<String>, Vec<String>)) -> MissingCells {
    let missing = crate::arguments::missing(&beside, &only);
    MissingCells {
        everywhere: missing.everywhere().to_vec(),
        among_numbers: missing.among_numbers().to_vec(),
    }
}

fn answers(model: &Model) -> Answers {
    let layout = model.layout();
    let outputs = model.network.outputs();
    match (model.task, layout.classes) {
        (Task::Regression, _) => Answers::Values {
            names: layout.targets,
            centre: model.outputs.as_ref().map_or(vec![0.0; outputs], |scaling| scaling.centre.clone()),
            spread: model.outputs.as_ref().map_or(vec![1.0; outputs], |scaling| scaling.spread.clone()),
        },
        (Task::Multilabel, _) | (_, None) => Answers::Labels { names: layout.targets },
        (_, Some(names)) => match <[String; 2]>::try_from(names) {
            Ok(names) if outputs == 1 => Answers::OneOfTwo { names, threshold: model.threshold() },
            Ok(names) => Answers::OneOf { names: names.into() },
            Err(names) => Answers::OneOf { names },
        },
    }
}

#[cfg(test)]
mod tests {
    use chainrule_data::csv::{Dialect, Missing, read_frame};
    use chainrule_data::{Frame, Wanted};

    use super::*;

    /// Whether a cell is missing where it stands among numbers and where it stands among texts, and `None` where it is refused.
    fn is_missing(cell: &str, missing: &Missing) -> [Option<bool>; 2] {
        let table = format!("a,b\n1,x\n\"{cell}\",\"{cell}\"\n");
        let dialect = Dialect { missing: missing.clone(), ..Dialect::default() };
        [Wanted::Number, Wanted::Text].map(|wanted| {
            let choose =
                |name: &str| if name == "a" && wanted == Wanted::Number { wanted } else { Wanted::Text };
            let name = if wanted == Wanted::Number { "a" } else { "b" };
            let frame: Frame = read_frame(table.as_bytes(), &dialect, &choose).ok()?.0;
            Some(frame.column(name)?.cells().is_missing(1))
        })
    }

    /// A model file may say that any second stands for a missing one.
    #[test]
    fn a_second_that_no_calendar_has_is_taken_apart() {
        let scale = Scale { centre: 0.0, spread: 1.0 };
        let parts = TimePart::ALL.map(|part| (part, scale)).to_vec();
        let times = Times { order: None, origin: 0.0, fill: 1e300, indicator: false, parts };
        let InputRule::Time { parts, .. } = of_times(&times) else { panic!("{times:?}") };
        assert!(parts.iter().all(|part| part.missing.is_finite()), "{parts:?}");
    }

    /// The program that is written reads cells as `predict` does.
    #[test]
    fn the_missing_cells_are_those_of_the_reader() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let given = [
            (texts(&[]), texts(&[]), Missing::default()),
            (texts(&["-999"]), texts(&[]), Missing::with(&texts(&["-999"]))),
            (texts(&[]), texts(&["none", "0"]), Missing::only(texts(&["none", "0"]))),
        ];
        let usual = Missing::default();
        let usual = || usual.everywhere().iter().chain(usual.among_numbers()).map(String::as_str);
        let more = [
            "", "Na", "none", "NONE", "-999", "-999.0", "0", "0.0", "--", "..", "+", "missing", "nil", "Null",
        ];
        for (beside, only, missing) in given {
            let cells = missing_cells((beside, only));
            for cell in usual().chain(more) {
                let is_listed = cell.is_empty() || cells.everywhere.iter().any(|text| text == cell);
                let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
                let is_value = number(cell).is_some_and(|cell| {
                    cells.everywhere.iter().filter_map(|text| number(text)).any(|value| value == cell)
                });
                let among_numbers =
                    is_listed || is_value || cells.among_numbers.iter().any(|text| text == cell);
                let [numbers, texts] = is_missing(cell, &missing);
                assert_eq!(numbers.unwrap_or(false), among_numbers, "`{cell}` among numbers, {cells:?}");
                assert_eq!(texts, Some(is_listed), "`{cell}` among texts, {cells:?}");
            }
        }
    }
}
