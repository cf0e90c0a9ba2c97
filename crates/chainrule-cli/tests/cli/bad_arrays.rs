//! NumPy files that cannot be read, and those that can: what the user is told.

use std::io::Write;

use flate2::{Compression, write::DeflateEncoder};

use crate::common::Folder;

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/golden/tables/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The message about a file.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    Folder::new().write("a.npy", bytes).refused("data show a.npy")
}

/// What is told about a file that can be read, as JSON.
fn shown(bytes: impl AsRef<[u8]>) -> String {
    Folder::new().write("a.npy", bytes).done("data show a.npy --json")
}

/// An npy file with this header and these bytes of elements.
fn npy(header: &str, body: &[u8]) -> Vec<u8> {
    let length = (header.len() as u16).to_le_bytes();
    [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), body].concat()
}

fn array(dtype: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    npy(&format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"), body)
}

/// A member of an archive.
struct Member {
    name: &'static str,
    bytes: Vec<u8>,
    is_packed: bool,
    /// Bit 0: encrypted.
    flags: u16,
}

fn member(name: &'static str, bytes: Vec<u8>) -> Member {
    Member { name, bytes, is_packed: false, flags: 0 }
}

/// A zip archive: each member behind a header of its own, then the directory, then its end.
fn zip(members: &[Member]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for Member { name, bytes, is_packed, flags } in members {
        let packed = if *is_packed { deflate(bytes) } else { bytes.clone() };
        let mut fields = Vec::new();
        [20, *flags, if *is_packed { 8 } else { 0 }, 0, 0]
            .iter()
            .for_each(|it: &u16| fields.extend(it.to_le_bytes()));
        let sizes = [crc32fast::hash(bytes), packed.len() as u32, bytes.len() as u32];
        sizes.iter().for_each(|it| fields.extend(it.to_le_bytes()));
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0; 2]);
        directory.extend([&b"PK\x01\x02\x14\0"[..], &fields, &[0; 10]].concat());
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend([&b"PK\x03\x04"[..], &fields, name.as_bytes(), &packed].concat());
    }
    let count = (members.len() as u16).to_le_bytes();
    let (size, start) = ((directory.len() as u32).to_le_bytes(), (archive.len() as u32).to_le_bytes());
    [&archive[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0; 2]].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn entry_29_a_shape_beyond_the_file() {
    insta::assert_snapshot!(refused(array("<f8", "(65536, 65536)", &[0; 8])), @"error: a.npy: array: the size does not fit; expected 34359738445 bytes for the shape (65536, 65536), got 85");
    insta::assert_snapshot!(refused(array("<f8", "(4294967296, 4294967296, )", &[])), @"error: a.npy: array, header: the shape does not fit; expected 1 to 1000000 columns, got 4294967296");
    insta::assert_snapshot!(refused(array("<f8", "(2, 2)", &[0; 40])), @"error: a.npy: array: the size does not fit; expected 101 bytes for the shape (2, 2), got 109");
}

#[test]
fn entry_30_a_header_beyond_all_bounds() {
    let long = [&b"\x93NUMPY\x02\x00"[..], &u32::MAX.to_le_bytes(), b"{'descr': "].concat();
    insta::assert_snapshot!(refused(long), @"error: a.npy: array, header: too long; expected at most 65536 bytes, got 4294967295");
    insta::assert_snapshot!(refused(b"\x93NUMPY\x09\x00\x10\x00{}"), @"error: a.npy: array, header: unknown version; expected 1, 2 or 3, got 9");
    insta::assert_snapshot!(refused(b"\x93NUMPY\x01"), @"error: a.npy: array, header: cut off; expected 8 bytes of magic and version, got the end of the file");
}

