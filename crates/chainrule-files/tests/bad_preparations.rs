//! Rules that cannot be followed are refused by the writer, so that no file holds one, and by the reader.

mod common;

use chainrule_files::{
    ColumnRule, Feature, FeatureKind, ModelRecord, Preparation, Scaling, TimePart, TimePartKind, decode,
};
use common::{chain, file_of_record, refusal_of_record, table_model};
use insta::assert_snapshot;

/// The writer's message for the table's model with its record changed; the reader must give the same.
fn refusal_of(change: impl FnOnce(&mut ModelRecord)) -> String {
    refusal_of_record(table_model(), change)
}

fn refusal(change: impl FnOnce(&mut Preparation)) -> String {
    refusal_of(|record| change(record.preparation.as_mut().unwrap()))
}

/// The message for one rule.
fn refusal_of_rule(rule: ColumnRule) -> String {
    refusal(|preparation| preparation.columns[0].rule = rule)
}

#[test]
fn columns_that_are_none_or_cannot_be_told_apart() {
    assert_snapshot!(refusal(|preparation| preparation.columns.clear()), @"model record: `preparation.columns` are none; expected at least one");
    assert_snapshot!(refusal(|preparation| preparation.columns[1].name = "size".into()), @"model record: `preparation.columns` hold the name `size` twice");
}

#[test]
fn two_ways_to_make_inputs() {
    let message =
        "model record: `preparation` stands beside `features` or `scaling`; expected one of the two ways";
    let feature = Feature { name: "size".into(), width: 1, kind: FeatureKind::Real };
    assert_eq!(refusal_of(|record| record.features.push(feature)), message);
    assert_eq!(refusal_of(|record| record.scaling = Scaling::Divide { divisor: 2.0 }), message);
}

#[test]
fn numbers_that_cannot_be_computed_with() {
    let number = |fill, centre, spread| ColumnRule::Number { fill, indicator: false, centre, spread };
    assert_snapshot!(refusal_of_rule(number(f64::NAN, 0.0, 1.0)), @"model record: `preparation.size.fill` is out of range at 0; expected a finite number, got NaN");
    assert_snapshot!(refusal_of_rule(number(0.0, f64::INFINITY, 1.0)), @"model record: `preparation.size.centre` is out of range at 0; expected a finite number, got inf");
    assert_snapshot!(refusal_of_rule(number(0.0, 0.0, -0.5)), @"model record: `preparation.size.spread` is -0.5; expected at least 0");
    let boolean =
        |yes: &str, fill| ColumnRule::Boolean { no: "no".into(), yes: yes.into(), fill, indicator: false };
    assert_snapshot!(refusal_of_rule(boolean("yes", 0.5)), @"model record: `preparation.size.fill` is 0.5; expected 0 or 1");
    assert_snapshot!(refusal_of_rule(boolean("no", 1.0)), @"model record: `preparation.size.yes` hold the name `no` twice");
}

#[test]
fn levels_and_parts_that_cannot_be_told_apart_or_are_none() {
    let category = |levels: &[&str]| ColumnRule::Category {
        levels: levels.iter().map(|level| (*level).to_owned()).collect(),
        other: false,
        missing: false,
        encoding: chainrule_files::CategoryEncoding::OneHot,
    };
    assert_snapshot!(refusal_of_rule(category(&["a", "b", "a"])), @"model record: `preparation.size.levels` hold the name `a` twice");
    assert_snapshot!(refusal_of_rule(category(&[])), @"model record: `preparation.size.rule` makes no input; expected at least one");
    let year = TimePart { part: TimePartKind::Year, centre: 0.0, spread: 1.0 };
    let times = |parts| ColumnRule::DateTime { order: None, origin: 0.0, fill: 0.0, indicator: false, parts };
    assert_snapshot!(refusal_of_rule(times(vec![year, year])), @"model record: `preparation.size.parts` hold a part twice");
    assert_snapshot!(refusal_of_rule(times(vec![])), @"model record: `preparation.size.rule` makes no input; expected at least one");
}

#[test]
fn rules_of_another_version() {
    let record = serde_json::to_string(&table_model().record).unwrap();
    let strange = record.replacen(r#""kind":"number""#, r#""kind":"splines""#, 1);
    assert_snapshot!(chain(&decode(&file_of_record(&strange)).unwrap_err()), @"
    model file, metadata `chainrule`, byte 274 of its text: not a record of format 1
    cause: unknown variant `splines`, expected one of `number`, `boolean`, `category`, `date_time` at line 1 column 186
    ");
    let strange = record.replacen(r#""spread":0.0"#, r#""spread":0.0,"power":2"#, 1);
    assert_snapshot!(chain(&decode(&file_of_record(&strange)).unwrap_err()), @"
    model file, metadata `chainrule`, byte 343 of its text: not a record of format 1
    cause: unknown field `power`, expected one of `fill`, `indicator`, `centre`, `spread` at line 1 column 255
    ");
}
