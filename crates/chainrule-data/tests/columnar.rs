//! Parquet and Arrow IPC: files that pyarrow and Polars wrote (`tests/golden/scripts/columnar_files.py`), files written here,
//! and files that are damaged in every place.

use std::io::{Cursor, Read};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Float64Array, Int32Array, ListArray, NullArray, RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use chainrule_data::columnar::{ArrowFileReader, ArrowStreamReader, ParquetReader};
use chainrule_data::csv::TargetKind;
use chainrule_data::frame::{Cells, read_all};
use chainrule_data::preparation::{Encoding, Preparation};
use chainrule_data::{Error, Frame, Roles, TableReader, Wanted, infer, read_target};

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/golden/tables/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn parquet(bytes: &[u8]) -> Result<(Frame, Vec<String>), Error> {
    let mut reader = ParquetReader::new(Cursor::new(bytes.to_vec()))?;
    let notes = reader.notes().to_vec();
    Ok((read_all(&mut reader, &|_| Wanted::Auto)?, notes))
}

fn arrow(bytes: &[u8]) -> Result<(Frame, Vec<String>), Error> {
    if bytes.starts_with(b"ARROW1") {
        let mut reader = ArrowFileReader::new(Cursor::new(bytes))?;
        let notes = reader.notes().to_vec();
        return Ok((read_all(&mut reader, &|_| Wanted::Auto)?, notes));
    }
    let mut reader = ArrowStreamReader::new(bytes)?;
    let notes = reader.notes().to_vec();
    Ok((read_all(&mut reader, &|_| Wanted::Auto)?, notes))
}

