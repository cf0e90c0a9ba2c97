//! From a messy table to inputs, as a user meets it: decisions in words, rules of the training rows, and the same rules on
//! other tables.

use chainrule_data::csv::{Dialect, read_frame};
use chainrule_data::frame::{Cells, Column, Frame};
use chainrule_data::infer::{Decisions, Wishes, decide};
use chainrule_data::preparation::{Encoding, Preparation, Rule};
use chainrule_data::{Kind, Roles, TableReader, Wanted, csv};
use proptest::prelude::*;

fn frame(text: &str) -> Frame {
    read_frame(text.as_bytes(), &Dialect::default(), &|_| Wanted::Auto).unwrap().0
}

fn all(frame: &Frame) -> Vec<usize> {
    (0..frame.rows()).collect()
}

fn roles(target: &str) -> Roles {
    Roles { target: vec![target.into()], ..Roles::default() }
}

fn prepare(frame: &Frame) -> Preparation {
    let decisions = decide(frame, &Roles::default(), &Wishes::default()).unwrap();
    Preparation::fit(frame, &decisions.columns, &all(frame), Encoding::OneHot).unwrap()
}

/// 24 customers: every kind of column there is.
fn customers() -> Frame {
    let row = |row: usize| {
        let plan = ["basic", "basic", "premium", ""][row % 4];
        let age = if row % 6 == 5 { "NA".to_owned() } else { (20 + row * 7 % 40).to_string() };
        let since = format!("{:02}.{:02}.2023", row % 28 + 1, row % 12 + 1);
        let smokes = ["Yes", "no"][row / 2 % 2];
        let note = format!("called on day {row} about a thing");
        let churn = ["stays", "leaves"][(row * row / 3) % 2];
        format!("{row},C{row:03},{age},{plan},{smokes},{since},0{},EUR,{note},{churn}\n", row % 3)
    };
    let rows: String = (0..24).map(row).collect();
    frame(&format!("row,customer,age,plan,smokes,since,region,currency,note,churn\n{rows}"))
}

fn words(decisions: &Decisions) -> String {
    decisions.columns.iter().map(|decision| format!("{decision}\n")).collect()
}

