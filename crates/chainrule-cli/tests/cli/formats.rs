//! Tables of every format, by what they are and not by what they are called.

use std::io::Write;
use std::process::Stdio;

use flate2::write::GzEncoder;

use crate::common::{Folder, Ran};

const TABLE: &str =
    "size;colour;day\n1.5;red;2024-01-31\n;blue;2024-02-01\n3;red;2024-02-02\n4;blue;2024-02-03\n";

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/golden/tables/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Runs the program with bytes on its standard input.
fn piped(folder: &Folder, arguments: &str, bytes: &[u8]) -> Ran {
    let mut command = folder.command(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn a_text_table_is_profiled() {
    let folder = Folder::new();
    folder.write("a.csv", TABLE);
    insta::assert_snapshot!(folder.done("data show a.csv --target colour"), @"
    format   text, separator semicolon, a header
    rows     4
    columns  3

    column  missing  distinct  taken for                                                    values
    size          1         3  number (1.5 to 4, 1 missing)                                 1.5 | 2.25 3 3.5 | 4, mean 2.833, deviation 1.027
    colour                  2  target (text, read as classes)                               blue 2, red 2
    day                     4  date-time (2024-01-31 to 2024-02-03, written as 2024-01-31)

    nothing suspicious was found
    ");
}

#[test]
fn a_packed_table_is_the_same_table() {
    let folder = Folder::new();
    folder.write("plain.csv", TABLE).write("packed.csv", gzip(TABLE.as_bytes()));
    let plain = folder.done("data show plain.csv --json");
    let packed = folder.done("data show packed.csv --json");
    assert!(packed.contains("\"format\": \"gzip of text, separator semicolon, a header\""), "{packed}");
    assert_eq!(packed.replace("gzip of ", ""), plain);
    assert_eq!(piped(&folder, "data show - --json", TABLE.as_bytes()).out, plain);
    assert_eq!(piped(&folder, "data show - --json", &gzip(TABLE.as_bytes())).out, packed);
}

#[test]
fn columns_are_read_from_files_and_pipes() {
    let folder = Folder::new();
    let names =
        ["types_zstd.parquet", "types_lz4.arrow", "types_stream.arrow", "stored.npz", "numbers_fortran.npy"];
    for name in names {
        // The name says nothing.
        folder.write("table.txt", golden(name));
        let shown = folder.run("data show table.txt --json");
        assert_eq!(shown.code, 0, "{name}: {}", shown.err);
        let through_pipe = piped(&folder, "data show - --json", &golden(name));
        assert_eq!(through_pipe.out, shown.out, "{name}: {}", through_pipe.err);
        let packed = piped(&folder, "data show - --json", &gzip(&golden(name)));
        assert_eq!(packed.out.replace("gzip of ", ""), shown.out, "{name}: {}", packed.err);
    }
    folder.write("table.parquet", golden("types_zstd.parquet"));
    let ran = folder.run("data show table.parquet");
    insta::assert_snapshot!(ran.err, @"note: column `list` set aside; expected numbers, texts, dates or booleans, got List");
    insta::assert_snapshot!(ran.out, @"
    format   Parquet
    rows     4
    columns  10

    column  missing  distinct  taken for                                                                 values
    whole                   4  number (1 to 1099511627776)                                               1 | 1.75 2.5 2.749e11 | 1.100e12, mean 2.749e11, deviation 4.761e11
    small         1         3  number (-4 to 3, 1 missing)                                               -4 | -1.5 1 2 | 3, mean 0, deviation 2.944
    half          1         3  number (-2 to 1.5, 1 missing)                                             -2 | -0.75 0.5 1 | 1.5, mean 0, deviation 1.472
    real          2         2  number (0.1 to 10000000000000000000000000000000000000000000000000000...)  0.1 | 2.500e299 5.000e299 7.500e299 | 1.000e300, mean 5.000e299, deviation inf
    flag          1         2  number (0 to 1, 1 missing)                                                0 | 0.5 1 1 | 1, mean 0.667, deviation 0.471
    price         1         3  number (-0.01 to 99999.99, 1 missing)                                     -0.01 | 6.165 12.34 50006 | 100000, mean 33337, deviation 47138
    city          2         2  category (2 distinct texts, 2 missing)
    colour        1         2  category (2 distinct texts, 1 missing)                                    red 2, blue 1
    day           1         1  date-time (2024-01-31 to 2024-01-31, 1 missing)                           2024-01-31T00:00:00 to 2024-01-31T00:00:00
    moment        1         1  date-time (2024-01-31 to 2024-01-31, 1 missing)                           2024-01-31T12:00:00 to 2024-01-31T12:00:00

    nothing suspicious was found
    ");
}

#[test]
fn files_that_are_no_table_are_named() {
    let folder = Folder::new();
    let show = |bytes: &[u8]| {
        folder.write("a.csv", bytes);
        folder.refused("data show a.csv")
    };
    insta::assert_snapshot!(show(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml"), @"
    error: a.csv: byte 0: this looks like a spreadsheet (xlsx, a zip archive); expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: save the sheet as CSV
    ");
    insta::assert_snapshot!(show(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), @"
    error: a.csv: byte 0: this looks like an image (PNG); expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: a table is wanted: CSV, Parquet, Arrow or npy
    ");
    insta::assert_snapshot!(show(&gzip(&gzip(b"a,b\n1,2\n"))), @"
    error: a.csv: byte 0: this looks like packed data inside of packed data; expected a table: CSV, Parquet, Arrow IPC, npy or npz
    help: unpack the file once before
    ");
    insta::assert_snapshot!(show(&golden("objects.npy")), @"
    error: a.csv: array, header: the elements are Python objects (pickled); expected plain numbers or texts, got `O`
    help: convert before saving: array.astype(float) or array.astype(str)
    ");
    insta::assert_snapshot!(show(&[b"\x28\xb5\x2f\xfd", &[0xff; 30][..]].concat()), @"
    error: a.csv: zstd: the window is too large; expected at most 33554432 bytes, got 18446744073709551615
    help: pack it again without `--long` and `--ultra`
    ");
    let packed = gzip(TABLE.repeat(10).as_bytes());
    insta::assert_snapshot!(show(&packed[..packed.len() / 2]), @"error: a.csv: gzip: the data are damaged or cut off after 35 bytes unpacked; expected more bytes, got the end of the file");
    insta::assert_snapshot!(show(b""), @"error: a.csv: line 1: no rows; expected a header and data rows, got an empty file");
    folder.write("b.csv", TABLE);
    insta::assert_snapshot!(folder.refused("data show b.csv --target color"), @"
    error: b.csv: header: column `color` is missing; expected it among `size`, `colour`, `day`
    help: did you mean `colour`?
    ");
    insta::assert_snapshot!(folder.refused("data show iris --target color"), @"error: --target: only tables have columns to choose from; `iris` has its own target");
}

/// What declares terabytes is refused within 192 MB of address space, of which the program itself takes a third.
#[test]
#[cfg(target_os = "linux")]
fn declared_sizes_take_no_memory() {
    let folder = Folder::new();
    let header = "{'descr': '<f8', 'fortran_order': True, 'shape': (1099511627776, 4), }";
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.as_bytes());
    let mut parquet = golden("types_snappy.parquet");
    let end = parquet.len();
    parquet[end - 8..end - 4].copy_from_slice(&0x7fff_fff0_u32.to_le_bytes());
    let arrow = [&golden("types_stream.arrow")[..4], &[0xff, 0xff, 0xff, 0x03], &[0; 64]].concat();
    let window = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0".to_vec();
    // A frame of a terabyte: raw blocks of a repeated byte, each of which takes four bytes.
    let bomb = [&b"\x28\xb5\x2f\xfd\x00\x60"[..], &[0xfa, 0xff, 0x0f, b'a'].repeat(4000)].concat();
    for (name, bytes) in
        [("npy", npy), ("parquet", parquet), ("arrow", arrow), ("window", window), ("bomb", bomb)]
    {
        folder.write("a.bin", bytes);
        let arguments = "--as=201326592 -- PROGRAM data show a.bin"
            .replace("PROGRAM", crate::common::program().to_str().unwrap());
        let mut command = std::process::Command::new("prlimit");
        command.current_dir(folder.path(".")).args(arguments.split(' ')).env("RUST_BACKTRACE", "0");
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
        assert!(ran.err.starts_with("error: a.bin"), "{name}: {}", ran.err);
    }
}
