//! NumPy's files: those that numpy wrote (`tests/golden/scripts/numpy_files.py`), and those that nobody should.

use std::io::{Cursor, Write};

use chainrule_data::frame::{Cells, read_all};
use chainrule_data::npy::{ArchiveReader, ArrayReader};
use chainrule_data::{Error, Frame, TableReader, Wanted};

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/golden/tables/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn array(bytes: &[u8]) -> Result<Frame, Error> {
    let mut reader = ArrayReader::new(bytes, Some(bytes.len() as u64))?;
    read_all(&mut reader, &|_| Wanted::Auto)
}

/// The same without the length of the file, as from the standard input.
fn piped(bytes: &[u8]) -> Result<Frame, Error> {
    read_all(&mut ArrayReader::new(bytes, None)?, &|_| Wanted::Auto)
}

fn archive(bytes: &[u8]) -> Result<(Frame, Vec<String>), Error> {
    let mut reader = ArchiveReader::new(Cursor::new(bytes))?;
    let notes = reader.notes().to_vec();
    Ok((read_all(&mut reader, &|_| Wanted::Auto)?, notes))
}

fn numbers(frame: &Frame, name: &str) -> Vec<f64> {
    match frame.column(name).unwrap().cells() {
        Cells::Numbers(numbers) | Cells::Times(numbers) => numbers.clone(),
        Cells::Texts(texts) => panic!("{texts:?}"),
    }
}

fn npy(header: &str, body: &[u8]) -> Vec<u8> {
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), body].concat()
}