#[test]
fn every_column_is_decided_with_a_reason() {
    let decisions = decide(&customers(), &roles("churn"), &Wishes::default()).unwrap();
    insta::assert_snapshot!(words(&decisions), @"
    column `row`: set aside (counts the rows from 0)
    column `customer`: set aside (nearly every row has its own text: 24 distinct in 24 rows)
    column `age`: number (20 to 54, 4 missing)
    column `plan`: category (2 distinct texts, 6 missing)
    column `smokes`: boolean (`no` and `yes`)
    column `since`: date-time (2023-01-01 to 2023-12-24, written as 31.01.2024)
    column `region`: category (3 distinct codes with leading zeros)
    column `currency`: set aside (the value is `EUR` in every row)
    column `note`: set aside (free text: 24 distinct in 24 rows)
    ");
    assert_eq!(decisions.warnings, []);
}

#[test]
fn wishes_overrule_what_columns_look_like() {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let wishes = Wishes {
        categorical: list(&["age"]),
        numeric: list(&["region"]),
        drop: list(&["plan"]),
        features: vec![],
    };
    let decisions = decide(&customers(), &roles("churn"), &wishes).unwrap();
    let kind =
        |name: &str| decisions.columns.iter().find(|decision| decision.column == name).unwrap().kind.name();
    assert_eq!((kind("age"), kind("region"), kind("plan")), ("category", "number", "set aside"));
    let wishes = Wishes { features: list(&["row", "customer"]), ..Wishes::default() };
    let decisions = decide(&customers(), &roles("churn"), &wishes).unwrap();
    let used: Vec<&str> = decisions
        .columns
        .iter()
        .filter(|decision| decision.kind != Kind::SetAside)
        .map(|decision| decision.column.as_str())
        .collect();
    assert_eq!(used, ["row", "customer"]);
}

#[test]
fn wishes_that_cannot_be_met_are_refused() {
    let message =
        |wishes: &Wishes, roles: &Roles| decide(&customers(), roles, wishes).unwrap_err().to_string();
    let numeric = Wishes { numeric: vec!["plan".into()], ..Wishes::default() };
    insta::assert_snapshot!(message(&numeric, &roles("churn")), @"
    line 2, column `plan`: not a number; expected a number, got `basic`
    help: correct the cell, or leave it empty
    ");
    let unknown = Wishes { drop: vec!["plane".into()], ..Wishes::default() };
    insta::assert_snapshot!(message(&unknown, &roles("churn")), @"
    header: column `plane` is missing; expected it among `row`, `customer`, `age`, `plan`, `smokes`, `since`, `region`, `currency`, `note`, `churn`
    help: did you mean `plan`?
    ");
    insta::assert_snapshot!(message(&Wishes::default(), &roles("chrun")), @"
    header: column `chrun` is missing; expected it among `row`, `customer`, `age`, `plan`, `smokes`, `since`, `region`, `currency`, `note`, `churn`
    help: did you mean `churn`?
    ");
    let few = Wishes { features: vec!["currency".into()], ..Wishes::default() };
    insta::assert_snapshot!(message(&few, &roles("churn")), @"
    columns: no feature is left; expected at least one, got `currency` (the value is `EUR` in every row)
    help: name a column that is not the same in every row as a feature
    ");
}

#[test]
fn numbers_with_a_text_between_them_are_an_error_with_two_ways_out() {
    let rows: String =
        (0..60).map(|row| if row == 30 { "abc,1\n".into() } else { format!("{row},{row}.5\n") }).collect();
    let error = decide(&frame(&format!("x,y\n{rows}")), &roles("y"), &Wishes::default()).unwrap_err();
    insta::assert_snapshot!(error, @"
    line 32, column `x`: not a number; expected a number, got `abc`
    help: correct the cell, or leave it empty
    ");
}

#[test]
fn inputs_have_names_ranges_and_values() {
    let frame = customers();
    let preparation = {
        let decisions = decide(&frame, &roles("churn"), &Wishes::default()).unwrap();
        Preparation::fit(&frame, &decisions.columns, &all(&frame), Encoding::OneHot).unwrap()
    };
    insta::assert_snapshot!(preparation.input_names().join("\n"), @"
    age
    age (missing)
    plan=basic
    plan=premium
    plan (missing)
    smokes=yes
    since (month)
    since (day of week)
    since (day of year)
    since (elapsed days)
    region=00
    region=01
    region=02
    ");
    let groups: Vec<String> =
        preparation.inputs().iter().map(|group| format!("{} {:?}", group.column, group.range)).collect();
    insta::assert_snapshot!(groups.join(", "), @"age 0..2, plan 2..5, smokes 5..6, since 6..10, region 10..13");
    let inputs = preparation.apply(&frame).unwrap();
    assert_eq!(inputs.len(), 24 * preparation.width());
    let rounded: Vec<f32> = inputs.iter().map(|value| *value as f32).collect();
    assert_eq!(preparation.apply_f32(&frame).unwrap(), rounded);
    assert!(inputs.iter().all(|value| value.is_finite()));
}

#[test]
fn only_training_rows_are_looked_at() {
    let frame = frame("x,c\n1,a\n3,b\n,c\n1000,d\n");
    let decisions = decide(&frame, &Roles::default(), &Wishes::default()).unwrap();
    let preparation = Preparation::fit(&frame, &decisions.columns, &[0, 1], Encoding::OneHot).unwrap();
    assert_eq!(preparation.input_names(), ["x", "c=a", "c=b"]);
    // A missing number is the median, a level that the training had not is none of the levels.
    assert_eq!(preparation.apply(&frame.select(&[2]).unwrap()).unwrap(), [0.0, 0.0, 0.0]);
    assert_eq!(preparation.apply(&frame.select(&[1]).unwrap()).unwrap(), [1.0, 0.0, 1.0]);
    assert!(Preparation::fit(&frame, &decisions.columns, &[4], Encoding::OneHot).is_err());
}

#[test]
fn missing_cells_have_an_input_only_where_training_had_them() {
    let train = frame("x,c,b\n1,a,yes\n,b,no\n5,,\n3,a,yes\n");
    let preparation = prepare(&train);
    assert_eq!(
        preparation.input_names(),
        ["x", "x (missing)", "c=a", "c=b", "c (missing)", "b=yes", "b (missing)"]
    );
    let inputs = preparation.apply(&frame("b,c,x\nmaybe,?,\n")).unwrap();
    // `maybe` is as good as missing; the median of 1, 5, 3 is 3, and so is the mean of 1, 3, 5, 3.
    assert_eq!(inputs, [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
}

/// Formats write booleans in ways of their own: a model of one reads the tables of another.
#[test]
fn booleans_are_read_in_any_form() {
    let train = frame("b,x\nTrue,1\nFalse,2\nTrue,4\n");
    let preparation = prepare(&train);
    let inputs =
        |frame: &Frame| preparation.apply(frame).unwrap().chunks(2).map(|row| row[0]).collect::<Vec<_>>();
    assert_eq!(inputs(&frame("b,x\nyes,1\nNo,2\n,2\n")), [1.0, 0.0, 1.0]);
    assert_eq!(inputs(&frame("b,x\n1,1\n0.0,2\n")), [1.0, 0.0]);
    let typed = Frame::new(vec![Column::numbers("b", vec![0.0, 1.0]), Column::numbers("x", vec![1.0, 1.0])]);
    assert_eq!(inputs(&typed.unwrap()), [0.0, 1.0]);
    let unknown = frame("b,x\nmaybe,1\n2,2\nno,2\n,2\n");
    let rule = &preparation.columns()[0].rule;
    assert_eq!(rule.unread(unknown.columns()[0].cells()), 2);
    assert_eq!(preparation.columns()[1].rule.unread(unknown.columns()[1].cells()), 0);
}

#[test]
fn columns_that_are_the_same_in_all_training_rows_become_zero_or_nothing() {
    let frame = frame("x,c,y\n7,a,1\n7,a,2\n8,b,3\n");
    let decisions = decide(&frame, &Roles::default(), &Wishes::default()).unwrap();
    let preparation = Preparation::fit(&frame, &decisions.columns, &[0, 1], Encoding::OneHot).unwrap();
    assert_eq!(preparation.input_names(), ["x", "y"]);
    assert_eq!(preparation.apply(&frame).unwrap(), [0.0, -1.0, 0.0, 1.0, 0.0, 3.0]);
}

#[test]
fn codes_are_for_embeddings() {
    let train = frame("c,d\nb,1\na,2\nb,3\n,4\n");
    let decisions = decide(&train, &Roles::default(), &Wishes::default()).unwrap();
    let preparation = Preparation::fit(&train, &decisions.columns, &all(&train), Encoding::Code).unwrap();
    assert_eq!(preparation.inputs()[0].codes, Some(4));
    let inputs = preparation.apply(&frame("c,d\nb,1\na,1\nnew,1\n,1\n")).unwrap();
    let codes: Vec<f64> = inputs.chunks(2).map(|row| row[0]).collect();
    assert_eq!(codes, [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn dates_are_taken_apart() {
    let train = frame("when,x\n2024-01-01,1\n2024-01-03,2\n,3\n");
    let preparation = prepare(&train);
    assert_eq!(
        preparation.input_names(),
        ["when (day of week)", "when (day of year)", "when (elapsed days)", "when (missing)", "x"]
    );
    // The second of January is the median of the first and the third, and their mean: 0 in all parts.
    let later = frame("when,x\n2024-01-03T00:00Z,2\n,2\n");
    assert_eq!(preparation.apply(&later).unwrap(), [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let error = preparation.apply(&frame("when,x\n2024-01-03,2\n03.01.2024,2\n")).unwrap_err();
    insta::assert_snapshot!(error, @"line 3, column `when`: not a date; expected one such as 2024-01-31, got `03.01.2024`");
}

/// A model of a text table reads formats that have a type for dates, and the other way round.
#[test]
fn dates_are_read_in_any_format() {
    let days = |days: &[f64]| {
        let times = Cells::Times(days.iter().map(|day| day * 86_400.0).collect());
        Frame::new(vec![Column::new("when", times)]).unwrap()
    };
    let written = prepare(&frame("when,x\n01.01.2024,1\n03.01.2024,2\n"));
    let typed = prepare(&days(&[19_723.0, 19_725.0]));
    assert_eq!(written.wanted(&["when".to_owned(), "x".to_owned()]).unwrap()[0], Wanted::Auto);
    let of_typed = typed.apply(&days(&[19_725.0])).unwrap();
    let mut table = days(&[19_725.0]);
    table.set(Column::numbers("x", vec![2.0])).unwrap();
    let width = typed.width();
    assert_eq!(written.apply(&table).unwrap()[..width], of_typed);
    for text in ["2024-01-03", "2024-01-03T00:00Z", "03.01.2024"] {
        assert_eq!(typed.apply(&frame(&format!("when,x\n{text},2\n"))).unwrap(), of_typed, "{text}");
    }
    let error = typed.apply(&frame("when,x\n2024-01-03,2\nsoon,3\n")).unwrap_err();
    insta::assert_snapshot!(error, @"line 3, column `when`: not a date; expected one such as 2024-01-31, got `soon`");
    let unclear = typed.apply(&frame("when,x\n01/02/2024,2\n")).unwrap_err();
    insta::assert_snapshot!(unclear, @"line 2, column `when`: not a date; expected one such as 2024-01-31, got `01/02/2024`");
}

#[test]
fn columns_are_found_by_name_and_missing_ones_are_all_named() {
    let train = frame("a,b,c\n1,x,2\n3,y,5\n");
    let preparation = prepare(&train);
    let turned = frame("c,z,b,a\n2,9,x,1\n5,9,y,3\n");
    assert_eq!(preparation.apply(&turned).unwrap(), preparation.apply(&train).unwrap());
    let names: Vec<String> = turned.names().map(str::to_owned).collect();
    assert_eq!(
        preparation.wanted(&names).unwrap(),
        [Wanted::Number, Wanted::Skip, Wanted::Text, Wanted::Number]
    );
    insta::assert_snapshot!(preparation.wanted(&["A".to_owned(), "c".to_owned()]).unwrap_err(), @"
    header: column `a`, `b` is missing; expected it among `A`, `c`
    help: did you mean `A`?
    ");
    insta::assert_snapshot!(preparation.apply(&frame("c,d\n1,2\n")).unwrap_err(), @"header: column `a`, `b` is missing; expected it among `c`, `d`");
}

#[test]
fn text_in_a_number_at_prediction_is_named_with_its_line() {
    let preparation = prepare(&frame("a,b\n1,2\n3,5\n"));
    let mut stream = csv::Stream::open(&b"b,a\n1,2\n\n3,high\n"[..], &Dialect::default()).unwrap();
    let wanted = preparation.wanted(stream.names()).unwrap();
    insta::assert_snapshot!(stream.next_frame(&wanted, 100).unwrap_err(), @"
    line 4, column `a`: not a number; expected a number, got `high`
    help: correct the cell, or leave it empty
    ");
    insta::assert_snapshot!(preparation.apply(&frame("b,a\n1,2\n\n3,high\n")).unwrap_err(), @"
    line 4, column `a`: not a number; expected a number, got `high`
    help: correct the cell, or leave it empty
    ");
}

/// Ten thousand columns: work that grows with their square would take minutes.
#[test]
fn wide_tables_are_no_trouble() {
    let names: Vec<String> = (0..10_000).map(|at| format!("gene_{at}")).collect();
    let column = |(at, name): (usize, &String)| Column::numbers(name, vec![at as f64, 1.0, 2.5]);
    let wide = Frame::new(names.iter().enumerate().map(column).collect()).unwrap();
    let preparation = prepare(&wide);
    assert_eq!(preparation.wanted(&names).unwrap().len(), 10_000);
    for row in 0..3 {
        let one = wide.select(&[row]).unwrap();
        assert_eq!(preparation.apply(&one).unwrap().len(), preparation.width());
    }
}

#[test]
fn an_old_model_only_scales() {
    let scaling = chainrule_data::Scaling { centre: vec![1.0, 5.0], spread: vec![2.0, 0.0] };
    let names = ["a", "b"].map(str::to_owned);
    let preparation = Preparation::from_scaling(&names, &scaling).unwrap();
    assert_eq!(preparation.apply(&frame("b,a\n9,5\n")).unwrap(), [2.0, 0.0]);
    assert!(matches!(&preparation.columns()[0].rule, Rule::Number(number) if number.fill == 1.0));
    assert!(Preparation::from_scaling(&names[..1], &scaling).is_err());
}

#[test]
fn identifiers_constants_and_leaks_are_named() {
    let rows: String = (0..30)
        .map(|row| format!("{},{},7,{}\n", row + 1, row * row % 17, 2 * (row * row % 17) + 1))
        .collect();
    let decisions = decide(&frame(&format!("id,x,same,y\n{rows}")), &roles("y"), &Wishes::default()).unwrap();
    insta::assert_snapshot!(words(&decisions), @"
    column `id`: set aside (counts the rows from 1)
    column `x`: number (0 to 16)
    column `same`: set aside (the value is 7 in every row)
    ");
    let warnings: String = decisions.warnings.iter().map(|warning| format!("{warning}\n")).collect();
    insta::assert_snapshot!(warnings, @"column `x`: determines the target `y`; if it is known only afterwards, leave it out");
}

/// A column of some kind, with missing cells, of so many rows.
fn any_column(name: String, rows: usize) -> impl Strategy<Value = Column> {
    let (numbers, texts, times) = (name.clone(), name.clone(), name);
    let number = prop::collection::vec(prop::option::of(-1e6_f64..1e6), rows).prop_map(move |cells| {
        Column::numbers(&numbers, cells.into_iter().map(|cell| cell.unwrap_or(f64::NAN)).collect())
    });
    let text =
        prop::collection::vec(prop::option::of("[a-d]{1,2}|yes|no|[0-9]{1,2}|2024-0[1-9]-1[0-9]"), rows)
            .prop_map(move |cells| Column::texts(&texts, cells.iter().map(Option::as_deref)));
    let time = prop::collection::vec(prop::option::of(-4e9_f64..4e9), rows).prop_map(move |cells| {
        let cells = cells.into_iter().map(|cell| cell.unwrap_or(f64::NAN)).collect();
        Column::new(&times, chainrule_data::frame::Cells::Times(cells))
    });
    prop_oneof![number, text, time]
}

fn any_frame() -> impl Strategy<Value = Frame> {
    (1_usize..40, 1_usize..5).prop_flat_map(|(rows, columns)| {
        let columns: Vec<_> = (0..columns).map(|at| any_column(format!("c{at}"), rows)).collect();
        columns.prop_map(|columns| Frame::new(columns).unwrap())
    })
}

proptest! {
    #[test]
    fn rules_of_any_table_give_finite_inputs_that_do_not_depend_on_other_rows(
        frame in any_frame(),
        code in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let Ok(decisions) = decide(&frame, &Roles::default(), &Wishes::default()) else { return Ok(()) };
        let rows: Vec<usize> = all(&frame).into_iter().filter(|row| seed >> (row % 64) & 1 == 1).collect();
        let encoding = if code { Encoding::Code } else { Encoding::OneHot };
        let Ok(preparation) = Preparation::fit(&frame, &decisions.columns, &rows, encoding) else { return Ok(()) };
        let inputs = preparation.apply(&frame).unwrap();
        let width = preparation.width();
        prop_assert_eq!(inputs.len(), frame.rows() * width);
        prop_assert_eq!(preparation.input_names().len(), width);
        prop_assert!(inputs.iter().all(|value| value.is_finite()));
        for row in 0..frame.rows() {
            let alone = preparation.apply(&frame.select(&[row]).unwrap()).unwrap();
            prop_assert_eq!(&alone[..], &inputs[row * width..(row + 1) * width]);
        }
        let again = Preparation::new(preparation.columns().to_vec()).unwrap();
        prop_assert_eq!(again.apply(&frame).unwrap(), inputs);
    }
}
