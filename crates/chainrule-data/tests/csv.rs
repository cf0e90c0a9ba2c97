//! Text tables from outside: what is accepted, and the message for each thing that is not.

use chainrule_data::csv::{DecimalMark, Header, Options, TargetColumns, TargetKind, read};
use chainrule_data::{Dataset, Target, Warning};
use proptest::prelude::*;

fn table(text: &str) -> Dataset {
    read(text.as_bytes(), &Options::default()).unwrap().dataset
}

fn message(text: &str) -> String {
    message_with(text, &Options::default())
}

fn message_with(text: &str, options: &Options) -> String {
    read(text.as_bytes(), options).unwrap_err().to_string()
}

fn named(target: &str) -> Options {
    Options { target: TargetColumns::Named(vec![target.into()]), ..Options::default() }
}

#[test]
fn empty_and_header_only_files_are_told_apart() {
    insta::assert_snapshot!(message(""), @"line 1: no rows; expected a header and data rows, got an empty file");
    insta::assert_snapshot!(message("\n\n"), @"line 1: no rows; expected a header and data rows, got an empty file");
    insta::assert_snapshot!(message("a,b,c\n"), @"line 1: header but no data rows; expected at least one row after `a`, `b`, `c`");
}

#[test]
fn a_ragged_row_is_named_by_its_line() {
    insta::assert_snapshot!(message("a,b,c\n1,2,3\n1,2\n"), @"line 3: wrong number of fields; expected 3, got 2");
    insta::assert_snapshot!(message("a,b,c\r\n1,2,3\r\n\r\n1,2,3,4\r\n"), @"line 4: wrong number of fields; expected 3, got 4");
}