fn read(name: &str) -> (Frame, Vec<String>) {
    let bytes = golden(name);
    let read = if name.ends_with(".parquet") { parquet(&bytes) } else { arrow(&bytes) };
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shown(frame: &Frame) -> String {
    let row = |column: &chainrule_data::frame::Column| {
        let kind = match column.cells() {
            Cells::Numbers(_) => "numbers",
            Cells::Texts(_) => "texts",
            Cells::Times(_) => "times",
        };
        let cells: Vec<String> = (0..frame.rows())
            .map(|row| column.cells().text(row).unwrap_or("-".into()).into_owned())
            .collect();
        format!("{:7} {kind:8} {}", column.name(), cells.join(" | "))
    };
    frame.columns().iter().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_type_is_read_in_every_packing() {
    let (first, notes) = read("types_snappy.parquet");
    insta::assert_snapshot!(shown(&first), @"
    whole   numbers  1 | 2 | 3 | 1099511627776
    small   numbers  1 | - | 3 | -4
    half    numbers  0.5 | - | 1.5 | -2
    real    numbers  0.1 | - | - | 1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    flag    numbers  1 | - | 0 | 1
    price   numbers  12.34 | - | -0.01 | 99999.99
    city    texts    Ulm | - | - | Köln
    colour  texts    red | - | blue | red
    day     times    2024-01-31T00:00:00 | - | 2024-01-31T00:00:00 | 2024-01-31T00:00:00
    moment  times    2024-01-31T12:00:00 | - | 2024-01-31T12:00:00 | 2024-01-31T12:00:00
    ");
    insta::assert_snapshot!(notes.join("\n"), @"column `list` set aside; expected numbers, texts, dates or booleans, got List");
    let files = [
        "types_gzip.parquet",
        "types_zstd.parquet",
        "types_lz4.parquet",
        "types_pages_2.parquet",
        "types_lz4.arrow",
        "types_zstd.arrow",
        "types_uncompressed.arrow",
        "types_stream.arrow",
    ];
    for name in files {
        let (other, other_notes) = read(name);
        assert_eq!(shown(&other), shown(&first), "{name}");
        assert_eq!(other_notes, notes, "{name}");
    }
}

#[test]
fn files_of_polars_are_read() {
    for name in ["polars.parquet", "polars.arrow"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown(&read(name).0), @"
            size    numbers  1.5 | - | 3
            city    texts    Ulm | Bonn | -
            ");
        }
    }
}

#[test]
fn rows_come_in_parts_and_only_wanted_columns() {
    let mut reader = ParquetReader::new(Cursor::new(golden("types_zstd.parquet"))).unwrap();
    assert_eq!(reader.rows(), 4);
    let only = |name: &str, reader: &dyn TableReader| -> Vec<Wanted> {
        let wanted = |own: &String| if own == name { Wanted::Text } else { Wanted::Skip };
        reader.names().iter().map(wanted).collect()
    };
    let (whole, city) = (only("whole", &reader), only("city", &reader));
    let text = |frame: Option<Frame>| frame.map(|frame| shown(&frame)).unwrap_or_default();
    assert_eq!(text(reader.next_frame(&whole, 2).unwrap()), "whole   texts    1 | 2");
    // Another column from the row on that is next.
    assert_eq!(text(reader.next_frame(&city, 1).unwrap()), "city    texts    -");
    assert_eq!(text(reader.next_frame(&city, 9).unwrap()), "city    texts    Köln");
    assert!(reader.next_frame(&city, 9).unwrap().is_none());

    let mut reader = ArrowStreamReader::new(Cursor::new(golden("types_stream.arrow"))).unwrap();
    let whole = only("whole", &reader);
    assert_eq!(text(reader.next_frame(&whole, 2).unwrap()), "whole   texts    1 | 2");
    assert_eq!(text(reader.next_frame(&whole, 2).unwrap()), "whole   texts    3");
    assert_eq!(text(reader.next_frame(&whole, 2).unwrap()), "whole   texts    1099511627776");
    assert!(reader.next_frame(&whole, 2).unwrap().is_none());
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn as_parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn as_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn many_rows_are_the_same_in_any_part() {
    let rows = 150_000;
    let numbers: ArrayRef =
        Arc::new(Float64Array::from_iter((0..rows).map(|row| (row % 7 > 0).then_some(f64::from(row) / 3.0))));
    let texts: ArrayRef =
        Arc::new(StringArray::from_iter((0..rows).map(|row| Some(format!("level {}", row % 11)))));
    let batch = batch(vec![("a", numbers), ("b", texts)]);
    let (parquet, _) = parquet(&as_parquet(&batch)).unwrap();
    let (arrow, _) = arrow(&as_stream(&batch)).unwrap();
    assert_eq!(parquet.rows(), rows as usize);
    for row in 0..rows as usize {
        let expected = (row % 7 > 0).then(|| (row as f64 / 3.0).to_string());
        for frame in [&parquet, &arrow] {
            let cell = |name: &str| frame.column(name).unwrap().cells().text(row).map(String::from);
            assert_eq!(cell("a"), expected, "row {row}");
            assert_eq!(cell("b"), Some(format!("level {}", row % 11)), "row {row}");
        }
    }
}

/// Texts in a typed file whose every cell is a plain number are what they would be in a text table.
#[test]
fn texts_that_are_all_numbers_are_numbers() {
    let texts = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter((0..30).map(|row| Some(of(row)))))
    };
    let size = texts(&|row| format!("{}.5", row * row));
    let code = texts(&|row| format!("0{}", row % 3));
    let price = texts(&|row| format!("{}.25", row * 7 % 11));
    let batch = batch(vec![("size", size), ("code", code), ("price", price)]);
    for (frame, _) in [parquet(&as_parquet(&batch)).unwrap(), arrow(&as_stream(&batch)).unwrap()] {
        let roles = Roles { target: vec!["price".into()], ..Roles::default() };
        let decisions = infer::decide(&frame, &roles, &infer::Wishes::default()).unwrap().columns;
        let words: Vec<String> = decisions.iter().map(ToString::to_string).collect();
        let expected = [
            "column `size`: number (0.5 to 841.5)",
            "column `code`: category (3 distinct codes with leading zeros)",
        ];
        assert_eq!(words, expected);
        let target = read_target(&frame, &roles.target, TargetKind::Infer).unwrap();
        assert_eq!(target.reading.to_string(), "numbers");
        assert!(target.target.class_names().is_none());
        let all: Vec<usize> = (0..30).collect();
        let preparation = Preparation::fit(&frame, &decisions, &all, Encoding::OneHot).unwrap();
        assert!(preparation.apply(&frame).is_ok());
    }
}

#[test]
fn columns_that_cannot_be_read_are_refused_or_set_aside() {
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]));
    let none: ArrayRef = Arc::new(NullArray::new(1));
    let whole: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let nothing = batch(vec![("points", list.clone()), ("void", none.clone())]);
    insta::assert_snapshot!(arrow(&as_stream(&nothing)).unwrap_err(), @"Arrow IPC: no column that can be read; column `points` set aside; expected numbers, texts, dates or booleans, got List");
    let infinite: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NEG_INFINITY]));
    insta::assert_snapshot!(parquet(&as_parquet(&batch(vec![("a", infinite)]))).unwrap_err(), @"
    row 1, column `a`: not finite; expected a finite number, got `-inf`
    help: remove the row, or write NaN for a missing value
    ");
    let (frame, notes) =
        arrow(&as_stream(&batch(vec![("a", whole), ("points", list), ("void", none)]))).unwrap();
    assert_eq!(frame.names().collect::<Vec<_>>(), ["a"]);
    insta::assert_snapshot!(notes.join("\n"), @"
    column `points` set aside; expected numbers, texts, dates or booleans, got List
    column `void` set aside; expected numbers, texts, dates or booleans, got Null
    ");
}

#[test]
fn damaged_parquet_files_are_refused_in_words() {
    let good = golden("types_snappy.parquet");
    insta::assert_snapshot!(parquet(b"PAR1").unwrap_err(), @"Parquet: cannot be read; the decoder says: EOF: Parquet file too small. Size is 4 but need 8");
    insta::assert_snapshot!(parquet(&good[..good.len() - 9]).unwrap_err(), @"Parquet: cannot be read; the decoder says: Parquet error: Invalid Parquet file. Corrupt footer");
    let mut footer = good.clone();
    let at = footer.len() - 8;
    footer[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    insta::assert_snapshot!(parquet(&footer).unwrap_err(), @"Parquet: cannot be read; the decoder says: EOF: Parquet file too small. Size is 5179 but need 4294967303");
}

#[test]
fn damaged_arrow_files_are_refused_in_words() {
    let file = golden("types_lz4.arrow");
    insta::assert_snapshot!(arrow(b"ARROW1\0\0").unwrap_err(), @"Arrow IPC: cut off; expected a directory and the mark `ARROW1` at the end");
    insta::assert_snapshot!(arrow(&file[..file.len() - 3]).unwrap_err(), @"Arrow IPC: cut off; expected a directory and the mark `ARROW1` at the end");
    insta::assert_snapshot!(arrow(b"\xff\xff\xff\xff\xff\xff\xff\x7f").unwrap_err(), @"Arrow IPC: a description is too long; expected at most 67108864 bytes, got 2147483647");
    let stream = golden("types_stream.arrow");
    insta::assert_snapshot!(arrow(&stream[..stream.len() - 8]).unwrap_err(), @"Arrow IPC: cut off; expected another message or the end mark, got the end of the file");
    assert!(arrow(&golden("types_snappy.parquet")).is_err());
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error() {
    for name in ["types_pages_2.parquet", "types_snappy.parquet"] {
        let good = golden(name);
        for end in 0..good.len() {
            assert!(parquet(&good[..end]).is_err(), "{name} cut at {end}");
        }
    }
    for name in ["types_lz4.arrow", "types_stream.arrow"] {
        let good = golden(name);
        for end in 0..good.len() {
            assert!(arrow(&good[..end]).is_err(), "{name} cut at {end}");
        }
    }
}

#[test]
fn no_changed_byte_ends_in_a_panic() {
    for name in ["types_pages_2.parquet", "polars.parquet", "types_gzip.parquet"] {
        changed(&golden(name), &|bytes| parquet(bytes).map(|(frame, _)| frame));
    }
    for name in ["types_zstd.arrow", "types_stream.arrow"] {
        changed(&golden(name), &|bytes| arrow(bytes).map(|(frame, _)| frame));
    }
}

fn changed(good: &[u8], read: &dyn Fn(&[u8]) -> Result<Frame, Error>) {
    for at in 0..good.len() {
        for value in [0, 0x7f, 0xff, good[at] ^ 1] {
            let mut bytes = good.to_vec();
            bytes[at] = value;
            // That it comes back is the test: without a check sum, a changed number is a number.
            let _ = read(&bytes);
        }
    }
}

#[test]
fn a_source_that_fails_is_the_sources_error() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from_raw_os_error(5))
        }
    }
    let Err(Error::Source(error)) = ArrowStreamReader::new(Failing).map(|_| ()) else { panic!() };
    assert_eq!(error.raw_os_error(), Some(5));
}