#[test]
fn entry_31_pickled_objects() {
    insta::assert_snapshot!(refused(golden("objects.npy")), @"
    error: a.npy: array, header: the elements are Python objects (pickled); expected plain numbers or texts, got `O`
    help: convert before saving: array.astype(float) or array.astype(str)
    ");
}

#[test]
fn entry_32_a_header_that_is_no_plain_dictionary() {
    insta::assert_snapshot!(refused(npy("__import__('os').system('ls')", &[])), @"error: a.npy: array, header: not a plain dictionary; expected `{`, got `__import__('os').system('ls')`");
    insta::assert_snapshot!(refused(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2*3,), }", &[])), @"error: a.npy: array, header: not a plain dictionary; expected `)`, got `*3,), }`");
    insta::assert_snapshot!(refused(npy("{'descr': '<f8', 'shape': (1,), }", &[])), @"error: a.npy: array, header: a key is missing; expected `descr`, `fortran_order` and `shape`");
}

#[test]
fn entry_33_either_order_of_elements() {
    assert!(shown(golden("numbers_fortran.npy")).contains("\"rows\""));
}

#[test]
fn entry_34_types_that_are_read_and_one_that_is_not() {
    for name in
        ["numbers_big_f2.npy", "numbers_big_f4.npy", "numbers_big_f8.npy", "whole_i8.npy", "flat_bool.npy"]
    {
        assert!(shown(golden(name)).contains("\"rows\""), "{name}");
    }
    insta::assert_snapshot!(refused(array("<c16", "(1, 1)", &[0; 16])), @"error: a.npy: array, header: unknown element type; expected f2, f4, f8, i1 to i8, u1 to u8, b1, S, U, or M8 in weeks to nanoseconds, got `<c16`");
    insta::assert_snapshot!(refused(array("<f8", "(1, 1)", &f64::INFINITY.to_le_bytes())), @"
    error: a.npy: row 0, column `x1`: not finite; expected a finite number, got `inf`
    help: remove the row, or write NaN for a missing value
    ");
}

#[test]
fn entry_35_shapes_that_are_no_table() {
    insta::assert_snapshot!(refused(array("|u1", "(2, 2, 2)", &[0; 8])), @"
    error: a.npy: array, header: the shape does not fit; expected (rows, columns) or (rows,), got (2, 2, 2)
    help: array.reshape(len(array), -1) makes a table of it
    ");
    insta::assert_snapshot!(refused(array("|u1", "()", &[0])), @"error: a.npy: array, header: the shape does not fit; expected (rows, columns) or (rows,), got ()");
    insta::assert_snapshot!(refused(array("|u1", "(0, 3)", &[])), @"error: a.npy: array, header: no rows; expected at least one, got the shape (0, 3)");
}

#[test]
fn entry_36_archives_that_mean_harm() {
    let values = array("|u1", "(2, 2)", &[1, 2, 3, 4]);
    let huge = array("|u1", "(100000000, 1)", &vec![0; 100_000_000]);
    let small = |name| member(name, values.clone());
    insta::assert_snapshot!(refused(zip(&[small("a.npy"), Member { is_packed: true, ..member("b.npy", huge) }, small("c.npy")])), @"
    error: a.npy: archive: no table; expected an array `X` with its target `y`, or arrays of equal length, got `a` (2, 2), `b` (100000000, 1), `c` (2, 2)
    help: np.savez(file, X=features, y=target)
    ");
    insta::assert_snapshot!(refused(zip(&[Member { flags: 1, ..small("x.npy") }])), @"error: a.npy: archive: member `x.npy` is encrypted; expected plain data");
    insta::assert_snapshot!(refused(zip(&[small("../x.npy")])), @"error: a.npy: archive: member `../x.npy`: the name leads out of the archive; expected a plain name");
    insta::assert_snapshot!(refused(zip(&[small("x.npy"), small("x.npy")])), @"error: a.npy: archive: two members are called `x.npy`; expected distinct names");
    let mut cut = zip(&[small("x.npy")]);
    cut.truncate(cut.len() - 30);
    insta::assert_snapshot!(refused(cut), @"error: a.npy: archive: the end is missing; expected a central directory, got a file that is cut off");
}

#[test]
fn entry_37_an_archive_without_an_array() {
    insta::assert_snapshot!(refused(zip(&[member("readme.txt", b"nothing".to_vec()), member("more.txt", Vec::new())])), @"
    error: a.npy: byte 0: this looks like a zip archive; expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: unpack it first; an archive of NumPy arrays (npz) is read as it is
    ");
    insta::assert_snapshot!(refused(zip(&[])), @"
    error: a.npy: byte 0: this looks like a zip archive; expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: unpack it first; an archive of NumPy arrays (npz) is read as it is
    ");
}

/// A member that is what it says is read, so the refusals above are not those of the archive itself.
#[test]
fn a_sound_archive_is_read() {
    let folder = Folder::new();
    let values = array("|u1", "(2, 2)", &[1, 2, 3, 4]);
    folder.write("a.npz", zip(&[Member { is_packed: true, ..member("x.npy", values) }]));
    assert!(folder.done("data show a.npz --json").contains("\"rows\": 2"));
}
