//! IDX files that cannot be used, and those that can: what the user is told.

use std::io::Write;

use crate::common::Folder;
use flate2::{Compression, write::GzEncoder};

const IMAGES: &str = "train-images-idx3-ubyte";
const LABELS: &str = "train-labels-idx1-ubyte";

/// An IDX file of bytes.
fn idx(dims: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|dim| bytes.extend(dim.to_be_bytes()));
    bytes.extend(body);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Six images of 1 x 2 pixels, of two classes.
fn images() -> Vec<u8> {
    idx(&[6, 1, 2], &[255, 0, 0, 255, 250, 1, 2, 240, 255, 9, 9, 255])
}

fn labels() -> Vec<u8> {
    idx(&[6], &[0, 1, 0, 1, 0, 1])
}

/// The message about images, with good labels beside them.
fn refused(bytes: &[u8]) -> String {
    let folder = Folder::new();
    folder.write(IMAGES, bytes).write(LABELS, labels()).refused(&format!("train {IMAGES}"))
}

#[test]
fn entry_21_packed_and_plain_files_are_the_same() {
    let folder = Folder::new();
    folder.write(&format!("plain/{IMAGES}"), images()).write(&format!("plain/{LABELS}"), labels());
    folder.write(&format!("packed/{IMAGES}.gz"), gzip(&images()));
    folder.write(&format!("packed/{LABELS}.gz"), gzip(&labels()));
    folder.write("packed/t10k-images-idx3-ubyte", images()).write("packed/t10k-labels-idx1-ubyte", labels());
    let plain = folder.done("train plain --out a.safetensors --epochs 50");
    let packed = folder.done("train packed --out b.safetensors --epochs 50");
    assert!(plain.contains("images of 1 x 2 pixels") && packed.contains("6 rows to test on"), "{packed}");
    let of_file = folder.done(&format!("predict b.safetensors packed/{IMAGES}.gz"));
    assert_eq!(folder.done("predict a.safetensors plain"), of_file);
    std::fs::remove_file(folder.path(&format!("plain/{LABELS}"))).unwrap();
    assert_eq!(folder.done(&format!("predict a.safetensors plain/{IMAGES}")), of_file);
    insta::assert_snapshot!(folder.refused(&format!("train plain/{IMAGES}")), @"error: plain/train-images-idx3-ubyte: the labels are missing; expected one of `plain/train-labels-idx1-ubyte`, `plain/train-labels-idx1-ubyte.gz`, `plain/train-labels.idx1-ubyte`, `plain/train-labels.idx1-ubyte.gz`");
}

#[test]
fn entry_22_another_magic() {
    insta::assert_snapshot!(refused(b"\x89PNG\r\n\x1a\n"), @"error: train-images-idx3-ubyte: byte 0: not an IDX file; expected 00 00, an element type and a rank, got 89 50 4e 47");
    insta::assert_snapshot!(refused(&[0, 0, 7, 3, 0, 0, 0, 1]), @"error: train-images-idx3-ubyte: byte 2: unknown element type; expected 08, 09, 0b, 0c, 0d or 0e, got 07 in 00 00 07 03");
}

#[test]
fn entry_23_a_file_that_is_cut_off() {
    insta::assert_snapshot!(refused(&idx(&[60_000, 28, 28], &[0; 100])), @"error: train-images-idx3-ubyte: elements: the file is cut off; expected 47040016 bytes for the dimensions [60000, 28, 28], got 116");
    insta::assert_snapshot!(refused(&gzip(&images())[..20]), @"error: train-images-idx3-ubyte: gzip: the data are damaged or cut off after 0 bytes unpacked; expected more bytes, got the end of the file");
}

#[test]
fn entry_24_sizes_beyond_every_memory() {
    insta::assert_snapshot!(refused(&idx(&[u32::MAX, u32::MAX, u32::MAX], &[])), @"error: train-images-idx3-ubyte: byte 4: the dimensions [4294967295, 4294967295, 4294967295] are too large; expected a product below 2^63 bytes, got more");
}

#[test]
fn entry_25_bytes_left_over() {
    insta::assert_snapshot!(refused(&[images(), vec![1, 2]].concat()), @"error: train-images-idx3-ubyte: byte 28: bytes are left over; expected the file to end for the dimensions [6, 1, 2], got 30 bytes or more");
}

#[test]
fn entry_26_other_counts() {
    let folder = Folder::new();
    folder.write(IMAGES, images()).write(LABELS, idx(&[4], &[0, 1, 0, 1]));
    insta::assert_snapshot!(folder.refused(&format!("train {IMAGES}")), @"error: train-images-idx3-ubyte with train-labels-idx1-ubyte: images and labels: the counts differ; expected as many labels as images, got 6 images and 4 labels");
}

#[test]
fn entry_27_a_header_the_wrong_way_round() {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend(6_u32.to_le_bytes());
    bytes.extend([0, 1, 0, 1, 0, 1]);
    let folder = Folder::new();
    folder.write(IMAGES, images()).write(LABELS, bytes);
    insta::assert_snapshot!(folder.refused(&format!("train {IMAGES}")), @"
    error: train-labels-idx1-ubyte: byte 4: the counts [100663296] do not fit the 6 bytes that follow; expected big-endian counts, got [6] in little-endian order
    help: write the header in big-endian order, as the IDX format demands
    ");
}

#[test]
fn entry_28_a_label_without_a_class() {
    let folder = Folder::new();
    folder.write(IMAGES, images()).write(LABELS, labels());
    folder.write("t10k-images-idx3-ubyte", images());
    folder.write("t10k-labels-idx1-ubyte", idx(&[6], &[0, 1, 0, 9, 0, 1]));
    insta::assert_snapshot!(folder.refused("train ."), @"error: ./t10k-images-idx3-ubyte with ./t10k-labels-idx1-ubyte: row 3: label out of range; expected a class below 2, got 9");
}

#[test]
fn images_of_which_there_are_none() {
    let folder = Folder::new();
    folder.write(IMAGES, idx(&[0, 1, 2], &[])).write(LABELS, idx(&[0], &[]));
    insta::assert_snapshot!(folder.refused(&format!("train {IMAGES}")), @"error: train-images-idx3-ubyte: no rows; expected at least one");
}

#[test]
fn a_folder_without_images() {
    insta::assert_snapshot!(Folder::new().refused("train ."), @"
    error: .: no images in this folder; expected `train-images-idx3-ubyte` (or .gz) with its labels
    help: for a table, give the file itself
    ");
}
