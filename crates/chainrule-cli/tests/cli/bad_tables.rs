//! Tables that cannot be learnt from, and tables that only look so: what the user is told.

use crate::common::Folder;

/// The message about a table.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    Folder::new().write("t.csv", bytes).refused("train t.csv")
}

/// Trains on a table; gives what was told beside the result.
fn accepted(bytes: impl AsRef<[u8]>, arguments: &str) -> String {
    let folder = Folder::new();
    folder.write("t.csv", bytes);
    let ran = folder.run(&format!("train t.csv --epochs 1 --quiet {arguments}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.err
}

#[test]
fn entry_01_an_empty_file() {
    insta::assert_snapshot!(refused(""), @"error: t.csv: line 1: no rows; expected a header and data rows, got an empty file");
}

#[test]
fn entry_02_a_header_alone() {
    insta::assert_snapshot!(refused("a,b\n"), @"error: t.csv: line 1: header but no data rows; expected at least one row after `a`, `b`");
}

#[test]
fn entry_03_a_ragged_row() {
    insta::assert_snapshot!(refused("a,b\n1,2\n3,4,5\n"), @"error: t.csv: line 3: wrong number of fields; expected 2, got 3");
    insta::assert_snapshot!(refused("My flowers, 2024\n1,2,red\n"), @"
    error: t.csv: line 2: wrong number of fields; expected 2 as in the header, got 3
    help: if the line above is no header, such as a title, remove it; else name every column there
    ");
}

#[test]
fn entry_04_text_among_numbers() {
    let rows: String = (0..40).map(|row| format!("{}.5,{}\n", row * row, row % 2)).collect();
    insta::assert_snapshot!(refused(format!("a,b\n{rows}red,0\n")), @"
    error: t.csv: line 42, column `a`: not a number; expected a number, got `red`
    help: --categorical a reads it as a category; --missing red reads such cells as missing
    ");
    let folder = Folder::new();
    folder.write("t.csv", "a,b\n1,2\nred,4\n");
    insta::assert_snapshot!(folder.refused("train t.csv --numeric a"), @"
    error: t.csv: line 3, column `a`: not a number; expected a number, got `red`
    help: --categorical a reads it as a category; --missing red reads such cells as missing
    ");
}

#[test]
fn entry_05_numbers_that_are_not_finite() {
    for cell in ["inf", "1e400", "-Infinity"] {
        let message = refused(format!("a,b\n1,2\n{cell},4\n"));
        assert!(message.contains("line 3, column `a`: not finite") && message.contains(cell), "{message}");
    }
    insta::assert_snapshot!(refused("a,b\n1,2\n1e400,4\n"), @"
    error: t.csv: line 3, column `a`: not finite; expected a finite number, got `1e400`
    help: remove the row or fill the cell before training
    ");
}

#[test]
fn entry_06_cells_without_a_value() {
    let folder = Folder::new();
    folder.write("t.csv", "a,b,c\n1,2,3\n,4,5\n6,,7\n,8,9\n").write("none.csv", "a,b,c\n1,2,\n3,4,\n");
    let out = folder.done("train t.csv --epochs 1");
    assert!(out.contains("a  number  1 to 6, 2 missing") && out.contains("2 columns as 4 inputs"), "{out}");
    insta::assert_snapshot!(folder.refused("train none.csv"), @"error: none.csv: target `c`: missing in every row; expected a value in at least one of 2 rows");
}

#[test]
fn entry_07_a_decimal_comma() {
    insta::assert_snapshot!(refused("a;b\n1,5;2\n2,5;4\n"), @"
    error: t.csv: line 2, column `a`: not a number; expected a number, got `1,5`
    help: the decimal mark looks like a comma: declare it, or write points (--decimal-comma)
    ");
    assert_eq!(accepted("a;b\n1,5;2\n2,5;4\n3,5;4,5\n", "--decimal-comma"), "");
}

#[test]
fn entry_08_a_byte_order_mark() {
    assert_eq!(accepted("\u{feff}a,b\n1.5,2\n3,4\n", "--target a"), "");
}

#[test]
fn entry_09_another_encoding() {
    insta::assert_snapshot!(refused(b"a,b\n1,caf\xe9\n"), @"
    error: t.csv: line 2, byte 9: not UTF-8; expected UTF-8 text, got the byte 0xe9
    help: save the file as UTF-8
    ");
    insta::assert_snapshot!(refused(b"\xff\xfea\0,\0b\0"), @"
    error: t.csv: byte 0: this looks like UTF-16 text; expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: save the file as UTF-8
    ");
}

#[test]
fn entry_10_line_ends_of_every_kind() {
    assert_eq!(accepted("a,b\r\n1,2\r\n3,4.5", ""), "");
}

#[test]
fn entry_11_a_quote_that_never_closes() {
    insta::assert_snapshot!(refused("a,b\n1,2\n\"3,4\n5,6\n"), @r#"error: t.csv: line 3: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
}

#[test]
fn entry_12_one_name_twice() {
    insta::assert_snapshot!(refused("a,b,a\n1,2,3\n"), @"error: t.csv: header: column 1 and column 3 are both called `a`; expected distinct names");
}

#[test]
fn entry_13_a_target_that_is_not_there() {
    let folder = Folder::new();
    folder.write("t.csv", "width,height,species\n1,2,x\n3,4,y\n");
    insta::assert_snapshot!(folder.refused("train t.csv --target specis"), @"
    error: t.csv: header: column `specis` is missing; expected it among `width`, `height`, `species`
    help: did you mean `species`?
    ");
}

#[test]
fn entry_14_a_single_class() {
    insta::assert_snapshot!(refused("a,b\n1,x\n2,x\n"), @"error: t.csv: column `b`: only one class; expected at least 2, got only `x`");
}

#[test]
fn entry_15_a_class_that_training_had_not() {
    let folder = Folder::new();
    folder.write("t.csv", "a,b\n1,x\n2,y\n").write("new.csv", "a,b\n1,x\n2,z\n");
    folder.done("train t.csv --epochs 1");
    insta::assert_snapshot!(folder.refused("evaluate t.safetensors new.csv"), @"error: new.csv: line 3: class `z` was not among the classes of the training; expected one of `x`, `y`");
    insta::assert_snapshot!(folder.refused("train t.csv --test new.csv"), @"error: --test: new.csv: line 3: class `z` was not among the classes of the training; expected one of `x`, `y`");
}

#[test]
fn entry_16_labels_are_read_as_they_look() {
    let folder = Folder::new();
    folder.write("codes.csv", "a,b\n1,01\n2,02\n").write("numbers.csv", "a,b\n1,1.0\n2,1\n3,2\n");
    assert!(folder.done("train codes.csv --epochs 1").contains("`b`, 2 classes: 01, 02"));
    let ran = folder.run("train numbers.csv --epochs 1");
    assert!(ran.out.contains("`b`, 2 classes: 1, 2"), "{}", ran.out);
    insta::assert_snapshot!(ran.err.lines().next().unwrap(), @"note: the 2 whole numbers of the target are taken for classes (--task regression takes them for numbers)");
}

#[test]
fn entry_17_columns_that_count_rows_or_never_change() {
    let rows: String = (0..12).map(|row| format!("{row},5,{},{}\n", row % 3, row % 2)).collect();
    let folder = Folder::new();
    folder.write("t.csv", format!("id,same,x,y\n{rows}"));
    let out = folder.done("train t.csv --epochs 1 --task binary");
    assert!(out.contains("id    set aside  counts the rows from 0"), "{out}");
    assert!(out.contains("same  set aside  the value is 5 in every row"), "{out}");
    insta::assert_snapshot!(accepted(format!("id,same,x,y\n{rows}"), "--task binary --features id,x"), @"note: t.csv: column `id`: counts the rows from 0; if it is an identifier, leave it out");
}

#[test]
fn entry_19_files_of_another_kind() {
    insta::assert_snapshot!(refused(b"\x1f\x8b\x08\0aaaa"), @"error: t.csv: gzip: the data are damaged or cut off after 0 bytes unpacked; expected more bytes, got the end of the file");
    insta::assert_snapshot!(refused(b"PK\x03\x04aaaa"), @"
    error: t.csv: byte 0: this looks like a zip archive; expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: unpack it first; an archive of NumPy arrays (npz) is read as it is
    ");
    insta::assert_snapshot!(refused(b"a,b\n1,\0\n"), @"error: t.csv: line 2, byte 6: a zero byte; expected text, got binary data");
}

#[test]
fn entry_20_columns_in_another_order_or_missing() {
    let folder = Folder::new();
    folder
        .write("t.csv", "a,b,y\n1,5,x\n2,4,y\n3,9,x\n")
        .write("turned.csv", "more,b,a\n0,5,1\n0,4,2\n0,9,3\n");
    folder.write("less.csv", "a,c\n1,2\n");
    folder.done("train t.csv --epochs 3");
    let ran = folder.run("predict t.safetensors turned.csv");
    assert_eq!(ran.out, folder.done("predict t.safetensors t.csv"));
    insta::assert_snapshot!(ran.err, @"note: turned.csv: header: 1 column is not used by the model: `more`");
    insta::assert_snapshot!(folder.refused("predict t.safetensors less.csv"), @"error: less.csv: header: column `b` is missing; expected it among `a`, `c`");
    insta::assert_snapshot!(folder.refused("evaluate t.safetensors turned.csv"), @"
    note: turned.csv: header: 1 column is not used by the model: `more`
    error: turned.csv: no answers to judge by; expected the target `y`
    ");
}

#[test]
fn names_that_nobody_has() {
    let folder = Folder::new();
    folder.write("flowers.csv", "a,b\n1,2\n");
    insta::assert_snapshot!(folder.refused("train irsi"), @"
    error: data `irsi`: not found; expected a built-in data set or a file
    help: did you mean `iris`?
    ");
    insta::assert_snapshot!(folder.refused("train flower.csv"), @"
    error: data `flower.csv`: not found; expected a built-in data set or a file
    help: did you mean `flowers.csv`?
    ");
    insta::assert_snapshot!(folder.refused("train something-else"), @"
    error: data `something-else`: not found; expected a built-in data set or a file
    help: `chainrule data list` shows the data sets inside the program
    ");
    insta::assert_snapshot!(folder.refused("train iris --target species"), @"
    error: iris: another target cannot be chosen; expected `class`, got `species`
    help: write it out as a table first: chainrule data sample iris --out FILE.csv
    ");
}