fn table(descr: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    npy(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"), body)
}

#[test]
fn numbers_are_those_that_numpy_wrote() {
    let names = ["little_f2", "big_f2", "little_f4", "big_f4", "little_f8", "big_f8", "fortran"];
    for name in names {
        let bytes = golden(&format!("numbers_{name}.npy"));
        for frame in [array(&bytes).unwrap(), piped(&bytes).unwrap()] {
            assert_eq!(frame.names().collect::<Vec<_>>(), ["x1", "x2", "x3"], "{name}");
            assert_eq!(numbers(&frame, "x1"), [0.0, 3.0], "{name}");
            assert_eq!(numbers(&frame, "x2"), [1.5, 4.25], "{name}");
            assert_eq!(numbers(&frame, "x3"), [-2.0, 127.0], "{name}");
        }
    }
    let whole = array(&golden("whole_i8.npy")).unwrap();
    assert_eq!(
        (numbers(&whole, "x1"), numbers(&whole, "x2")),
        (vec![1.0, 1_099_511_627_776.0], vec![-2.0, 3.0])
    );
}

#[test]
fn booleans_texts_and_days_are_read() {
    assert_eq!(numbers(&array(&golden("flat_bool.npy")).unwrap(), "x1"), [1.0, 0.0, 1.0]);
    let texts = array(&golden("texts.npy")).unwrap();
    let cells = |name: &str, row| texts.column(name).unwrap().cells().text(row).map(String::from);
    assert_eq!((cells("x1", 0), cells("x1", 1)), (Some("red".into()), None));
    assert_eq!(cells("x2", 0), Some("größe".into()));
    let days = numbers(&array(&golden("days.npy")).unwrap(), "x1");
    assert_eq!((days[0], days[1].is_nan()), (1_706_659_200.0, true));
}

#[test]
fn archives_give_features_and_then_the_target() {
    let (stored, notes) = archive(&golden("stored.npz")).unwrap();
    assert_eq!(stored.names().collect::<Vec<_>>(), ["x1", "x2", "x3", "y"]);
    assert_eq!(stored.column("y").unwrap().cells().text(1).unwrap(), "yes");
    assert_eq!(notes, ["array `feature_names` of shape (3,) set aside; expected 2 rows"]);
    let (deflated, _) = archive(&golden("deflated.npz")).unwrap();
    assert_eq!(deflated.names().collect::<Vec<_>>(), ["x1", "x2", "x3", "y"]);
    assert_eq!((numbers(&deflated, "x2"), numbers(&deflated, "y")), (vec![1.5, 4.25], vec![7.0, 8.0]));
    let (columns, _) = archive(&golden("columns.npz")).unwrap();
    assert_eq!(columns.names().collect::<Vec<_>>(), ["age", "city", "target"]);
}

#[test]
fn rows_come_in_parts_and_only_wanted_columns() {
    let mut reader = ArchiveReader::new(Cursor::new(golden("stored.npz"))).unwrap();
    let wanted = [Wanted::Skip, Wanted::Auto, Wanted::Text, Wanted::Skip];
    let first = reader.next_frame(&wanted, 1).unwrap().unwrap();
    assert_eq!((first.rows(), first.names().collect::<Vec<_>>()), (1, vec!["x2", "x3"]));
    assert_eq!(first.column("x3").unwrap().cells().text(0).unwrap(), "-2");
    assert_eq!(numbers(&reader.next_frame(&wanted, 9).unwrap().unwrap(), "x2"), [4.25]);
    assert!(reader.next_frame(&wanted, 9).unwrap().is_none());

    let (rows, columns) = (70_000_usize, 3_usize);
    let body: Vec<u8> = (0..rows * columns).flat_map(|value| (value as f64).to_le_bytes()).collect();
    for is_fortran in ["False", "True"] {
        let header =
            format!("{{'descr': '<f8', 'fortran_order': {is_fortran}, 'shape': ({rows}, {columns}), }}");
        let frame = array(&npy(&header, &body)).unwrap();
        let expected = |row: usize, column: usize| match is_fortran {
            "True" => (column * rows + row) as f64,
            _ => (row * columns + column) as f64,
        };
        for (column, name) in ["x1", "x2", "x3"].into_iter().enumerate() {
            let expected: Vec<f64> = (0..rows).map(|row| expected(row, column)).collect();
            assert_eq!(numbers(&frame, name), expected, "{name}");
        }
    }
}

#[test]
fn sizes_that_are_not_there_are_refused() {
    let huge = table("<f8", "(65536, 65536)", &[0; 8]);
    insta::assert_snapshot!(array(&huge).unwrap_err(), @"array: the size does not fit; expected 34359738445 bytes for the shape (65536, 65536), got 85");
    insta::assert_snapshot!(piped(&huge).unwrap_err(), @"array: cut off; expected all elements of the shape (65536, 65536), got 1048568 bytes too few");
    let short = table("<f8", "(2,)", &[0; 15]);
    insta::assert_snapshot!(array(&short).unwrap_err(), @"array: the size does not fit; expected 83 bytes for the shape (2,), got 82");
    insta::assert_snapshot!(piped(&short).unwrap_err(), @"array: cut off; expected all elements of the shape (2,), got 1 bytes too few");
    let long = table("<f8", "(2,)", &[0; 17]);
    insta::assert_snapshot!(piped(&long).unwrap_err(), @"array: bytes are left over; expected the end after the elements of the shape (2,)");
    let overflow = table("<f8", "(18446744073709551615, 1000000)", &[0; 8]);
    insta::assert_snapshot!(piped(&overflow).unwrap_err(), @"array: the shape (18446744073709551615, 1000000) is too large; expected below 2^63 bytes, got more");
    insta::assert_snapshot!(piped(&table("<f8", "(0, 99999999999)", &[])).unwrap_err(), @"array, header: the shape does not fit; expected 1 to 1000000 columns, got 99999999999");
}

#[test]
fn shapes_and_types_that_are_no_table_are_refused() {
    insta::assert_snapshot!(array(&table("<f8", "(2, 2, 2)", &[0; 64])).unwrap_err(), @"
    array, header: the shape does not fit; expected (rows, columns) or (rows,), got (2, 2, 2)
    help: array.reshape(len(array), -1) makes a table of it
    ");
    insta::assert_snapshot!(array(&table("<f8", "()", &[0; 8])).unwrap_err(), @"array, header: the shape does not fit; expected (rows, columns) or (rows,), got ()");
    insta::assert_snapshot!(array(&golden("objects.npy")).unwrap_err(), @"
    array, header: the elements are Python objects (pickled); expected plain numbers or texts, got `O`
    help: convert before saving: array.astype(float) or array.astype(str)
    ");
    insta::assert_snapshot!(array(&table("<f8", "(0, 3)", &[])).unwrap_err(), @"array, header: no rows; expected at least one, got the shape (0, 3)");
    let infinite = [1.0, f64::INFINITY].map(f64::to_le_bytes).concat();
    insta::assert_snapshot!(array(&table("<f8", "(2,)", &infinite)).unwrap_err(), @"
    row 1, column `x1`: not finite; expected a finite number, got `inf`
    help: remove the row, or write NaN for a missing value
    ");
}

/// A zip archive of members that are stored, or deflated where a second length is given.
fn zip(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        fields.extend(crc32fast::hash(content).to_le_bytes());
        fields.extend((packed.len() as u32).to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        directory.extend([b"PK\x01\x02\x14\x00", &fields[..], &[0; 10]].concat());
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend([b"PK\x03\x04", &fields[..], name.as_bytes(), &packed].concat());
    }
    let count = (members.len() as u16).to_le_bytes();
    let (start, length) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count].concat());
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

fn refused(members: &[(&str, Vec<u8>)]) -> Error {
    archive(&zip(members)).unwrap_err()
}

#[test]
fn archives_without_a_table_are_refused_with_what_they_hold() {
    let three = || table("<f8", "(3,)", &[0; 24]);
    let two = || table("<f8", "(2,)", &[0; 16]);
    assert_eq!(archive(&zip(&[("a.npy", two()), ("b.npy", two())])).unwrap().0.rows(), 2);
    insta::assert_snapshot!(refused(&[("train.npy", three()), ("test.npy", two())]), @"
    archive: no table; expected an array `X` with its target `y`, or arrays of equal length, got `train` (3,), `test` (2,)
    help: np.savez(file, X=features, y=target)
    ");
    insta::assert_snapshot!(refused(&[("readme.txt", b"hello".to_vec())]), @"
    archive: no table; expected an array `X` with its target `y`, or arrays of equal length, got no array
    help: np.savez(file, X=features, y=target)
    ");
    insta::assert_snapshot!(refused(&[("X.npy", table("<f8", "(1, 1, 1)", &[0; 8])), ("y.npy", two())]), @"
    array `X`: the shape does not fit; expected (rows, columns) or (rows,), got (1, 1, 1)
    help: array.reshape(len(array), -1) makes a table of it
    ");
    insta::assert_snapshot!(refused(&[("X.npy", table("<f8", "(9, 9)", &[0; 8]))]), @"array `X`: the size does not fit; expected 717 bytes for the shape (9, 9), got 77");
    insta::assert_snapshot!(refused(&[("x1.npy", two()), ("X.npy", table("<f8", "(2, 1)", &[0; 16]))]), @"header: column 1 and column 2 are both called `x1`; expected distinct names");
}

#[test]
fn archives_that_are_not_to_be_trusted_are_refused() {
    let two = || table("<f8", "(2,)", &[0; 16]);
    insta::assert_snapshot!(refused(&[("a.npy", two()), ("a.npy", two())]), @"archive: two members are called `a.npy`; expected distinct names");
    insta::assert_snapshot!(refused(&[("../a.npy", two())]), @"archive: member `../a.npy`: the name leads out of the archive; expected a plain name");
    let good = zip(&[("a.npy", two())]);
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        archive(&bytes).unwrap_err()
    };
    let directory = good.len() - 22 - 46 - 5;
    insta::assert_snapshot!(changed(directory + 8, 1), @"archive: member `a.npy` is encrypted; expected plain data");
    insta::assert_snapshot!(changed(directory + 10, 12), @"archive: member `a.npy`: unknown packing; expected 0 (stored) or 8 (deflated), got 12");
    insta::assert_snapshot!(changed(directory + 16, 0), @"archive: member `a.npy` is damaged; the check sum differs");
    insta::assert_snapshot!(changed(directory + 27, 0xff), @"archive: member `a.npy`: 69 bytes cannot hold 4278190163; expected at most 71208");
    insta::assert_snapshot!(changed(0, b'X'), @"archive: member `a.npy`: no header where the directory says");
    insta::assert_snapshot!(changed(directory, b'X'), @"archive: the directory is damaged; expected an entry");
    insta::assert_snapshot!(changed(good.len() - 12, 0xff), @"archive: too many members; expected at most 1, got 255");
}

#[test]
fn an_archive_that_is_cut_off_or_changed_never_panics() {
    let good = zip(&[("X.npy", table("<f4", "(2, 2)", &[1; 16])), ("y.npy", table("|u1", "(2,)", &[0, 1]))]);
    let expected = archive(&good).unwrap().0;
    for end in 0..good.len() {
        assert!(archive(&good[..end]).is_err(), "cut at {end}");
    }
    for at in 0..good.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= flip;
            // Times and versions are read by nobody; numbers are guarded by the check sum.
            if let Ok((frame, _)) = archive(&bytes) {
                assert!(frame.names().count() < 3 || frame == expected, "byte {at}");
            }
        }
    }
}

/// After an error, some arrays of an archive are further than others.
#[test]
fn nothing_comes_after_an_error() {
    let numbers = |values: &[f64]| {
        let body: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        table("<f8", &format!("({},)", values.len()), &body)
    };
    let broken = numbers(&[f64::INFINITY, 1.0, 2.0]);
    let all = [Wanted::Auto; 2];
    for members in [["a.npy", "b.npy"], ["b.npy", "a.npy"]] {
        let both = zip(&members.map(|name| match name {
            "a.npy" => (name, numbers(&[7.0, 8.0, 9.0])),
            _ => (name, broken.clone()),
        }));
        let mut reader = ArchiveReader::new(Cursor::new(both)).unwrap();
        assert!(reader.next_frame(&all, 1).is_err());
        assert!(reader.next_frame(&all, 1).unwrap().is_none());
    }
    let mut reader = ArrayReader::new(&broken[..], None).unwrap();
    assert!(reader.next_frame(&all[..1], 1).is_err());
    assert!(reader.next_frame(&all[..1], 1).unwrap().is_none());
}

#[test]
fn arrays_that_grow_out_of_nothing_are_not_held_in_memory() {
    let rows = 80_u64 << 20;
    let zeros = table("|u1", &format!("({rows},)"), &vec![0; rows as usize]);
    let bomb = zip(&[("a.npy", zeros.clone()), ("b.npy", zeros)]);
    let wrong = archive(&bomb).unwrap_err().to_string();
    assert!(wrong.starts_with("archive: array `b` grows from "), "{wrong}");
}