#[test]
fn text_in_a_feature_is_named_by_line_column_and_value() {
    insta::assert_snapshot!(message("size,colour,y\n1,2,3\n1,red,3\n"), @"
    line 3, column `colour`: not a number; expected a number, got `red`
    help: correct the cell, or leave it empty
    ");
    insta::assert_snapshot!(message("a;b;y\n1;2;0\n1,5;2;0\n"), @"
    line 3, column `a`: not a number; expected a number, got `1,5`
    help: the decimal mark looks like a comma: declare it, or write points
    ");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for text in ["NaN", "inf", "-Infinity", "1e400"] {
        assert!(
            message(&format!("a,b\n1,2\n{text},3\n")).starts_with("line 3, column `a`: not finite"),
            "{text}"
        );
    }
    insta::assert_snapshot!(message("a,b\n1,2\n2,1e400\n"), @"
    line 3, column `b`: not finite; expected a finite number, got `1e400`
    help: remove the row or fill the cell before training
    ");
}

#[test]
fn empty_cells_are_counted_by_column() {
    insta::assert_snapshot!(message("a,b,y\n1,,1\n,,\n3,4,5\n"), @"
    line 2, column `b`: empty cell; expected a value in every cell, got 4 without: `a` 1, `b` 2, `y` 1
    help: remove these rows or fill the cells before training
    ");
    insta::assert_snapshot!(message("a,b,y\n1,?,1\n"), @"
    line 2, column `b`: not a number; expected a number, got `?`
    help: correct the cell, or leave it empty
    ");
}

#[test]
fn decimal_commas_are_read_when_declared() {
    let options = Options { decimal_mark: DecimalMark::Comma, ..Options::default() };
    let table = read(b"a;b\n1,5;2,25\n-3;4\n", &options).unwrap();
    assert_eq!(table.dataset.features().column(0), [1.5, -3.0]);
    assert_eq!(table.format.separator, b';');
}

#[test]
fn one_column_says_which_separators_were_tried() {
    insta::assert_snapshot!(message("a b c\n1 2 3\n"), @"
    line 1: only one column, `a b c`; expected features and a target
    help: tried the separators tab, semicolon, bar, comma; if it is another, say which
    ");
    insta::assert_snapshot!(message_with("a,b\n1,2\n", &Options { separator: Some(b';'), ..Options::default() }), @"
    line 1: only one column, `a,b`; expected features and a target
    help: the separator was given as semicolon; is it another?
    ");
}

#[test]
fn line_ends_byte_order_marks_and_blanks_change_nothing() {
    let plain = table("a,b\n1,2\n3,4\n");
    assert_eq!(table("\u{feff}a,b\n1,2\n3,4"), plain);
    assert_eq!(table("a,b\r\n1,2\r\n3,4\r\n"), plain);
    assert_eq!(table("a, b\n 1 ,2\n\n3,\t4\n"), plain);
    assert_eq!(table("\"a\",\"b\"\n\"1\",2\n3,4\n"), plain);
}

#[test]
fn a_quote_that_swallows_the_file_is_named_where_it_opens() {
    insta::assert_snapshot!(message("a,b\n1,2\n\"3,4\n5,6\n"), @r#"line 3: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
}

#[test]
fn a_missing_target_lists_the_columns_and_the_nearest() {
    insta::assert_snapshot!(message_with("size,price\n1,2\n", &named("prise")), @"
    header: column `prise` is missing; expected it among `size`, `price`
    help: did you mean `price`?
    ");
}

#[test]
fn one_class_is_refused() {
    insta::assert_snapshot!(message("a,y\n1,x\n2,x\n"), @"column `y`: only one class; expected at least 2, got only `x`");
}

#[test]
fn no_feature_left_is_refused() {
    let options = Options { ignore: vec!["a".into()], ..named("b") };
    insta::assert_snapshot!(message_with("a,b\n1,2\n", &options), @"columns: no feature is left; expected at least one beside the target `b` and the ignored columns");
}

#[test]
fn labels_stay_text_when_declared_or_coded() {
    let declared = Options { target_kind: TargetKind::Classes, ..Options::default() };
    let table = read(b"a,y\n1,01\n2,1\n3,1.0\n", &declared).unwrap();
    assert_eq!(table.dataset.target().class_names().unwrap(), ["01", "1", "1.0"]);
    assert_eq!(table.target_reading.to_string(), "as declared");

    let coded = read(b"a,y\n1,01\n2,10\n", &Options::default()).unwrap();
    assert_eq!(coded.dataset.target().class_names().unwrap(), ["01", "10"]);
    assert_eq!(coded.target_reading.to_string(), "numbers with leading zeros, read as classes");

    let numbers = read(b"a,y\n1,1.0\n2,1\n3,0\n", &Options::default()).unwrap();
    assert_eq!(numbers.dataset.target(), &Target::values(vec!["y".into()], vec![1.0, 1.0, 0.0]).unwrap());
    assert_eq!(numbers.target_reading.to_string(), "whole numbers, 2 distinct");
}

#[test]
fn numbers_mixed_with_text_are_refused_unless_declared() {
    insta::assert_snapshot!(message("a,y\n1,5\n2,6\n3,unknown\n"), @"
    column `y`: numbers and text are mixed; expected one kind, got 2 numbers and the text `unknown` in line 4
    help: declare the target a class column, or correct the cell
    ");
    let declared = Options { target_kind: TargetKind::Classes, ..Options::default() };
    assert_eq!(
        read(b"a,y\n1,5\n3,unknown\n", &declared).unwrap().dataset.target().class_names().unwrap(),
        ["5", "unknown"]
    );
    let values = Options { target_kind: TargetKind::Values, ..Options::default() };
    insta::assert_snapshot!(message_with("a,y\n1,5\n3,unknown\n", &values), @"
    line 3, column `y`: not a number; expected a number, got `unknown`
    help: correct the cell, or leave it empty
    ");
}

#[test]
fn several_targets_are_numbers_side_by_side() {
    let options =
        Options { target: TargetColumns::Named(vec!["z".into(), "x".into()]), ..Options::default() };
    let table = read(b"x,y,z\n1,2,3\n4,5,6\n", &options).unwrap().dataset;
    assert_eq!(
        table.target(),
        &Target::values(vec!["z".into(), "x".into()], vec![3.0, 1.0, 6.0, 4.0]).unwrap()
    );
    assert_eq!(table.feature_names(), ["y"]);
}

#[test]
fn class_numbers_do_not_depend_on_the_order_of_the_rows() {
    let forwards = table("a,y\n1,red\n2,blue\n3,green\n");
    let backwards = table("a,y\n3,green\n2,blue\n1,red\n");
    assert_eq!(forwards.target(), backwards.select(&[2, 1, 0]).unwrap().target());
}

#[test]
fn constant_columns_and_row_numbers_are_warned_about() {
    let rows: String = (1..=10).map(|row| format!("{row},7,{},{}\n", row * row, row % 2)).collect();
    let table = read(format!("id,same,x,y\n{rows}").as_bytes(), &Options::default()).unwrap();
    assert_eq!(
        table.warnings,
        [
            Warning::RowNumbers { column: "id".into(), first: 1.0 },
            Warning::ConstantColumn { column: "same".into(), value: 7.0 }
        ]
    );
    insta::assert_snapshot!(table.warnings[0], @"column `id`: counts the rows from 1; if it is an identifier, leave it out");
    insta::assert_snapshot!(table.warnings[1], @"column `same`: the value is 7 in every row; it will be scaled to 0");
}

#[test]
fn a_target_of_names_is_warned_about() {
    let rows: String = (0..10).map(|row| format!("{},name{row}\n", row * row)).collect();
    let table = read(format!("x,y\n{rows}").as_bytes(), &Options::default()).unwrap();
    insta::assert_snapshot!(table.warnings[0], @"column `y`: 10 classes in 10 rows; is it the target?");
}

#[test]
fn a_file_without_header_gets_numbered_names() {
    let iris = table("5.1,3.5,Iris-setosa\n7.0,3.2,Iris-versicolor\n");
    assert_eq!(iris.feature_names(), ["column_1", "column_2"]);
    assert_eq!(iris.rows(), 2);
    let years = Options { header: Header::Present, ..Options::default() };
    assert_eq!(read(b"1990,1991\n1,2\n", &years).unwrap().dataset.feature_names(), ["1990"]);
}

proptest! {
    #[test]
    fn numbers_come_back_to_the_bit(values in prop::collection::vec((-1e300_f64..1e300, any::<i32>()), 1..20)) {
        let rows: String = values.iter().map(|(x, y)| format!("{x:?},{y}\n")).collect();
        let table = table(&format!("x,y\n{rows}"));
        let expected: Vec<f64> = values.iter().map(|(x, _)| *x).collect();
        prop_assert_eq!(table.features().column(0), expected);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[ab1.,;\t\"\n\r -]{0,60}") {
        let _ = read(text.as_bytes(), &Options::default());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = read(&bytes, &Options::default());
    }
}
